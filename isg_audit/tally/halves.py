"""A tally in two halves of the people: one to fit on, the other to read what was fitted.

Imports `stats` and this room. People of one cell are alike to every count, so that drawing for each
whether it goes to the first half is the same as drawing it among the counts: no row is read again.
Where persons repeat, halves are eight folds of persons each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isg_audit.stats import generator_of
from isg_audit.tally.codes import DECISION, FOLD, NO_VALUE, OUTCOME
from isg_audit.tally.fold import FOLDS
from isg_audit.tally.table import Floats
from isg_audit.tally.tally import Tally

MOST_BINS = 500
"""Score bins that thresholds can lie between; of more, neighbours are taken together so that each
holds about as many people."""

FIT, READ = 0, 1
"""The half that is fitted on, and the one that is read."""


@dataclass(frozen=True, eq=False)
class Halves:
    """People whose outcome, decision and score are known, by group and half.

    Attributes:
        groups: values of the attribute that occur.
        cases: shape (2 halves, groups, 2 outcomes, 2 decisions, bins); along outcomes and
            decisions 0 is the favourable one; the best score for the person comes last.
        weight: sums of weights, alike; equals `cases` where nothing is weighted.
        effective: independent cases of equal weight that a weight of 1 stands for, shape (groups,).
        left_out: people of each group without outcome, decision or score, shape (groups,).
        refused_known: share of all refused people whose outcome is known; NaN if nobody is refused.
        granted_known: the same of those decided favourably.
        by_person: whether all cases of a person are in one half.
    """

    groups: tuple[str, ...]
    cases: Floats
    weight: Floats
    effective: Floats
    left_out: Floats
    refused_known: float
    granted_known: float
    by_person: bool

    @property
    def people(self) -> Floats:
        """Cases of each group in both halves, shape (groups,)."""
        both: Floats = self.cases.sum(axis=(0, 2, 3, 4))
        return both

    def kept(self, chosen: NDArray[np.bool_]) -> Halves:
        """These groups alone."""
        names = tuple(name for name, keep in zip(self.groups, chosen, strict=True) if keep)
        return Halves(
            names, self.cases[:, chosen], self.weight[:, chosen], self.effective[chosen],
            self.left_out[chosen], self.refused_known, self.granted_known, self.by_person,
        )  # fmt: skip


def halves_of(tally: Tally, attribute: str, seed: int) -> Halves:
    """The halves of a tally of decisions with scores, by the groups of one attribute.

    Args:
        tally: of favourable and unfavourable decisions.
        attribute: whose values form the groups; people whose value is unknown are in none.
        seed: of the draw; halves of the same counts are the same.
    """
    rolled = tally.roll_up([attribute])
    codes, bins = rolled.codes, rolled.bins
    grouped = codes[:, 0] >= 0
    decided = grouped & (codes[:, DECISION] < NO_VALUE)
    known = decided & (codes[:, OUTCOME] < NO_VALUE) & (bins.place >= 0)
    groups, count = rolled.levels[0], len(rolled.levels[0])
    place = bins.place if rolled.positive_is_favourable else len(bins.scores) - 1 - bins.place
    place, many = _coarser(place, known, rolled.sums[:, 0], len(bins.scores))
    shape = (2, count, 2, 2, many)
    where = (codes[known, 0], codes[known, OUTCOME], codes[known, DECISION], place[known])
    cases, weight = np.zeros(shape), np.zeros(shape)
    first = _first_half(rolled, known, seed)
    every, heavy, squares = (rolled.sums[known, column] for column in range(3))
    for half, its in ((FIT, first), (READ, every - first)):
        np.add.at(cases[half], where, its)
        np.add.at(weight[half], where, its * heavy / every)
    total, squared = (
        np.bincount(codes[known, 0], one, count).astype(float) for one in (heavy, squares)
    )
    repeats = _repeats(tally, attribute, groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.where(squared > 0, total / squared, 0.0) / repeats
    everybody = np.bincount(codes[grouped, 0], rolled.sums[grouped, 0], count)
    return Halves(
        groups=groups,
        cases=cases,
        weight=weight,
        effective=effective,
        left_out=everybody - cases.sum(axis=(0, 2, 3, 4)),
        refused_known=_known_share(rolled, decided, known, 1),
        granted_known=_known_share(rolled, decided, known, 0),
        by_person=bool((codes[known, FOLD] >= 0).any()),
    )


def _coarser(
    place: NDArray[np.intp], known: NDArray[np.bool_], cases: Floats, bins: int
) -> tuple[NDArray[np.intp], int]:
    """The bin of each cell, and how many there are: at most `MOST_BINS`, with as many people."""
    if bins <= MOST_BINS or not known.any():
        return place, bins
    people = np.bincount(place[known], cases[known], bins)
    part = np.floor(MOST_BINS * (people.cumsum() - people) / people.sum())
    kept, merged = np.unique(part, return_inverse=True)
    return np.where(known, merged.reshape(-1)[place], -1), len(kept)


def _first_half(rolled: Tally, known: NDArray[np.bool_], seed: int) -> Floats:
    """How many cases of each known cell are in the first half."""
    fold, cases = rolled.codes[known, FOLD], rolled.sums[known, 0]
    drawn = generator_of(seed, "halves").binomial(np.rint(cases).astype(np.int64), 0.5)
    by_fold = np.where(fold < FOLDS // 2, cases, 0.0)
    first: Floats = np.where(fold >= 0, by_fold, drawn).astype(float)
    return first


def _known_share(
    rolled: Tally, decided: NDArray[np.bool_], known: NDArray[np.bool_], decision: int
) -> float:
    its = rolled.codes[:, DECISION] == decision
    every = rolled.sums[decided & its, 0].sum()
    return float(rolled.sums[known & its, 0].sum() / every) if every else float("nan")


def _repeats(tally: Tally, attribute: str, groups: tuple[str, ...]) -> Floats:
    table = tally.table((attribute,))
    of = dict(zip(table.groups, table.repeats, strict=True))
    return np.array([of.get(group, 1.0) for group in groups], dtype=float)
