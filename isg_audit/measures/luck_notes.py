"""What is said beside a range over groups: what chance alone gives, and what is left without it.

Shared by the families; imports `measures.estimates`, `stats`. The raw range stays the value.
"""

from __future__ import annotations

import math

import numpy as np

from isg_audit.measures.estimates import Estimates
from isg_audit.stats import critical_value, luck_of_range, luck_of_shares
from isg_audit.stats.luck import Luck

MANY = 3
"""Of two groups none was picked for being extreme, so that nothing is corrected."""


def luck_note(ours: Estimates, confidence: float, *, percent: bool) -> str:
    """A clause on the range of `ours`; empty with fewer than three groups that have errors.

    Args:
        ours: the metric by group.
        confidence: of the limits that the standard errors are read off, for what is no share.
        percent: whether the metric is told in percentage points.
    """
    luck = luck_of(ours, confidence)
    if luck is None:
        return ""
    chance = f"chance alone would give about {_said(luck.by_chance, percent=percent)}"
    if luck.corrected <= 0:
        return f"{chance}, and no more than that is seen"
    return f"{chance}, corrected for it about {_said(luck.corrected, percent=percent)}"


def luck_of(ours: Estimates, confidence: float) -> Luck | None:
    """The luck in the range of a metric; None with fewer than three groups, and without a range."""
    known = ours.value[~np.isnan(ours.value)]
    if len(known) < MANY or not np.ptp(known):
        return None
    if ours.share is not None:
        hits, cases = ours.share.at(confidence)
        there = np.isfinite(hits) & (cases > 0)
        return luck_of_shares(hits[there], cases[there])
    low, high = ours.limits(confidence)
    errors = (high - low) / (2.0 * critical_value(confidence))
    if (np.isfinite(ours.value) & np.isfinite(errors) & (errors > 0)).sum() < MANY:
        return None
    return luck_of_range(ours.value, errors, errors)


def _said(range_: float, *, percent: bool) -> str:
    if percent:
        return f"{100 * range_:.1f} percentage points"
    digits = 3 if range_ < 1 else max(0, 2 - math.floor(math.log10(range_)))
    return f"{range_:.{digits}f}"
