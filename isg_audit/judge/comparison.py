"""The verdict on one comparison: an interval against a tolerance, and what would settle it.

The rule: inside with the plain limits passes, wholly outside with the simultaneous limits fails,
else inconclusive (Berger 1982; Schuirmann 1987). Imports `stats`, `measures.measurement` and this
room.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from isg_audit.judge.verdict import Tolerance, Word
from isg_audit.measures.measurement import Measurement

POWER = 0.8


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


@dataclass(frozen=True)
class Outlook:
    """What more people would bring: None where it cannot be said.

    Attributes:
        cases_needed: further cases of this group that would settle the comparison with 80 %
            power if the estimate stays; infinite where the comparison group alone prevents it.
        smallest_gap: the smallest gap from no difference (0, or a ratio of 1) that these cases
            would show with 80 % power, in the unit of the metric.
    """

    cases_needed: float | None = None
    smallest_gap: float | None = None


def outlook(
    row: Measurement,
    plain: Limits,
    tolerance: Tolerance,
    confidences: tuple[float, float],
    cases: tuple[int | None, int | None],
    rate: float | None,
) -> Outlook:
    """What it would take to settle an inconclusive comparison (Julious 2004).

    The standard error is read off the plain interval, for ratios on the log scale. It is shared
    between the group and its comparator as the variances of their two shares are; where the
    metric is no share of people, as if a case weighed the same in both.

    Args:
        row: the comparison.
        plain: its plain limits.
        tolerance: where the true value has to lie.
        confidences: of the plain and of the simultaneous limits.
        cases: people of the group and of its comparator; None where unknown, 0 for a comparator
            that does not exist.
        rate: the group's own share, None where the metric is not one.
    """
    from isg_audit.stats import cases_needed, critical_value

    here, there = cases
    value = row.value
    ratio = row.metric.endswith((".ratio", ".least_ratio"))
    if value is None or not here or (ratio and (value <= 0 or math.isinf(plain.high))):
        return Outlook()
    # A ratio's lower limit may be 0; its upper one then carries the error on the log scale.
    z = critical_value(confidences[0])
    error = (
        (math.log(plain.high / value) if plain.low <= 0 else math.log(plain.high / plain.low) / 2)
        if ratio
        else (plain.high - plain.low) / 2
    ) / z
    smallest = (z + critical_value(2 * POWER - 1)) * error
    gap = (1.0 - math.exp(-smallest) if ratio else smallest) if row.versus else None
    if there is None or not math.isfinite(error):
        return Outlook(smallest_gap=gap)
    low, high = edges(tolerance)
    ours = _ours(value, rate, (here, there), ratio=ratio)
    needed = cases_needed(
        _distance(value, (low, high), ratio=ratio),
        error**2 * ours,
        error**2 * (1.0 - ours),
        here,
        power=POWER,
        confidence=confidences[0] if low <= value <= high else confidences[1],
    )
    further = max(1.0, float(needed.cases) - here)
    return Outlook(None if math.isnan(further) else further, gap)


def _ours(value: float, rate: float | None, cases: tuple[int, int], *, ratio: bool) -> float:
    """The part of a comparison's variance that the group itself brings, 0 to 1."""
    here, there = cases
    if not there:
        return 1.0
    spread = [1.0, 1.0]
    if rate is not None:
        other = rate / value if ratio else rate - value
        shares = [
            min(max(share, 0.5 / n), 1 - 0.5 / n)
            for share, n in zip((rate, other), cases, strict=True)
        ]
        spread = [(1 - one) / one if ratio else one * (1 - one) for one in shares]
    return spread[0] / here / (spread[0] / here + spread[1] / there)


def _distance(value: float, ends: tuple[float, float], *, ratio: bool) -> float:
    if ratio:
        return min(abs(math.log(value / end)) for end in ends if 0 < end < math.inf)
    return min(abs(value - end) for end in ends if math.isfinite(end))
