"""How well scores order people (AUC) and how well they keep their word (calibration), from bins.

Bins are declared before the data are seen. Imports numpy and this room only; scipy.special
inside the functions that need it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.stats.bounds import (
    Bounds,
    Estimate,
    FloatArray,
    checked_amounts,
    checked_counts,
    checked_level,
    critical_value,
    plain,
)
from isg_audit.stats.proportions import wilson

# Below this many positives or negatives no interval for the AUC is given.
FEWEST_PER_CLASS = 10


class Auc(NamedTuple):
    """Area under the ROC curve of binned scores, arrays over groups.

    `low_bound` and `high_bound` hold the area that the unbinned scores would give; they speak of
    what binning hides, not of chance.
    """

    value: FloatArray
    standard_error: FloatArray
    low_bound: FloatArray
    high_bound: FloatArray


def roc_auc(positives: ArrayLike, negatives: ArrayLike) -> Auc:
    """Chance that a positive scores above a negative, a tie counting half.

    Args:
        positives: positives by rising score bin, shape (..., bins).
        negatives: negatives by the same bins, same shape.

    Returns:
        Arrays of shape (...). NaN without positives or without negatives; the standard error
        (DeLong's) also with a single one of either. Coarse bins pull the value towards 1/2.

    Raises:
        ImpossibleCount: a negative or infinite count.

    Weights: counts need not be whole; the standard error then takes the sums as cases, so scale
    them to the effective cases.

    Source:
        DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837-845.
    """
    ones, zeros = checked_amounts(positives, negatives)
    all_ones, all_zeros = ones.sum(axis=-1, keepdims=True), zeros.sum(axis=-1, keepdims=True)
    all_ones = np.where(all_ones > 0, all_ones, np.nan)
    all_zeros = np.where(all_zeros > 0, all_zeros, np.nan)
    zeros_below = np.cumsum(zeros, axis=-1) - zeros
    ones_above = all_ones - np.cumsum(ones, axis=-1)
    of_ones = (zeros_below + zeros / 2.0) / all_zeros
    of_zeros = (ones_above + ones / 2.0) / all_ones
    pairs = (all_ones * all_zeros)[..., 0]
    value = (ones * of_ones).sum(axis=-1) / all_ones[..., 0]
    low = (ones * zeros_below).sum(axis=-1) / pairs
    high = low + (ones * zeros).sum(axis=-1) / pairs
    variance = _variance_of_mean(of_ones, ones) + _variance_of_mean(of_zeros, zeros)
    return Auc(plain(value), plain(np.sqrt(variance)), plain(low), plain(high))


def auc_interval(
    auc: ArrayLike,
    standard_error: ArrayLike,
    positives_total: ArrayLike,
    negatives_total: ArrayLike,
    confidence: float = 0.95,
) -> Bounds:
    """Interval of an AUC on the logit scale.

    Args:
        auc: `Auc.value`, any shape; all four broadcast.
        standard_error: `Auc.standard_error`.
        positives_total: positives behind it.
        negatives_total: negatives behind it.
        confidence: a share between 0 and 1.

    Returns:
        Limits from 0 to 1. At an AUC of 1 or 0, where the standard error is 0, the far limit is
        Wilson's for as many hits as the smaller class has cases. NaN with fewer than 10 positives
        or negatives (give the bounds of `roc_auc` instead), and where every score is tied.

    Raises:
        ImpossibleCount: an AUC outside 0..1; a negative count; confidence outside 0..1.

    Source:
        Pepe (2003), The Statistical Evaluation of Medical Tests, chapter 5.
    """
    from scipy.special import expit, logit

    area, _ = checked_counts(auc, 1.0)
    error, ones, zeros = checked_amounts(standard_error, positives_total, negatives_total)
    fewest = np.minimum(ones, zeros)
    edge = (area == 0) | (area == 1)
    inside = np.where(edge | ~(error > 0) | ~(fewest >= FEWEST_PER_CLASS), np.nan, area)
    reach = critical_value(confidence) * error / (inside * (1.0 - inside))
    low, high = expit(logit(inside) - reach), expit(logit(inside) + reach)
    enough = np.where(fewest >= FEWEST_PER_CLASS, fewest, np.nan)
    far = wilson(enough, enough, confidence).low
    held = np.where(np.isnan(far), np.nan, area)
    low = np.where(area == 1, far, np.where(area == 0, held, low))
    high = np.where(area == 0, 1.0 - far, np.where(area == 1, held, high))
    return Bounds(plain(low), plain(high))


def expected_calibration_error(
    cases: ArrayLike, events: ArrayLike, score_sums: ArrayLike
) -> FloatArray:
    """Mean distance between score and observed share over the declared bins.

    Args:
        cases: cases by bin, shape (..., bins). A bin of nobody carries no weight.
        events: cases in which the event came, same shape.
        score_sums: sum of the scores (probabilities of the event) by bin, same shape.

    Returns:
        Shape (...), from 0 to 1; NaN for a group of nobody. It is never negative, so chance alone
        makes it positive, the more so the smaller the group: set it beside
        `calibration_error_by_chance`, never compare it between groups of different size.

    Raises:
        ImpossibleCount: events or score sums outside 0..cases of their bin.

    Source:
        Naeini, Cooper & Hauskrecht (2015), AAAI 29:2901-2907.
    """
    count, observed, expected = _binned(cases, events, score_sums)
    return plain(np.abs(observed - expected).sum(axis=-1) / _some(count.sum(axis=-1)))


def calibration_error_by_chance(cases: ArrayLike, score_sums: ArrayLike) -> FloatArray:
    """About the calibration error that a perfectly calibrated score would show in these bins.

    Arguments, shapes and raises as for `expected_calibration_error`. Normal approximation within
    each bin (mean absolute deviation of the observed share).
    """
    count, _, expected = _binned(cases, 0.0, score_sums)
    spread = expected * (1.0 - expected / _some(count))
    spread = np.where(count == 0, 0.0, spread)
    return plain(np.sqrt(2.0 / np.pi * spread).sum(axis=-1) / _some(count.sum(axis=-1)))


def calibration_error_interval(
    cases: ArrayLike, events: ArrayLike, score_sums: ArrayLike, confidence: float = 0.95
) -> Bounds:
    """Limits of the calibration error, cautious: they hold at least as often as said.

    Arguments, shapes and raises as for `expected_calibration_error`.

    Returns:
        Shape (...), 0 to 1: the error less and plus what chance may add to or take from the mean
        distance over all bins together. Reaches 0 where the score may be calibrated. NaN for a
        group of nobody. From about 5 cases in a bin.

    A bootstrap cannot give this: chance makes every replicate look less calibrated, so that its
    interval lies above the truth. Weights: hand in effective cases.

    Source:
        By the triangle inequality the error moves no further than the mean distance between
        observed and true shares: a sum of folded normals, Leone, Nelson & Nottingham (1961),
        Technometrics 3:543-550, whose quantile is taken from a gamma law of its mean and variance.
    """
    from scipy.special import gammaincinv

    count, observed, expected = _binned(cases, events, score_sums)
    total = _some(count.sum(axis=-1))
    value = np.abs(observed - expected).sum(axis=-1) / total
    # Two hits and two misses more, so that a bin of nothing but hits has a spread.
    share = (observed + 2.0) / (count + 4.0)
    variance = count * share * (1.0 - share)
    mean = np.sqrt(2.0 / np.pi) * np.sqrt(variance).sum(axis=-1) / total
    spread = (1.0 - 2.0 / np.pi) * variance.sum(axis=-1) / total**2
    reach = gammaincinv(mean**2 / spread, checked_level(confidence)) * spread / mean
    return Bounds(plain(np.maximum(value - reach, 0.0)), plain(np.minimum(value + reach, 1.0)))


def calibration_z(cases: ArrayLike, events: ArrayLike, score_sums: ArrayLike) -> FloatArray:
    """Standardised excess of events over the sum of scores; about standard normal if calibrated.

    Arguments, shapes and raises as for `expected_calibration_error`. Positive: more events than
    the scores said. NaN where every score is 0 or 1, or nobody was scored.

    Source:
        The variance of a sum of events of known chances (Poisson's binomial).
    """
    count, observed, expected = _binned(cases, events, score_sums)
    variance = np.where(count == 0, 0.0, expected * (1.0 - expected / _some(count))).sum(axis=-1)
    return plain((observed - expected).sum(axis=-1) / np.sqrt(_some(variance)))


def observed_over_expected(
    events: ArrayLike, score_sum: ArrayLike, confidence: float = 0.95
) -> Estimate:
    """Events per event that the scores announced, with exact Poisson limits.

    Args:
        events: events of a group, any shape.
        score_sum: sum of its scores (probabilities of the event), same shape.
        confidence: a share between 0 and 1.

    Returns:
        Ratio and limits, 0 to infinity; 1 means kept on average. NaN where the sum of scores is 0.
        Poisson limits are wider than binomial ones where events are common.

    Raises:
        ImpossibleCount: a negative or infinite amount; confidence outside 0..1.

    Source:
        Garwood (1936), Biometrika 28:437-442.
    """
    from scipy.special import gammaincinv

    seen, announced = checked_amounts(events, score_sum)
    tail = (1.0 - checked_level(confidence)) / 2.0
    low = np.where(seen == 0, 0.0, gammaincinv(np.where(seen == 0, 1.0, seen), tail))
    high = gammaincinv(seen + 1.0, 1.0 - tail)
    announced = _some(announced)
    return Estimate(plain(seen / announced), plain(low / announced), plain(high / announced))


def calibration_in_the_large(
    cases: ArrayLike, events: ArrayLike, score_sum: ArrayLike, confidence: float = 0.95
) -> Estimate:
    """Mean score minus observed share: by how much a group is overrated.

    Args:
        cases: cases of a group in all (over its bins), any shape; all three broadcast.
        events: cases in which the event came.
        score_sum: sum of the scores (probabilities of the event).
        confidence: a share between 0 and 1.

    Returns:
        Difference with limits, -1 to 1, from Wilson's interval of the share, the scores taken as
        given: a little wide where scores differ much between people. NaN for a group of nobody.

    Raises:
        ImpossibleCount: events or score sum outside 0..cases; confidence outside 0..1.
    """
    some, every = checked_counts(events, cases)
    announced = checked_counts(score_sum, cases)[0] / every
    low, high = wilson(some, every, confidence)
    return Estimate(
        plain(announced - some / every), plain(announced - high), plain(announced - low)
    )


def _variance_of_mean(values: FloatArray, counts: FloatArray) -> FloatArray:
    """Sample variance of values that occur `counts` times, over their number; NaN for one."""
    total = counts.sum(axis=-1, keepdims=True)
    total = np.where(total > 1, total, np.nan)
    mean = (counts * values).sum(axis=-1, keepdims=True) / total
    squares = (counts * (values - mean) ** 2).sum(axis=-1, keepdims=True)
    return plain((squares / (total - 1.0) / total)[..., 0])


def _binned(
    cases: ArrayLike, events: ArrayLike, score_sums: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Cases, events and score sums by bin, with zeros in the bins of nobody."""
    (count,) = checked_amounts(cases)
    observed, expected = checked_counts(events, count)[0], checked_counts(score_sums, count)[0]
    nobody = count == 0
    return count, np.where(nobody, 0.0, observed), np.where(nobody, 0.0, expected)


def _some(amount: FloatArray) -> FloatArray:
    return np.where(amount > 0, amount, np.nan)
