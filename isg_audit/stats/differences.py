"""Intervals for the difference of two shares, of separate groups or of the same cases twice.

Imports numpy and this room only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.stats.bisection import LEAST_VARIANCE, where_falls_to
from isg_audit.stats.bounds import (
    Bounds,
    FloatArray,
    checked_amounts,
    checked_counts,
    critical_value,
    plain,
)
from isg_audit.stats.combination import difference_of
from isg_audit.stats.proportions import wilson


def newcombe(
    hits: ArrayLike,
    cases: ArrayLike,
    other_hits: ArrayLike,
    other_cases: ArrayLike,
    confidence: float = 0.95,
) -> Bounds:
    """Hybrid score interval of share minus other share: the default for gaps.

    Args:
        hits: hits of the group, any shape; all four broadcast.
        cases: cases of the group; 0 give NaN.
        other_hits: hits of the comparator, who must be other people than the group ("everybody"
            holds the group itself: compare with everybody else).
        other_cases: cases of the comparator; 0 give NaN.
        confidence: a share between 0 and 1.

    Returns:
        Limits from -1 to 1. Closed form, never fails.

    Raises:
        ImpossibleCount: hits outside 0..cases; confidence outside 0..1.

    Weights: hand in effective counts (see `effective_cases`); NaN in, NaN out.

    Source:
        Newcombe (1998), Statistics in Medicine 17:873-890, method 10.
    """
    some, every = checked_counts(hits, cases)
    others_some, others_every = checked_counts(other_hits, other_cases)
    low, high = difference_of(
        some / every,
        *wilson(some, every, confidence),
        others_some / others_every,
        *wilson(others_some, others_every, confidence),
    )
    return Bounds(plain(np.clip(low, -1.0, 1.0)), plain(np.clip(high, -1.0, 1.0)))


def difference_score(
    hits: ArrayLike,
    cases: ArrayLike,
    other_hits: ArrayLike,
    other_cases: ArrayLike,
    difference: ArrayLike,
) -> FloatArray:
    """Score statistic of the hypothesis that the shares differ by `difference`.

    About standard normal when the hypothesis holds; positive when the observed difference lies
    above it. Belongs to `miettinen_nurminen`: the limits are the differences at which it equals
    the critical value. Arguments as for `newcombe`; `difference` lies strictly between -1 and 1.
    NaN where both groups together hold one case or none.

    Source:
        Miettinen & Nurminen (1985), Statistics in Medicine 4:213-226.
    """
    counts = _two_groups(hits, cases, other_hits, other_cases)
    return plain(_difference_score(*counts, plain(difference)))


def miettinen_nurminen(
    hits: ArrayLike,
    cases: ArrayLike,
    other_hits: ArrayLike,
    other_cases: ArrayLike,
    confidence: float = 0.95,
) -> Bounds:
    """Score interval of share minus other share, by inverting `difference_score`.

    For when a test at a margin is quoted beside the interval, so that both agree. Arguments,
    raises, weights and missing values as for `newcombe`. Near 0 and 1 the two intervals differ:
    choose the rule before the data.

    Returns:
        Limits from -1 to 1.

    Source:
        Miettinen & Nurminen (1985), Statistics in Medicine 4:213-226.
    """
    some, every, others_some, others_every = _two_groups(hits, cases, other_hits, other_cases)
    z = critical_value(confidence)
    observed = some / every - others_some / others_every

    def score(difference: FloatArray) -> FloatArray:
        return _difference_score(some, every, others_some, others_every, difference)

    floor = np.where(np.isnan(observed), np.nan, -1.0)
    low = where_falls_to(z, score, floor, observed)
    high = where_falls_to(-z, score, observed, -floor)
    return Bounds(plain(low), plain(high))


def newcombe_paired(
    both: ArrayLike,
    first_only: ArrayLike,
    second_only: ArrayLike,
    neither: ArrayLike,
    confidence: float = 0.95,
) -> Bounds:
    """Interval of first share minus second share when each case was tried both ways.

    Args:
        both: pairs with a hit both times, any shape; all four broadcast.
        first_only: pairs with a hit the first time only (e.g. the one tester was invited).
        second_only: pairs with a hit the second time only.
        neither: pairs without a hit. Four zeros give NaN.
        confidence: a share between 0 and 1.

    Returns:
        Limits from -1 to 1 for (first_only - second_only) / pairs.

    Raises:
        ImpossibleCount: a negative or infinite count; confidence outside 0..1.

    Source:
        Newcombe (1998), Statistics in Medicine 17:2635-2650, method 10 (with the continuity
        correction of the correlation).
    """
    a, b, c, d = checked_amounts(both, first_only, second_only, neither)
    pairs = a + b + c + d
    first, second = wilson(a + b, pairs, confidence), wilson(a + c, pairs, confidence)
    pairs = np.where(pairs > 0, pairs, np.nan)
    one, two = (a + b) / pairs, (a + c) / pairs
    together = _correlation(a, b, c, d)

    def reach(near: FloatArray, far: FloatArray) -> FloatArray:
        return plain(np.sqrt(np.maximum(near**2 - 2.0 * together * near * far + far**2, 0.0)))

    low = one - two - reach(one - first.low, second.high - two)
    high = one - two + reach(first.high - one, two - second.low)
    return Bounds(plain(np.clip(low, -1.0, 1.0)), plain(np.clip(high, -1.0, 1.0)))


def _two_groups(
    hits: ArrayLike, cases: ArrayLike, other_hits: ArrayLike, other_cases: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    some, every, others_some, others_every = np.broadcast_arrays(
        *checked_counts(hits, cases), *checked_counts(other_hits, other_cases)
    )
    return some, every, others_some, others_every


def _correlation(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> FloatArray:
    """Newcombe's corrected phi of a fourfold table; 0 where a margin is empty."""
    margins = np.sqrt((a + b) * (c + d) * (a + c) * (b + d))
    cross = a * d - b * c
    cross = np.where(cross > 0, np.maximum(cross - (a + b + c + d) / 2.0, 0.0), cross)
    return np.where(margins > 0, cross / np.where(margins > 0, margins, 1.0), 0.0)


