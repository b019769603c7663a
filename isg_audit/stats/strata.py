"""Two groups compared within strata (departments, sites, grades): one figure for all of them.

The strata lie on the last axis of every argument. A stratum without cases in one of the groups
says nothing and is left out. One figure misleads where strata disagree: look at `breslow_day`
first. Imports numpy and this room only; scipy.special inside the functions that need it.

Source:
    Mantel & Haenszel (1959), Journal of the National Cancer Institute 22:719-748.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.stats.bounds import Estimate, FloatArray, checked_counts, critical_value, plain
from isg_audit.stats.significance import ChiSquareTest


class _Strata(NamedTuple):
    """Fourfold tables; zeros in the strata that say nothing. Shapes (..., strata)."""

    hits: FloatArray
    misses: FloatArray
    other_hits: FloatArray
    other_misses: FloatArray
    cases: FloatArray
    other_cases: FloatArray
    total: FloatArray


def mantel_haenszel_odds_ratio(
    hits: ArrayLike,
    cases: ArrayLike,
    other_hits: ArrayLike,
    other_cases: ArrayLike,
    confidence: float = 0.95,
) -> Estimate:
    """Odds of a hit in the group over the comparator's, in common over strata.

    Args:
        hits: hits of the group, shape (..., strata); all four broadcast.
        cases: cases of the group.
        other_hits: hits of the comparator, who must be other people.
        other_cases: cases of the comparator.
        confidence: a share between 0 and 1.

    Returns:
        Shape (...), 0 to infinity. The limits hold for few large and for many small strata. NaN
        where no stratum has cases of both groups, and limits NaN where the ratio is 0 or infinite.

    Raises:
        ImpossibleCount: hits outside 0..cases; confidence outside 0..1.

    Weights: hand in effective counts.

    Source:
        Robins, Breslow & Greenland (1986), Biometrics 42:311-323, for the variance.
    """
    a, b, c, d, _, _, total = _strata(hits, cases, other_hits, other_cases)
    part = _over(1.0, total, 0.0)
    for_it, against = a * d * part, b * c * part
    agree, cross = (a + d) * part, (b + c) * part
    top, bottom = for_it.sum(axis=-1), against.sum(axis=-1)
    variance = (
        _over((agree * for_it).sum(axis=-1), 2.0 * top**2)
        + _over((agree * against + cross * for_it).sum(axis=-1), 2.0 * top * bottom)
        + _over((cross * against).sum(axis=-1), 2.0 * bottom**2)
    )
    return _ratio(top, bottom, np.where((top > 0) & (bottom > 0), variance, np.nan), confidence)


def mantel_haenszel_ratio(
    hits: ArrayLike,
    cases: ArrayLike,
    other_hits: ArrayLike,
    other_cases: ArrayLike,
    confidence: float = 0.95,
) -> Estimate:
    """Share of the group over the comparator's share, in common over strata.

    Arguments, shapes, missing values, raises and weights as for `mantel_haenszel_odds_ratio`.

    Source:
        Greenland & Robins (1985), Biometrics 41:55-68.
    """
    a, _, c, _, cases_here, cases_there, total = _strata(hits, cases, other_hits, other_cases)
    part = _over(1.0, total, 0.0)
    top, bottom = (a * cases_there * part).sum(axis=-1), (c * cases_here * part).sum(axis=-1)
    spread = (cases_here * cases_there * (a + c) - a * c * total) * part**2
    return _ratio(top, bottom, _over(spread.sum(axis=-1), top * bottom), confidence)


def mantel_haenszel_difference(
    hits: ArrayLike,
    cases: ArrayLike,
    other_hits: ArrayLike,
    other_cases: ArrayLike,
    confidence: float = 0.95,
) -> Estimate:
    """Share of the group minus the comparator's share, in common over strata.

    Arguments, shapes, missing values, raises and weights as for `mantel_haenszel_odds_ratio`.

    Returns:
        Shape (...), -1 to 1 (the limits are cut there). Strata weigh by the precision that equal
        spread would give them. NaN limits where nothing varies.

    Source:
        Sato (1989), Biometrics 45:1323-1324: right for few large and for many small strata.
    """
    a, b, c, d, here, there, total = _strata(hits, cases, other_hits, other_cases)
    part = _over(1.0, total, 0.0)
    weight = (here * there * part).sum(axis=-1)
    gap = _over(((a * there - c * here) * part).sum(axis=-1), weight)
    slope = (here**2 * c - there**2 * a + here * there * (there - here) / 2.0) * part**2
    spread = (a * d + c * b) * part / 2.0
    variance = _over(gap * slope.sum(axis=-1) + spread.sum(axis=-1), weight**2)
    reach = critical_value(confidence) * np.sqrt(np.where(variance > 0, variance, np.nan))
    return Estimate(
        plain(gap), plain(np.maximum(gap - reach, -1.0)), plain(np.minimum(gap + reach, 1.0))
    )


def cochran_mantel_haenszel(
    hits: ArrayLike, cases: ArrayLike, other_hits: ArrayLike, other_cases: ArrayLike
) -> ChiSquareTest:
    """Test that within every stratum the shares are equal; without continuity correction.

    Arguments, shapes and raises as for `mantel_haenszel_odds_ratio`. NaN where nothing varies. It
    sees little where strata disagree in direction.
    """
    a, b, c, d, here, there, total = _strata(hits, cases, other_hits, other_cases)
    excess = (a - _over(here * (a + c), total, 0.0)).sum(axis=-1)
    product = here * there * (a + c) * (b + d)
    variance = _over(product, total**2 * (total - 1.0), 0.0).sum(axis=-1)
    return _tested(_over(excess**2, variance), np.ones_like(variance))


def breslow_day(
    hits: ArrayLike, cases: ArrayLike, other_hits: ArrayLike, other_cases: ArrayLike
) -> ChiSquareTest:
    """Test that the odds ratio is the same in every stratum; where it fails, give no single one.

    Arguments, shapes and raises as for `mantel_haenszel_odds_ratio`.

    Returns:
        Chi square with Tarone's correction; degrees of freedom are the strata in which something
        varies, less 1. NaN with fewer than two of them, and where the common odds ratio is 0 or
        infinite. Needs large strata: with few cases in each it finds too little.

    Source:
        Breslow & Day (1980), Statistical Methods in Cancer Research I, section 4.4; Tarone
        (1985), Biometrika 72:91-95.
    """
    a, b, c, d, here, there, total = _strata(hits, cases, other_hits, other_cases)
    odds = mantel_haenszel_odds_ratio(a, a + b, c, c + d).value
    odds = np.where((odds > 0) & np.isfinite(odds), odds, np.nan)[..., None]
    informs = (here > 0) & (there > 0) & (a + c > 0) & (b + d > 0)
    expected = np.where(informs, _expected(odds, here, there, a + c), 1.0)
    rest = [expected, a + c - expected, here - expected, there - (a + c) + expected]
    cells = [np.where(informs, cell, 1.0) for cell in rest]
    variance = np.where(informs, 1.0 / sum(1.0 / cell for cell in cells), 0.0)
    excess = np.where(informs, a - expected, 0.0)
    statistic = _over(excess**2, variance, 0.0).sum(axis=-1)
    statistic = statistic - _over(excess.sum(axis=-1) ** 2, variance.sum(axis=-1))
    freedom = informs.sum(axis=-1) - 1.0
    return _tested(np.where(freedom > 0, statistic, np.nan), freedom)


def _expected(
    odds: FloatArray, here: FloatArray, there: FloatArray, hits: FloatArray
) -> FloatArray:
    """Hits of the group under an odds ratio, given the margins: the root of a quadratic.

    In the form that neither cancels nor divides by 0 at an odds ratio of 1.
    """
    linear = odds * (here + hits) + (there - hits)
    root = np.sqrt(np.maximum(linear**2 - 4.0 * (odds - 1.0) * odds * here * hits, 0.0))
    return 2.0 * odds * here * hits / np.where(linear + root > 0, linear + root, np.nan)


def _strata(
    hits: ArrayLike, cases: ArrayLike, other_hits: ArrayLike, other_cases: ArrayLike
) -> _Strata:
    some, every, others_some, others_every = np.broadcast_arrays(
        *(np.atleast_1d(one) for one in checked_counts(hits, cases)),
        *(np.atleast_1d(one) for one in checked_counts(other_hits, other_cases)),
    )
    both = ~np.isnan(every + others_every)
    x, n, y, m = (np.where(both, one, 0.0) for one in (some, every, others_some, others_every))
    return _Strata(x, n - x, y, m - y, n, m, n + m)


def _ratio(
    top: FloatArray, bottom: FloatArray, variance: FloatArray, confidence: float
) -> Estimate:
    value = np.where((bottom == 0) & (top > 0), np.inf, _over(top, bottom))
    inside = np.where((top > 0) & (bottom > 0), value, np.nan)
    factor = np.exp(critical_value(confidence) * np.sqrt(variance))
    return Estimate(plain(value), plain(inside / factor), plain(inside * factor))


def _tested(statistic: FloatArray, freedom: FloatArray) -> ChiSquareTest:
    from scipy.special import chdtrc

    return ChiSquareTest(plain(statistic), plain(freedom), plain(chdtrc(freedom, statistic)))


def _over(part: ArrayLike, whole: ArrayLike, empty: float = np.nan) -> FloatArray:
    """Part / whole where whole is above 0, else `empty` (0 in sums over strata)."""
    below = np.asarray(whole, dtype=np.float64)
    above = np.broadcast_to(np.asarray(part, dtype=np.float64), below.shape)
    return plain(np.divide(above, below, out=np.full(below.shape, empty), where=below > 0))
