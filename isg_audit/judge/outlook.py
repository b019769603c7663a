"""What would settle a comparison, and what its cases could have shown at all.

Imports `stats`, `measures.measurement` and this room's `comparison` and `verdict`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from isg_audit.judge.bounds_words import is_of_bounds
from isg_audit.judge.comparison import Limits, edges
from isg_audit.judge.verdict import Tolerance
from isg_audit.measures.measurement import Measurement

POWER = 0.8
SUMMARIES = (".range", ".least_ratio")
"""Over groups: one limit is plain, the other allows for every pair of groups."""


@dataclass(frozen=True)
class Outlook:
    """What more people would bring, and what these could show: None where it cannot be said.

    Attributes:
        cases_needed: further cases of this group that would settle the comparison with 80 %
            power if the estimate stays; infinite where the comparison group alone prevents it.
        smallest_gap: the smallest gap from no difference (0, or a ratio of 1) that these cases
            would show with 80 % power, in the unit of the metric; of a ratio, how far below 1. For
            a figure that is no comparison, the smallest distance from its limit. 1, which is all
            there can be, where the shares leave no room for a gap that would show.
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
    groups: int = 2,
) -> Outlook:
    """What it would take to settle an inconclusive comparison (Julious 2004).

    The standard error is read off the plain interval, for ratios on the log scale. It is shared
    between the group and its comparator as the variances of their two shares are; where the
    metric is no share of people, as if a case weighed the same in both. A gap shows where the
    limits that decide a fail leave out no difference, hence with all comparisons of the item
    allowed for.

    Args:
        row: the comparison.
        plain: its plain limits.
        tolerance: where the true value has to lie.
        confidences: of the plain and of the simultaneous limits.
        cases: people of the group and of its comparator; None where unknown, 0 for a comparator
            that does not exist.
        rate: the group's own share, None where the metric is not one.
        groups: over how many groups a range or a least ratio is taken.
    """
    from isg_audit.stats import cases_needed

    # Of what only bounds are known, more people would not bring these together.
    if is_of_bounds(row.metric) or row.metric == "gaps_that_hold":
        return Outlook()
    here, there = cases
    error = _error(row, plain, confidences[0])
    if row.value is None or error is None or not math.isfinite(error):
        return Outlook()
    ratio = _is_ratio(row)
    gap = _smallest_gap(row, error, confidences[1], rate, groups)
    if there is None or not here:
        return Outlook(smallest_gap=gap)
    low, high = edges(tolerance)
    ours = _ours(row.value, rate, (here, there), ratio=ratio)
    needed = cases_needed(
        _distance(row.value, (low, high), ratio=ratio),
        error**2 * ours,
        error**2 * (1.0 - ours),
        here,
        power=POWER,
        confidence=confidences[0] if low <= row.value <= high else confidences[1],
    )
    further = max(1.0, float(needed.cases) - here)
    return Outlook(None if math.isnan(further) else further, gap)


def _is_ratio(row: Measurement) -> bool:
    return row.metric.endswith((".ratio", ".odds_ratio", ".least_ratio"))


def _error(row: Measurement, plain: Limits, confidence: float) -> float | None:
    """The standard error behind an interval, on the log scale for a ratio."""
    from isg_audit.stats import critical_value

    value = row.value
    if value is None or (_is_ratio(row) and (value <= 0 or math.isinf(plain.high))):
        return None
    if row.metric.endswith(".range"):
        width = plain.high - value
    elif row.metric.endswith(".least_ratio"):
        width = math.log(value / plain.low) if plain.low > 0 else math.inf
    elif not _is_ratio(row):
        width = (plain.high - plain.low) / 2
    elif plain.low <= 0:  # the upper limit then carries the error
        width = math.log(plain.high / value)
    else:
        width = math.log(plain.high / plain.low) / 2
    return width / critical_value(confidence)


def _smallest_gap(
    row: Measurement, error: float, confidence: float, rate: float | None, groups: int
) -> float:
    from isg_audit.stats import bonferroni_confidence, critical_value

    if row.metric.endswith(SUMMARIES):
        confidence = bonferroni_confidence(confidence, max(1, groups * (groups - 1) // 2))
    smallest = (critical_value(confidence) + critical_value(2 * POWER - 1)) * error
    if _is_ratio(row):
        return 1.0 - math.exp(-smallest)
    if not row.versus or rate is None or row.value is None:
        return smallest
    other = rate - row.value
    return smallest if smallest <= max(other, 1.0 - other) else 1.0


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
