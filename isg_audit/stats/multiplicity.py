"""Keeping the chance of a false alarm fixed however many groups and metrics are tested.

Correct fails, never passes: a pass needs every group's plain interval. Imports numpy and this
room only; scipy.stats inside the functions that need it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import FloatArray, checked_counts, checked_level


def holm(p: ArrayLike) -> FloatArray:
    """Adjusted p-values that hold the chance of any false alarm: the default for fails.

    Args:
        p: p-values of one declared family, shape (tests,). NaN is no test: it stays NaN and does
            not count. Metrics that are images of one another (FNR, TPR) belong in it once.

    Returns:
        Shape (tests,), in the order given; never below the raw value, at most 1.

    Raises:
        ImpossibleCount: a p-value outside 0..1.

    Source:
        Holm (1979), Scandinavian Journal of Statistics 6:65-70.
    """
    adjusted, made, tested = _made(p)
    order = np.argsort(tested, kind="stable")
    left = len(tested) - np.arange(len(tested))
    stepped = np.minimum(1.0, np.maximum.accumulate(left * tested[order]))
    back = np.empty_like(stepped)
    back[order] = stepped
    adjusted[made] = back
    return adjusted


def benjamini_hochberg(p: ArrayLike) -> FloatArray:
    """Adjusted p-values that hold the share of false alarms among alarms, for screening lists.

    Arguments, missing values and raises as for `holm`. Holds for tests that are independent or
    go together.

    Source:
        Benjamini & Hochberg (1995), JRSS B 57:289-300.
    """
    return _false_discovery(p, "bh")


def benjamini_yekutieli(p: ArrayLike) -> FloatArray:
    """As `benjamini_hochberg`, for tests that go together in whatever way.

    For metrics that share cells (precision and error rates of the same people). More cautious by
    a factor of 1 + 1/2 + ... + 1/tests.

    Source:
        Benjamini & Yekutieli (2001), Annals of Statistics 29:1165-1188.
    """
    return _false_discovery(p, "by")


def bonferroni_confidence(confidence: float, comparisons: int) -> float:
    """Confidence of each of several intervals that makes all of them hold together.

    Args:
        confidence: what all together shall have, between 0 and 1.
        comparisons: how many intervals, at least 1.

    Raises:
        ImpossibleCount: confidence outside 0..1, or fewer than 1 comparison.
    """
    if comparisons < 1:
        raise ImpossibleCount(f"{comparisons} comparisons; there must be at least 1.")
    return 1.0 - (1.0 - checked_level(confidence)) / comparisons


def _false_discovery(p: ArrayLike, method: str) -> FloatArray:
    from scipy.stats import false_discovery_control

    adjusted, made, tested = _made(p)
    if len(tested):
        adjusted[made] = false_discovery_control(tested, method=method)
    return adjusted


def _made(p: ArrayLike) -> tuple[FloatArray, NDArray[np.bool], FloatArray]:
    """An array of NaN to fill, which tests were made, and their p-values."""
    values, _ = checked_counts(np.atleast_1d(np.asarray(p, dtype=np.float64)), 1.0)
    made = ~np.isnan(values)
    return np.full(values.shape, np.nan), made, values[made]
