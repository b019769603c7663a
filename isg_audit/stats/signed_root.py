"""How far a group lies from everybody else, and what to expect of it once it is picked.

Imports numpy and this room only; scipy inside the functions.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.stats.bounds import FloatArray, plain


def signed_root(
    hits: ArrayLike, cases: ArrayLike, all_hits: ArrayLike, all_cases: ArrayLike
) -> FloatArray:
    """Signed root of the likelihood ratio that a group's share is that of everybody else.

    Like a z in the middle, and nearer to normal in the tails: where hits are rare, z is far too
    large in small groups, and the critical value of a search would be theirs alone.

    Args:
        hits: of the group; all four broadcast.
        cases: of the group, who are among everybody.
        all_hits: of everybody.
        all_cases: of everybody.

    Returns:
        Above 0 where it happens to the group more often. 0 where nobody, or everybody, was hit.

    Source:
        Wilks (1938), Annals of Mathematical Statistics 9:60-62.
    """
    from scipy.special import xlogy

    k, n, all_k, every = (
        np.asarray(one, dtype=float) for one in (hits, cases, all_hits, all_cases)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        share = all_k / every
        expected, misses = n * share, n * (1 - share)
        rest, rest_expected = all_k - k, (every - n) * share
        rest_misses, others = (every - n) - rest, (every - n) * (1 - share)
        deviance = (
            xlogy(k, k / expected)
            + xlogy(n - k, (n - k) / misses)
            + xlogy(rest, rest / rest_expected)
            + xlogy(rest_misses, rest_misses / others)
        )
    root = np.sqrt(np.maximum(np.nan_to_num(2 * deviance), 0.0))
    return plain(np.where(k >= expected, root, -root))


def pooled_z(
    hits: ArrayLike, cases: ArrayLike, all_hits: ArrayLike, all_cases: ArrayLike
) -> FloatArray:
    """Standardised difference between a group and everybody else, given the margins.

    Arguments as for `signed_root`. NaN where nobody, or everybody, was hit.

    Source:
        Westfall & Young (1993), Resampling-Based Multiple Testing.
    """
    k, n, all_k, every = (
        np.asarray(one, dtype=float) for one in (hits, cases, all_hits, all_cases)
    )
    share = all_k / every
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(n * share * (1 - share) * (every - n) / (every - 1))
        return plain((k - n * share) / np.where(spread > 0, spread, np.nan))


def _floats(numbers: ArrayLike) -> FloatArray:
    return np.asarray(numbers, dtype=np.float64)


def allowed_for(score: float, critical: float) -> float:
    """The difference to expect of a group that was picked for being beyond `critical`.

    Picked groups look further out than they are. The likeliest difference, given that one beyond
    the critical value was seen, lies nearer to 0.

    Args:
        score: in standard errors, beyond `critical` in size.
        critical: above 0.

    Returns:
        In standard errors, between 0 and `score`.

    Source:
        Zhong & Prentice (2008), Biostatistics 9:621-634.
    """
    from scipy.optimize import brentq
    from scipy.special import ndtr

    seen = abs(score)

    def slope(mean: float) -> float:
        density = math.exp(-((critical - mean) ** 2) / 2) - math.exp(-((critical + mean) ** 2) / 2)
        beyond = ndtr(mean - critical) + ndtr(-critical - mean)
        return float(seen - mean - density / math.sqrt(2 * math.pi) / beyond)

    if seen <= critical or slope(0.0) <= 0:
        return 0.0
    return math.copysign(float(brentq(slope, 0.0, seen)), score)
