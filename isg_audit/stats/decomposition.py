"""A gap between two groups taken apart by strata: who stands where, and what happens to them there.

The strata lie on the last axis of every argument. Imports numpy and this room only.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import Estimate, FloatArray, checked_counts, critical_value, plain


class Kitagawa(NamedTuple):
    """The gap as the sum of three parts, arrays of shape (...); NaN where not estimable.

    Attributes:
        gap: share of the group minus share of the comparator, of all their cases.
        composition: what comes of the two standing in different strata.
        rates: what comes of different shares in the same stratum.
        alone: what comes of strata that hold one of the two only; 0 where there is none.
    """

    gap: FloatArray
    composition: Estimate
    rates: Estimate
    alone: FloatArray


class Standardised(NamedTuple):
    """Shares that two groups would have if both stood in the strata alike; their difference."""

    share: Estimate
    other: Estimate
    difference: Estimate


class _Pair(NamedTuple):
    """Strata with cases of both; zeros elsewhere. Shapes (..., strata).

    `spread` is the squared standard error of a stratum's share.
    """

    share: FloatArray
    other: FloatArray
    cases: FloatArray
    other_cases: FloatArray
    spread: FloatArray
    other_spread: FloatArray


def kitagawa(
    hits: ArrayLike,
    cases: ArrayLike,
    other_hits: ArrayLike,
    other_cases: ArrayLike,
    confidence: float = 0.95,
) -> Kitagawa:
    """Take the gap between a group and its comparator apart into composition and rates.

    Args:
        hits: hits of the group, shape (..., strata); all four broadcast.
        cases: cases of the group.
        other_hits: hits of the comparator, who must be other people.
        other_cases: cases of the comparator.
        confidence: a share between 0 and 1.

    Returns:
        Three parts that add up to the gap. Strata that hold only one of the two have no share to
        compare with: they make the third part. Limits by the delta method, in which both the
        shares and who stands where are drawn anew; NaN where nothing varies.

    Raises:
        ImpossibleCount: hits outside 0..cases; confidence outside 0..1.

    Weights: hand in effective counts.

    Source:
        Kitagawa (1955), JASA 50:1168-1194; the third part: Ñopo (2008), Review of Economics and
        Statistics 90:290-299.
    """
    pair = _pair(hits, cases, other_hits, other_cases)
    here, there = _parts(pair.cases), _parts(pair.other_cases)
    mean, apart = (pair.share + pair.other) / 2.0, pair.share - pair.other
    moved, both = here - there, (here + there) / 2.0
    composition = (moved * mean).sum(axis=-1)
    rates = (apart * both).sum(axis=-1)
    known = ~np.isnan(composition)
    placed = _spread_of(mean, here, pair.cases) + _spread_of(mean, there, pair.other_cases)
    differing = _spread_of(apart, here, pair.cases) + _spread_of(apart, there, pair.other_cases)
    drawn = pair.spread + pair.other_spread
    of_composition = placed + (moved**2 / 4.0 * drawn).sum(axis=-1)
    of_rates = differing / 4.0 + (both**2 * drawn).sum(axis=-1)
    gap = _overall(hits, cases) - _overall(other_hits, other_cases)
    alone = np.where(known, gap - composition - rates, np.nan)
    return Kitagawa(
        plain(gap),
        _estimate(composition, of_composition, confidence),
        _estimate(rates, of_rates, confidence),
        plain(np.where(np.abs(alone) < 1e-12, 0.0, alone)),
    )


def standardise(
    hits: ArrayLike,
    cases: ArrayLike,
    other_hits: ArrayLike,
    other_cases: ArrayLike,
    confidence: float = 0.95,
    standard: ArrayLike | None = None,
) -> Standardised:
    """Shares of two groups if both stood in the strata as a standard population does.

    Arguments, shapes, raises and weights as for `kitagawa`.

    Args:
        hits: see there.
        cases: see there.
        other_hits: see there.
        other_cases: see there.
        confidence: see there.
        standard: people of the standard in each stratum, shape (..., strata); default: the two
            groups together. Taken as given: it is not drawn anew.

    Returns:
        Strata that hold one of the two only are left out. A stratum's variance is that of its own
        cases (n - 1 below the line); with fewer than two it is taken from both groups there.

    Source:
        Direct standardisation; the interval is that of a post-stratified difference (Miratrix,
        Sekhon & Yu 2013, JRSS B 75:369-396).
    """
    pair = _pair(hits, cases, other_hits, other_cases)
    people = pair.cases + pair.other_cases
    if standard is not None:
        given = np.asarray(standard, dtype=np.float64)
        if (given < 0).any() or not np.isfinite(given).all():
            raise ImpossibleCount("A standard population holds 0 people or more in each stratum.")
        people = np.where(people > 0, given, 0.0)
    part = _parts(people)
    share, other = (part * pair.share).sum(axis=-1), (part * pair.other).sum(axis=-1)
    spread = (part**2 * pair.spread).sum(axis=-1)
    other_spread = (part**2 * pair.other_spread).sum(axis=-1)
    return Standardised(
        _estimate(share, spread, confidence, 0.0),
        _estimate(other, other_spread, confidence, 0.0),
        _estimate(share - other, spread + other_spread, confidence),
    )


def conditional_disparity(
    hits: ArrayLike,
    cases: ArrayLike,
    other_hits: ArrayLike,
    other_cases: ArrayLike,
    confidence: float = 0.95,
) -> Estimate:
    """The group's share of those without a hit minus its share of those with one, over strata.

    Arguments, shapes, raises and weights as for `kitagawa`; the comparator is everybody else.

    Returns:
        Above 0: the group is found among those without a hit more often than among the others,
        on average over strata (each counts by its people). Strata without a hit, or with nothing
        else, say nothing and are left out. With one stratum this is demographic disparity.

    Source:
        Wachter, Mittelstadt & Russell (2021), Computer Law & Security Review 41:105567.
    """
    x, n, y, m = _counts(hits, cases, other_hits, other_cases)
    return standardise(n - x, (n - x) + (m - y), x, x + y, confidence).difference


def _counts(
    hits: ArrayLike, cases: ArrayLike, other_hits: ArrayLike, other_cases: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """The four, of one shape, with 0 for nobody."""
    several = (*checked_counts(hits, cases), *checked_counts(other_hits, other_cases))
    x, n, y, m = np.broadcast_arrays(*(np.atleast_1d(np.nan_to_num(one)) for one in several))
    return x, n, y, m


def _pair(
    hits: ArrayLike, cases: ArrayLike, other_hits: ArrayLike, other_cases: ArrayLike
) -> _Pair:
    x, n, y, m = _counts(hits, cases, other_hits, other_cases)
    both = (n > 0) & (m > 0)
    x, n, y, m = (np.where(both, one, 0.0) for one in (x, n, y, m))
    together = _spread(x + y, n + m)
    return _Pair(
        share=_over(x, n),
        other=_over(y, m),
        cases=n,
        other_cases=m,
        spread=np.where(n < 2, _over(together * (n + m), n), _spread(x, n)),
        other_spread=np.where(m < 2, _over(together * (n + m), m), _spread(y, m)),
    )


def _spread(hits: FloatArray, cases: FloatArray) -> FloatArray:
    share = _over(hits, cases)
    return _over(share * (1.0 - share), cases - 1.0)


def _spread_of(values: FloatArray, parts: FloatArray, cases: FloatArray) -> FloatArray:
    """Squared standard error of the mean of `values` over cases that stand in strata by chance."""
    mean = (parts * values).sum(axis=-1, keepdims=True)
    total = cases.sum(axis=-1)
    return _over((parts * (values - mean) ** 2).sum(axis=-1), total)


def _overall(hits: ArrayLike, cases: ArrayLike) -> FloatArray:
    some, every = (np.nan_to_num(np.atleast_1d(one)) for one in checked_counts(hits, cases))
    return _over(some.sum(axis=-1), every.sum(axis=-1), np.nan)


def _parts(cases: FloatArray) -> FloatArray:
    """Each stratum's share of the cases; NaN where there are none."""
    return _over(cases, cases.sum(axis=-1, keepdims=True) + np.zeros_like(cases), np.nan)


def _estimate(
    value: FloatArray, variance: FloatArray, confidence: float, least: float = -1.0
) -> Estimate:
    reach = critical_value(confidence) * np.sqrt(np.where(variance > 0, variance, np.nan))
    return Estimate(
        plain(value),
        plain(np.maximum(value - reach, least)),
        plain(np.minimum(value + reach, 1.0)),
    )


def _over(part: FloatArray, whole: FloatArray, empty: float = 0.0) -> FloatArray:
    """Part / whole where whole is above 0, else `empty`."""
    below = np.asarray(whole, dtype=np.float64)
    above = np.broadcast_to(np.asarray(part, dtype=np.float64), below.shape)
    divided: FloatArray = np.divide(above, below, out=np.full(below.shape, empty), where=below > 0)
    return divided
