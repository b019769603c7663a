"""How often an interval holds the true value, and the rule by which that passes.

Imports this room. Coverage is a mean over a grid of true values, of the data sets for which an
interval is given at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from isg_audit.conformance.result import Result
from isg_audit.stats import FloatArray

AREA = "coverage"
NOMINAL = 0.95
NEAR = (0.935, 0.965)


class Covered(NamedTuple):
    """Coverage of one interval for one number of cases.

    Attributes:
        mean: over the grid.
        least: at the worst point of the grid.
        without: share of the data sets for which no interval is given.
        error: standard error of `mean` by simulation, 0 by enumeration.
    """

    mean: float
    least: float
    without: float
    error: float = 0.0


class Interval(NamedTuple):
    """An interval, what it claims, and how to try it.

    Attributes:
        name: as in the reports' `method`.
        of: the figure it is an interval of.
        covers: from a number of cases and a number of draws (not used by enumeration) to coverage.
        sizes: numbers of cases to try, in each group.
        claims_from: fewest cases for which it claims to be near the nominal coverage.
        at_least: it claims not to fall below nominal, and to exceed it.
        grid: the true values, in words.
    """

    name: str
    of: str
    covers: Callable[[int, int], Covered]
    sizes: tuple[int, ...]
    claims_from: int
    at_least: bool = False
    grid: str = ""


class CoverageResult(NamedTuple):
    """A line of the table of coverage."""

    interval: Interval
    cases: int
    covered: Covered
    claimed: bool
    passed: bool

    @property
    def claim(self) -> str:
        """What the interval claims for so many cases, in words."""
        if not self.claimed:
            return f"none below {self.interval.claims_from} cases"
        return "95 or more" if self.interval.at_least else "93.5 to 96.5"


def tried(interval: Interval, cases: int, draws: int) -> CoverageResult:
    """One interval at one number of cases.

    Below `claims_from` it passes, whatever its coverage, which is shown beside the claim. Two
    standard errors of simulation are allowed for; where it claims, it has to be given.
    """
    covered = interval.covers(cases, draws)
    claimed = cases >= interval.claims_from
    low, high = (NOMINAL, 1.0) if interval.at_least else NEAR
    slack = 2.0 * covered.error
    near = bool(low - slack <= covered.mean <= high + slack)  # NaN, no interval at all, is not near
    return CoverageResult(interval, cases, covered, claimed, near or not claimed)


def as_result(line: CoverageResult) -> Result:
    """The line as a check among others."""
    interval, covered = line.interval, line.covered
    away = (NOMINAL - covered.mean) if interval.at_least else abs(NOMINAL - covered.mean)
    return Result(
        area=AREA,
        name=f"{interval.name} of {interval.of}, {line.cases} cases",
        word="passed" if line.passed else "failed",
        found=f"{100 * covered.mean:.2f} %, least {100 * covered.least:.1f} %",
        expected=line.claim,
        source="simulation" if covered.error else "enumeration",
        difference=max(0.0, float(away)) if np.isfinite(away) else None,
        allowed=None if not line.claimed else 0.0 if interval.at_least else 0.015,
    )


def coverage(intervals: tuple[Interval, ...], draws: int, quick: bool) -> Iterator[CoverageResult]:
    """Every interval at every number of cases; in a quick run at the fewest that it claims."""
    for interval in intervals:
        claimed = [cases for cases in interval.sizes if cases >= interval.claims_from]
        for cases in claimed[:1] if quick else interval.sizes:
            yield tried(interval, cases, draws)


def inside(limits: Any, true: float | FloatArray) -> FloatArray:
    """1 where the limits hold the truth, 0 where not, NaN where there are none."""
    low, high = (np.asarray(part, dtype=np.float64) for part in limits[-2:])
    inside = (low <= true + 1e-12) & (high >= np.asarray(true) - 1e-12)
    held: FloatArray = np.where(np.isnan(low) | np.isnan(high), np.nan, inside)
    return held


def over(points: Any) -> Covered:
    """Coverage over the points of a grid, each an array of `inside`."""
    held = list(points)
    given = [int((~np.isnan(one)).sum()) for one in held]
    if not all(given):
        return Covered(float("nan"), float("nan"), 1.0, 1.0)
    share = np.array([np.nanmean(one) for one in held])
    error = np.sqrt((share * (1 - share) / given).sum()) / len(held)
    without = 1.0 - sum(given) / sum(len(one) for one in held)
    return Covered(float(share.mean()), float(share.min()), without, max(float(error), 1e-6))
