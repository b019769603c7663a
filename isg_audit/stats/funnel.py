"""Funnel plot: each unit judged against limits for its own size, and never ranked.

Imports numpy and this room only; scipy inside the functions that need it.

Source:
    Spiegelhalter (2005), Statistics in Medicine 24:1185-1202; Spiegelhalter et al. (2012), JRSS A
    175:1-47, for over-dispersion.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import Bounds, FloatArray, checked_counts, checked_level, plain

WARNING, ACTION = 0.95, 0.998
"""Shares of units inside the inner and the outer limits where nothing but chance is at work."""

WINSORISED = 0.1
"""Share of the lowest, and of the highest, z that are pulled in before the spread is taken."""

BEYOND_CHANCE = 0.05
"""p of no over-dispersion below which limits are widened."""


class Overdispersion(NamedTuple):
    """How much more units spread than chance lets them.

    Attributes:
        factor: mean squared z after pulling in the outer tenths; limits widen by its root.
        plain_factor: the same of all z as they are.
        p_value: of spread by chance alone, chi-squared over `plain_factor`.
        widened: whether limits are widened: more spread than chance, and p below 0.05.
    """

    factor: float
    plain_factor: float
    p_value: float
    widened: bool

    @property
    def root(self) -> float:
        """By how much limits widen: at least 1."""
        return float(np.sqrt(self.factor)) if self.widened else 1.0


def funnel_limits(
    target: float, cases: ArrayLike, coverage: float = WARNING, root: float = 1.0
) -> Bounds:
    """Limits around a target share for units of these sizes.

    Args:
        target: the share that all would have, between 0 and 1.
        cases: cases by unit, any shape; need not be whole (effective cases).
        coverage: share of units inside where nothing but chance is at work.
        root: of the over-dispersion factor, by which distances from the target widen.

    Returns:
        Exact binomial limits, interpolated between counts so that they do not jump; shares within
        0..1. NaN for units of nobody.

    Raises:
        ImpossibleCount: a target or coverage outside 0..1; negative cases.
    """
    from scipy.stats import binom

    share = checked_level(target, "target")
    outside = (1.0 - checked_level(coverage, "coverage")) / 2.0
    _, every = checked_counts(np.zeros_like(np.asarray(cases, dtype=np.float64)), cases)
    whole = np.maximum(np.rint(np.nan_to_num(every)), 1.0)
    ends = []
    for tail in (outside, 1.0 - outside):
        count = binom.ppf(tail, whole, share)
        above, below = binom.cdf(count, whole, share), binom.cdf(count - 1, whole, share)
        ends.append((count - (above - tail) / (above - below)) / whole)
    known = ~np.isnan(every)
    low, high = (
        np.where(known, np.clip(share + root * (end - share), 0.0, 1.0), np.nan) for end in ends
    )
    return Bounds(plain(low), plain(high))


def funnel_z(hits: ArrayLike, cases: ArrayLike, target: float) -> FloatArray:
    """Distance of each unit from the target in standard errors under the target; NaN of nobody."""
    share = checked_level(target, "target")
    some, every = checked_counts(hits, cases)
    return plain((some / every - share) / np.sqrt(share * (1.0 - share) / every))


def overdispersion(z: ArrayLike) -> Overdispersion:
    """How much more units spread than chance lets them.

    Args:
        z: of each unit, from `funnel_z`, shape (units,); NaN is left out.

    Returns:
        NaN factors and no widening with fewer than two units. Widened limits ask who stands out
        among units that differ anyway: that they do is a finding of its own.

    Raises:
        ImpossibleCount: an infinite z.
    """
    from scipy.special import chdtrc

    values = np.asarray(z, dtype=np.float64)
    values = values[~np.isnan(values)]
    if np.isinf(values).any():
        raise ImpossibleCount("an infinite distance from the target.")
    if len(values) < 2:
        return Overdispersion(np.nan, np.nan, np.nan, False)
    low, high = np.quantile(values, [WINSORISED, 1.0 - WINSORISED])
    factor = float(np.mean(np.clip(values, low, high) ** 2))
    raw = float(np.mean(values**2))
    p_value = float(chdtrc(len(values) - 1, raw * len(values)))
    return Overdispersion(factor, raw, p_value, factor > 1.0 and p_value < BEYOND_CHANCE)
