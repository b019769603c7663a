"""How long people wait: quantiles of times from counts, with cases that are still open or not.

Times are counts by value (whole days), so that no single time has to be known. Imports numpy and
this room only; scipy.special inside the function that needs it.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import (
    Estimate,
    FloatArray,
    checked_amounts,
    checked_level,
    critical_value,
    plain,
)

_SLACK = 1e-9
"""Shares that miss a rank by rounding alone reach it."""


class Survival(NamedTuple):
    """Who still waits after each time at which somebody's wait ended.

    Attributes:
        times: at which waits ended, rising, shape (times,).
        still: estimated share that waits longer, alike.
        log_variance: Greenwood's sum, the variance of the logarithm of `still`, alike.
        at_risk: people who had waited at least so long, alike.
    """

    times: FloatArray
    still: FloatArray
    log_variance: FloatArray
    at_risk: FloatArray


def quantile_of_counts(
    times: ArrayLike, ended: ArrayLike, share: float = 0.5, confidence: float = 0.95
) -> Estimate:
    """The time within which a share of people had their answer, all of them having one.

    Args:
        times: rising, shape (times,).
        ended: people whose wait ended then, alike; need not be whole (effective cases).
        share: 0.5 for the median.
        confidence: a share between 0 and 1.

    Returns:
        The smallest time by which at least `share` had ended, and order statistics as limits,
        which hold whatever the distribution is: -inf or inf where people are too few for one.
        Ties (many people on one day) only raise the coverage. NaN for nobody.

    Raises:
        ImpossibleCount: a negative count; times that do not rise; shares outside 0..1.

    Source:
        Conover (1999), Practical Nonparametric Statistics, section 3.2 (ranks from the binomial
        distribution).
    """
    when, (count,) = _checked(times, ended)
    checked_level(share, "share")
    tail = (1.0 - checked_level(confidence)) / 2.0
    total = float(count.sum())
    if total < 1.0:
        return Estimate(plain(math.nan), plain(math.nan), plain(math.nan))
    reached = np.cumsum(count) / total
    people = math.floor(total + _SLACK)
    low, high = _rank(people, share, tail), _rank(people, share, 1.0 - tail) + 1
    return Estimate(
        plain(_at(when, reached, share)),
        plain(-math.inf if low < 1 else _at(when, reached, low / people)),
        plain(math.inf if high > people else _at(when, reached, high / people)),
    )


def kaplan_meier(times: ArrayLike, ended: ArrayLike, still_open: ArrayLike) -> Survival:
    """Share of people who wait longer than each time, where some cases are still open.

    Args:
        times: rising, shape (times,).
        ended: people whose wait ended then, alike.
        still_open: people who had waited so long when the log was made, alike; at the same time
            they count as having waited longer than those whose wait ended.

    Returns:
        One place for each time at which a wait ended; empty where none did.

    Raises:
        ImpossibleCount: a negative count; times that do not rise.

    Source:
        Kaplan & Meier (1958), JASA 53:457-481; Greenwood (1926). It takes for granted that open
        cases would not have been answered sooner or later than others: not so where the hard ones
        are left lying.
    """
    when, (count, waiting) = _checked(times, ended, still_open)
    left = count + waiting
    at_risk = np.cumsum(left[::-1])[::-1]
    kept = count > 0
    count, at_risk = count[kept], at_risk[kept]
    beyond = np.maximum(at_risk - count, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.where(beyond > 0, count / (at_risk * beyond), np.inf)
    still = plain(np.cumprod(beyond / at_risk))
    return Survival(when[kept], still, np.cumsum(greenwood), at_risk)


def survival_quantile(
    times: ArrayLike,
    ended: ArrayLike,
    still_open: ArrayLike,
    share: float = 0.5,
    confidence: float = 0.95,
) -> Estimate:
    """The time within which a share of people have their answer, where some are still open.

    Arguments and raises as `kaplan_meier` and `quantile_of_counts`.

    Returns:
        The first time at which no more than 1 - `share` still wait; infinite where that many were
        never answered. Limits: the times at which the limits of the curve (on the scale of
        log(-log)) pass 1 - `share`; `high` is infinite where the upper one never does. NaN where
        nobody's wait ended.

    Source:
        Brookmeyer & Crowley (1982), Biometrics 38:29-41.
    """
    checked_level(share, "share")
    curve = kaplan_meier(times, ended, still_open)
    if not len(curve.times):
        return Estimate(plain(math.nan), plain(math.nan), plain(math.nan))
    low, high = _band(curve, confidence)
    left = 1.0 - share
    return Estimate(
        plain(_first(curve.times, curve.still <= left + _SLACK)),
        plain(_first(curve.times, low <= left + _SLACK)),
        plain(_first(curve.times, high < left)),
    )


def still_waiting(
    times: ArrayLike,
    ended: ArrayLike,
    still_open: ArrayLike,
    after: float,
    confidence: float = 0.95,
) -> Estimate:
    """Share of people who wait longer than `after`, with limits on the scale of log(-log).

    Arguments and raises as `kaplan_meier`. NaN where nobody waited so long; where nobody's wait had
    ended by then, 1 with the exact lower limit of those who had waited so long.
    """
    curve = kaplan_meier(times, ended, still_open)
    place = int(np.searchsorted(curve.times, after, side="right")) - 1
    if place < 0:
        when, (count, waiting) = _checked(times, ended, still_open)
        longer = float((count + waiting)[when > after].sum())
        if longer <= 0:
            return Estimate(plain(math.nan), plain(math.nan), plain(math.nan))
        tail = (1.0 - checked_level(confidence)) / 2.0
        return Estimate(plain(1.0), plain(tail ** (1.0 / max(longer, 1.0))), plain(1.0))
    low, high = _band(curve, confidence)
    return Estimate(plain(curve.still[place]), plain(low[place]), plain(high[place]))


def _band(curve: Survival, confidence: float) -> tuple[FloatArray, FloatArray]:
    """Limits of the curve at each of its times; where nobody is left, the exact upper one."""
    z = critical_value(confidence)
    nobody = curve.still <= 0
    still = np.where(nobody, 0.5, curve.still)
    spread = np.where(nobody, 0.0, curve.log_variance)
    reach = z * np.sqrt(spread) / np.abs(np.log(still))
    low, high = still ** np.exp(reach), still ** np.exp(-reach)
    tail = (1.0 - checked_level(confidence)) / 2.0
    exact = 1.0 - tail ** (1.0 / np.maximum(curve.at_risk, 1.0))
    return np.where(nobody, 0.0, low), np.where(nobody, exact, high)


@lru_cache(maxsize=4096)
def _rank(people: int, share: float, tail: float) -> int:
    """The smallest count that a binomial share of people does not exceed with chance `tail`."""
    from scipy.special import bdtr

    # Ten standard deviations to either side: beyond them the chances are 0 and 1 to all digits.
    reach = 10.0 * math.sqrt(people * share * (1.0 - share)) + 10.0
    first = max(0, math.floor(people * share - reach))
    last = min(people, math.ceil(people * share + reach))
    while first < last:
        middle = (first + last) // 2
        if bdtr(middle, people, share) >= tail:
            last = middle
        else:
            first = middle + 1
    return first


def _at(when: FloatArray, reached: FloatArray, share: float) -> float:
    place = int(np.searchsorted(reached, share - _SLACK))
    return float(when[min(place, len(when) - 1)])


def _first(when: FloatArray, holds: NDArray[np.bool_]) -> float:
    return float(when[np.argmax(holds)]) if holds.any() else math.inf


def _checked(times: ArrayLike, *counts: ArrayLike) -> tuple[FloatArray, tuple[FloatArray, ...]]:
    when = np.atleast_1d(np.asarray(times, dtype=np.float64))
    several = tuple(np.atleast_1d(one) for one in checked_amounts(*counts))
    if any(one.shape != when.shape for one in several):
        raise ImpossibleCount("Each time needs its count.")
    if (np.diff(when) <= 0).any():
        raise ImpossibleCount("Times must rise from one to the next.")
    return when, several
