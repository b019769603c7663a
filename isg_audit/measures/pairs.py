"""Limits and tests for pairs and for ranges of groups: exact where shares are compared, else MOVER.

Shared by the families. Imports `measures.estimates`, `stats`.
"""

from __future__ import annotations

import numpy as np

from isg_audit.measures.estimates import Estimates, LimitsAt, Share, remembered
from isg_audit.stats import (
    bonferroni_confidence,
    difference_of,
    fisher_exact,
    least_ratio_interval,
    least_ratio_of,
    mean_difference,
    mean_test,
    newcombe,
    range_interval,
    range_of,
    ratio_of,
    score_ratio,
    two_sample_z,
)
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import Floats

STRICT = 0.95
"""Confidence at which a test allows for how uncertain the repeats of persons are."""

FEW_EXPECTED = 5.0
"""Expected cases below which a test of two shares is Fisher's instead of the normal one."""


def difference(ours: Estimates, theirs: Estimates) -> LimitsAt:
    """Limits of ours minus theirs: Newcombe for shares, Welch for means, else MOVER."""
    mine, its = ours.share, theirs.share
    if mine is not None and its is not None:
        return remembered(
            lambda confidence: newcombe(*mine.at(confidence), *its.at(confidence), confidence)
        )
    mean, other = ours.sums, theirs.sums
    if mean is not None and other is not None:
        return remembered(
            lambda confidence: mean_difference(
                *mean.at(confidence), *other.at(confidence), confidence
            )
        )

    def limits(confidence: float) -> Bounds:
        here, there = ours.limits(confidence), theirs.limits(confidence)
        return difference_of(ours.value, here.low, here.high, theirs.value, there.low, there.high)

    return remembered(limits)


def ratio(ours: Estimates, theirs: Estimates) -> LimitsAt:
    """Limits of ours over theirs: Miettinen-Nurminen for shares, else MOVER."""
    mine, its = ours.share, theirs.share
    if mine is not None and its is not None:
        return remembered(
            lambda confidence: score_ratio(*mine.at(confidence), *its.at(confidence), confidence)
        )

    def limits(confidence: float) -> Bounds:
        here, there = ours.limits(confidence), theirs.limits(confidence)
        return ratio_of(ours.value, here.low, here.high, theirs.value, there.low, there.high)

    return remembered(limits)


def spread_of(ours: Estimates) -> LimitsAt:
    """Limits of the greatest minus the smallest value over groups."""
    share = ours.share
    if share is not None:
        return remembered(
            lambda confidence: range_interval(*_for_all(share, confidence), confidence)
        )
    return remembered(lambda confidence: range_of(ours.value, ours.limits, confidence))


def least_ratio(ours: Estimates) -> LimitsAt:
    """Limits of the smallest over the greatest value of the groups."""
    share = ours.share
    if share is not None:
        return remembered(
            lambda confidence: least_ratio_interval(*_for_all(share, confidence), confidence)
        )
    return remembered(lambda confidence: least_ratio_of(ours.value, ours.limits, confidence))


def _for_all(share: Share, confidence: float) -> tuple[Floats, Floats]:
    """Hits and cases for limits that hold for every pair of groups at once."""
    groups = max(2, len(share.hits))
    return share.at(bonferroni_confidence(confidence, groups * (groups - 1) // 2))


def p_values(ours: Estimates, theirs: Estimates) -> Floats:
    """Two-sided p of equal shares or means by group; NaN for what is neither."""
    if ours.sums is not None and theirs.sums is not None:
        return mean_test(*ours.sums.at(STRICT), *theirs.sums.at(STRICT))
    if ours.share is None or theirs.share is None:
        return np.full(len(ours.value), np.nan)
    mine, its = ours.share, Share(*(np.broadcast_to(one, ours.value.shape) for one in theirs.share))
    test = two_sample_z(mine.hits, mine.cases, its.hits, its.cases)
    p: Floats = np.array(test.p_value, dtype=float)
    folds = np.where((mine.folds > 0) & (its.folds > 0), np.minimum(mine.folds, its.folds), 0)
    folds = np.where(folds > 0, folds, np.maximum(mine.folds, its.folds))
    if folds.any():
        p = np.where(folds > 0, _student_p(np.asarray(test.z), folds), p)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (mine.hits + its.hits) / (mine.cases + its.cases)
    fewest = np.minimum(pooled, 1 - pooled) * np.minimum(mine.cases, its.cases)
    # Weighted counts are not whole and have no exact test.
    whole = all(np.array_equal(np.rint(one), one, equal_nan=True) for one in (*mine[:2], *its[:2]))
    few = np.flatnonzero((fewest < FEW_EXPECTED) & whole)
    p[few] = fisher_exact(mine.hits[few], mine.cases[few], its.hits[few], its.cases[few])
    return p


def _student_p(z: Floats, folds: Floats) -> Floats:
    """Two-sided p where the standard error was estimated from so many folds of persons."""
    from scipy.special import stdtr

    p: Floats = 2 * stdtr(np.maximum(folds, 2) - 1, -np.abs(z))
    return p
