"""What an interval looks like, and the checks that every count and level passes first.

Imports numpy and `isg_audit.errors` only.
"""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from isg_audit.errors import ImpossibleCount

FloatArray = NDArray[np.float64]

# Sums of fractional weights miss whole numbers by rounding; more than this is a wrong count.
ROUNDING = 1e-9


class Bounds(NamedTuple):
    """Lower and upper limit, arrays of one shape (a numpy float where scalars went in).

    NaN means: not estimable. An infinite `high` is a limit, not a fault.
    """

    low: FloatArray
    high: FloatArray


class Estimate(NamedTuple):
    """A value with its limits, arrays of one shape; NaN where not estimable."""

    value: FloatArray
    low: FloatArray
    high: FloatArray


def plain(numbers: ArrayLike) -> FloatArray:
    """`numbers` as a float array, or as a numpy float where they are one number."""
    return np.asarray(numbers, dtype=np.float64)[()]  # type: ignore[no-any-return, unused-ignore]


def of_one_shape(*arrays: FloatArray) -> tuple[FloatArray, ...]:
    """The arrays, broadcast against each other where their shapes differ."""
    if len({array.shape for array in arrays}) == 1:
        return arrays
    return tuple(np.broadcast_arrays(*arrays))


def checked_counts(hits: ArrayLike, cases: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Hits and cases as float arrays of one shape; a group of nobody becomes NaN in both.

    Args:
        hits: cases in which it happened; need not be whole (effective counts of weighted data).
        cases: cases in all; broadcast against `hits`.

    Returns:
        Hits within 0..cases, and cases above 0. NaN in either gives NaN in both.

    Raises:
        ImpossibleCount: hits below 0 or above cases by more than rounding; negative or infinite
            cases.
    """
    some, every = of_one_shape(
        np.asarray(hits, dtype=np.float64), np.asarray(cases, dtype=np.float64)
    )
    if ((some >= 0) & (some <= every) & (every > 0) & (every < np.inf)).all():
        return some, every  # nothing to mend, as nearly always
    slack = ROUNDING * np.maximum(1.0, every)
    wrong = (some < -slack) | (some > every + slack) | (every < 0) | np.isinf(every)
    if wrong.any():
        where = tuple(int(axis[0]) for axis in np.nonzero(np.atleast_1d(wrong)))
        first_hits, first_cases = np.atleast_1d(some)[where], np.atleast_1d(every)[where]
        raise ImpossibleCount(
            f"{first_hits:g} hits among {first_cases:g} cases at position {where}; "
            f"hits must lie within 0..cases ({int(wrong.sum())} of {wrong.size} do not)."
        )
    every = np.where((every > 0) & ~np.isnan(some), every, np.nan)
    return np.clip(some, 0.0, every), every


def checked_amounts(*amounts: ArrayLike) -> tuple[FloatArray, ...]:
    """Amounts as float arrays of one shape; NaN stays.

    Raises:
        ImpossibleCount: one below 0, or infinite.
    """
    arrays = of_one_shape(*(np.asarray(amount, dtype=np.float64) for amount in amounts))
    for array in arrays:
        wrong = (array < 0) | np.isinf(array)
        if wrong.any():
            raise ImpossibleCount(
                f"{array[wrong].flat[0]:g} where an amount of 0 or more is due "
                f"({int(wrong.sum())} of {wrong.size} are impossible)."
            )
    return arrays


def checked_level(share: float, name: str = "confidence") -> float:
    """`share` as given, if it lies strictly between 0 and 1.

    Raises:
        ImpossibleCount: it does not.
    """
    if not 0.0 < share < 1.0:
        raise ImpossibleCount(f"{name} is {share!r}; it must lie between 0 and 1, both excluded.")
    return float(share)


@lru_cache(maxsize=1024)
def critical_value(confidence: float) -> float:
    """Two-sided normal quantile: 1.959964 for 0.95.

    Raises:
        ImpossibleCount: a confidence outside 0..1.
    """
    return -NormalDist().inv_cdf((1.0 - checked_level(confidence)) / 2.0)
