"""Which of very many groups differ from everybody else, allowing for all that were looked at.

Imports numpy and this room only. Nothing was declared beforehand, so a
plain test of each group would find something in nearly every audit: the level is kept for all
groups together, by what the largest difference would be if nobody were treated differently.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import FloatArray, checked_level, critical_value
from isg_audit.stats.conjunctions import ANY, Conjunctions, Cube, counted_again, membership
from isg_audit.stats.signed_root import signed_root

DRAWS, FEWEST_DRAWS = 499, 199
"""Audits drawn in which nobody is treated differently; fewer where there is much to add up."""

MOST_WORK = 1e10
"""Additions that the draws may cost; beyond it each group is tested at Bonferroni's level."""

AT_ONCE = 64
"""Draws that are added up together."""

MOST_ENTRIES = 2e7
"""Of cells in groups that are held in memory, alike."""

Score = Callable[[FloatArray, FloatArray, FloatArray, float], FloatArray]
"""From hits and cases of groups, and hits and cases of everybody, to a standardised difference."""


class Chance(NamedTuple):
    """What the largest difference of all groups is when nobody is treated differently.

    Attributes:
        critical: a difference, in standard errors, that the largest exceeds by chance once in
            1 / (1 - confidence) audits.
        largest: that of each draw, sorted; empty where Bonferroni's level stands instead.
    """

    critical: float
    largest: FloatArray

    def p_adjusted(self, score: float, groups: int) -> float:
        """How often the largest of all groups would lie as far out as this one."""
        if len(self.largest):
            beyond = len(self.largest) - np.searchsorted(self.largest, abs(score), side="left")
            return float((1 + beyond) / (1 + len(self.largest)))
        return min(1.0, groups * math.erfc(abs(score) / math.sqrt(2.0)))


def largest_by_chance(
    cube: Cube,
    groups: Conjunctions,
    rng: np.random.Generator,
    confidence: float = 0.95,
    draws: int = DRAWS,
    score: Score = signed_root,
) -> Chance:
    """What the largest difference is if everybody has the same chance (max-T).

    Args:
        cube: whole counts.
        groups: those looked at, of `conjunctions`.
        rng: the randomness.
        confidence: of all groups together.
        draws: how often hits are dealt out anew over the cells.
        score: the standardised difference.

    Returns:
        The critical value. Groups overlap, so it lies below Bonferroni's, which stands in its
        place where the draws would cost too much. Of d draws the one at place
        ceil((d + 1) confidence) is taken, which keeps the level however few there are.

    Raises:
        ImpossibleCount: cases that are not whole.

    Source:
        Westfall & Young (1993), Resampling-Based Multiple Testing; Terada et al. (2013), PNAS
        110:12996-13001.
    """
    if not np.array_equal(np.rint(cube.cases), cube.cases):
        raise ImpossibleCount("Only whole cases can be dealt out anew.")
    many = len(groups.cases)
    if not many:
        return Chance(math.inf, np.zeros(0))
    entries = len(cube.cases) * len({tuple(one) for one in (groups.values != ANY).tolist()})
    draws = int(min(draws, MOST_WORK / entries))
    fewest = max(FEWEST_DRAWS, 1 / (1 - checked_level(confidence)) - 1)
    if draws < fewest or entries > MOST_ENTRIES:
        return Chance(critical_value(1 - (1 - confidence) / many), np.zeros(0))
    inside = membership(cube, groups)
    largest = np.concatenate(
        [
            np.nanmax(np.abs(score(inside @ hits, groups.cases[:, None], hits.sum(0), every)), 0)
            for hits, every in _dealt_out(cube, draws, rng)
        ]
    )
    largest.sort()
    return Chance(float(largest[math.ceil((draws + 1) * confidence) - 1]), largest)


