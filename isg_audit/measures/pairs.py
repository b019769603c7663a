"""Limits and tests for pairs and for ranges of groups: exact where shares are compared, else MOVER.

Shared by the families. Imports `measures.estimates`, `stats`.
"""

from __future__ import annotations

import numpy as np

from isg_audit.measures.estimates import Estimates, LimitsAt, Share, remembered
from isg_audit.stats import (
    difference_of,
    fisher_exact,
    least_ratio_interval,
    least_ratio_of,
    newcombe,
    range_interval,
    range_of,
    ratio_of,
    score_ratio,
    two_sample_z,
)
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import Floats

FEW_EXPECTED = 5.0
"""Expected cases below which a test of two shares is Fisher's instead of the normal one."""


def difference(ours: Estimates, theirs: Estimates) -> LimitsAt:
    """Limits of ours minus theirs: Newcombe for shares, else MOVER."""
    mine, its = ours.share, theirs.share
    if mine is not None and its is not None:
        return remembered(lambda confidence: newcombe(*mine, *its, confidence))

    def limits(confidence: float) -> Bounds:
        here, there = ours.limits(confidence), theirs.limits(confidence)
        return difference_of(ours.value, here.low, here.high, theirs.value, there.low, there.high)

    return remembered(limits)


def ratio(ours: Estimates, theirs: Estimates) -> LimitsAt:
    """Limits of ours over theirs: Miettinen-Nurminen for shares, else MOVER."""
    mine, its = ours.share, theirs.share
    if mine is not None and its is not None:
        return remembered(lambda confidence: score_ratio(*mine, *its, confidence))

    def limits(confidence: float) -> Bounds:
        here, there = ours.limits(confidence), theirs.limits(confidence)
        return ratio_of(ours.value, here.low, here.high, theirs.value, there.low, there.high)

    return remembered(limits)


def spread_of(ours: Estimates) -> LimitsAt:
    """Limits of the greatest minus the smallest value over groups."""
    share = ours.share
    if share is not None:
        return remembered(lambda confidence: range_interval(*share, confidence))
    return remembered(lambda confidence: range_of(ours.value, ours.limits, confidence))


def least_ratio(ours: Estimates) -> LimitsAt:
    """Limits of the smallest over the greatest value of the groups."""
    share = ours.share
    if share is not None:
        return remembered(lambda confidence: least_ratio_interval(*share, confidence))
    return remembered(lambda confidence: least_ratio_of(ours.value, ours.limits, confidence))


def p_values(ours: Estimates, theirs: Estimates) -> Floats:
    """Two-sided p of equal shares by group; NaN for what is not a share."""
    if ours.share is None or theirs.share is None:
        return np.full(len(ours.value), np.nan)
    mine, its = ours.share, Share(*(np.broadcast_to(one, ours.value.shape) for one in theirs.share))
    p: Floats = np.array(two_sample_z(*mine, *its).p_value, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (mine.hits + its.hits) / (mine.cases + its.cases)
    fewest = np.minimum(pooled, 1 - pooled) * np.minimum(mine.cases, its.cases)
    # Weighted counts are not whole and have no exact test.
    whole = all(np.array_equal(np.rint(one), one, equal_nan=True) for one in (*mine, *its))
    few = np.flatnonzero((fewest < FEW_EXPECTED) & whole)
    p[few] = fisher_exact(mine.hits[few], mine.cases[few], its.hits[few], its.cases[few])
    return p
