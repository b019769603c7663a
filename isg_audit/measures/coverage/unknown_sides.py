"""Counts of known and unknown group as what bounds and tests are made of.

Imports `measures.bounded_rates`, `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.bounded_rates import Cell, Rate
from isg_audit.stats import extreme_allocations
from isg_audit.tally.table import Floats, Table

SMALL_SHARE, SMALL_GROUP = 0.02, 50
"""A group below both is no yardstick: it is not taken for the best-off group."""


class Side(NamedTuple):
    """Sums of weights, and of squared weights, of cases with a hit and of all."""

    hits: Floats
    cases: Floats
    hit_squares: Floats
    squares: Floats

    @property
    def share(self) -> Floats:
        """The share, NaN for nobody."""
        with np.errstate(divide="ignore", invalid="ignore"):
            value: Floats = np.where(self.cases > 0, self.hits / self.cases, np.nan)
        return value

    def counted(self, repeats: float) -> tuple[Floats, Floats]:
        """Independent, unweighted hits and cases (Kish; the worst case of repeats)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            scale = np.where(self.squares > 0, self.cases / self.squares, 1.0) / repeats
        hits: Floats = np.clip(self.hits * scale, 0.0, self.cases * scale)
        return hits, self.cases * scale

    def at(self, group: int) -> Side:
        """One group, to be held against every group."""
        return Side(*(part[group : group + 1] for part in self))

    def others(self) -> Side:
        """For each group, all other groups together."""
        return Side(*(part.sum() - part for part in self))


@dataclass(frozen=True, eq=False)
class Known:
    """One rate of the groups of one attribute, with the people of unknown group.

    Attributes:
        groups: of known group, shape (groups,).
        unknown: of unknown group, shape ().
        cases: cases of each group, unweighted, for saying how many, shape (groups,).
        unknown_cases: of unknown group.
        repeats: decisions that stand for one independent case, the most of any group.
    """

    groups: Side
    unknown: Side
    cases: Floats
    unknown_cases: float
    repeats: float

    def extremes(self, groups: Side) -> tuple[Side, Side]:
        """The sides at their least and at their most, all unknown given as that takes."""
        gone = self.unknown
        some = extreme_allocations(groups.hits, groups.cases, gone.hits, gone.cases)
        square = extreme_allocations(
            groups.hit_squares, groups.squares, gone.hit_squares, gone.squares
        )
        least, most = (
            Side(one.hits, one.cases, two.hits, two.cases)
            for one, two in zip(some, square, strict=True)
        )
        return least, most

    @property
    def yardsticks(self) -> NDArray[np.bool_]:
        """Groups that are large enough to be the best-off one."""
        people = np.nan_to_num(self.cases)
        fit: NDArray[np.bool_] = (people >= SMALL_SHARE * people.sum()) | (people >= SMALL_GROUP)
        return fit & (people > 0)


def known_of(table: Table, everybody: Table, rate: Rate) -> Known:
    """The counts of one rate.

    Args:
        table: counts by the groups of one attribute.
        everybody: counts of everybody.
        rate: which share.
    """

    def side(cells: Sequence[Cell], counts: Floats) -> Floats:
        outcomes, decisions = zip(*cells, strict=True)
        added: Floats = counts[:, list(outcomes), list(decisions)].sum(axis=1)
        return added

    def both(cells: Sequence[Cell], kind: str) -> tuple[Floats, Floats]:
        ours = side(cells, getattr(table, kind))
        left = float(side(cells, getattr(everybody, kind))[0] - ours.sum())
        return ours, np.array(0.0 if abs(left) < 1e-9 * max(1.0, ours.sum()) else left)

    hits, among = rate.hits, rate.among
    several = [
        both(cells, kind)
        for cells, kind in (
            (hits, "weight"), (among, "weight"), (hits, "squares"), (among, "squares"),
        )
    ]  # fmt: skip
    cases, gone = both(among, "cases")
    repeats = max(table.repeats.max(initial=1.0), everybody.repeats.max(initial=1.0))
    return Known(
        Side(*(one[0] for one in several)),
        _consistent(Side(*(one[1] for one in several))),
        cases,
        float(gone),
        float(repeats),
    )


def _consistent(side: Side) -> Side:
    """Differences of sums of weights may leave a hair more hits than cases."""
    return Side(
        np.clip(side.hits, 0.0, side.cases),
        np.maximum(side.cases, 0.0),
        np.clip(side.hit_squares, 0.0, side.squares),
        np.maximum(side.squares, 0.0),
    )


def table_of_unknown(table: Table, everybody: Table) -> tuple[Table, Table]:
    """Two tables of one group each: people of unknown group, and people of known group."""

    def made(cases: Floats, weight: Floats, squares: Floats) -> Table:
        return replace(
            everybody, cases=cases, weight=weight, squares=squares, parts={}, persons=None,
            folds=None, effects={}, rest_effects={},
        )  # fmt: skip

    known = [
        getattr(table, kind).sum(axis=0, keepdims=True) for kind in ("cases", "weight", "squares")
    ]
    whole = [everybody.cases, everybody.weight, everybody.squares]
    left = [np.maximum(one - two, 0.0) for one, two in zip(whole, known, strict=True)]
    return made(*left), made(*known)
