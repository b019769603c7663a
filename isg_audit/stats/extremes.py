"""The gap between the best-off and the worst-off of many groups, as a difference and as a ratio.

The extreme groups are picked after seeing the data, so chance alone opens a gap; these intervals
allow for it. Imports numpy and this room only.

Source:
    Berger (1982), Technometrics 24:295-300, for the plain limit on the side that clears (an
    intersection-union test); Bonferroni over pairs for the side that accuses.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import Bounds, FloatArray, checked_counts, plain
from isg_audit.stats.combination import difference_of, ratio_of
from isg_audit.stats.differences import newcombe
from isg_audit.stats.multiplicity import bonferroni_confidence
from isg_audit.stats.ratios import score_ratio
from isg_audit.stats.shrinkage import beta_binomial_fit

LimitsAt = Callable[[float], Bounds]
Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]


class RangeWithoutGap(NamedTuple):
    """What the range of equal groups would be on average, and how often as large as observed."""

    expected: float
    p_value: float


class CorrectedExtremes(NamedTuple):
    """Greatest minus smallest share, and smallest over greatest, without what chance adds."""

    difference: float
    ratio: float


def range_interval(hits: ArrayLike, cases: ArrayLike, confidence: float = 0.95) -> Bounds:
    """Interval of the greatest minus the smallest share of several groups.

    Args:
        hits: hits by group, shape (groups,).
        cases: cases by group, same shape. Groups of nobody have no share and are left out: name
            them beside the figure.
        confidence: a share between 0 and 1.

    Returns:
        Two numbers from 0 to 1: `low` from Newcombe limits at Bonferroni's level over all pairs,
        `high` from plain ones. NaN with fewer than two groups. `low` above 0 says that some gap
        is there; only `high` may clear.

    Raises:
        ImpossibleCount: hits outside 0..cases; confidence outside 0..1.

    Weights: hand in effective counts. The price of its validity is power, which falls with groups.
    """
    some, every = _present(*checked_counts(hits, cases))

    def limits(here: NDArray[np.intp], there: NDArray[np.intp], level: float) -> Bounds:
        return newcombe(some[here], every[here], some[there], every[there], level)

    return _range(len(some), limits, confidence)


def range_of(values: ArrayLike, limits_at: LimitsAt, confidence: float = 0.95) -> Bounds:
    """Interval of the greatest minus the smallest value of several groups, for any metric.

    Args:
        values: the metric by group, shape (groups,).
        limits_at: from a confidence to the limits by group, `Bounds` of shape (groups,).
        confidence: a share between 0 and 1.

    Returns:
        Two numbers in the unit of the metric, from MOVER limits over all pairs; else as
        `range_interval`, which it equals over Wilson limits of shares. Groups without value or
        limits are left out.
    """
    quantity = plain(values)
    kept = _kept(quantity, limits_at(confidence))

    def limits(here: NDArray[np.intp], there: NDArray[np.intp], level: float) -> Bounds:
        return _combined(difference_of, quantity, limits_at(level), kept[here], kept[there])

    return _range(len(kept), limits, confidence)


def least_ratio_interval(hits: ArrayLike, cases: ArrayLike, confidence: float = 0.95) -> Bounds:
    """Interval of the smallest share over the greatest share of several groups.

    Arguments, missing groups, raises and weights as for `range_interval`.

    Returns:
        Two numbers from 0 to 1: `low` is the least plain score limit of a ratio over all pairs
        (only it may clear), `high` the least upper limit at Bonferroni's level. NaN with fewer
        than two groups, and where no group has a hit. Pairs that both lack hits have no ratio.
    """
    some, every = _present(*checked_counts(hits, cases))

    def limits(here: NDArray[np.intp], there: NDArray[np.intp], level: float) -> Bounds:
        return score_ratio(some[here], every[here], some[there], every[there], level)

    return _least_ratio(len(some), limits, confidence)


def least_ratio_of(values: ArrayLike, limits_at: LimitsAt, confidence: float = 0.95) -> Bounds:
    """Interval of the smallest over the greatest value of several groups, for any metric.

    Arguments and missing groups as for `range_of`; values that cannot be negative. Returns as
    `least_ratio_interval`, from MOVER limits of the ratio.
    """
    quantity = plain(values)
    kept = _kept(quantity, limits_at(confidence))

    def limits(here: NDArray[np.intp], there: NDArray[np.intp], level: float) -> Bounds:
        return _combined(ratio_of, quantity, limits_at(level), kept[here], kept[there])

    return _least_ratio(len(kept), limits, confidence)


def range_expected_without_gap(
    hits: ArrayLike, cases: ArrayLike, replicates: int, rng: np.random.Generator
) -> RangeWithoutGap:
    """Range of shares that chance alone gives groups of these sizes, by permutation.

    Args:
        hits: whole hits by group, shape (groups,).
        cases: whole cases by group; groups of nobody are left out.
        replicates: how many permutations of the hits over all cases; 2000 for a report.
        rng: the randomness.

    Returns:
        The mean range over permutations, and the share of them (the observed one among them)
        with a range at least as great as observed. NaN with fewer than two groups.

    Raises:
        ImpossibleCount: counts that are impossible or not whole; fewer than 1 replicate.
    """
    some, every = _present(*checked_counts(hits, cases))
    if replicates < 1 or np.any(np.rint(some) != some) or np.any(np.rint(every) != every):
        raise ImpossibleCount("Only whole counts can be permuted, at least once.")
    if len(every) < 2:
        return RangeWithoutGap(np.nan, np.nan)
    drawn = rng.multivariate_hypergeometric(
        every.astype(np.int64), int(some.sum()), size=replicates, method="marginals"
    )
    ranges = np.ptp(drawn / every, axis=1)
    as_great = np.count_nonzero(ranges >= np.ptp(some / every) - 1e-12)
    return RangeWithoutGap(float(ranges.mean()), float((as_great + 1) / (replicates + 1)))


def corrected_extremes(
    hits: ArrayLike, cases: ArrayLike, draws: int, rng: np.random.Generator
) -> CorrectedExtremes:
    """Range and least ratio of the shares that groups would have without the luck of the draw.

    Args:
        hits: hits by group, shape (groups,).
        cases: cases by group; groups of nobody are left out.
        draws: how many draws of the shares; 2000 for a report.
        rng: the randomness.

    Returns:
        Means over draws from each group's posterior, the groups' spread being that of
        `beta_binomial_fit`. NaN with fewer than two groups, and without hits or without misses.
        To stand beside the raw figure and never instead: it hides most what matters most, one
        small group that is treated worse than all others.

    Raises:
        ImpossibleCount: hits outside 0..cases; fewer than 1 draw.

    Source:
        Lum, Zhang & Bower (2022), FAccT '22:379-389, for the bias; Gelman et al., Bayesian Data
        Analysis, 3rd ed., 5.1-5.3, for the draws.
    """
    if draws < 1:
        raise ImpossibleCount(f"{draws} draws; there must be at least 1.")
    some, every = _present(*checked_counts(hits, cases))
    alpha, beta = beta_binomial_fit(some, every)
    if np.isnan(alpha):
        return CorrectedExtremes(np.nan, np.nan)
    shares = rng.beta(alpha + some, beta + every - some, size=(draws, len(some)))
    least, most = shares.min(axis=1), shares.max(axis=1)
    return CorrectedExtremes(float((most - least).mean()), float((least / most).mean()))


@lru_cache(maxsize=256)
def _every_pair(groups: int) -> Pairs:
    """Places of the two groups of each pair; kept, since every metric asks for the same few."""
    here, there = np.triu_indices(groups, 1)
    here.flags.writeable = there.flags.writeable = False
    return here, there


def _range(
    groups: int,
    limits: Callable[[NDArray[np.intp], NDArray[np.intp], float], Bounds],
    confidence: float,
) -> Bounds:
    if groups < 2:
        return Bounds(plain(np.nan), plain(np.nan))
    here, there = _every_pair(groups)
    cautious = limits(here, there, bonferroni_confidence(confidence, len(here)))
    usual = limits(here, there, confidence)
    low = max(0.0, float(np.max(cautious.low)), float(np.max(-cautious.high)))
    return Bounds(plain(low), plain(max(float(np.max(usual.high)), float(np.max(-usual.low)))))


def _least_ratio(
    groups: int,
    limits: Callable[[NDArray[np.intp], NDArray[np.intp], float], Bounds],
    confidence: float,
) -> Bounds:
    if groups < 2:
        return Bounds(plain(np.nan), plain(np.nan))
    here, there = _every_pair(groups)
    usual = limits(here, there, confidence)
    cautious = limits(here, there, bonferroni_confidence(confidence, len(here)))
    if np.isnan(usual.low).all():
        return Bounds(plain(np.nan), plain(np.nan))
    # Swapping a pair turns its limits into one over the other.
    with np.errstate(divide="ignore"):
        turned_low, turned_high = 1.0 / usual.high, 1.0 / cautious.low
    low = min(1.0, float(np.nanmin(usual.low)), float(np.nanmin(turned_low)))
    high = min(1.0, float(np.nanmin(cautious.high)), float(np.nanmin(turned_high)))
    return Bounds(plain(low), plain(high))


def _combined(
    rule: Callable[..., Bounds],
    values: FloatArray,
    bounds: Bounds,
    here: NDArray[np.intp],
    there: NDArray[np.intp],
) -> Bounds:
    low, high = bounds
    return rule(values[here], low[here], high[here], values[there], low[there], high[there])


def _present(hits: FloatArray, cases: FloatArray) -> tuple[FloatArray, FloatArray]:
    there = ~np.isnan(cases)
    return hits[there], cases[there]


def _kept(values: FloatArray, bounds: Bounds) -> NDArray[np.intp]:
    missing = np.isnan(values) | np.isnan(bounds.low) | np.isnan(bounds.high)
    return np.flatnonzero(~missing)
