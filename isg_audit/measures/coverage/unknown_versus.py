"""Groups against a comparator, as far as gaps are known when the group of some people is not.

Imports `measures` (the level above), this family, `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from isg_audit.measures.bounded_rates import Rate
from isg_audit.measures.coverage.unknown_sides import Known, Side
from isg_audit.measures.estimates import LimitsAt, remembered
from isg_audit.measures.plan import Plan
from isg_audit.stats import least_top, newcombe, partly_known_limits, score_ratio
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import Floats, Table


@dataclass(frozen=True, eq=False)
class Versus:
    """Every group against one comparator; sides have one row, or one for each group.

    Attributes:
        name: as `versus` names it.
        groups: those that are compared.
        value: gap and ratio among people of known group, each of shape (groups,).
        shown: limits of that gap.
        gap: bounds of the gap, and their limits.
        ratio: alike.
    """

    name: str
    groups: tuple[int, ...]
    value: tuple[Floats, Floats]
    shown: LimitsAt
    gap: tuple[Floats, Floats, LimitsAt]
    ratio: tuple[Floats, Floats, LimitsAt]


def several_versus(rate: Rate, known: Known, table: Table, plan: Plan) -> Iterator[Versus]:
    """Against the declared reference, the best-off of the others, and everybody else."""
    groups = len(table.groups)
    reference = plan.reference_of(table.by)
    everyone = tuple(range(groups))
    if reference in table.groups:
        at = table.groups.index(reference)
        others = tuple(one for one in everyone if one != at)
        yield _against(reference, others, known, known.groups.at(at))
    if rate.with_best and known.yardsticks.sum() > 1:
        yield _against_best(known)
    if groups > 1:
        yield _against("rest", everyone, known, known.groups.others())


def _against(name: str, groups: tuple[int, ...], known: Known, theirs: Side) -> Versus:
    ours = known.groups
    (least, most), (their_least, their_most) = known.extremes(ours), known.extremes(theirs)
    return _versus(name, groups, known, theirs, (least, their_most), (most, their_least))


def _against_best(known: Known) -> Versus:
    """Against the best-off of the other groups, whichever that becomes.

    Where a group is at its least, any other may be at its most: the best of these. Where it is at
    its most, all refused of unknown group are spread over the others so that their best is lowest.
    """
    ours, fit = known.groups, known.yardsticks
    least, most = known.extremes(ours)
    share, highest = (np.where(fit, side.share, -np.inf) for side in (ours, most))
    groups = [at for at in range(len(fit)) if (fit & (np.arange(len(fit)) != at)).any()]
    now, then = ([_top_but(one, at) for at in range(len(fit))] for one in (share, highest))
    lowered = _lowered(known)
    top_now, top_then = (Side(*(part[one] for part in side)) for side, one in
                         ((ours, now), (most, then)))  # fmt: skip
    return _versus("best", tuple(groups), known, top_now, (least, top_then), (most, lowered))


def _top_but(shares: Floats, at: int) -> int:
    """The place of the highest share but one's own."""
    return int(np.argmax(np.where(np.arange(len(shares)) == at, -np.inf, shares)))


def _lowered(known: Known) -> Side:
    """For each group, the best of the others brought down as far as the unknown can."""
    ours, gone = known.groups, known.unknown
    rows = []
    for at in range(len(ours.hits)):
        others = np.flatnonzero(known.yardsticks & (np.arange(len(ours.hits)) != at))
        some = Side(*(part[others] for part in ours))
        misses = float(gone.cases - gone.hits)
        if not len(others) or math.isnan(misses) or np.isnan(some.cases).any():
            rows.append((np.nan,) * 4)
            continue
        level = least_top(some.hits, some.cases, misses)
        down = some.share >= float(level.share) - 1e-12
        rows.append(
            (
                float(level.hits),
                float(level.cases),
                float(some.hit_squares[down].sum()),
                float(some.squares[down].sum() + gone.squares - gone.hit_squares),
            )
        )
    return Side(*np.array(rows, dtype=float).reshape(-1, 4).T)


def _versus(
    name: str, groups: tuple[int, ...], known: Known, theirs: Side,
    low: tuple[Side, Side], high: tuple[Side, Side],
) -> Versus:  # fmt: skip
    """A comparison from its ordinary tables: as it is, at its lower and at its upper bound."""

    def counts(sides: tuple[Side, Side]) -> tuple[Floats, Floats, Floats, Floats]:
        return (*sides[0].counted(known.repeats), *sides[1].counted(known.repeats))

    def bounded(of: str) -> tuple[Floats, Floats, LimitsAt]:
        made = newcombe if of == "gap" else score_ratio
        ends = [_compared(*sides)[of == "ratio"] for sides in (low, high)]

        def limits(confidence: float) -> Bounds:
            return partly_known_limits(
                ends[0],
                ends[1],
                lambda one: made(*counts(low), one),
                lambda one: made(*counts(high), one),
                confidence,
                logarithms=of == "ratio",
            )

        return ends[0], ends[1], remembered(limits)

    now = (known.groups, theirs)
    return Versus(
        name, groups, _compared(*now), remembered(lambda one: newcombe(*counts(now), one)),
        bounded("gap"), bounded("ratio"),
    )  # fmt: skip


def _compared(ours: Side, theirs: Side) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = ours.share - theirs.share
        ratio = np.where(theirs.share > 0, ours.share / theirs.share, np.nan)
    return gap, ratio
