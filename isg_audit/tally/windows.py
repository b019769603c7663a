"""Windows of time: how a moment is told to be in one, and from when to when each lasts.

A window is known by its name alone, so that a published table needs no calendar: `2024`, `2024 Q2`,
`2024-05`, `from 2024-05-15`, and `2024 Q2 from 2024-05-15` for the part of a window that lies after
a declared change. Names rise with time. Imports `sources`, types of `spec`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from isg_audit.sources.roles import moment

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import Spec

BEFORE = "(before {})"
"""The window before the first day that an audit file names; sorts before all others."""

SHOWN_OVER = 0.1, 3
"""A last window counts as over if the data end less than this share of it, or as many days, before
its end: on the last days of a window there may be no decision."""

_NAME = re.compile(
    r"(?:(?P<year>\d{4})(?: Q(?P<quarter>[1-4])|-(?P<month>\d{2}))?)? ?"
    r"(?:from (?P<day>\d{4}-\d{2}-\d{2}))?"
)


@dataclass(frozen=True, slots=True)
class Window:
    """A window of time.

    Attributes:
        name: as it stands in the tally.
        start: its first day; None for the time before the first day named.
        end: the first day after it; None where nothing says when it ends.
    """

    name: str
    start: date | None
    end: date | None

    @property
    def middle(self) -> float | None:
        """Its middle in years, None where it has no start or no end."""
        if self.start is None or self.end is None:
            return None
        return (self.start.toordinal() + self.end.toordinal()) / 2 / DAYS_A_YEAR


DAYS_A_YEAR = 365.2425


def window_key(time: Any, cut: str | Sequence[str], changes: Sequence[str]) -> Any:
    """The name of the window of each moment, as an Ibis expression; null for none.

    Args:
        time: a column of days or times.
        cut: `month`, `quarter`, `year`, or the first day of each window, rising.
        changes: days of declared changes; no window holds moments before and after one.
    """
    if not isinstance(cut, str):
        return _since(time, sorted({*cut, *changes}))
    year = time.year().cast("string").lpad(4, "0")
    name = {
        "year": lambda: year,
        "quarter": lambda: year + " Q" + time.quarter().cast("string"),
        "month": lambda: year + "-" + time.month().cast("string").lpad(2, "0"),
    }[cut]()
    key = name
    for change in sorted(changes):
        first, end = _unit(date.fromisoformat(change), cut)
        if first.isoformat() < change:
            after = (time >= _literal(time, change)) & (time < _literal(time, str(end)))
            key = after.ifelse(name + f" from {change}", key)
    return key


def windows_of(names: Sequence[str]) -> tuple[Window, ...]:
    """The windows that names stand for.

    Args:
        names: as they stand in a tally, rising.

    Raises:
        ValueError: a name that no tally has.
    """
    told = [_told(name) for name in names]
    return tuple(
        Window(name, start, _earlier(end, told[at + 1][0] if at + 1 < len(told) else None))
        for at, (name, (start, end)) in enumerate(zip(names, told, strict=True))
    )


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when there are decisions, and what changed meanwhile.

    Attributes:
        first: the first day with a decision.
        last: the last one.
        changes: day and words of each declared change, in order.
    """

    first: date
    last: date
    changes: tuple[tuple[date, str], ...] = ()


def period_of(decisions: Decisions, spec: Spec) -> Period | None:
    """When decisions were taken; None where no time is declared.

    Raises:
        EngineFailed: the engine could not answer.
    """
    if decisions.roles.time is None:
        return None
    time = moment(decisions.table[decisions.roles.time])
    known = decisions.ask(first=time.min(), last=time.max())
    first, last = (date.fromisoformat(str(known[end])[:10]) for end in ("first", "last"))
    changes = sorted((date.fromisoformat(one.date), one.what) for one in spec.changes)
    return Period(first, last, tuple(changes))


def is_over(window: Window, last: date) -> bool:
    """Whether a window is over where the data end on the day `last`."""
    if window.start is None or window.end is None:
        return window.end is not None
    share, days = SHOWN_OVER
    slack = max(timedelta(days=days), (window.end - window.start) * share)
    return last >= window.end - timedelta(days=1) - slack


def _since(time: Any, days: Sequence[str]) -> Any:
    key = time.isnull().ifelse(None, BEFORE.format(days[0]))
    for day in days:
        key = (time >= _literal(time, day)).ifelse(f"from {day}", key)
    return key


def _literal(time: Any, day: str) -> Any:
    import ibis

    return ibis.date(day) if time.type().is_date() else ibis.timestamp(f"{day} 00:00:00")


def _told(name: str) -> tuple[date | None, date | None]:
    """The first day that a name tells, and the first day after it as the calendar has it."""
    if name.startswith("(before "):
        return None, date.fromisoformat(name[len("(before ") : -1])
    found = _NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"'{name}' is no window of time")
    since = found["day"] and date.fromisoformat(found["day"])
    if found["year"] is None:
        return since or None, None
    cut = "quarter" if found["quarter"] else "month" if found["month"] else "year"
    month = 3 * int(found["quarter"]) - 2 if found["quarter"] else int(found["month"] or 1)
    first, end = _unit(date(int(found["year"]), month, 1), cut)
    return since or first, end


def _unit(day: date, cut: str) -> tuple[date, date]:
    """First day of the month, quarter or year of a day, and of the next."""
    months = {"month": 1, "quarter": 3, "year": 12}[cut]
    first = (day.month - 1) // months * months
    after = day.year * 12 + first + months
    year = after // 12
    end = date(year, after % 12 + 1, 1) if year <= date.max.year else date.max
    return date(day.year, first + 1, 1), end


def _earlier(end: date | None, start: date | None) -> date | None:
    """A window ends where its calendar says, or where the next begins."""
    both: Iterator[date] = (one for one in (end, start) if one is not None)
    return min(both, default=None)
