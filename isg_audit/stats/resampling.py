"""Bootstrap from counts: intervals for smooth functions of a table, without the rows.

Imports numpy and this room only.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import FloatArray, checked_amounts, checked_level, plain

# Above this share of replicates without a value there is no interval.
MOST_DROPPED = 0.01


class PercentileInterval(NamedTuple):
    """Limits of a bootstrap, and the share of replicates that gave no value."""

    low: FloatArray
    high: FloatArray
    dropped: FloatArray


def resample_counts(
    counts: ArrayLike, replicates: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Tables that drawing each group's cases again, with replacement, would give.

    Args:
        counts: whole counts, shape (groups, ...): each group's cells, in any number of axes.
        replicates: how many tables; 2000 for an interval.
        rng: the randomness.

    Returns:
        Shape (replicates, groups, ...). Each group keeps its number of cases; a group of nobody
        stays so. Memory is replicates times cells times 8 bytes.

    Raises:
        ImpossibleCount: counts that are negative, missing or not whole (weighted data need
            replicate weights drawn on rows); fewer than 1 replicate.

    Cases must be independent: repeated decisions on one person need draws by person.

    Source:
        Efron & Tibshirani (1993), An Introduction to the Bootstrap.
    """
    (table,) = checked_amounts(counts)
    whole = np.rint(table)
    if table.ndim == 0 or replicates < 1 or not np.array_equal(whole, table):
        raise ImpossibleCount("Only whole counts by group can be drawn again, at least once.")
    cells = whole.reshape(len(table), -1)
    totals = cells.sum(axis=1)
    chances = cells / np.where(totals > 0, totals, 1.0)[:, None]
    drawn = rng.multinomial(totals.astype(np.int64), chances, size=(replicates, len(table)))
    return drawn.reshape(replicates, *table.shape)


def percentile_interval(
    replicate_values: ArrayLike, confidence: float = 0.95
) -> PercentileInterval:
    """Interval between the outer percentiles of a bootstrap.

    Args:
        replicate_values: the figure in each replicate, shape (replicates, ...). NaN or infinite
            where a replicate gave none (an empty denominator): left out, and counted.
        confidence: a share between 0 and 1.

    Returns:
        Arrays of shape (...). NaN limits where more than 1 % of the replicates were left out.

    Raises:
        ImpossibleCount: too few replicates to have such percentiles (40 for 0.95); confidence
            outside 0..1.

    Not for a maximum or minimum over groups (see `extremes`), nor for five hits or fewer.

    Source:
        Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
    """
    values = np.atleast_1d(np.asarray(replicate_values, dtype=np.float64))
    outside = 1.0 - checked_level(confidence)
    fewest = math.ceil(2.0 / outside - 1e-9)
    if len(values) < fewest:
        raise ImpossibleCount(
            f"{len(values)} replicates; {fewest} are the fewest for confidence {confidence:g}."
        )
    missing = ~np.isfinite(values)
    dropped = missing.mean(axis=0)
    unfit = dropped > MOST_DROPPED
    kept = np.where(missing, np.nan, values)
    low, high = np.nanquantile(
        np.where(unfit, 0.0, kept), [outside / 2.0, 1.0 - outside / 2.0], axis=0
    )
    return PercentileInterval(
        plain(np.where(unfit, np.nan, low)), plain(np.where(unfit, np.nan, high)), plain(dropped)
    )
