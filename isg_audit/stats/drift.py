"""How far a distribution has moved: the population stability index, and what chance alone gives.

Imports numpy and this room only; scipy.special inside the functions that need it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import Bounds, FloatArray, checked_amounts, checked_level, plain

FEWEST_EXPECTED = 5.0
"""Expected cases in a bin, in the smaller of both samples, below which it is merged."""

CONVENTION = 0.10
"""Below this the index is by custom no drift (Siddiqi 2006); it takes no account of numbers."""


class Drift(NamedTuple):
    """An index, the bins it rests on, and the value that chance alone rarely exceeds."""

    value: float
    bins: int
    critical: float


def merged_bins(before: ArrayLike, after: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Neighbouring bins put together until none is empty before or after, or has too few.

    Args:
        before: cases by bin, in the order of the bins, shape (bins,).
        after: alike.

    Returns:
        Both with the same, fewer bins. A bin in which nobody was before has no index: a small
        number put in for 0 would make the index whatever that number makes it.

    Raises:
        ImpossibleCount: negative cases, or shapes that differ.
    """
    first, second = checked_amounts(before, after)
    if first.ndim != 1 or np.shape(before) != np.shape(after):
        raise ImpossibleCount("before and after must be cases of the same bins.")
    total, its = first.sum(), second.sum()
    smaller = min(total, its) / max(total + its, 1e-300)
    kept: list[list[float]] = []
    held = [0.0, 0.0]
    for one, two in zip(first, second, strict=True):
        held = [held[0] + one, held[1] + two]
        if _enough(held, smaller):
            kept.append(held)
            held = [0.0, 0.0]
    if sum(held) > 0 and kept:
        kept[-1] = [kept[-1][0] + held[0], kept[-1][1] + held[1]]
    elif sum(held) > 0:
        kept.append(held)
    made = np.array(kept, dtype=np.float64).reshape(-1, 2)
    return made[:, 0], made[:, 1]


def stability_index(before: ArrayLike, after: ArrayLike, confidence: float = 0.95) -> Drift:
    """The population stability index of two samples over bins without empty ones.

    Args:
        before: cases by bin, each above 0, shape (bins,); effective cases where weighted.
        after: alike.
        confidence: of the critical value.

    Returns:
        Σ (after - before) ln(after / before) of shares. Without drift it is about
        (1/N + 1/M) χ² with one degree of freedom less than bins, so that small groups have large
        values by chance alone; `critical` is that quantile. NaN with fewer than two bins.

    Raises:
        ImpossibleCount: an empty bin (see `merged_bins`), negative cases, shapes that differ.

    Source:
        Siddiqi (2006), Credit Risk Scorecards; Yurdakul & Naranjo (2020), Journal of Risk Model
        Validation 14(4):89-100.
    """
    from scipy.special import chdtri

    first, second = checked_amounts(before, after)
    if first.ndim != 1 or np.shape(before) != np.shape(after):
        raise ImpossibleCount("before and after must be cases of the same bins.")
    if len(first) and not (first.min() > 0 and second.min() > 0):
        raise ImpossibleCount("a bin is empty; merge it with its neighbour.")
    bins = len(first)
    if bins < 2:
        return Drift(float("nan"), bins, float("nan"))
    share, its = first / first.sum(), second / second.sum()
    value = float(((its - share) * np.log(its / share)).sum())
    quantile = float(chdtri(bins - 1, 1.0 - checked_level(confidence)))
    return Drift(value, bins, quantile * (1.0 / first.sum() + 1.0 / second.sum()))


def stability_limits(
    value: float, bins: int, cases: float, other_cases: float, confidence: float = 0.95
) -> Bounds:
    """Limits of the true index behind a measured one.

    Args:
        value: the index.
        bins: how many bins it has.
        cases: cases before.
        other_cases: cases after.
        confidence: a share between 0 and 1.

    Returns:
        Limits from the noncentral χ²: the index times NM/(N + M) has about that distribution with
        bins less 1 degrees of freedom, and the true index times the same for its noncentrality.
        The lower limit is 0 exactly where one-sided chance explains the value. NaN with fewer
        than two bins.
    """
    from scipy.special import chdtrc, chndtrinc

    tail = (1.0 - checked_level(confidence)) / 2.0
    if not (bins >= 2 and cases > 0 and other_cases > 0):
        return Bounds(plain(np.nan), plain(np.nan))
    scale = cases * other_cases / (cases + other_cases)
    at, freedom = value * scale, bins - 1.0
    above = float(chdtrc(freedom, at))
    low = 0.0 if above >= tail else _noncentral(at, freedom, 1.0 - tail, chndtrinc)
    high = 0.0 if above >= 1.0 - tail else _noncentral(at, freedom, tail, chndtrinc)
    return Bounds(plain(low / scale), plain(high / scale))


LARGE = 1e4
"""Statistics above which the normal approximation stands for the noncentral distribution."""


def _noncentral(at: float, freedom: float, share: float, exact: np.ufunc) -> float:
    """The noncentrality under which a share of values lies below `at`."""
    if at < LARGE:
        return float(exact(at, freedom, share))
    from scipy.special import ndtri

    # Mean f + λ, variance 2(f + 2λ): taken the other way round for λ.
    z = float(ndtri(share))
    root = np.sqrt(max(0.0, z * z + at - freedom / 2.0))
    return float(max(0.0, at - freedom + 2.0 * z * z - 2.0 * z * root))


def _enough(held: list[float], smaller: float) -> bool:
    return min(held) > 0 and sum(held) * smaller >= FEWEST_EXPECTED
