"""What a comparison can detect, and how many cases would settle it.

Imports numpy and this room only.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import (
    FloatArray,
    checked_amounts,
    checked_counts,
    checked_level,
    critical_value,
    plain,
)


class CasesNeeded(NamedTuple):
    """Cases the group needs in all, and by how much the whole study would have to grow."""

    cases: FloatArray
    study_multiplier: FloatArray


def smallest_detectable_difference(
    share: ArrayLike,
    cases: ArrayLike,
    other_cases: ArrayLike,
    confidence: float = 0.95,
    power: float = 0.8,
) -> FloatArray:
    """Gap between two shares that a study of this size would show with the given power.

    Args:
        share: share in both groups without a gap (the comparator's), any shape; all broadcast.
        cases: cases of the group; 0 give NaN.
        other_cases: cases of the comparator; 0 give NaN.
        confidence: confidence of the interval that must not hold 0.
        power: chance of showing it, from 0.5.

    Returns:
        A difference of shares. To stand beside every inconclusive verdict. It may exceed what the
        share leaves room for: then nothing can be shown.

    Raises:
        ImpossibleCount: a share outside 0..1; negative cases; confidence or power out of range.

    Weights: hand in effective cases.
    """
    common, _ = checked_counts(share, 1.0)
    here, there = checked_amounts(cases, other_cases)
    variance = common * (1.0 - common) * (1.0 / _some(here) + 1.0 / _some(there))
    return plain(_reach(confidence, power) * np.sqrt(variance))


def cases_needed(
    difference_from_limit: ArrayLike,
    variance_here: ArrayLike,
    variance_there: ArrayLike,
    cases: ArrayLike,
    power: float = 0.8,
    confidence: float = 0.95,
) -> CasesNeeded:
    """Cases for the interval to clear a limit, if the estimate stays where it is.

    Args:
        difference_from_limit: distance between the estimate and the limit of the tolerance, in
            the estimate's unit (log ratio for a ratio); its sign does not count. Any shape; all
            four broadcast.
        variance_here: squared standard error that the group brings, p(1-p)/cases for a share.
        variance_there: squared standard error that the comparator brings.
        cases: cases of the group now; the comparator stays as it is.
        power: chance that the interval clears the limit, from 0.5 (a coin flip).
        confidence: confidence of the interval.

    Returns:
        `cases`, whole, in all (not in addition); infinite where the comparator alone prevents it
        or the estimate lies on the limit. `study_multiplier`: factor on both groups that would do.
        NaN where an input is missing or the group has nobody.

    Raises:
        ImpossibleCount: a negative or infinite variance or count; confidence or power out of range.

    Source:
        Julious (2004), Statistics in Medicine 23:1921-1986.
    """
    here, there, now = checked_amounts(variance_here, variance_there, cases)
    now = _some(now)
    allowed = (np.asarray(difference_from_limit) / _reach(confidence, power)) ** 2
    left = allowed - there
    missing = np.isnan(left + here + now)
    enough = np.ceil(here * now / np.where(left > 0, left, np.nan) - 1e-9)
    multiplier = (here + there) / np.where(allowed > 0, allowed, np.nan)
    return CasesNeeded(
        plain(np.where(missing, np.nan, np.where(left > 0, enough, np.inf))),
        plain(np.where(missing, np.nan, np.where(allowed > 0, multiplier, np.inf))),
    )


def _reach(confidence: float, power: float) -> float:
    """Standard errors between a limit and an estimate that clears it with the given power."""
    if checked_level(power, "power") < 0.5:
        raise ImpossibleCount(f"power is {power:g}; below 0.5 chance speaks against clearing.")
    return critical_value(confidence) + NormalDist().inv_cdf(power)


def _some(amount: FloatArray) -> FloatArray:
    return np.where(amount > 0, amount, np.nan)
