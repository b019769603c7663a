"""Decisions into several classes: how far two groups' shares differ in all, and by chance.

Imports numpy and this room only; scipy.special inside the function that needs it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.stats.bounds import Bounds, FloatArray, checked_amounts, plain


class ClassHomogeneity(NamedTuple):
    """Pearson's test that all groups have the same shares of classes.

    `freedom` counts the groups and classes that anybody is in; `smallest` is the least expected
    count: below 5 the p-value is approximate.
    """

    statistic: FloatArray
    freedom: FloatArray
    p_value: FloatArray
    cramers_v: FloatArray
    smallest: FloatArray


def total_variation(counts: ArrayLike, others: ArrayLike) -> FloatArray:
    """Half the sum of absolute differences of the classes' shares, 0 to 1.

    0: alike; 1: no class shared.

    The least share of the group's people whose class would have to be another for both to be
    alike. NaN where either has nobody.

    Args:
        counts: of one group by class, shape (..., classes).
        others: of the other, alike.

    Raises:
        ImpossibleCount: negative counts.
    """
    ours, theirs = checked_amounts(counts, others)
    return plain(np.abs(_shares(ours) - _shares(theirs)).sum(axis=-1) / 2.0)


def total_variation_by_chance(counts: ArrayLike, others: ArrayLike) -> FloatArray:
    """The total variation to expect of groups of these sizes if their shares were the same.

    From the pooled shares by the normal law; arguments, missing values and raises as for
    `total_variation`. It is too large by a little where a class has a handful of people.
    """
    ours, theirs = checked_amounts(counts, others)
    pooled = _shares(ours + theirs)
    with np.errstate(divide="ignore", invalid="ignore"):
        sizes = 1.0 / ours.sum(axis=-1) + 1.0 / theirs.sum(axis=-1)
    spread = np.sqrt(pooled * (1.0 - pooled) * sizes[..., None])
    found = np.sqrt(2.0 / np.pi) * spread.sum(axis=-1) / 2.0
    return plain(np.where(np.isfinite(found), found, np.nan))


def total_variation_limits(low: ArrayLike, high: ArrayLike) -> Bounds:
    """Limits of the total variation from limits of every class's difference that hold at once.

    Each difference is as near to 0, or as far from it, as its limits allow: never too narrow, and
    wider than need be where there are many classes.

    Args:
        low: of each class's difference, shape (..., classes), by Bonferroni over the classes.
        high: alike.
    """
    below, above = plain(low), plain(high)
    nearest = np.maximum(np.maximum(below, -above), 0.0)
    furthest = np.maximum(np.abs(below), np.abs(above))
    return Bounds(
        plain(np.minimum(nearest.sum(axis=-1) / 2.0, 1.0)),
        plain(np.minimum(furthest.sum(axis=-1) / 2.0, 1.0)),
    )


def class_homogeneity(counts: ArrayLike) -> ClassHomogeneity:
    """Pearson's chi-square test of groups by classes, with Cramér's V.

    Args:
        counts: shape (groups, classes); effective counts where cases are weighted or repeat.

    Returns:
        NaN where fewer than two groups or classes have anybody.

    Raises:
        ImpossibleCount: negative counts.

    Source:
        Pearson (1900), Philosophical Magazine 50:157-175; Cramér (1946).
    """
    from scipy.special import chdtrc

    (table,) = checked_amounts(counts)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    groups, classes = table.shape
    if min(groups, classes) < 2:
        return ClassHomogeneity(*(plain(np.nan) for _ in ClassHomogeneity._fields))
    total = table.sum()
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / total
    statistic = ((table - expected) ** 2 / expected).sum()
    freedom = (groups - 1.0) * (classes - 1.0)
    return ClassHomogeneity(
        plain(statistic),
        plain(freedom),
        plain(chdtrc(freedom, statistic)),
        plain(np.sqrt(statistic / (total * (min(groups, classes) - 1.0)))),
        plain(expected.min()),
    )


def _shares(counts: FloatArray) -> FloatArray:
    total = counts.sum(axis=-1, keepdims=True)
    shares = np.divide(counts, total, out=np.full_like(counts, np.nan), where=total > 0)
    return plain(shares)
