"""How much of a gap at the end of a way each stage on it makes.

Imports numpy and this room only.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import Bounds, FloatArray, checked_counts
from isg_audit.stats.fieller import fieller

NO_GAP = 1e-9
"""A logarithm of the final ratio that is 0 but for rounding."""


class StageShares(NamedTuple):
    """What the stages make of a final ratio, shape (stages,) each.

    Attributes:
        ratio: of the two pass rates of a stage; their product is the final ratio.
        share: of the logarithm of the final ratio that the stage makes; they add up to 1, and one
            below 0 works against the gap. NaN where there is no final ratio, or it is 1.
        limits: of the share; NaN where the final ratio is not told from 1.
    """

    ratio: FloatArray
    share: FloatArray
    limits: Bounds


def stage_shares(
    passed: ArrayLike,
    reached: ArrayLike,
    other_passed: ArrayLike,
    other_reached: ArrayLike,
    confidence: float = 0.95,
) -> StageShares:
    """Which stage makes how much of the ratio between two groups of people at the end.

    Args:
        passed: people of the one group who passed each stage, shape (stages,); they need not be
            whole (effective cases).
        reached: those who had come so far, alike.
        other_passed: of the other group, alike.
        other_reached: alike.
        confidence: a share between 0 and 1.

    Returns:
        ln R = Σ ln R_s; the variances are those of the delta method, 1/passed - 1/reached summed
        over both groups, and the share ln R_s / ln R has Fieller's limits.

    Raises:
        ImpossibleCount: more passed than reached; arrays of several shapes.
    """
    some, every = checked_counts(passed, reached)
    its_some, its_every = checked_counts(other_passed, other_reached)
    if some.ndim != 1 or some.shape != its_some.shape:
        raise ImpossibleCount("Both groups need counts of the same stages.")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (some / every) / (its_some / its_every)
        logs = np.log(ratio)
        variance = 1 / some - 1 / every + 1 / its_some - 1 / its_every
    whole = float(logs.sum())
    if not np.isfinite(whole) or abs(whole) < NO_GAP or not np.isfinite(variance).all():
        nothing = np.full(len(logs), np.nan)
        return StageShares(ratio, nothing, Bounds(nothing, nothing))
    total = float(variance.sum())
    limits = [
        fieller(log, whole, [[part, part], [part, total]], confidence)
        for log, part in zip(logs, np.maximum(variance, 0.0), strict=True)
    ]
    low, high = (np.array([float(one[end]) for one in limits]) for end in (0, 1))
    return StageShares(ratio, logs / whole, Bounds(low, high))
