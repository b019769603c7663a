"""Figures of several windows of time together: pooled, their disagreement, and their trend.

Imports numpy and this room only; scipy.special inside the functions that need it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import (
    FloatArray,
    checked_amounts,
    checked_counts,
    critical_value,
    plain,
)
from isg_audit.stats.significance import ZTest

FEWEST_WINDOWS = 6
"""Windows below which a straight line through them is not quoted as a trend."""


class Pooled(NamedTuple):
    """A figure in common to several windows, and how far the windows disagree.

    Attributes:
        value: weighted by the inverse of the variances.
        error: its standard error, if all windows share one true value.
        q: Cochran's Q.
        freedom: its degrees of freedom, windows less 1.
        p_value: that windows with one true value differ as much.
        between: the variance between windows beyond chance (DerSimonian and Laird).
    """

    value: FloatArray
    error: FloatArray
    q: FloatArray
    freedom: FloatArray
    p_value: FloatArray
    between: FloatArray


class Line(NamedTuple):
    """A straight line through the windows, with variances that are known."""

    slope: FloatArray
    slope_error: FloatArray
    intercept: FloatArray
    z: FloatArray
    p_value: FloatArray


def pooled(values: ArrayLike, errors: ArrayLike) -> Pooled:
    """One figure for all windows.

    Args:
        values: the figure in each window, shape (..., windows); NaN is left out.
        errors: their standard errors, above 0; a window of unknown error is left out.

    Returns:
        Shape (...). NaN without a window; Q needs two.

    Raises:
        ImpossibleCount: a negative or infinite error.

    Source:
        Cochran (1954), Biometrics 10:101-129; DerSimonian & Laird (1986), Controlled Clinical
        Trials 7:177-188.
    """
    from scipy.special import chdtrc

    value, weight = _weighed(values, errors)
    total = weight.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (weight * value).sum(axis=-1) / total
        error = 1.0 / np.sqrt(total)
        q = (weight * (value - mean[..., None]) ** 2).sum(axis=-1)
        freedom = (weight > 0).sum(axis=-1) - 1.0
        known = freedom > 0
        spare = total - (weight**2).sum(axis=-1) / total
        between = np.where(known, np.maximum(0.0, q - freedom) / spare, np.nan)
    p_value = np.where(known, chdtrc(np.where(known, freedom, 1.0), np.nan_to_num(q)), np.nan)
    nobody = total <= 0
    return Pooled(
        plain(np.where(nobody, np.nan, mean)),
        plain(np.where(nobody, np.nan, error)),
        plain(np.where(known, q, np.nan)),
        plain(np.where(known, freedom, np.nan)),
        plain(p_value),
        plain(between),
    )


def known_variance_trend(values: ArrayLike, errors: ArrayLike, times: ArrayLike) -> Line:
    """The slope of a figure over time by weighted least squares with known variances.

    Args:
        values: the figure in each window, shape (..., windows); NaN is left out.
        errors: their standard errors, above 0.
        times: when each window was, any unit, shape (windows,).

    Returns:
        Shape (...). The standard error follows from those of the windows alone, not from how well
        the line fits: a line that happens to fit does not make few people many. NaN with fewer
        than two different times.

    Raises:
        ImpossibleCount: a negative or infinite error.
    """
    from scipy.special import erfc

    value, weight = _weighed(values, errors)
    at = np.broadcast_to(np.asarray(times, dtype=np.float64), value.shape)
    total = weight.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (weight * at).sum(axis=-1) / total
        mean = (weight * value).sum(axis=-1) / total
        away = np.where(weight > 0, at - middle[..., None], 0.0)
        spread = (weight * away**2).sum(axis=-1)
        scale = np.where(total > 0, total, 1.0) * np.maximum(1.0, middle**2)
        fit = spread > 1e-12 * scale
        slope = np.where(fit, (weight * away * value).sum(axis=-1) / spread, np.nan)
        error = np.where(fit, 1.0 / np.sqrt(spread), np.nan)
        z = slope / error
    p_value = erfc(np.abs(z) / np.sqrt(2.0))
    return Line(plain(slope), plain(error), plain(mean - slope * middle), plain(z), plain(p_value))


def cochran_armitage(hits: ArrayLike, cases: ArrayLike, times: ArrayLike) -> ZTest:
    """Does a share rise or fall over windows of time?

    Args:
        hits: hits in each window, shape (..., windows); need not be whole.
        cases: cases in each; windows of nobody are left out.
        times: when each window was, shape (windows,).

    Returns:
        Shape (...): z, above 0 where the share rises, and two-sided p. NaN where all cases are of
        one time, and where nobody or everybody was hit.

    Raises:
        ImpossibleCount: hits outside 0..cases.

    Source:
        Cochran (1954), Biometrics 10:417-451; Armitage (1955), Biometrics 11:375-386.
    """
    from scipy.special import erfc

    some, every = (np.atleast_1d(one) for one in checked_counts(hits, cases))
    there = ~np.isnan(every)
    some, every = np.where(there, some, 0.0), np.where(there, every, 0.0)
    at = np.broadcast_to(np.asarray(times, dtype=np.float64), every.shape)
    total = every.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = some.sum(axis=-1) / total
        away = at - ((every * at).sum(axis=-1) / total)[..., None]
        spread = (every * away**2).sum(axis=-1)
        variance = share * (1.0 - share) * spread
        moved = ((some - every * share[..., None]) * away).sum(axis=-1)
        z = np.where(variance > 1e-12 * total, moved / np.sqrt(variance), np.nan)
    return ZTest(plain(z), plain(erfc(np.abs(z) / np.sqrt(2.0))))


def longest_run(flags: ArrayLike) -> int:
    """The most neighbours in a row that are true.

    Raises:
        ImpossibleCount: more than one axis.
    """
    those = np.asarray(flags, dtype=bool)
    if those.ndim != 1:
        raise ImpossibleCount(f"flags have shape {those.shape}; a run is along one axis.")
    best = run = 0
    for one in those:
        run = run + 1 if one else 0
        best = max(best, run)
    return best


def anytime_reach(cases: ArrayLike, tuned: float, confidence: float = 0.95) -> FloatArray:
    """Half-width, in standard deviations, of an interval that may be looked at again and again.

    Args:
        cases: cases seen so far at each look, above 0, any shape.
        tuned: the number of cases at which the interval shall be narrowest; fixed beforehand.
        confidence: the chance that the interval holds the true mean at all looks together.

    Returns:
        The interval is mean ± reach × standard deviation of one case. Approximate for few cases;
        NaN for none.

    Raises:
        ImpossibleCount: negative cases, or `tuned` not above 0.

    Source:
        Howard, Ramdas, McAuliffe & Sekhon (2021), Annals of Statistics 49:1055-1080;
        Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), Annals of Statistics 52:2613-2640.
    """
    (seen,) = checked_amounts(cases)
    if not 0 < tuned < np.inf:
        raise ImpossibleCount(f"tuned is {tuned!r}; it must be above 0.")
    critical_value(confidence)  # refuses what is no level
    alpha = 1.0 - confidence
    squared = (-2.0 * np.log(alpha) + np.log(-2.0 * np.log(alpha) + 1.0)) / tuned
    with np.errstate(divide="ignore", invalid="ignore"):
        more = seen * squared + 1.0
        reach = np.sqrt(more / (seen**2 * squared) * 2.0 * np.log(np.sqrt(more) / alpha))
    return plain(np.where(seen > 0, reach, np.nan))


def _weighed(values: ArrayLike, errors: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Values without NaN, and weights that are 0 for windows left out."""
    value = np.atleast_1d(np.asarray(values, dtype=np.float64))
    (error,) = checked_amounts(np.broadcast_to(np.asarray(errors, dtype=np.float64), value.shape))
    known = ~np.isnan(value) & (error > 0)
    weight = np.where(known, 1.0 / np.where(known, error, 1.0) ** 2, 0.0)
    return np.where(known, value, 0.0), weight