def _difference_score(
    x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, difference: FloatArray
) -> FloatArray:
    share = _restricted_share(x1, n1, x2, n2, difference)
    other = np.clip(share - difference, 0.0, 1.0)
    total = n1 + n2
    correction = total / np.where(total > 1, total - 1.0, np.nan)
    variance = correction * (share * (1.0 - share) / n1 + other * (1.0 - other) / n2)
    return (x1 / n1 - x2 / n2 - difference) / np.sqrt(np.maximum(variance, LEAST_VARIANCE))


def _restricted_share(
    x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, difference: FloatArray
) -> FloatArray:
    """First group's share of greatest likelihood when the shares differ by `difference`.

    The root of Miettinen & Nurminen's cubic for the second share, by its trigonometric form.
    """
    total = n1 + n2
    second = ((n1 + 2.0 * n2) * difference - total - x1 - x2) / (3.0 * total)
    first = ((n2 * difference - total - 2.0 * x2) * difference + x1 + x2) / total
    zeroth = x2 * difference * (1.0 - difference) / total
    turn = second**3 - second * first / 2.0 + zeroth / 2.0
    spread = np.copysign(np.sqrt(np.maximum(second**2 - first / 3.0, 0.0)), turn)
    flat = spread == 0
    cosine = np.clip(turn / np.where(flat, 1.0, spread) ** 3, -1.0, 1.0)
    root = 2.0 * spread * np.cos((np.pi + np.arccos(cosine)) / 3.0) - second
    least, most = np.maximum(0.0, -difference), np.minimum(1.0, 1.0 - difference)
    other = np.clip(root, least, most)
    # The cosine loses the small roots of rare events; Newton's steps find them again.
    for _ in range(8):
        value = ((other + 3.0 * second) * other + first) * other + zeroth
        slope = (3.0 * other + 6.0 * second) * other + first
        step = np.where(slope < 0, value / np.where(slope < 0, slope, 1.0), 0.0)
        other = np.clip(other - step, least, most)
    return plain(np.clip(other + difference, 0.0, 1.0))
