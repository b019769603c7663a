"""Levels at which several intervals hold together, less cautious than Bonferroni's.

Each function gives the confidence that a single interval needs, so that any interval of this room
can be used with it. Imports numpy and this room only; scipy inside the functions that need it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import FloatArray, checked_amounts, checked_level, critical_value

# Gauss-Hermite nodes; 64 give the chance to 1e-10.
NODES = 64
# No comparator's variance may be all of a comparison's, or the integrand becomes a step.
MOST_SHARED = 0.999


def sidak_confidence(confidence: float, comparisons: int) -> float:
    """Confidence of each of several intervals that makes all of them hold together.

    Args:
        confidence: what all together shall have, between 0 and 1.
        comparisons: how many intervals, at least 1.

    Exact for independent intervals; never too low for two-sided ones of jointly normal estimates.
    A little below `bonferroni_confidence`, which asks nothing of how estimates go together.

    Raises:
        ImpossibleCount: confidence outside 0..1, or fewer than 1 comparison.

    Source:
        Sidak (1967), JASA 62:626-633.
    """
    if comparisons < 1:
        raise ImpossibleCount(f"{comparisons} comparisons; there must be at least 1.")
    return float(checked_level(confidence) ** (1.0 / comparisons))


def common_comparator_confidence(
    variances: ArrayLike, comparator_variance: float, confidence: float = 0.95
) -> float:
    """The same for groups held against one and the same comparator (Dunnett, max-T).

    Args:
        variances: squared standard error of each group's estimate, shape (groups,). NaN is no
            comparison.
        comparator_variance: squared standard error of the comparator's estimate.
        confidence: what all intervals together shall have.

    Returns:
        Confidence for each. The comparisons go together since all hold the comparator's chance
        error, so that less is needed than for as many separate ones. Approximately normal
        estimates; for few cases use `bonferroni_confidence`. NaN without a comparison.

    Raises:
        ImpossibleCount: a negative or infinite variance; confidence outside 0..1.

    Source:
        Dunnett (1955), JASA 50:1096-1121; Hothorn, Bretz & Westfall (2008), Biometrical Journal
        50:346-363.
    """
    (own,) = checked_amounts(np.atleast_1d(np.asarray(variances, dtype=np.float64)))
    (shared,) = checked_amounts(comparator_variance)
    level = checked_level(confidence)
    own = own[~np.isnan(own) & (own + shared > 0)]
    if len(own) == 0 or np.isnan(shared):
        return float("nan")
    pull = np.sqrt(np.minimum(shared / (shared + own), MOST_SHARED))[:, None]
    alone = np.sqrt(1.0 - pull**2)

    def all_within(critical: float) -> float:
        from scipy.special import ndtr

        at, weight = _nodes()
        inside = ndtr((critical - pull * at) / alone) - ndtr((-critical - pull * at) / alone)
        return float((weight * inside.prod(axis=0)).sum())

    return _confidence_of(all_within, level, len(own))


def all_pairs_confidence(groups: int, confidence: float = 0.95) -> float:
    """The same for every pair of several groups (Tukey, Kramer).

    Args:
        groups: how many groups, at least 2.
        confidence: what all pairs together shall have.

    Returns:
        Confidence for each pair. Exact for normal estimates of equal precision, and cautious
        where precision differs.

    Raises:
        ImpossibleCount: fewer than 2 groups; confidence outside 0..1.

    Source:
        Kramer (1956), Biometrics 12:307-310; Hayter (1984), Annals of Statistics 12:61-75.
    """
    if groups < 2:
        raise ImpossibleCount(f"{groups} groups; a pair needs 2.")

    def all_within(critical: float) -> float:
        from scipy.special import ndtr

        at, weight = _nodes()
        below = ndtr(at + critical * np.sqrt(2.0)) - ndtr(at)
        return float(groups * (weight * below ** (groups - 1)).sum())

    return _confidence_of(all_within, checked_level(confidence), groups * (groups - 1) // 2)


def _confidence_of(all_within: Callable[[float], float], level: float, comparisons: int) -> float:
    """Confidence of the critical value at which all hold together with chance `level`."""
    from scipy.optimize import brentq
    from scipy.special import ndtr

    if comparisons == 1:
        return level
    least, most = critical_value(level), critical_value(sidak_confidence(level, comparisons))
    critical = brentq(lambda at: all_within(at) - level, least, most + 1e-6, xtol=1e-10)
    return float(2.0 * ndtr(critical) - 1.0)


@lru_cache(maxsize=1)
def _nodes() -> tuple[FloatArray, FloatArray]:
    """Where to evaluate an expectation over a standard normal, and how much each weighs."""
    at, weight = np.polynomial.hermite_e.hermegauss(NODES)
    return at, weight / weight.sum()
