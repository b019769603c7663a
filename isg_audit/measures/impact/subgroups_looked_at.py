"""The search for groups that nobody declared: what is looked at, what is found, what it gives away.

Imports `stats`, `tally`. Rows are made of it in `subgroup_search`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from isg_audit import stats
from isg_audit.stats import ANY
from isg_audit.tally.cube import Cube

FEWEST = 30
"""Cases of a group, and of everybody else, below which it is not looked at."""

MOST_TOLD = 10

POWER = 0.8
"""How often a group is found whose gap is called detectable."""


@dataclass(frozen=True, eq=False)
class LookedAt:
    """One harm searched for.

    Attributes:
        metric: the rate by which it is told.
        harm_is_low: whether a low rate is the harm.
        cube: cases, and to how many of them the harm was done.
        groups: every group looked at.
        chance: what the largest difference would be by chance.
        critical: beyond which a group differs, in standard errors of that many cases.
        repeats: how many cases stand for one independent one, at least 1.
        told: places among `groups` of those to tell, most certain first.
        confirmed: how many groups differ, the told and those that overlap with them.
        least: fewest cases of a group.
    """

    metric: str
    harm_is_low: bool
    cube: stats.Cube
    groups: stats.Conjunctions
    chance: stats.Chance
    critical: float
    repeats: float
    told: tuple[int, ...]
    confirmed: int
    least: float

    @property
    def confidence(self) -> float:
        """At which an interval of one group holds for all of them together."""
        return math.erf(self.chance.critical / math.sqrt(2)) if len(self.groups.cases) else 0.95

    def scores(self) -> NDArray[np.float64]:
        """How far each group is from everybody else, in standard errors; above 0 is worse."""
        groups = self.groups
        return np.asarray(
            stats.signed_root(groups.hits, groups.cases, groups.total[1], groups.total[0])
        )

    def gaps(self) -> tuple[NDArray[np.float64], stats.Bounds]:
        """How much more often the harm is done to each group than to everybody else, and limits."""
        every, all_hits = self.groups.total
        hits, cases = self.groups.hits, self.groups.cases
        others, among = all_hits - hits, every - cases
        k, n, rest, of = (one / self.repeats for one in (hits, cases, others, among))
        return hits / cases - others / among, stats.newcombe(k, n, rest, of, self.confidence)

    def detectable(self, cases: float) -> float:
        """The gap at which a group of so many cases is found four times in five."""
        every, hits = self.groups.total
        share = hits / every
        spread = share * (1 - share) * self.repeats * (1 / cases + 1 / (every - cases))
        step = self.chance.critical + stats.critical_value(2 * POWER - 1)
        return float(step * math.sqrt(spread))


def look_at(
    metric: str,
    counted: Cube,
    confidence: float,
    repeats: float,
    rng: np.random.Generator,
) -> LookedAt | None:
    """Search for groups to which a harm is done more often.

    Args:
        metric: `favourable_rate` of all decided, or `wrong_denial_rate` of those who deserved
            better.
        counted: the counts.
        confidence: of everything that is told of this harm together.
        repeats: how many cases stand for one independent one.
        rng: the randomness.

    Returns:
        None where it happened to nobody, to everybody, or where there is nobody.
    """
    among = counted.deserving if metric == "wrong_denial_rate" else counted.cases > 0
    cases = counted.cases * among
    hits = cases * counted.refused
    if not 0 < hits.sum() < cases.sum():
        return None
    cube = _added_up(counted.codes[among], counted.levels, cases[among], hits[among])
    least = max(FEWEST, counted.least * cube.cases.sum())
    groups = stats.conjunctions(cube, counted.depth, least)
    chance = stats.largest_by_chance(cube, groups, rng, confidence)
    critical = chance.critical * math.sqrt(repeats)
    looked = LookedAt(
        metric, metric == "favourable_rate", cube, groups, chance, critical, repeats, (), 0, least
    )
    if not len(groups.cases):
        return looked
    _, limits = looked.gaps()
    found = (looked.scores() > critical) & (limits.low > 0)
    told = stats.told(cube, groups, critical, most=MOST_TOLD)
    kept = tuple(one for one in told if found[one])
    return LookedAt(**{**vars(looked), "told": kept, "confirmed": int(found.sum())})


def _added_up(
    codes: NDArray[np.intp],
    levels: tuple[tuple[str, ...], ...],
    cases: NDArray[np.float64],
    hits: NDArray[np.float64],
) -> stats.Cube:
    """Cells by what defines groups alone: decision and outcome are added up."""
    cells, place = np.unique(codes, axis=0, return_inverse=True)
    place, many = place.reshape(-1), len(cells)
    return stats.Cube(
        cells,
        tuple(len(one) for one in levels),
        np.asarray(np.bincount(place, cases, many), dtype=float),
        np.asarray(np.bincount(place, hits, many), dtype=float),
    )


def smallest(looked: LookedAt, declared: int, also: LookedAt | None) -> list[float]:
    """The smallest count that anybody could work out of each told group, in independent cases.

    Of the group; of what it is less than everybody and less than the groups of its declared
    attributes, whose counts may be published; less than told groups that hold it; of what is left
    of a group by the told ones that divide it; and, where two harms are told, of what lies between.
    """
    asked = [looked.groups.values[at] for at in looked.told]
    counts = [_counts(looked, one) for one in asked]
    found = [_least(one) for one in counts]
    for at, values in enumerate(asked):
        for over in _published_over(values, declared):
            found[at] = min(found[at], _least(_counts(looked, over) - counts[at]))
        for other, wider in enumerate(asked):
            if other != at and ((wider == values) | (wider == ANY)).all():
                found[at] = min(found[at], _least(counts[other] - counts[at]))
            found[at] = min(found[at], _left_of_parent(looked, values, wider, counts, asked))
        if also is not None:
            found[at] = min(found[at], _least(_counts(also, values)[:2] - counts[at][:2]))
    return [one / looked.repeats for one in found]


def _counts(looked: LookedAt, values: NDArray[np.int32]) -> NDArray[np.float64]:
    """Cases, hits and misses of a group."""
    inside = looked.cube.of_values(values.tolist())
    cases, hits = looked.cube.cases[inside].sum(), looked.cube.hits[inside].sum()
    return np.array([cases, hits, cases - hits])


def _least(counts: NDArray[np.float64]) -> float:
    some = np.abs(counts)[np.abs(counts) > 0.5]
    return float(some.min()) if len(some) else math.inf


def _published_over(values: NDArray[np.int32], declared: int) -> Iterator[NDArray[np.int32]]:
    """Everybody, and every wider group of declared attributes alone."""
    of = [at for at in range(declared) if values[at] != ANY]
    for size in range(len(of) + 1):
        for some in combinations(of, size):
            over = np.full_like(values, ANY)
            over[list(some)] = values[list(some)]
            if (over != values).any():
                yield over


def _left_of_parent(
    looked: LookedAt,
    values: NDArray[np.int32],
    other: NDArray[np.int32],
    counts: list[NDArray[np.float64]],
    asked: list[NDArray[np.int32]],
) -> float:
    """What is left of a parent once all told groups that divide it by one attribute are known."""
    apart = np.flatnonzero(values != other)
    if len(apart) != 1 or values[apart[0]] == ANY or other[apart[0]] == ANY:
        return math.inf
    parent = values.copy()
    parent[apart[0]] = ANY
    left = _counts(looked, parent)
    for one, its in zip(asked, counts, strict=True):
        differs = np.flatnonzero(one != parent)
        if differs.tolist() == apart.tolist():
            left = left - its
    return _least(left)
