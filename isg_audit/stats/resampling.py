"""Bootstrap from counts: intervals for smooth functions of a table, without the rows.

Imports numpy and this room only.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any, NamedTuple

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
        Arrays of shape (...). NaN limits where more than 1 % of the replicates were left out, and
        where all are alike: a limit of no width would decide anything.

    Raises:
        ImpossibleCount: too few replicates to have such percentiles (40 for 0.95); confidence
            outside 0..1.

    Not for a maximum or minimum over groups (see `extremes`), nor for five hits or fewer.

    Source:
        Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
    """
    values, dropped = kept_replicates(replicate_values, confidence)
    outside = 1.0 - checked_level(confidence)
    with np.errstate(invalid="ignore"):
        alike = ~(np.fmax.reduce(values) > np.fmin.reduce(values))
    unfit = (dropped > MOST_DROPPED) | alike
    # Only where a replicate is missing is the slow way needed, which looks at one figure at a time.
    quantiles = np.nanquantile if dropped.any() else np.quantile
    low, high = quantiles(
        np.where(unfit, 0.0, values), [outside / 2.0, 1.0 - outside / 2.0], axis=0
    )
    return PercentileInterval(
        plain(np.where(unfit, np.nan, low)), plain(np.where(unfit, np.nan, high)), plain(dropped)
    )


def kept_replicates(
    replicate_values: ArrayLike, confidence: float
) -> tuple[FloatArray, FloatArray]:
    """Replicates with NaN where one gave no value, and the share of those.

    Raises:
        ImpossibleCount: too few replicates for the outer percentiles; confidence outside 0..1.
    """
    values = np.atleast_1d(np.asarray(replicate_values, dtype=np.float64))
    fewest = math.ceil(2.0 / (1.0 - checked_level(confidence)) - 1e-9)
    if len(values) < fewest:
        raise ImpossibleCount(
            f"{len(values)} replicates; {fewest} are the fewest for confidence {confidence:g}."
        )
    missing = ~np.isfinite(values)
    return np.where(missing, np.nan, values), plain(missing.mean(axis=0))


def generator_of(seed: int, *content: str | NDArray[Any]) -> np.random.Generator:
    """The randomness of one group: the same whoever else is there, and in whatever order.

    Args:
        seed: the audit's seed.
        content: what tells this group from others: its name, its counts, the part of the data
            it comes from. Names make it independent of the counts; counts make it independent of
            names, so that renaming a group changes nothing.

    Groups drawn with the same content draw the same numbers: a figure that compares two groups,
    and replicates of two parts that will be added, need content that differs.
    """
    digest = hashlib.sha256()
    for part in content:
        said = part.encode() if isinstance(part, str) else part.astype("<f8").tobytes()
        digest.update(len(said).to_bytes(8, "little") + said)
    return np.random.default_rng([seed, *np.frombuffer(digest.digest(), dtype="<u4").tolist()])


def poisson_counts(
    counts: ArrayLike, replicates: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Counts that a Poisson bootstrap gives: each case comes back once on average.

    Args:
        counts: whole counts by cell, any shape.
        replicates: how many tables.
        rng: the randomness, of `generator_of`.

    Returns:
        Shape (replicates, ...). Replicate r of one part of the data plus replicate r of another
        is a replicate of both together, so that merged tallies need no new draw; `resample_counts`
        does not have this. Cases in all vary from replicate to replicate: right for shares and
        means, too wide for totals.

    Raises:
        ImpossibleCount: counts that are negative, missing or not whole (weighted data: see
            `poisson_sums`); fewer than 1 replicate.

    Source:
        Chamandy, Muralidharan, Najmi & Naidu (2012), Estimating uncertainty for massive data
        streams.
    """
    (table,) = checked_amounts(counts)
    if replicates < 1 or not np.array_equal(np.rint(table), table):
        raise ImpossibleCount("Only whole counts can be drawn again, at least once.")
    return rng.poisson(table, size=(replicates, *table.shape))


def poisson_sums(
    weights: ArrayLike, squared_weights: ArrayLike, replicates: int, rng: np.random.Generator
) -> FloatArray:
    """Sums of weights that a Poisson bootstrap gives.

    Args:
        weights: sum of the weights by cell, any shape.
        squared_weights: sum of the squared weights, same shape.
        replicates: how many tables.
        rng: the randomness, of `generator_of`.

    Returns:
        Shape (replicates, ...), with mean `weights` and variance `squared_weights`: whole numbers
        of effective cases times the mean weight of one, so that weights of 1 give
        `poisson_counts`. A cell without weight stays 0.

    Raises:
        ImpossibleCount: a sum that is negative, infinite or missing, or weights without their
            squares; fewer than 1 replicate.
    """
    total, squares = checked_amounts(weights, squared_weights)
    if replicates < 1 or np.isnan(total + squares).any() or ((total > 0) != (squares > 0)).any():
        raise ImpossibleCount("Weights can be drawn only with their squares, at least once.")
    one = np.divide(squares, total, out=np.zeros_like(total), where=total > 0)
    effective = np.divide(total, one, out=np.zeros_like(total), where=one > 0)
    return one * rng.poisson(effective, size=(replicates, *total.shape))
