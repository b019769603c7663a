"""Two sides of a comparison within strata: counts, and which of them bear on it.

Imports `measures.estimates`, `tally`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isg_audit.tally.table import Floats

FEW_STRATA = 3
"""Up to so many strata, the published figures could give away what is in each of them."""


@dataclass(frozen=True, eq=False)
class Side:
    """Groups or those they are compared with, by stratum.

    Attributes:
        hits: sums of favourable decisions, shape (3, groups, strata): cases, Σw, Σw².
        every: of all decisions, alike.
        repeats: decisions that stand for one independent case, shape (groups,).
    """

    hits: Floats
    every: Floats
    repeats: Floats

    @property
    def counted(self) -> tuple[Floats, Floats]:
        """Independent, unweighted hits and cases, each of shape (groups, strata)."""
        weight, squares = self.every[1], self.every[2]
        with np.errstate(divide="ignore", invalid="ignore"):
            effective = np.where(weight > 0, weight**2 / squares, 0.0)
            hits = np.where(weight > 0, effective * self.hits[1] / weight, 0.0)
        cases = effective / self.repeats[:, None]
        return np.minimum(hits / self.repeats[:, None], cases), cases

    def at(self, group: int) -> Side:
        """One group, to be held against every group."""
        one = slice(group, group + 1)
        return Side(self.hits[:, one], self.every[:, one], self.repeats[one])

    def others(self) -> Side:
        """For each group, everybody else."""
        hits, every = (one.sum(axis=1, keepdims=True) - one for one in (self.hits, self.every))
        worst = np.full(len(self.repeats), self.repeats.max(initial=1.0))
        return Side(hits, every, worst)

    def spread(self, groups: int) -> Side:
        """The same with a row for each of so many groups."""
        shape = (3, groups, self.hits.shape[2])
        hits, every = np.broadcast_to(self.hits, shape), np.broadcast_to(self.every, shape)
        return Side(hits, every, np.broadcast_to(self.repeats, (groups,)))


def bearing(ours: Side, theirs: Side) -> NDArray[np.bool_]:
    """Strata with cases of both, shape (groups, strata)."""
    both: NDArray[np.bool_] = (ours.every[0] > 0) & (theirs.every[0] > 0)
    return both


def smallest(ours: Side, theirs: Side) -> Floats:
    """The smallest count, not 0, that a comparison might give away, shape (groups,).

    Of both sides the favourable and the other decisions, in the strata that bear on it and in
    those that do not; where few strata bear on it, in each of them. In persons: divided by their
    decisions. Infinite where there is no count.
    """
    both = bearing(ours, theirs)
    found = np.full(len(both), np.inf)
    few = both.sum(axis=1) <= FEW_STRATA
    for side in (ours, theirs):
        for counts in (side.hits[0], side.every[0] - side.hits[0]):
            persons = counts / side.repeats[:, None]
            for among in (both, ~both):
                found = np.minimum(found, _not_none((persons * among).sum(axis=1)))
            each = _not_none(persons * both).min(axis=1, initial=np.inf)
            found = np.where(few, np.minimum(found, each), found)
    return found


def _not_none(counts: Floats) -> Floats:
    return np.where(counts > 0, counts, np.inf)
