"""BCa bootstrap: percentiles that allow for bias and for a spread that changes with the figure.

Imports numpy and this room only; scipy.special inside the functions that need it.

Source:
    Efron (1987), JASA 82:171-185; Efron & Tibshirani (1993), chapter 14.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import FloatArray, checked_amounts, checked_level, plain
from isg_audit.stats.resampling import MOST_DROPPED, PercentileInterval, kept_replicates


def one_case_fewer(counts: ArrayLike) -> FloatArray:
    """The tables that taking away one case leaves, one table for each cell.

    Args:
        counts: counts by cell, shape (..., cells).

    Returns:
        Shape (cells, ..., cells): table `i` lacks one case of cell `i`, or is as given where that
        cell has none. All cases of a cell are alike, so that the jackknife costs as many tables
        as there are cells, however many cases they hold.

    Raises:
        ImpossibleCount: a negative or infinite count; a count without axes.
    """
    (table,) = checked_amounts(counts)
    if table.ndim == 0:
        raise ImpossibleCount("A single number is no table of cells.")
    cells = table.shape[-1]
    taken = np.eye(cells).reshape(cells, *(1,) * (table.ndim - 1), cells)
    return np.where(table >= taken, table - taken, table)


def acceleration(left_out: ArrayLike, counts: ArrayLike) -> FloatArray:
    """How fast the spread of a figure changes with the figure, by the jackknife over cells.

    Args:
        left_out: the figure with one case of a cell less, shape (cells, ...), from
            `one_case_fewer`.
        counts: cases of that cell, shape (cells, ...); they weigh its value.

    Returns:
        Shape (...): a sixth of the skewness of the jackknife values. NaN where nothing moves the
        figure, and where it has no value without one of the cases that are there.

    Raises:
        ImpossibleCount: a negative or infinite count.
    """
    values = np.asarray(left_out, dtype=np.float64)
    (weights,) = checked_amounts(counts)
    values, weights = np.broadcast_arrays(values, weights)
    values = np.where(weights > 0, values, 0.0)
    total = weights.sum(axis=0)
    mean = (weights * values).sum(axis=0) / np.where(total > 0, total, np.nan)
    away = np.where(weights > 0, mean - values, 0.0)
    # Moments of numbers near 1, so that the cube of a small step keeps its digits.
    size = np.abs(away).max(axis=0)
    away = away / np.where(size > 1e-14 * np.abs(mean), size, np.nan)
    squares, cubes = (weights * away**2).sum(axis=0), (weights * away**3).sum(axis=0)
    return plain(cubes / (6.0 * squares**1.5))


def bca_interval(
    replicate_values: ArrayLike,
    value: ArrayLike,
    acceleration: ArrayLike,
    confidence: float = 0.95,
) -> PercentileInterval:
    """Bias-corrected and accelerated interval of a bootstrap.

    Args:
        replicate_values: the figure in each replicate, shape (replicates, ...); NaN or infinite
            where a replicate gave none.
        value: the figure itself, shape (...).
        acceleration: from `acceleration`, shape (...). For a figure of several groups drawn
            apart, from the jackknife values of all their cells.
        confidence: a share between 0 and 1.

    Returns:
        Arrays of shape (...). NaN limits where more than 1 % of the replicates were left out,
        where a part is NaN, where every replicate is alike or all lie on one side of the value,
        and where the correction would ask for percentiles beyond all replicates.

    Raises:
        ImpossibleCount: too few replicates (40 for 0.95); confidence outside 0..1.

    Not for a maximum or minimum over groups, nor for five hits or fewer.
    """
    from scipy.special import ndtr, ndtri

    values, dropped = kept_replicates(replicate_values, confidence)
    centre, pace = np.broadcast_arrays(plain(value), plain(acceleration))
    known = np.isfinite(values).sum(axis=0)
    below = ((values < centre).sum(axis=0) + (values <= centre).sum(axis=0)) / 2.0
    share = below / np.where(known > 0, known, np.nan)
    bias = ndtri(np.where((share > 0) & (share < 1), share, np.nan))
    outside = 1.0 - checked_level(confidence)
    ends = []
    for tail in (outside / 2.0, 1.0 - outside / 2.0):
        shifted = bias + ndtri(tail)
        stretch = 1.0 - pace * shifted
        level = ndtr(bias + shifted / np.where(stretch > 0, stretch, np.nan))
        ends.append(_percentile(values, known, level))
    low, high = ends
    unfit = (dropped > MOST_DROPPED) | np.isnan(low) | np.isnan(high) | ~(low < high)
    return PercentileInterval(
        plain(np.where(unfit, np.nan, low)), plain(np.where(unfit, np.nan, high)), plain(dropped)
    )


def _percentile(values: FloatArray, known: FloatArray, level: FloatArray) -> FloatArray:
    """A percentile of its own for each figure; NaN where fewer than one replicate lies beyond."""
    ordered = np.sort(values, axis=0)
    place = np.where((level * known >= 1) & ((1 - level) * known >= 1), level, np.nan)
    place = place * (known - 1.0)
    floor = np.floor(np.nan_to_num(place)).astype(np.intp)
    above = np.minimum(floor + 1, len(values) - 1)
    lower = np.take_along_axis(ordered, floor[None], axis=0)[0]
    upper = np.take_along_axis(ordered, above[None], axis=0)[0]
    return plain(lower + (place - floor) * (upper - lower))
