"""How often something happens to people of a population: events per head, and how they compare.

Events are counted where they happen, people where they live, so nobody is followed: the events of
a group are taken as Poisson. Imports numpy and this room only; scipy.special inside functions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.stats.bounds import (
    Bounds,
    Estimate,
    checked_amounts,
    checked_level,
    critical_value,
    plain,
)
from isg_audit.stats.combination import with_factor
from isg_audit.stats.proportions import wilson


def poisson_interval(events: ArrayLike, confidence: float = 0.95) -> Bounds:
    """Exact interval of the expected number of events, of which `events` were counted.

    Args:
        events: counted, any shape; effective numbers of weighted data need not be whole.
        confidence: a share between 0 and 1.

    Returns:
        Limits from 0 up; the lower is 0 where none were counted. Covers at least `confidence`.

    Raises:
        ImpossibleCount: a negative or infinite number; a confidence outside 0..1.

    Source:
        Garwood (1936), Biometrika 28:437-442.
    """
    from scipy.special import gammaincinv

    (counted,) = checked_amounts(events)
    tail = (1.0 - checked_level(confidence)) / 2.0
    none = counted == 0
    low = np.where(none, 0.0, gammaincinv(np.where(none, 1.0, counted), tail))
    return Bounds(plain(low), plain(gammaincinv(counted + 1.0, 1.0 - tail)))


def events_per_head(
    events: ArrayLike,
    people: ArrayLike,
    per: float = 1000.0,
    confidence: float = 0.95,
    error: ArrayLike = 0.0,
) -> Estimate:
    """Events for every `per` people of a population.

    Args:
        events: counted, any shape; both broadcast.
        people: of the population; 0 give NaN.
        per: for how many people the rate is told.
        confidence: a share between 0 and 1.
        error: relative standard error of `people` where it is estimated.

    Returns:
        A rate from 0 up, which may lie above `per` where people meet it several times.

    Raises:
        ImpossibleCount: a negative or infinite number.
    """
    counted, heads = checked_amounts(events, people)
    heads = np.where(heads > 0, heads, np.nan)
    low, high = poisson_interval(counted, confidence)
    value = per * counted / heads
    reach = critical_value(confidence) * plain(error)
    return Estimate(plain(value), *with_factor(value, per * low / heads, per * high / heads, reach))


def ratio_of_rates(
    events: ArrayLike,
    people: ArrayLike,
    other_events: ArrayLike,
    other_people: ArrayLike,
    confidence: float = 0.95,
    error: ArrayLike = 0.0,
) -> Estimate:
    """A group's events per head over those of others.

    Args:
        events: of the group, any shape; all four broadcast.
        people: of the group in the population.
        other_events: of the others, who are other people.
        other_people: of the others in the population.
        confidence: a share between 0 and 1.
        error: relative standard error of the two populations' ratio where they are estimated.

    Returns:
        The ratio from 0 up. Limits: given all events of both, those of the group are binomial;
        Wilson's interval of their share, carried over to the ratio, which rises with it. `high` is
        infinite where the others have none. NaN where neither has any, or a population is empty.

    Raises:
        ImpossibleCount: a negative or infinite number.

    Source:
        Przyborowski & Wilenski (1940), Biometrika 31:313-323, for conditioning on the sum;
        Wilson (1927) for the interval.
    """
    mine, heads, its, other_heads = checked_amounts(events, people, other_events, other_people)
    low, high = wilson(mine, mine + its, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where((heads > 0) & (other_heads > 0), other_heads / heads, np.nan)
        value = np.where(mine + its > 0, mine / its, np.nan) * scale
        ends = (np.where(one < 1, one / (1.0 - one), np.inf) * scale for one in (low, high))
        down, up = (np.where(np.isnan(value), np.nan, one) for one in ends)
    reach = critical_value(confidence) * plain(error)
    return Estimate(plain(value), *with_factor(value, down, up, reach))
