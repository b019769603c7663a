"""Bounds on shares of groups when the group of some people is not known.

Whoever is of unknown group belongs to some group; which is not assumed. A bound is the share in
one extreme way of giving the unknown to groups: an ordinary table of counts, so the ordinary
intervals say how sure it is. Imports numpy and this room only; scipy inside functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

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


class Vertex(NamedTuple):
    """Hits and cases of each group in one extreme way of giving the unknown to groups."""

    hits: FloatArray
    cases: FloatArray

    @property
    def share(self) -> FloatArray:
        """The share, NaN for nobody."""
        return plain(self.hits / np.where(self.cases > 0, self.cases, np.nan))


class Extremes(NamedTuple):
    """The allocations under which a group's share is least and greatest."""

    least: Vertex
    most: Vertex


def extreme_allocations(
    hits: ArrayLike, cases: ArrayLike, unknown_hits: ArrayLike, unknown_cases: ArrayLike
) -> Extremes:
    """The two ways of giving people of unknown group to a group that make its share extreme.

    Least: every unknown case without a hit is of the group, and none with one. Most: the reverse.
    No other allocation goes further (the share rises with each hit and falls with each miss), so
    the bounds are sharp. They are reached for one group and for another, or for everybody else,
    at once: what makes one share least leaves all hits to the other. So a difference or a ratio
    has its bounds at the same two allocations.

    Args:
        hits: hits of the group among cases of known group, any shape; all four broadcast.
        cases: cases of known group.
        unknown_hits: hits among cases of unknown group.
        unknown_cases: cases of unknown group.

    Raises:
        ImpossibleCount: hits outside 0..cases.

    Source:
        Manski (2003), Partial Identification of Probability Distributions, chapter 1; Horowitz &
        Manski (1995), Econometrica 63:281-302, for data of which a part is not of the group.
    """
    checked_counts(hits, cases)
    checked_counts(unknown_hits, unknown_cases)
    some, every, theirs, all_theirs = np.broadcast_arrays(
        *checked_amounts(hits, cases, unknown_hits, unknown_cases)
    )
    return Extremes(
        Vertex(plain(some), plain(every + all_theirs - theirs)),
        Vertex(plain(some + theirs), plain(every + theirs)),
    )


def least_top(hits: ArrayLike, cases: ArrayLike, misses: float) -> Vertex:
    """The smallest that the highest share of several groups can become.

    Args:
        hits: hits of each group, shape (groups,).
        cases: cases of each group, same shape, each above 0.
        misses: cases without a hit that may be given to any of the groups.

    Returns:
        Hits and cases whose share it is: those of the groups that are brought down to one level,
        with the misses. Groups of nobody are left out; all of nobody give NaN.

    Raises:
        ImpossibleCount: hits outside 0..cases, misses below 0.

    The misses fill the highest group down to the next, then both, and so on. What is reached is
    the highest share, over sets of groups, of their hits among their cases and all the misses.
    """
    some, every = checked_counts(hits, cases)
    checked_amounts(misses)
    there = np.flatnonzero(every > 0)
    if not len(there):
        return Vertex(plain(np.nan), plain(np.nan))
    order = there[np.argsort(-some[there] / every[there], kind="stable")]
    of, among = np.cumsum(some[order]), np.cumsum(every[order]) + misses
    at = int(np.argmax(of / among))
    return Vertex(plain(of[at]), plain(among[at]))


def imbens_manski_confidence(
    width: ArrayLike, error: ArrayLike, confidence: float = 0.95
) -> FloatArray:
    """The level at which to take both ends of bounds so that the true value is covered.

    The true value lies at one place between the bounds: where they are far apart, only one end
    can miss it, and a one-sided limit at each end is enough; where they coincide the limits have
    to be two-sided.

    Args:
        width: upper bound less lower bound, any shape, at least 0 (infinite: one-sided).
        error: the larger standard error of the two ends, same shape.
        confidence: a share between 0 and 1.

    Returns:
        A two-sided confidence from 2 * confidence - 1 (bounds far apart) to confidence (bounds
        that coincide), for each.

    Raises:
        ImpossibleCount: a negative width or error; confidence outside 0..1.

    Source:
        Imbens & Manski (2004), Econometrica 72:1845-1857.
    """
    from scipy.special import ndtr

    wide, spread = np.asarray(width, dtype=float), np.asarray(error, dtype=float)
    if (wide < 0).any() or (spread < 0).any():
        raise ImpossibleCount("Bounds whose upper end lies below the lower, or a negative error.")
    level = checked_level(confidence)
    if level <= 0.5:
        raise ImpossibleCount("One-sided limits need a confidence above 0.5.")
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.where(wide > 0, wide / spread, 0.0)
    low = np.full(apart.shape, critical_value(2.0 * level - 1.0))
    high = np.full(apart.shape, critical_value(level))
    for _ in range(60):
        middle = (low + high) / 2.0
        covered = ndtr(middle + apart) - ndtr(-middle)
        enough = covered >= level
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return plain(np.where(np.isnan(apart), level, 2.0 * ndtr(high) - 1.0))


def partly_known_limits(
    least: FloatArray,
    most: FloatArray,
    limits_of_least: Callable[[float], Bounds],
    limits_of_most: Callable[[float], Bounds],
    confidence: float = 0.95,
    *,
    logarithms: bool = False,
) -> Bounds:
    """Limits for a value of which only bounds are known, with sampling error at both ends.

    Args:
        least: lower bounds, shape (groups,).
        most: upper bounds, same shape.
        limits_of_least: from a confidence to the interval of each lower bound.
        limits_of_most: the same of each upper bound.
        confidence: a share between 0 and 1: how often the true value is covered.
        logarithms: whether to compare width and error as ratios (for ratios).

    Returns:
        The lower limit of the lower bound and the upper limit of the upper bound, at the level of
        `imbens_manski_confidence`; NaN where a bound has no interval.
    """
    ends = limits_of_least(confidence), limits_of_most(confidence)
    scale: Callable[[FloatArray], FloatArray] = np.log if logarithms else plain
    z = critical_value(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        outer = np.maximum(scale(least) - scale(ends[0].low), scale(ends[1].high) - scale(most))
        apart = np.maximum(scale(most) - scale(least), 0.0)
        odd = ~np.isfinite(outer) | np.isnan(apart)
        levels = imbens_manski_confidence(
            np.where(odd, 0.0, apart), np.where(odd, 1.0, np.maximum(outer, 0.0) / z), confidence
        )
    # A level for each group; few differ, as most bounds are far apart.
    low, high = np.array(ends[0].low, dtype=float), np.array(ends[1].high, dtype=float)
    rounded = np.ceil(levels * 1e6 - 1e-6) / 1e6  # never less than asked, and few levels
    for level in np.unique(rounded):
        at = np.broadcast_to(rounded == level, low.shape)
        used = min(float(level), confidence)
        low = np.where(at, limits_of_least(used).low, low)
        high = np.where(at, limits_of_most(used).high, high)
    return Bounds(plain(low), plain(high))
