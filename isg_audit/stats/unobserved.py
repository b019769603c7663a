"""Sharp bounds on shares of groups that nobody recorded, from chances by stratum.

Of a stratum (people of equal signals) only the share that is of a group is known, not who. Imports
numpy and this room only.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.allocation import Extremes, Vertex
from isg_audit.stats.bounds import Bounds, FloatArray, checked_amounts, critical_value, plain


class Counts(NamedTuple):
    """Cases of each stratum, the last axis: with a hit, with a miss, and with neither."""

    hits: FloatArray
    misses: FloatArray
    others: FloatArray

    @property
    def every(self) -> FloatArray:
        """All cases."""
        return plain(self.hits + self.misses + self.others)


def frechet_extremes(
    chance: ArrayLike,
    counts: Counts,
    free_hits: ArrayLike = 0.0,
    free_misses: ArrayLike = 0.0,
    unit: ArrayLike | None = None,
) -> Extremes:
    """The least and the greatest share of hits that a group can have.

    In a stratum where a share a is of the group and a share y has a hit, from max(0, a + y - 1)
    to min(a, y) are both: nothing further is known. Among hits and misses, the greatest share is
    that of the group filled from the hits, then from cases with neither, then from misses. The
    extremes of one group are reached together with the opposite ones of another and of everybody
    else, so bounds of differences and ratios come from the same two vertices and are sharp.

    Args:
        chance: share of each stratum that is of the group, shape (..., strata).
        counts: cases of each stratum, alike.
        free_hits: hits of people of whom no chance is known: they may all be of the group, or none.
        free_misses: misses of the same.
        unit: cases that one independent case stands for, by stratum (1 where none repeats and
            none is weighted): then the extremes are moved outwards by what sampling takes from a
            minimum near its corner (see `_allowance`). None: as the counts have it.

    Returns:
        Hits and cases (hits and misses) of the group at both extremes, shape (...).

    Raises:
        ImpossibleCount: negative counts, chances outside 0..1.

    Source:
        Kallus, Mao & Zhou (2022), Management Science 68:1959-1981; the bounds of Frechet.
    """
    a = np.asarray(chance, dtype=float)
    if not ((a >= 0) & (a <= 1 + 1e-9)).all():
        raise ImpossibleCount("A chance is missing or lies outside 0..1.")
    hits, misses, others = checked_amounts(*counts)
    every = hits + misses + others
    of = np.minimum(a, 1.0) * every
    loose = checked_amounts(free_hits)[0], checked_amounts(free_misses)[0]
    in_all = of.sum(axis=-1)
    top = np.minimum(of, hits).sum(axis=-1)
    most_misses = np.minimum(of, misses).sum(axis=-1)
    bottom = np.maximum(of - misses - others, 0.0).sum(axis=-1)
    rest = np.maximum(of - hits - others, 0.0).sum(axis=-1)
    if unit is not None:
        # On the sums, not in each stratum: there the ends of 0..`of` would take it away again.
        def allowed(corner: FloatArray, counted: FloatArray) -> FloatArray:
            return plain(_allowance(of - corner, counted, every, unit).sum(axis=-1))

        top = np.minimum(top + allowed(hits, hits), in_all)
        most_misses = np.minimum(most_misses + allowed(misses, misses), in_all)
        bottom = np.maximum(bottom - allowed(misses + others, hits), 0.0)
        rest = np.maximum(rest - allowed(hits + others, misses), 0.0)
    least_hits, least_misses = bottom, most_misses + loose[1]
    most_hits, few_misses = top + loose[0], rest
    return Extremes(
        Vertex(plain(least_hits), plain(least_hits + least_misses)),
        Vertex(plain(most_hits), plain(most_hits + few_misses)),
    )


def _allowance(
    beyond: FloatArray, counted: FloatArray, every: FloatArray, unit: ArrayLike
) -> FloatArray:
    """How much less than the truth a minimum of a count and a fixed number is found on average.

    For a count that is about normal with standard deviation s, and lies d standard deviations from
    the corner, that is s x (phi(d) - d Phi(-d)). How far the truth lies from the corner is only
    known up to chance: it is taken for three standard deviations nearer than found.
    """
    from scipy.special import ndtr

    one = np.asarray(unit, dtype=float)
    share = (counted + one) / (every + 2.0 * one)
    error = np.sqrt(one * (every + 2.0 * one) * share * (1.0 - share))
    away = np.maximum(np.abs(beyond) / error - 3.0, 0.0)
    lost = np.exp(-(away**2) / 2.0) / np.sqrt(2.0 * np.pi) - away * ndtr(-away)
    return plain(np.where(every > 0, error * lost, 0.0))


def others_of(extremes: Extremes, hits: ArrayLike, cases: ArrayLike) -> Extremes:
    """Everybody else at the opposite extremes: `least` is when the group itself is at its most.

    Args:
        extremes: of the group.
        hits: hits in all, people of unknown signals among them.
        cases: hits and misses in all.
    """
    some, every = np.asarray(hits, dtype=float), np.asarray(cases, dtype=float)
    least, most = extremes
    return Extremes(
        Vertex(plain(np.maximum(some - most.hits, 0.0)), plain(every - most.cases)),
        Vertex(plain(np.maximum(some - least.hits, 0.0)), plain(every - least.cases)),
    )


def merged_strata(
    chances: ArrayLike, cases: ArrayLike, least: float, steps: int = 20
) -> NDArray[np.intp]:
    """Which strata to put together so that none is small; small ones go with alike chances.

    In a stratum of few people the share of hits is found near 0 or 1 by chance, and bounds from it
    would be far too narrow: of one person the hit is known, so the bounds would shrink to one
    number. Bounds from merged strata are wider, and right.

    Args:
        chances: shape (strata, groups): of the group that is looked at, then of another, if any.
        cases: cases of each stratum, shape (strata,).
        least: cases that a stratum must have to stand alone or together.
        steps: bands of the first chance within which strata are ordered by the second.

    Returns:
        For each stratum a number from 0, the same for those put together, shape (strata,).
    """
    a, n = np.asarray(chances, dtype=float), np.asarray(cases, dtype=float)
    place = np.full(len(n), -1, dtype=np.intp)
    alone = np.flatnonzero(n >= least)
    place[alone] = np.arange(len(alone))
    small = np.flatnonzero(n < least)
    if not len(small):
        return place
    later = a[small, 1] if a.shape[1] > 1 else a[small, 0]
    order = small[np.lexsort((later, np.floor(a[small, 0] * steps)))]
    running = np.cumsum(n[order])
    # Twice as far from one start to the next: each is below `least`, so no part falls short of it.
    groups = np.floor((running - n[order]) / (2.0 * least)).astype(np.intp)
    groups = np.minimum(groups, max(int(running[-1] // (2.0 * least)) - 1, 0))
    place[order] = len(alone) + np.unique(groups, return_inverse=True)[1]
    if running[-1] < least and len(alone):
        mean = float(n[order] @ a[order, 0] / max(float(running[-1]), 1e-300))
        place[order] = int(np.argmin(np.abs(a[alone, 0] - mean)))
    return place


def drawn_limits(
    least: ArrayLike,
    most: ArrayLike,
    drawn_least: ArrayLike,
    drawn_most: ArrayLike,
    confidence: float = 0.95,
    widen: float = 1.0,
) -> Bounds:
    """Limits around bounds from what a bootstrap of the counts gives.

    Normal limits with the standard errors of the replicates; the whole range between the bounds
    is covered, not only the true value within it. The bounds handed in have to allow for what
    sampling takes from a minimum (`unit` of `frechet_extremes`): the ends of a percentile interval
    would lie too far inside, twice.

    Args:
        least: lower bound, a number.
        most: upper bound.
        drawn_least: the lower bound in each replicate, shape (replicates,).
        drawn_most: the upper bound in each replicate.
        confidence: a share between 0 and 1.
        widen: factor of the standard errors, above 1 where cases repeat.

    Returns:
        Two numbers; infinite where an end or more than 1 % of its replicates are.

    Raises:
        ImpossibleCount: fewer than two replicates.
    """
    low, high = float(np.asarray(least)), float(np.asarray(most))
    below, above = np.asarray(drawn_least, dtype=float), np.asarray(drawn_most, dtype=float)
    if len(below) < 2 or len(above) < 2:
        raise ImpossibleCount("A bootstrap needs two replicates or more.")
    ends = []
    for value, drawn in ((low, below), (high, above)):
        kept = drawn[np.isfinite(drawn)]
        if not np.isfinite(value) or len(kept) < 0.99 * len(drawn):
            ends.append(np.nan)
        else:
            ends.append(widen * float(kept.std(ddof=1)))
    low_error, high_error = ends
    z = critical_value(confidence)
    return Bounds(
        plain(low - z * low_error if np.isfinite(low_error) else -np.inf),
        plain(high + z * high_error if np.isfinite(high_error) else np.inf),
    )
