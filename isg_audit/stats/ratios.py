"""Intervals for the ratio of two shares (the impact ratio).

Imports numpy and this room only. The score limits are roots of a cubic, without a search.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.stats.bisection import LEAST_VARIANCE
from isg_audit.stats.bounds import (
    Bounds,
    FloatArray,
    checked_counts,
    critical_value,
    of_one_shape,
    plain,
)

# Newton's steps double the digits from a start within a small factor; none needs as many.
MOST_STEPS = 60


def score_ratio(
    hits: ArrayLike,
    cases: ArrayLike,
    other_hits: ArrayLike,
    other_cases: ArrayLike,
    confidence: float = 0.95,
) -> Bounds:
    """Score interval of share over other share: the default for impact ratios.

    Args:
        hits: hits of the group, any shape; all four broadcast.
        cases: cases of the group; 0 give NaN.
        other_hits: hits of the comparator, who must be other people than the group.
        other_cases: cases of the comparator; 0 give NaN.
        confidence: a share between 0 and 1.

    Returns:
        Limits from 0 to infinity. `low` is 0 for a group without hits, `high` infinite for a
        comparator without hits; NaN where neither has any (0/0), and where both groups together
        hold one case or less.

    Raises:
        ImpossibleCount: hits outside 0..cases; confidence outside 0..1.

    Weights: hand in effective counts (see `effective_cases`); NaN in, NaN out. The ratio depends
    on the framing (approvals .78, denials 3.2 for one table): show both, and the difference.

    Source:
        Miettinen & Nurminen (1985), Statistics in Medicine 4:213-226; that the limits are roots
        of a cubic: Nam (1995), Biometrics 51:1101-1105.
    """
    x1, n1, x2, n2 = _two_groups(hits, cases, other_hits, other_cases)
    estimable = (x1 > 0) | (x2 > 0)
    total = n1 + n2
    corrected = critical_value(confidence) ** 2 * total / np.where(total > 1, total - 1.0, np.nan)
    some = np.where(estimable, [x1, x2], np.nan)
    # Swapping the groups turns the upper limit into one over the lower.
    low, turned_high = _lower_limit(some, np.array([n1, n2]), some[::-1], corrected)
    with np.errstate(divide="ignore"):
        return Bounds(plain(low), plain(1.0 / turned_high))


def ratio_score(
    hits: ArrayLike,
    cases: ArrayLike,
    other_hits: ArrayLike,
    other_cases: ArrayLike,
    ratio: ArrayLike,
) -> FloatArray:
    """Score statistic of the hypothesis that share over other share equals `ratio`.

    About standard normal when the hypothesis holds; negative when the observed ratio lies below
    it. Belongs to `score_ratio`. Arguments as there; `ratio` is above 0.

    Source:
        Miettinen & Nurminen (1985), Statistics in Medicine 4:213-226.
    """
    return plain(_ratio_score(*_two_groups(hits, cases, other_hits, other_cases), plain(ratio)))


def katz(
    hits: ArrayLike,
    cases: ArrayLike,
    other_hits: ArrayLike,
    other_cases: ArrayLike,
    confidence: float = 0.95,
) -> Bounds:
    """Log-normal interval of share over other share, to compare with what others print.

    Arguments, raises and weights as for `score_ratio`. Wrong below about five hits in either
    group, and without width where both have nothing but hits: no verdict should rest on it.

    Returns:
        Limits above 0; NaN where either group has no hits.

    Source:
        Katz, Baptista, Azen & Pike (1978), Biometrics 34:469-474.
    """
    x1, n1, x2, n2 = _two_groups(hits, cases, other_hits, other_cases)
    z = critical_value(confidence)
    x1, x2 = np.where(x1 > 0, x1, np.nan), np.where(x2 > 0, x2, np.nan)
    centre = np.log(x1 / n1) - np.log(x2 / n2)
    reach = z * np.sqrt((n1 - x1) / (n1 * x1) + (n2 - x2) / (n2 * x2))
    return Bounds(plain(np.exp(centre - reach)), plain(np.exp(centre + reach)))


def _two_groups(
    hits: ArrayLike, cases: ArrayLike, other_hits: ArrayLike, other_cases: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    x1, n1, x2, n2 = of_one_shape(
        *checked_counts(hits, cases), *checked_counts(other_hits, other_cases)
    )
    return x1, n1, x2, n2


def _ratio_score(
    x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, ratio: FloatArray
) -> FloatArray:
    total, hits = n1 + n2, x1 + x2
    linear = n1 * ratio + x1 + n2 + x2 * ratio
    # The comparator's share of greatest likelihood, as the root that does not cancel.
    other = 2.0 * hits / (linear + np.sqrt(np.maximum(linear**2 - 4 * total * ratio * hits, 0.0)))
    other = np.minimum(other, 1.0)
    share = np.minimum(other * ratio, 1.0)
    correction = total / np.where(total > 1, total - 1.0, np.nan)
    variance = share * (1.0 - share) / n1 + ratio**2 * other * (1.0 - other) / n2
    return (x1 / n1 - ratio * x2 / n2) / np.sqrt(np.maximum(correction * variance, LEAST_VARIANCE))


def _lower_limit(
    hits: FloatArray, cases: FloatArray, other_hits: FloatArray, target: FloatArray
) -> FloatArray:
    """Lower limit of share over other share, in arrays of shape (2, ...): each way round.

    Under a ratio below the observed one, the shares of greatest likelihood lose and gain the same
    `moved` hits and cases: (x - moved) / (n - moved) and (y + moved) / (m + moved). Their chi
    square, moved^2 (A / (x - moved) + B / (y + moved)) with A and B the shares of misses, meets the
    target where a cubic in v = (x - moved) / moved has its one root above 0. No term of this form
    cancels, so that rare events keep their digits.
    """
    x, n, y, m = hits, cases, other_hits, cases[::-1]
    misses, other_misses, both = (n - x) / n, (m - y) / m, x + y
    first, second = target * y, target * (both + y)
    third = x * (misses * y + other_misses * x) - target * both
    fourth = misses * both * x
    v = _root(first, second, third, fourth)
    moved = x / (1.0 + v)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Where the group has nothing but hits, its share may still fall below 1: the limit of the
        # other term.
        odds_against = np.where(
            misses > 0, (n - x) * (1.0 + v) / (v * x), np.maximum(-third, 0.0) / (both * x)
        )
        lower: FloatArray = (m + moved) / (y + moved) / (1.0 + odds_against)
    return lower


def _root(
    first: FloatArray, second: FloatArray, third: FloatArray, fourth: FloatArray
) -> FloatArray:
    """The root above 0 of first v^3 + second v^2 = third v + fourth; 0 where there is none.

    All but `third` are 0 or more, and `second` is above 0: the cubic is convex, so that Newton's
    steps fall to the root from any start above it.
    """
    length = np.sqrt(third**2 + 4.0 * second * fourth)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Two starts that lie above the root: without the first term, and without the second.
        quadratic = np.where(
            third > 0, (third + length) / (2.0 * second), 2.0 * fourth / (length - third)
        )
        cubic = np.sqrt(np.maximum(third, 0.0) / first) + np.cbrt(fourth / first)
    v = np.where(first > 0, np.fmin(quadratic, cubic), quadratic)
    for _ in range(MOST_STEPS):
        value = ((first * v + second) * v - third) * v - fourth
        slope = (3.0 * first * v + 2.0 * second) * v - third
        step = np.divide(value, slope, out=np.zeros_like(v), where=slope > 0)
        v = v - step
        if not (np.abs(step) > 1e-14 * v).any():
            break
    return v
