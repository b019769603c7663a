"""From values to places: linear scales and round ticks.

Imports nothing of ours.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` on places from `start` to `end` (points)."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value; values beyond the ends stand at the ends."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def holds(self, value: float) -> bool:
        """Whether the value lies on the scale."""
        return self.low <= value <= self.high


def ticks(low: float, high: float, at_most: int) -> tuple[float, ...]:
    """Round values (1, 2 or 5 times a power of ten apart) from `low` to `high`."""
    if not (math.isfinite(low) and math.isfinite(high) and low < high and at_most >= 2):
        raise ValueError(f"no ticks from {low} to {high}")
    rough = (high - low) / at_most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(round(count * step, 12) for count in range(first, last + 1))


def span(
    values: Iterable[float],
    *,
    keep: Iterable[float] = (),
    least: float = 0.1,
    within: tuple[float, float] = (-math.inf, math.inf),
) -> tuple[float, float]:
    """Ends of a scale that shows all finite `values` and `keep`, with a little air.

    Args:
        values: what is drawn; infinite ones are left to the caller's arrow.
        keep: values that must be on the scale, such as a limit.
        least: the shortest span.
        within: never beyond these.
    """
    finite = [one for one in (*values, *keep) if math.isfinite(one)] or [0.0, 1.0]
    low, high = min(finite), max(finite)
    short = max(0.0, least - (high - low)) / 2
    air = (high - low + 2 * short) * 0.05
    low, high = max(low - short - air, within[0]), min(high + short + air, within[1])
    return (low, high) if high > low else (low, low + least)
