"""How well off people are together when the worst-off count for more.

Imports numpy and this room only; scipy inside the functions that need it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import (
    Bounds,
    FloatArray,
    checked_amounts,
    checked_counts,
    checked_level,
    critical_value,
    plain,
)
from isg_audit.stats.multiplicity import bonferroni_confidence

DRAWS, SCALED, STEPS = 2_000, 400, 16
"""Draws of shares, and of noise at each scale; scales tried, and tried again between two."""


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


def equivalent_interval(
    hits: ArrayLike,
    cases: ArrayLike,
    weights: ArrayLike,
    aversion: float,
    rng: np.random.Generator,
    confidence: float = 0.95,
) -> Bounds:
    """Interval of the equally distributed equivalent of shares, weights taken as known.

    Args:
        hits: hits by group, shape (groups,); need not be whole.
        cases: cases by group; groups of nobody are left out.
        weights: people of each group.
        aversion: as for `equally_distributed_equivalent`.
        rng: the randomness, of `generator_of`.
        confidence: a share between 0 and 1.

    Returns:
        Bias-corrected percentiles of draws of each share under Jeffreys' prior. In simulations 92
        to 98 % of 95 % intervals hold the true value (docs/small-groups.md). NaN of nobody.
    """
    from scipy.special import ndtr, ndtri

    some, every, people = _present(hits, cases, weights)
    if not len(every):
        return Bounds(plain(np.nan), plain(np.nan))
    value = equally_distributed_equivalent(off_zero(some, every), people, aversion)
    shares = rng.beta(some + 0.5, every - some + 0.5, size=(DRAWS, len(every)))
    drawn = equally_distributed_equivalent(shares, people, aversion)
    below = (np.sum(drawn < value) + 0.5) / (len(drawn) + 1.0)
    reach, shift = critical_value(confidence), 2.0 * ndtri(below)
    low, high = np.quantile(drawn, [ndtr(shift - reach), ndtr(shift + reach)])
    return Bounds(plain(low), plain(high))


def atkinson_interval(
    hits: ArrayLike,
    cases: ArrayLike,
    weights: ArrayLike,
    aversion: float,
    rng: np.random.Generator,
    confidence: float = 0.95,
) -> Bounds:
    """Interval of Atkinson's index of shares, weights taken as known.

    Chance alone makes shares unequal, so percentiles of a bootstrap lie too high. Instead the
    observed distances from the mean are scaled: limits are those scales at which an index as large,
    or as small, as observed comes up in the outer tails.

    Arguments as for `equivalent_interval`.

    Returns:
        Limits from 0 to 1; 0 below where equal shares would often look as unequal. NaN with fewer
        than two groups, and where nobody has a hit.
    """
    some, every, people = _present(hits, cases, weights)
    if len(every) < 2 or some.sum() <= 0:
        return Bounds(plain(np.nan), plain(np.nan))
    share = off_zero(some, every)
    value = float(atkinson_index(share, people, aversion))
    mean = float((people * share).sum() / people.sum())
    away = share - mean
    if not np.abs(away).max() > 1e-12:
        away = np.sqrt(mean * (1.0 - mean) / every) * np.where(np.arange(len(every)) % 2, 1, -1)
    noise = rng.standard_normal((SCALED, len(every)))
    tail = (1.0 - checked_level(confidence)) / 2.0

    def at(scales: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The index itself at each scale; how often one as large, and as small, comes up."""
        true = np.clip(mean + scales[:, None] * away, 0.5 / every, 1.0 - 0.5 / every)
        spread = np.sqrt(true * (1.0 - true) / every)
        drawn = np.clip(true[:, None, :] + spread[:, None, :] * noise, 0.5 / every, 1.0)
        indices = atkinson_index(drawn, people, aversion)
        shares = (indices >= value).mean(axis=1), (indices <= value).mean(axis=1)
        return atkinson_index(true, people, aversion), *shares

    coarse = np.linspace(0.0, 3.0, STEPS)
    _, large, small = at(coarse)
    first, last = int(np.argmax(large >= tail)), int(np.flatnonzero(small >= tail).max(initial=0))
    below = np.linspace(coarse[max(first - 1, 0)], coarse[first], STEPS)
    above = np.linspace(coarse[last], coarse[min(last + 1, STEPS - 1)], STEPS)
    truth, large, _ = at(below)
    low = float(truth[max(int(np.argmax(large >= tail)) - 1, 0)])
    truth, _, small = at(above)
    high = float(truth[min(int(np.flatnonzero(small >= tail).max(initial=0)) + 1, STEPS - 1)])
    return Bounds(plain(0.0 if first == 0 else min(low, value)), plain(max(high, value)))


def off_zero(hits: FloatArray, cases: FloatArray) -> FloatArray:
    """Shares with half a hit where there is none: one group of nobody lucky must not decide all."""
    return plain(np.where(hits > 0, hits, 0.5) / cases)


def _present(
    hits: ArrayLike, cases: ArrayLike, weights: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    some, every = (np.atleast_1d(one) for one in checked_counts(hits, cases))
    (people,) = checked_amounts(np.broadcast_to(weights, some.shape))
    there = ~np.isnan(some) & (people > 0)
    return some[there], every[there], people[there]
