"""Limits of a ratio of two sums of the same people's parts, either of which may be negative.

Imports numpy and this room only.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import Bounds, critical_value, plain


def fieller(
    top: float, bottom: float, covariance: ArrayLike, confidence: float = 0.95
) -> Bounds:  # fmt: skip
    """Interval of `top / bottom` of two estimates that go together.

    Args:
        top: estimate above the line.
        bottom: estimate below it.
        covariance: of the two, shape (2, 2).
        confidence: a share between 0 and 1.

    Returns:
        Limits in any unit; NaN where `bottom` is not told from 0 at this confidence, since the
        ratio may then be anything.

    Raises:
        ImpossibleCount: a negative variance; confidence outside 0..1.

    Source:
        Fieller (1954), JRSS B 16:175-185.
    """
    spread = np.asarray(covariance, dtype=np.float64)
    if spread.shape != (2, 2) or spread[0, 0] < 0 or spread[1, 1] < 0:
        raise ImpossibleCount("Two variances of 0 or more and a covariance are needed.")
    reach = critical_value(confidence) ** 2
    open_by = bottom**2 - reach * spread[1, 1]
    if not open_by > 0:
        return Bounds(plain(math.nan), plain(math.nan))
    middle = top * bottom - reach * spread[0, 1]
    inside = middle**2 - open_by * (top**2 - reach * spread[0, 0])
    half = math.sqrt(max(0.0, inside))
    return Bounds(plain((middle - half) / open_by), plain((middle + half) / open_by))
