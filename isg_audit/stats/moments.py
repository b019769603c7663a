"""Intervals for means and their differences, from sums alone.

Imports numpy and this room only; scipy.special inside the functions that need it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import (
    Bounds,
    FloatArray,
    checked_amounts,
    checked_level,
    critical_value,
    plain,
)

# A spread below this part of the mean square is lost in the rounding of the sums.
RESOLUTION = 1e-13


class _Mean(NamedTuple):
    value: FloatArray
    variance: FloatArray
    freedom: FloatArray


def mean_interval(
    total: ArrayLike, total_of_squares: ArrayLike, cases: ArrayLike, confidence: float = 0.95
) -> Bounds:
    """Student's t interval of a mean.

    Args:
        total: sum of the values, any shape; all three broadcast.
        total_of_squares: sum of the squared values.
        cases: how many values.
        confidence: a share between 0 and 1.

    Returns:
        Limits in the unit of the values; they may leave the range the values have. NaN for fewer
        than 2 cases, and where all values are equal: without spread in the sample nothing is
        known about the spread among people, and a limit of no width would decide anything.

    Raises:
        ImpossibleCount: negative cases or sum of squares; a sum greater than its squares allow.

    Weights: hand in effective cases, and the weighted means of values and squares times them.
    Skewed values with fewer than 30 cases: a bootstrap on rows is safer.

    Source:
        Student (1908), Biometrika 6:1-25.
    """
    mean = _mean(total, total_of_squares, cases)
    reach = _t_quantile(mean.freedom, confidence) * np.sqrt(mean.variance)
    return Bounds(plain(mean.value - reach), plain(mean.value + reach))


def mean_square_interval(
    total: ArrayLike, total_of_squares: ArrayLike, cases: ArrayLike, confidence: float = 0.95
) -> Bounds:
    """Interval of a mean of squares, or of other amounts above 0 of which a few are large.

    Arguments, missing values, raises and weights as for `mean_interval`, of the squares: their sum,
    the sum of their squares (the fourth powers), and cases.

    Returns:
        Limits above 0, symmetric on the log scale about a mean that is corrected upwards by what
        a sample without one of its large squares lacks. Holds for errors of normal or lighter
        tails from 20 cases, where Student's t holds 89 % instead of 95; with heavy tails
        (Laplace's) it needs 200.

    Source:
        After Bonett (2006), Computational Statistics & Data Analysis 50:775-782, with a correction
        that vanishes where the squares do not spread.
    """
    mean = _mean(total, total_of_squares, cases)
    above = np.where(mean.value > 0, mean.value, np.nan)
    spread = np.sqrt(mean.variance) / above
    correction = 1.0 + critical_value(confidence) * spread**2 / 2.0
    reach = _t_quantile(mean.freedom, confidence) * correction * spread
    # One square may outweigh a few others by so much that the limit would exclude the mean.
    low = np.minimum(above * correction * np.exp(-reach), above)
    with np.errstate(over="ignore"):  # two cases leave it open above
        return Bounds(plain(low), plain(above * correction * np.exp(reach)))


def mean_difference(
    total: ArrayLike,
    total_of_squares: ArrayLike,
    cases: ArrayLike,
    other_total: ArrayLike,
    other_total_of_squares: ArrayLike,
    other_cases: ArrayLike,
    confidence: float = 0.95,
) -> Bounds:
    """Welch's interval of mean minus other mean, of separate groups with spreads of their own.

    Arguments, missing values, raises and weights as for `mean_interval`, once for the group and
    once for the comparator; all six broadcast. NaN where either has no interval of its own.

    Source:
        Welch (1947), Biometrika 34:28-35.
    """
    gap = _gap(
        _mean(total, total_of_squares, cases),
        _mean(other_total, other_total_of_squares, other_cases),
    )
    reach = _t_quantile(gap.freedom, confidence) * np.sqrt(gap.variance)
    return Bounds(plain(gap.value - reach), plain(gap.value + reach))


def mean_test(
    total: ArrayLike,
    total_of_squares: ArrayLike,
    cases: ArrayLike,
    other_total: ArrayLike,
    other_total_of_squares: ArrayLike,
    other_cases: ArrayLike,
) -> FloatArray:
    """Two-sided p of equal means, by Welch's test: `mean_difference` seen from 0.

    Arguments, missing values, raises, weights and source as for `mean_difference`.
    """
    from scipy.special import stdtr

    gap = _gap(
        _mean(total, total_of_squares, cases),
        _mean(other_total, other_total_of_squares, other_cases),
    )
    return plain(2.0 * stdtr(gap.freedom, -np.abs(gap.value) / np.sqrt(gap.variance)))


def _gap(here: _Mean, there: _Mean) -> _Mean:
    """Mean minus other mean, with Welch's degrees of freedom."""
    variance = here.variance + there.variance
    freedom = variance**2 / (here.variance**2 / here.freedom + there.variance**2 / there.freedom)
    return _Mean(plain(here.value - there.value), plain(variance), plain(freedom))


def _mean(total: ArrayLike, total_of_squares: ArrayLike, cases: ArrayLike) -> _Mean:
    """Mean, its squared standard error, and degrees of freedom; NaN where there is no spread."""
    squares, count = checked_amounts(total_of_squares, cases)
    totals, squares, count = np.broadcast_arrays(plain(total), squares, count)
    enough = np.where(count > 1, count, np.nan)
    mean = totals / enough
    spread = squares / enough - mean**2
    if np.any(spread < -1e-9 * np.maximum(squares / enough, 1e-300)):
        raise ImpossibleCount("A sum is greater than its sum of squares and cases allow.")
    spread = np.where(spread > RESOLUTION * squares / enough, spread, np.nan)
    return _Mean(mean, spread / (enough - 1.0), enough - 1.0)


def _t_quantile(freedom: FloatArray, confidence: float) -> FloatArray:
    from scipy.special import stdtrit

    return plain(stdtrit(freedom, (1.0 + checked_level(confidence)) / 2.0))
