"""How many days people waited, by group: whole days counted, so that no rows leave the engine.

Imports `sources`, `spec`, `errors` and this room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from isg_audit.errors import DataError, Fault
from isg_audit.sources.values import as_text
from isg_audit.tally.cells import Cells, Truths, count_cells
from isg_audit.tally.distinct import distinct
from isg_audit.tally.marked import YES, Mark, days_in
from isg_audit.tally.table import Floats
from isg_audit.tally.voice import mark_of

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import Group
    from isg_audit.spec.voice_part import VoicePart

AS_DAYS = "Write days as 2024-01-31, and leave those that are not known empty."


class Asked(NamedTuple):
    """What is waited for: keys and columns of its beginning and its end, and the legal limit."""

    begins: tuple[str, str]
    ends: tuple[str, str]
    limit: int | None


@dataclass(frozen=True, eq=False)
class Waits(Cells):
    """Cases by group and by the days waited; those that had not begun are left out.

    Attributes:
        days: from the beginning to the end, or to `as_of`, shape (cells,).
        ended: whether the wait had ended by `as_of`, alike.
        due: whether the legal limit had run out by `as_of`, alike; True without a limit.
        limit: days that the law allows, None without.
        as_of: up to which day open cases have waited.
        backwards: cases that ended before they began, which are left out.
    """

    days: Floats
    ended: Truths
    due: Truths
    limit: int | None
    as_of: str
    backwards: float

    @property
    def everybody(self) -> Truths:
        """Every cell."""
        return np.ones(len(self.days), dtype=bool)

    @property
    def late(self) -> Truths:
        """Whether a cell's people waited longer than the law allows, answered or not."""
        return np.asarray(self.due & (self.days > (self.limit or np.inf)))


def decision_waits(
    decisions: Decisions, groups: Mapping[str, Group], part: VoicePart
) -> Waits | None:
    """Days from the day people asked to the decision; None where the columns are not named."""
    time = decisions.roles.time
    if part.applied_on is None or time is None:
        return None
    asked = Asked(
        ("voice.applied_on", part.applied_on), ("decisions.time", time), part.decision_limit
    )
    return _count(decisions, groups, asked, part, None)


def redress_waits(
    decisions: Decisions, groups: Mapping[str, Group], part: VoicePart
) -> Waits | None:
    """Days from an appeal to its answer, without appeals that were given up.

    None where the columns are not named.
    """
    if part.appealed_on is None or part.resolved_on is None:
        return None
    asked = Asked(
        ("voice.appealed_on", part.appealed_on), ("voice.resolved_on", part.resolved_on),
        part.redress_limit,
    )  # fmt: skip
    column = part.withdrawn
    withdrawn = None if column is None else mark_of(decisions, part, "withdrawn", column)
    return _count(decisions, groups, asked, part, withdrawn)


def _count(
    decisions: Decisions,
    groups: Mapping[str, Group],
    asked: Asked,
    part: VoicePart,
    left_out: Mark | None,
) -> Waits:
    import ibis

    begins, ends = _both(decisions, asked)
    as_of = date.fromisoformat(part.as_of) if part.as_of else _last_day(decisions, part)
    last = ibis.literal(as_of)
    ended = ends.notnull() & (ends <= last)
    keys = {
        "days": ended.ifelse(ends, last).delta(begins, unit="day"),
        "ended": ended,
        "begun": begins.notnull() & (begins <= last),
        "due": last.delta(begins, unit="day") > (asked.limit or -1),
    }
    if left_out is not None:
        keys["left_out"] = left_out.key
    cells, levels, codes, sums = count_cells(decisions, groups, keys)
    begun = _truths(cells, "begun")
    if left_out is not None:
        raw = distinct(cells, "left_out")
        begun &= np.array(left_out.code(raw.numbers_or_texts)[0])[raw.place] != YES
    days = np.nan_to_num(cells["days"].to_numpy(zero_copy_only=False).astype(float))
    kept = begun & (days >= 0)
    return Waits(
        attributes=tuple(groups),
        levels=levels,
        codes=codes[kept],
        sums=sums[kept],
        days=days[kept],
        ended=_truths(cells, "ended")[kept],
        due=_truths(cells, "due")[kept],
        limit=asked.limit,
        as_of=as_of.isoformat(),
        backwards=float(sums[begun & (days < 0), 0].sum()),
    )


def _both(decisions: Decisions, asked: Asked) -> tuple[Any, Any]:
    """The days of beginning and end; all faults of both."""
    found: list[Any] = []
    faults: list[Fault] = []
    for where, column in (asked.begins, asked.ends):
        try:
            found.append(_day(days_in(decisions, where, column, AS_DAYS)))
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(faults)
    return found[0], found[1]


def _day(time: Any) -> Any:
    return time if time.type().is_date() else time.date()


def _last_day(decisions: Decisions, part: VoicePart) -> date:
    """The last day found in the columns of days."""
    named = {
        "voice.applied_on": part.applied_on, "decisions.time": decisions.roles.time,
        "voice.appealed_on": part.appealed_on, "voice.resolved_on": part.resolved_on,
    }  # fmt: skip
    asked = {
        f"d{at}": _day(days_in(decisions, where, column, AS_DAYS)).max()
        for at, (where, column) in enumerate(named.items())
        if column is not None
    }
    found = [one for one in decisions.ask(**asked).values() if one is not None]
    if not found:
        what = "no column of days holds any."
        raise DataError(Fault("voice.as_of", what, "Say on which day the log was made."))
    return max(one.date() if isinstance(one, datetime) else one for one in found)


def _truths(cells: Any, name: str) -> Truths:
    raw = distinct(cells, name)
    return np.array([as_text(value) in ("true", "1") for value in raw.values])[raw.place]
