"""A rate of each group in each window of time, and whom it is held against.

What the measures over time share. Imports `measures` (this level), this family, `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from isg_audit.measures.estimates import Estimates, Share
from isg_audit.measures.impact.in_windows import smallest_of
from isg_audit.measures.impact.quantities import favourable_rate
from isg_audit.measures.impact.wrong_denials import wrong_denial_rate
from isg_audit.measures.plan import Plan
from isg_audit.stats import Bounds
from isg_audit.tally import OverTime, Period, Window, is_over
from isg_audit.tally.table import JOINT, Floats, Table

FEWEST = 30
"""Decided cases of a group, and of those it is held against, below which nothing is said of one
window or of one side of a change."""

NOT_ENOUGH = f"not enough: fewer than {FEWEST} cases"

SMALL_SHARE, SMALL_GROUP = 0.02, 50
"""A group below both is no yardstick: it is not taken for the best-off group."""


@dataclass(frozen=True)
class Quantity:
    """A rate that is followed over time.

    Attributes:
        name: as metrics name it.
        of: from a table to the rate of each of its rows.
        better: 1 where more of it is good for people, -1 where less is.
        kinds: from a table to the counts that its figures tell, shape (rows, kinds).
    """

    name: str
    of: Callable[[Table], Estimates]
    better: int
    kinds: Callable[[Table], Floats]


def _decided(table: Table) -> Floats:
    """Favourable decisions and unfavourable ones."""
    good = 0 if table.positive_is_favourable else 1
    decided: Floats = table.cases[:, :, [good, 1 - good]].sum(axis=1)
    return decided


def _denied(table: Table) -> Floats:
    """The decisions on those whom the favourable one would have suited, and those on the others."""
    good = 0 if table.positive_is_favourable else 1
    suited: Floats = table.cases[:, good][:, [good, 1 - good]]
    return np.concatenate([suited, _decided(table) - suited], axis=1)


QUANTITIES = (
    Quantity("favourable_rate", favourable_rate, 1, _decided),
    Quantity("wrong_denial_rate", wrong_denial_rate, -1, _denied),
)


@dataclass(frozen=True, eq=False)
class Rate:
    """Hits among independent cases by group and window, shape (groups, windows) each.

    Attributes:
        value: the rate; NaN where nobody was decided upon.
        n: cases as they were counted.
        hits: effective hits.
        cases: effective cases; 0 for nobody.
        estimates: the same by row, with limits.
    """

    value: Floats
    n: Floats
    hits: Floats
    cases: Floats
    estimates: Estimates

    @cached_property
    def error(self) -> Floats:
        """Standard error of each window, from the group's rate in all windows and its cases.

        The rate of the window itself would make windows with few hits look surer than others, and
        everything that is weighted by it too low.
        """
        hits, cases = self.hits.sum(axis=1), self.cases.sum(axis=1)
        rate = ((hits + 1.0) / (cases + 2.0))[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            error = np.sqrt(rate * (1.0 - rate) / self.cases)
        return np.where(self.cases > 0, error, np.nan)


@dataclass(frozen=True, eq=False)
class Against:
    """Whom every group is held against in each window.

    Attributes:
        versus: `rest`, `best`, or the reference group's name.
        rate: theirs, shape (groups, windows).
        at: the place of the group that all others are held against; None for the rest.
        table: the rows behind it.
        also: what to say of the comparison.
    """

    versus: str
    rate: Rate
    at: int | None
    table: Table
    also: str = ""


@dataclass(frozen=True, eq=False)
class Series:
    """One rate of the groups of some attributes over windows of time.

    Attributes:
        quantity: the rate.
        over: the counts behind it.
        by: attributes that form the groups.
        groups: their names.
        windows: in order; the first and the last end where the data do.
        times: the middle of each window in years.
        rate: of each group.
        several: whom groups are held against.
        notes: what to say of each window: that it is not over.
        smallest: the smallest count but 0 that could be worked out from a window's figures.
    """

    quantity: Quantity
    over: OverTime
    by: str
    groups: tuple[str, ...]
    windows: tuple[Window, ...]
    times: Floats
    rate: Rate
    several: tuple[Against, ...]
    notes: tuple[str, ...]
    smallest: Floats


def series_of(
    quantity: Quantity, over: OverTime, plan: Plan, period: Period, starts: Sequence[int]
) -> Series:
    """The rate over time, and its comparisons.

    Args:
        quantity: the rate.
        over: counts by group and window.
        plan: references.
        period: from when to when there are data.
        starts: the places of windows that begin at a declared change.
    """
    by = over.whole.by
    rate = rate_of(quantity, over.table, over)
    windows = tuple(clipped(one, period) for one in over.windows)
    return Series(
        quantity=quantity,
        over=over,
        by=JOINT.join(by),
        groups=over.whole.groups,
        windows=windows,
        times=np.array([one.middle for one in windows], dtype=np.float64),
        rate=rate,
        several=tuple(_several(quantity, over, plan, rate)) if by else (),
        notes=tuple(_notes(over.windows, period)),
        smallest=smallest_of(over, quantity.kinds(over.table), starts),
    )


def rate_of(quantity: Quantity, table: Table, over: OverTime) -> Rate:
    """The rate of every row of `table`, by group and window."""
    found = quantity.of(table)
    if found.share is None:
        raise TypeError(f"{quantity.name} is no share of people")
    hits, cases = found.share.at(0.95)
    return Rate(
        over.shaped(found.value),
        over.shaped(found.n),
        over.shaped(hits),
        over.shaped(cases),
        found,
    )


def _several(quantity: Quantity, over: OverTime, plan: Plan, rate: Rate) -> Iterator[Against]:
    """The declared reference, else the best-off group, and the rest; of combinations the rest."""
    groups, alone = over.whole.groups, len(over.whole.by) == 1
    reference = plan.reference_of(over.whole.by)
    best = _best(quantity, over)
    if alone and reference in groups:
        at = groups.index(reference)
        yield Against(reference, _one(rate, at, over), at, over.table)
    elif alone and best is not None:
        also = f"compared with {groups[best]}, the best-off group over all windows"
        yield Against("best", _one(rate, best, over), best, over.table, also)
    if len(groups) > 1:
        rest = over.rest
        yield Against("rest", rate_of(quantity, rest, over), None, rest)


def _best(quantity: Quantity, over: OverTime) -> int | None:
    """The best-off group over all windows among those large enough to be a yardstick."""
    people = np.nan_to_num(over.whole.people)
    value = quantity.of(over.whole).value * quantity.better
    fit = (people >= SMALL_SHARE * people.sum()) | (people >= SMALL_GROUP)
    fit &= ~np.isnan(value)
    if not fit.any() or len(people) < 2:
        return None
    most = np.where(fit, value, -np.inf)
    return int(np.argmax(np.where(most == most.max(), people, -1.0)))


def _one(rate: Rate, at: int, over: OverTime) -> Rate:
    """One group's rate, to be held against every group."""

    def of(numbers: Floats) -> Floats:
        return np.broadcast_to(over.shaped(numbers)[at], rate.value.shape).reshape(-1)

    found = rate.estimates
    its = None if found.share is None else Share(*(of(part) for part in found.share))

    def limits(confidence: float) -> Bounds:
        low, high = found.limits(confidence)
        return Bounds(of(low), of(high))

    estimates = Estimates(of(found.value), of(found.n), limits, found.method, its)
    value, n, hits, cases = (
        np.broadcast_to(one[at], rate.value.shape)
        for one in (rate.value, rate.n, rate.hits, rate.cases)
    )
    return Rate(value, n, hits, cases, estimates)


def clipped(window: Window, period: Period) -> Window:
    """The part of a window in which there are data."""
    ordinal = min(period.last.toordinal() + 1, date.max.toordinal())
    first, after = period.first, date.fromordinal(ordinal)
    start = first if window.start is None else max(first, window.start)
    end = after if window.end is None else min(after, window.end)
    return Window(window.name, start, max(start, end))


def _notes(windows: Sequence[Window], period: Period) -> Iterator[str]:
    for at, window in enumerate(windows):
        last = at == len(windows) - 1
        yield (
            f"not over: the data end on {period.last}"
            if last and not is_over(window, period.last)
            else ""
        )
