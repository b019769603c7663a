"""Limits of a difference, ratio or mean of two quantities from the limits of each (MOVER).

"Method of variance estimates recovery": works for any two independent quantities that have
limits of their own, so each metric needs one interval and gets all its comparisons.
Imports numpy and this room only.

Source:
    Zou & Donner (2008), Statistics in Medicine 27:1693-1702 (difference, sum);
    Donner & Zou (2012), Statistical Methods in Medical Research 21:347-359 (ratio).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.stats.bounds import Bounds, FloatArray, plain


def difference_of(
    value: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    other_value: ArrayLike,
    other_low: ArrayLike,
    other_high: ArrayLike,
) -> Bounds:
    """Limits of `value - other_value`.

    Args:
        value: estimate of the one quantity, any shape; all six broadcast.
        low: its lower limit.
        high: its upper limit, at the confidence wanted for the difference.
        other_value: estimate of the other, from other people.
        other_low: its lower limit.
        other_high: its upper limit.

    Returns:
        Limits in the unit of the quantities; NaN where a part of them is NaN. Over Wilson limits
        of two shares this is Newcombe's interval. Right for independent groups only: two metrics
        of the same people go together, and the limits are then too wide or too narrow.
    """
    here, there = plain(value), plain(other_value)
    down = np.hypot(here - plain(low), plain(other_high) - there)
    up = np.hypot(plain(high) - here, there - plain(other_low))
    return Bounds(plain(here - there - down), plain(here - there + up))


def mean_of_two(
    value: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    other_value: ArrayLike,
    other_low: ArrayLike,
    other_high: ArrayLike,
) -> Bounds:
    """Limits of `(value + other_value) / 2`, e.g. balanced accuracy from its two rates.

    Arguments and missing values as for `difference_of`. The two rates of balanced accuracy rest
    on different people (positives, negatives), so they are independent.
    """
    here, there = plain(value), plain(other_value)
    middle = (here + there) / 2.0
    down = np.hypot(here - plain(low), there - plain(other_low)) / 2.0
    up = np.hypot(plain(high) - here, plain(other_high) - there) / 2.0
    return Bounds(plain(middle - down), plain(middle + up))


def ratio_of(
    value: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    other_value: ArrayLike,
    other_low: ArrayLike,
    other_high: ArrayLike,
) -> Bounds:
    """Limits of `value / other_value` for quantities that cannot be negative.

    Arguments as for `difference_of`. A limit below 0 counts as 0.

    Returns:
        Limits from 0 to infinity. `high` is infinite where the other's interval reaches 0. NaN
        where a part is NaN, where both values are 0 (0/0), and where a value is negative: a ratio
        of quantities that may be negative says nothing.
    """
    here, there = np.broadcast_arrays(plain(value), plain(other_value))
    estimable = (here >= 0) & (there >= 0) & ~((here == 0) & (there == 0))
    here, there = np.where(estimable, here, np.nan), np.where(estimable, there, np.nan)
    low_product = _limit_product(here, np.maximum(plain(low), 0.0))
    high_product = _limit_product(here, plain(high))
    other_low_product = _limit_product(there, np.maximum(plain(other_low), 0.0))
    other_high_product = _limit_product(there, plain(other_high))
    product = here * there
    # The stable root: its denominator adds two numbers that are not negative.
    below = product + np.sqrt(np.maximum(product**2 - low_product * other_high_product, 0.0))
    ratio_low = np.where(low_product == 0, 0.0, low_product / np.where(below > 0, below, np.nan))
    above = product + np.sqrt(np.maximum(product**2 - high_product * other_low_product, 0.0))
    reaches_zero = other_low_product <= 0
    with np.errstate(over="ignore"):  # a limit next to 0 leaves the ratio open above
        ratio_high = above / np.where(reaches_zero, np.nan, other_low_product)
    ratio_high = np.where(reaches_zero & ~np.isnan(above), np.inf, ratio_high)
    missing = np.isnan(ratio_low) | np.isnan(ratio_high)
    return Bounds(
        plain(np.where(missing, np.nan, ratio_low)), plain(np.where(missing, np.nan, ratio_high))
    )


def with_factor(value: ArrayLike, low: ArrayLike, high: ArrayLike, reach: ArrayLike) -> Bounds:
    """Limits of an amount above 0 that is divided by another whose own error is not in them yet.

    Args:
        value: the estimate, any shape; all four broadcast.
        low: its lower limit, as if the divisor were known.
        high: its upper limit, alike.
        reach: half the width of the divisor's interval on the logarithmic scale: the critical
            value times its relative standard error; 0 changes nothing.

    Returns:
        The distances on the logarithmic scale, combined; for a value of 0 the upper limit times
        exp(reach).
    """
    middle, down, up, far = np.broadcast_arrays(*(plain(one) for one in (value, low, high, reach)))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        below, above = np.log(middle / down), np.log(up / middle)
        widened = (far > 0) & (middle > 0) & np.isfinite(middle)
        lower = np.where(widened, middle * np.exp(-np.hypot(below, far)), down)
        upper = np.where(widened, middle * np.exp(np.hypot(above, far)), up * np.exp(far))
    return Bounds(plain(lower), plain(upper))


def _limit_product(value: FloatArray, limit: FloatArray) -> FloatArray:
    """Value squared minus the squared distance to the limit, without cancellation."""
    return limit * (2.0 * value - limit)
