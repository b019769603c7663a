"""Roots of many falling functions at once.

Imports numpy and this room only.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from isg_audit.stats.bounds import FloatArray

# A variance below this is lost in rounding: both shares lie at an edge and the hypothesis at the
# estimate, where the score is 0.
LEAST_VARIANCE = 1e-24

# 2**-56 of a span of 80 is below the spacing of doubles near 1.
HALVINGS = 56


def where_falls_to(
    target: float,
    falling: Callable[[FloatArray], FloatArray],
    start: FloatArray,
    end: FloatArray,
) -> FloatArray:
    """Points at which `falling`, elementwise falling, reaches `target`.

    Args:
        target: the value to reach.
        falling: from points to values, any one shape; never called at the ends themselves.
        start: left ends, that shape.
        end: right ends, each at least its left end.

    Returns:
        The points; `start` where the function lies below the target throughout, `end` where it
        lies above. A NaN end gives NaN.
    """
    left, right = start, end
    for _ in range(HALVINGS):
        middle = 0.5 * (left + right)
        above = falling(middle) >= target
        left, right = np.where(above, middle, left), np.where(above, right, middle)
    return 0.5 * (left + right)