def _dealt_out(
    cube: Cube, draws: int, rng: np.random.Generator
) -> Iterator[tuple[NDArray[Any], float]]:
    """Hits by cell, shape (cells, up to `AT_ONCE`), and cases in all.

    Binomials of one chance are hypergeometric once their sum is known, and each draw is judged by
    its own sum. Cells of one size are drawn together.
    """
    every = float(cube.cases.sum())
    chance = float(cube.hits.sum()) / every
    exact = np.float32 if every < 2**24 else np.float64
    sizes, place = np.unique(cube.cases, return_inverse=True)
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], np.arange(1, len(sizes) + 1))
    for done in range(0, draws, AT_ONCE):
        wide = min(AT_ONCE, draws - done)
        hits = np.empty((len(cube.cases), wide), dtype=exact)
        start = 0
        for size, end in zip(sizes, ends, strict=True):
            hits[order[start:end]] = rng.binomial(int(size), chance, (end - start, wide))
            start = end
        yield hits, every


def apart_from_parents(groups: Conjunctions, confidence: float = 0.95) -> NDArray[np.bool_]:
    """Whether a group differs from every parent in the direction in which it differs from all.

    Args:
        groups: of `conjunctions`.
        confidence: of all parents of a group together (Bonferroni).

    A parent asks one literal less: where the group fares as the rest of the parent does, the
    literal adds nothing and the parent is the finding.
    """
    parents = np.sum(~np.isnan(groups.over_cases), axis=1)
    steps = [critical_value(1 - (1 - confidence) / many) for many in range(1, groups.depth + 1)]
    needed = np.array([np.inf, *steps])[parents]
    over_cases = np.where(np.isnan(groups.over_cases), 1, groups.over_cases)
    found = signed_root(groups.hits[:, None], groups.cases[:, None], groups.over_hits, over_cases)
    way = np.sign(signed_root(groups.hits, groups.cases, groups.total[1], groups.total[0]))
    far = np.isnan(groups.over_cases) | (found * way[:, None] > needed[:, None])
    return np.asarray(far.all(axis=1))


def told(
    cube: Cube, groups: Conjunctions, critical: float, way: int = 1, most: int = 10
) -> list[int]:
    """The groups to tell, the one that adds most first: none is another in other words.

    Args:
        cube: the counts.
        groups: those looked at.
        critical: beyond which a group differs, of `largest_by_chance`.
        way: 1 for those hit more often, -1 for those hit less often.
        most: how many at most.

    Returns:
        Places among `groups`. Each differs from everybody else, and from each of its parents. Each
        after the first still differs at the same level once those told before are set aside; or
        lies wholly within one of them and differs from the rest of it at that level.
    """
    every, all_hits = groups.total
    score = way * signed_root(groups.hits, groups.cases, all_hits, every)
    open_ = (score > critical) & apart_from_parents(groups)
    if not open_.any():
        return []
    candidates = np.flatnonzero(open_)
    part = groups.some(candidates)
    left = np.ones(len(cube.cases), dtype=bool)
    still = score[candidates].copy()
    chosen: list[int] = []
    while len(chosen) < most and still.max() > critical:
        best = int(np.argmax(still))
        chosen.append(best)
        left &= ~cube.of_values(part.values[best])
        apart = Cube(cube.codes[left], cube.sizes, cube.cases[left], cube.hits[left])
        cases, hits = counted_again(apart, part.values)
        outside = way * signed_root(hits, cases, apart.hits.sum(), apart.cases.sum())
        still = np.minimum(still, np.where(_within(part, chosen), np.inf, outside))
        for one in chosen:
            here = _within(part, [one])
            deeper = way * signed_root(part.hits, part.cases, part.hits[one], part.cases[one])
            still = np.where(here, np.minimum(still, deeper), still)
        still[chosen] = -np.inf
    return [int(candidates[one]) for one in chosen]


def _within(groups: Conjunctions, several: list[int]) -> NDArray[np.bool_]:
    """Which groups ask all that one of several asks, and more."""
    inside = np.zeros(len(groups.cases), dtype=bool)
    for one in several:
        asked = groups.values[one]
        inside |= ((groups.values == asked) | (asked < 0)).all(axis=1)
    return inside
