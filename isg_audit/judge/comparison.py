"""The verdict on one comparison: an interval against a tolerance.

The rule: inside with the plain limits passes, wholly outside with the simultaneous limits fails,
else inconclusive (Berger 1982; Schuirmann 1987). What would settle it stands in `outlook`. Imports
`measures.measurement` and this room's `verdict`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from isg_audit.judge.verdict import Tolerance, Word
from isg_audit.measures.measurement import Measurement


@dataclass(frozen=True)
class Limits:
    """Two ends of an interval."""

    low: float
    high: float


def limits_at(row: Measurement, confidence: float) -> Limits | None:
    """The row's interval at a confidence; None where it has none."""
    if row.value is None or math.isnan(row.value):
        return None
    if math.isclose(row.confidence, confidence, rel_tol=0, abs_tol=1e-12):
        return _whole(row.low, row.high)
    return _whole(*row.limits(confidence)) if row.limits else None


def _whole(low: float | None, high: float | None) -> Limits | None:
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return None
    return Limits(float(low), float(high))


def edges(tolerance: Tolerance) -> tuple[float, float]:
    """The ends of a tolerance, infinite where it is open. They belong to it."""
    low, high = tolerance.within or (tolerance.at_least, tolerance.at_most)
    return (-math.inf if low is None else low, math.inf if high is None else high)


def word_of(plain: Limits | None, simultaneous: Limits | None, tolerance: Tolerance) -> Word:
    """The verdict on one comparison.

    Args:
        plain: limits that decide a pass; None where there are none.
        simultaneous: limits that decide a fail; as wide or wider.
        tolerance: where the true value has to lie.
    """
    if plain is None or simultaneous is None:
        return "not assessed"
    low, high = edges(tolerance)
    if simultaneous.high < low or simultaneous.low > high:
        return "fail"
    if low <= plain.low and plain.high <= high:
        return "pass"
    return "inconclusive"
