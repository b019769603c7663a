"""How much of a range over groups is luck: what chance alone gives, and what is left without it.

In closed form up to one integral, for any metric with standard errors, so that every range of an
audit can have it. `extremes` does the same for shares by drawing, which is slower and needs no
normal approximation. Imports numpy and this room only; scipy inside functions.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import FloatArray, checked_counts, plain

REACH, STEP = 8.0, 0.25
"""Standard errors to each side, and between places, at which a distribution is looked at."""
MOST_PLACES = 600
ROUNDS = 50


class Luck(NamedTuple):
    """The range that equal groups would show on average, and the range without luck."""

    by_chance: float
    corrected: float


def expected_range(centres: ArrayLike, errors: ArrayLike) -> float:
    """Mean of the greatest minus the smallest of independent normal values.

    Args:
        centres: their means, shape (groups,).
        errors: their standard deviations, same shape, 0 or more.

    Returns:
        The integral of 1 - prod F - prod (1 - F); NaN with fewer than two groups.

    Raises:
        ImpossibleCount: a negative or missing error.

    Source:
        Tippett (1925), Biometrika 17:364-387; for equal errors the d2 of control charts.
    """
    from scipy.special import ndtr

    means, spreads = np.broadcast_arrays(np.asarray(centres, float), np.asarray(errors, float))
    if not (spreads >= 0).all():
        raise ImpossibleCount("A standard error must be 0 or more.")
    if len(means) < 2:
        return float("nan")
    if not spreads.any():
        return float(np.ptp(means))
    # A value without spread is a step: one far narrower than any other.
    spreads = np.maximum(spreads, 1e-9 * max(spreads.max(), float(np.ptp(means))))
    step = max(STEP, 2 * REACH * len(means) / MOST_PLACES)
    steps = np.arange(-REACH, REACH + step, step)
    places = np.unique(means[:, None] + spreads[:, None] * steps)
    below = ndtr((places[:, None] - means) / spreads)
    inside = 1.0 - below.prod(axis=1) - (1.0 - below).prod(axis=1)
    return float(np.trapezoid(inside, places))


def luck_of_range(values: ArrayLike, errors: ArrayLike, errors_if_equal: ArrayLike) -> Luck:
    """How much of the range of several values is luck, in the unit of the values.

    Args:
        values: the metric by group, shape (groups,). Groups with a missing number are left out.
        errors: standard errors, same shape, above 0.
        errors_if_equal: the errors that the groups would have if all had the same value.

    Returns:
        `by_chance`: the mean range of groups that do not differ. `corrected`: the mean range of
        the values behind, given the data: normal, with a spread between groups by Paule and
        Mandel; 0 where the groups vary no more than chance lets them. NaN with fewer than two
        groups. To stand beside the raw range and never instead: it hides most what matters most,
        one small group that is treated worse than all others. Of two groups nothing was picked, and
        the correction takes too much.

    Source:
        Lum, Zhang & Bower (2022), FAccT '22:379-389, for the bias; Paule & Mandel (1982), Journal
        of Research NBS 87:377-385, for the spread; Efron & Morris (1975), JASA 70:311-319.
    """
    several = [np.asarray(one, dtype=np.float64) for one in (values, errors, errors_if_equal)]
    kept = np.isfinite(several).all(axis=0) & (several[1] > 0)
    if kept.sum() < 2:
        return Luck(float("nan"), float("nan"))
    return _luck(*(tuple(one[kept].tolist()) for one in several))


def luck_of_shares(hits: ArrayLike, cases: ArrayLike) -> Luck:
    """The same for shares, with errors as Agresti and Coull take them, so that none is 0.

    Raises:
        ImpossibleCount: hits outside 0..cases.
    """
    some, every = checked_counts(hits, cases)
    there = ~np.isnan(every)
    some, every = some[there], every[there]
    if len(some) < 2:
        return Luck(float("nan"), float("nan"))
    added = (some + 2.0) / (every + 4.0)
    pooled = float(some.sum() / every.sum())
    return luck_of_range(
        some / every,
        np.sqrt(added * (1.0 - added) / every),
        np.sqrt(pooled * (1.0 - pooled) / every),
    )


@lru_cache(maxsize=4096)
def _luck(
    values: tuple[float, ...], errors: tuple[float, ...], errors_if_equal: tuple[float, ...]
) -> Luck:
    """Kept, since what is published is measured again from the same counts."""
    seen, variances = np.array(values), np.array(errors) ** 2
    by_chance = expected_range(np.zeros(len(seen)), errors_if_equal)
    between = _between(seen, variances)
    if between <= 0:
        return Luck(by_chance, 0.0)
    weights = 1.0 / (variances + between)
    centre = float(np.sum(weights * seen) / np.sum(weights))
    kept = between / (between + variances)
    corrected = expected_range(centre + kept * (seen - centre), np.sqrt(kept * variances))
    return Luck(by_chance, corrected)


def _between(values: FloatArray, variances: FloatArray) -> float:
    """Variance between groups at which their weighted spread is what it should be; else 0.

    Newton's steps from 0 rise to the root, since the surplus is falling and convex.
    """
    between = 0.0
    for _ in range(ROUNDS):
        weights = 1.0 / (variances + between)
        off = values - np.sum(weights * values) / np.sum(weights)
        surplus = float(np.sum(weights * off**2)) - (len(values) - 1)
        if surplus <= 1e-9:
            break
        between += surplus / float(np.sum(weights**2 * off**2))
    return plain(between).item()
