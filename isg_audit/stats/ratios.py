"""Intervals for the ratio of two shares (the impact ratio).

Imports numpy and this room only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.stats.bisection import LEAST_VARIANCE, where_falls_to
from isg_audit.stats.bounds import Bounds, FloatArray, checked_counts, critical_value, plain

# The search stops at ratios of e**-40 and e**40, beyond any count that a census could give.
SPAN = 40.0


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
        comparator without hits; NaN where neither has any (0/0).

    Raises:
        ImpossibleCount: hits outside 0..cases; confidence outside 0..1.

    Weights: hand in effective counts (see `effective_cases`); NaN in, NaN out. The ratio depends
    on the framing (approvals .78, denials 3.2 for one table): show both, and the difference.

    Source:
        Miettinen & Nurminen (1985), Statistics in Medicine 4:213-226.
    """
    x1, n1, x2, n2 = _two_groups(hits, cases, other_hits, other_cases)
    z = critical_value(confidence)
    estimable = (x1 > 0) | (x2 > 0)
    x1, x2 = np.where(estimable, x1, np.nan), np.where(estimable, x2, np.nan)
    none, others_none = x1 == 0, x2 == 0
    centre = np.log(np.where(none, 1.0, x1 / n1)) - np.log(np.where(others_none, 1.0, x2 / n2))

    def score(log_ratio: FloatArray) -> FloatArray:
        return _ratio_score(x1, n1, x2, n2, np.exp(log_ratio))

    low = where_falls_to(z, score, centre - SPAN, np.where(others_none, centre + SPAN, centre))
    high = where_falls_to(-z, score, np.where(none, centre - SPAN, centre), centre + SPAN)
    return Bounds(
        plain(np.where(none, 0.0, np.exp(low))), plain(np.where(others_none, np.inf, np.exp(high)))
    )


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
    x1, n1, x2, n2 = np.broadcast_arrays(
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
