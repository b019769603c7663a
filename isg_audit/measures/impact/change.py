"""The same people before and after a remedy: who gains, who loses, and what becomes of the gap.

Imports `stats`, `tally`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from isg_audit.stats import Levelling, levelling_down, paired_change, range_interval, wilson
from isg_audit.stats.bounds import Estimate
from isg_audit.tally.table import Floats

Truths = NDArray[np.bool_]

FEWEST = 30
"""People with each outcome in each half below which a group's rates are too uncertain to fit and
to read thresholds; such a group is named instead."""

DIGITS = 6
"""Chances of a decision that is drawn by lot are told apart to so many digits."""


@dataclass(frozen=True, eq=False)
class Change:
    """Held-out people of each group, by kind; arrays of shape (groups, kinds).

    Attributes:
        groups: their names.
        cases: independent cases of equal weight, which intervals rest on; need not be whole.
        heads: people as counted.
        good: whether the favourable decision would be right, of each kind.
        before: chance of a favourable decision as things are, 0 or 1.
        after: chance of one with the remedy, between 0 and 1 where it is drawn by lot.
        people: people of each group in the whole log whom these stand for, shape (groups,).
    """

    groups: tuple[str, ...]
    cases: Floats
    heads: Floats
    good: Truths
    before: Floats
    after: Floats
    people: Floats

    @property
    def deserving(self) -> Floats:
        """The cases for whom the favourable decision would be right."""
        return np.where(self.good, self.cases, 0.0)

    def rate(self, limit: str, chance: Floats) -> Floats:
        """A rate that a limit is about, by group.

        Args:
            limit: as in `isg_audit.stats.frontier`.
            chance: of a favourable decision, by kind.
        """
        among = self._among(limit)
        with np.errstate(invalid="ignore"):
            found: Floats = (among * chance).sum(axis=1) / among.sum(axis=1)
        return found

    def gap(self, limit: str, chance: Floats, confidence: float) -> Estimate:
        """The range over groups of what a limit is about, the larger of two for both rates."""
        sides = ("right_grant_rate", "wrong_grant_rate") if limit == "both_rates" else (limit,)
        found = []
        for side in sides:
            among, rate = self._among(side), self.rate(side, chance)
            low, high = range_interval(rate * among.sum(axis=1), among.sum(axis=1), confidence)
            found.append(Estimate(np.asarray(np.ptp(rate)), low, high))
        return max(found, key=lambda one: float(one.value))

    def _among(self, limit: str) -> Floats:
        if limit == "favourable_rate":
            return self.cases
        return self.deserving if "right" in limit else np.where(self.good, 0.0, self.cases)

    def accuracy(self, chance: Floats, confidence: float) -> Estimate:
        """Share of right decisions among all, each group as large as it is in the log."""
        right = np.where(self.good, chance, 1.0 - chance)
        every = self.cases.sum(axis=1)
        hits = (self.cases * right).sum(axis=1)
        low, high = wilson(hits, every, confidence)
        return self._together(Estimate(hits / every, low, high))

    def accuracy_change(self, confidence: float) -> Estimate:
        """Accuracy afterwards less accuracy before, of the same people."""
        first, then = (np.where(self.good, one, 1.0 - one) for one in (self.before, self.after))
        return self._together(paired_change(self.cases, first, then, confidence))

    def _together(self, each: Estimate) -> Estimate:
        """One figure of all groups, by the squares of their distances to the limits (MOVER)."""
        share = self.people / self.people.sum()
        value = (share * each.value).sum()
        down, up = (
            np.sqrt((share**2 * (end - each.value) ** 2).sum()) for end in (each.low, each.high)
        )
        return Estimate(value, value - down, value + up)

    @cached_property
    def gains(self) -> Floats:
        """Chance that a kind is refused as things are and granted with the remedy."""
        gained: Floats = (1.0 - self.before) * self.after
        return gained

    @cached_property
    def losses(self) -> Floats:
        """Chance that a kind is granted as things are and refused with the remedy."""
        lost: Floats = self.before * (1.0 - self.after)
        return lost

    def head_count(self, chance: Floats, among: Floats | None = None) -> Floats:
        """Held-out people of each group to whom something happens with a chance above 0."""
        counted = self.heads if among is None else among
        found: Floats = np.where(chance > 0, counted, 0.0).sum(axis=1)
        return found

    def in_people(self, chance: Floats, confidence: float) -> Estimate:
        """How many people of the log something happens to, by group, from a share of all."""
        every, hits = self.cases.sum(axis=1), (self.cases * chance).sum(axis=1)
        low, high = wilson(hits, every, confidence)
        return _times(Estimate(hits / every, low, high), self.people)

    def net_in_people(self, confidence: float) -> Estimate:
        """People of each group who gain, less those who lose."""
        change = paired_change(self.cases, self.before, self.after, confidence)
        return _times(change, self.people)

    def levelling(self, limit: str, rng: np.random.Generator, confidence: float) -> Levelling:
        """Whether the remedy makes groups equal by taking away what the limit is about."""
        among = self.cases if limit == "favourable_rate" else self.deserving
        return levelling_down(among, self.before, self.after, rng, confidence)

    @cached_property
    def gathered(self) -> Change:
        """The same with kinds that are alike counted together."""
        made = [self._alike(place) for place in range(len(self.groups))]
        wide = max(len(one[0]) for one in made)
        columns = [
            np.array([np.pad(one[at], (0, wide - len(one[at]))) for one in made]) for at in range(5)
        ]
        cases, heads, good, before, after = columns
        return Change(self.groups, cases, heads, good.astype(bool), before, after, self.people)

    def _alike(self, group: int) -> tuple[Floats, ...]:
        there = self.heads[group] > 0
        kinds = np.column_stack(
            [self.good[group], self.before[group], np.round(self.after[group], DIGITS)]
        )[there]
        kept, place = np.unique(kinds, axis=0, return_inverse=True)
        added = [
            np.bincount(place.reshape(-1), one[group][there], len(kept))
            for one in (self.cases, self.heads)
        ]
        return (*added, *kept.T)


def _times(rate: Estimate, people: Floats) -> Estimate:
    return Estimate(rate.value * people, rate.low * people, rate.high * people)
