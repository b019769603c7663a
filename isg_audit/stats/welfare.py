"""How well off people are together when the worst-off count for more.

Imports numpy and this room only.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import Bounds, FloatArray, checked_amounts, plain
from isg_audit.stats.multiplicity import bonferroni_confidence


def equally_distributed_equivalent(
    values: ArrayLike, weights: ArrayLike, aversion: float
) -> FloatArray:
    """The level that, if everybody had it, would be as good as what people have now.

    Args:
        values: how well off each group is, shape (..., groups), 0 or more; NaN is left out.
        weights: people of each group; broadcast against `values`.
        aversion: how much more the worse-off count: 0 gives the mean, 1 the geometric mean, larger
            numbers come ever closer to the worst-off group.

    Returns:
        Shape (...): (sum of w u^(1 - e))^(1 / (1 - e)), w the shares of people. Exactly 0 where a
        group has 0 and `aversion` is 1 or more: then nothing makes up for it. NaN of nobody.

    Raises:
        ImpossibleCount: a negative or infinite value or weight, or aversion.

    Source:
        Atkinson (1970), Journal of Economic Theory 2:244-263.
    """
    if not 0.0 <= aversion < np.inf:
        raise ImpossibleCount(f"aversion is {aversion!r}; it must be 0 or more.")
    level, people = checked_amounts(values, weights)
    people = np.where(np.isnan(level) | np.isnan(people), 0.0, people)
    level = np.where(people > 0, level, 1.0)
    total = people.sum(axis=-1, keepdims=True)
    share = people / np.where(total > 0, total, np.nan)
    with np.errstate(divide="ignore"):
        if aversion == 1.0:
            return plain(np.exp((share * np.log(level)).sum(axis=-1)))
        power = 1.0 - aversion
        return plain((share * level**power).sum(axis=-1) ** (1.0 / power))


def atkinson_index(values: ArrayLike, weights: ArrayLike, aversion: float) -> FloatArray:
    """Share of the mean that is lost by being unequally spread, 0 (equal) to 1.

    Arguments, raises and source as for `equally_distributed_equivalent`. NaN where the mean is 0.
    """
    mean = equally_distributed_equivalent(values, weights, 0.0)
    equal = equally_distributed_equivalent(values, weights, aversion)
    return plain(np.maximum(0.0, 1.0 - equal / np.where(mean > 0, mean, np.nan)))


def least_interval(limits_at: Callable[[float], Bounds], confidence: float = 0.95) -> Bounds:
    """Interval of the smallest value of several groups, picked after seeing the data.

    Args:
        limits_at: from a confidence to the limits by group, shape (groups,); a group without is
            left out.
        confidence: a share between 0 and 1.

    Returns:
        The least plain lower limit (only it may clear) and the least upper limit at Bonferroni's
        level: the point minimum of many is too low by chance, the interval allows for that. NaN
        without a group.
    """
    low = np.atleast_1d(limits_at(confidence).low)
    groups = int((~np.isnan(low)).sum())
    if groups == 0:
        return Bounds(plain(np.nan), plain(np.nan))
    high = np.atleast_1d(limits_at(bonferroni_confidence(confidence, groups)).high)
    return Bounds(plain(np.nanmin(low)), plain(np.nanmin(high)))
