"""Intervals for one share: Wilson (the default), Clopper-Pearson, Jeffreys.

Imports numpy and this room only; scipy.special inside the functions that need it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.stats.bounds import (
    Bounds,
    FloatArray,
    checked_amounts,
    checked_counts,
    checked_level,
    critical_value,
    plain,
)


def wilson(hits: ArrayLike, cases: ArrayLike, confidence: float = 0.95) -> Bounds:
    """Score interval of a share: the default for every rate.

    Args:
        hits: cases in which it happened, any shape; broadcast against `cases`.
        cases: cases in all. 0 cases give NaN limits, never 0 or 1.
        confidence: a share between 0 and 1.

    Returns:
        Limits as shares from 0 to 1; exactly 0 for no hits and exactly 1 for nothing but hits.
        Coverage is near `confidence` on average over the true share, and below it for some
        (least .84 at 10 cases, .89 at 50); `clopper_pearson` never falls below.

    Raises:
        ImpossibleCount: hits outside 0..cases; confidence outside 0..1.

    Weights: hand in effective counts (see `effective_cases`); NaN in, NaN out.

    Source:
        Wilson (1927), JASA 22:209-212; Brown, Cai & DasGupta (2001), Statistical Science
        16:101-133.
    """
    some, every = checked_counts(hits, cases)
    z = critical_value(confidence)
    share, stretch = some / every, 1.0 + z * z / every
    middle = (share + z * z / (2.0 * every)) / stretch
    reach = z / stretch * np.sqrt(share * (1.0 - share) / every + (z / (2.0 * every)) ** 2)
    low = np.where(some == 0, 0.0, np.maximum(middle - reach, 0.0))
    high = np.where(some == every, 1.0, np.minimum(middle + reach, 1.0))
    return Bounds(plain(low), plain(high))


def clopper_pearson(hits: ArrayLike, cases: ArrayLike, confidence: float = 0.95) -> Bounds:
    """Exact interval of a share: covers at least `confidence`, whatever the true share.

    Wider than `wilson`; for when a guarantee is asked for. Arguments, missing values and raises
    as for `wilson`. With effective counts of weighted data it is the interval of Korn & Graubard
    (1998), Survey Methodology 24:193-201, and the guarantee becomes approximate.

    Source:
        Clopper & Pearson (1934), Biometrika 26:404-413.
    """
    from scipy.special import betaincinv

    some, every = checked_counts(hits, cases)
    tail = (1.0 - checked_level(confidence)) / 2.0
    none, nothing_else = some == 0, some == every
    low = betaincinv(np.where(none, 1.0, some), every - some + 1.0, tail)
    high = betaincinv(some + 1.0, np.where(nothing_else, 1.0, every - some), 1.0 - tail)
    return Bounds(plain(np.where(none, 0.0, low)), plain(np.where(nothing_else, 1.0, high)))


def jeffreys(hits: ArrayLike, cases: ArrayLike, confidence: float = 0.95) -> Bounds:
    """Bayesian interval of a share under Jeffreys' prior Beta(1/2, 1/2), for displays.

    Equal tails of Beta(hits + 1/2, misses + 1/2), with the lower limit 0 at no hits and the upper
    limit 1 at nothing but hits. Arguments, missing values and raises as for `wilson`.

    Source:
        Brown, Cai & DasGupta (2001), Statistical Science 16:101-133, section 4.1.1.
    """
    from scipy.special import betaincinv

    some, every = checked_counts(hits, cases)
    tail = (1.0 - checked_level(confidence)) / 2.0
    low = betaincinv(some + 0.5, every - some + 0.5, tail)
    high = betaincinv(some + 0.5, every - some + 0.5, 1.0 - tail)
    return Bounds(plain(np.where(some == 0, 0.0, low)), plain(np.where(some == every, 1.0, high)))


def effective_cases(weights: ArrayLike, squared_weights: ArrayLike) -> FloatArray:
    """Cases that unweighted data would need for the precision that weighted data have.

    Args:
        weights: sum of the weights of a group, any shape.
        squared_weights: sum of the squared weights, same shape.

    Returns:
        Sum squared over sum of squares; NaN for a group without weight. Multiply the weighted
        share by it to get the effective hits. Too large where weights go along with the outcome;
        bootstrap then.

    Raises:
        ImpossibleCount: a negative or infinite sum.

    Source:
        Kish (1965), Survey Sampling.
    """
    total, squares = checked_amounts(weights, squared_weights)
    return plain(total**2 / np.where(squares > 0, squares, np.nan))
