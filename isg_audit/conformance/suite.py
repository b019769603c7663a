"""All checks in their order, and what a run of them found.

Imports this room.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from isg_audit.conformance.closed_forms import closed_forms
from isg_audit.conformance.coverage import CoverageResult, Interval, as_result, coverage
from isg_audit.conformance.intervals import INTERVALS
from isg_audit.conformance.laws import laws
from isg_audit.conformance.other_packages import other_packages
from isg_audit.conformance.published import published
from isg_audit.conformance.result import Result, Word

VERSION = "1"
"""Raised when a check is added, taken away or changed in what it allows."""

DRAWS = {"quick": 1_000, "full": 8_000}
"""Samples for each point of a grid: standard errors of coverage stay below half a point."""

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Run:
    """What a run of the suite found.

    Attributes:
        quick: whether only the quick part was run.
        results: one for each check, in order.
        coverage: the lines of the table of coverage; each is among `results` too.
    """

    quick: bool
    results: tuple[Result, ...]
    coverage: tuple[CoverageResult, ...]

    def count(self, word: Word) -> int:
        """How many checks came out so."""
        return sum(one.word == word for one in self.results)

    @property
    def passed(self) -> bool:
        """Whether something was checked and nothing failed."""
        return self.count("passed") > 0 and self.count("failed") == 0

    @property
    def digest(self) -> str:
        """SHA-256 of every check, its word and what was found."""
        lines = (f"{one.area}\t{one.name}\t{one.word}\t{one.found}" for one in self.results)
        return hashlib.sha256("\n".join((VERSION, *lines)).encode()).hexdigest()


def run_suite(
    quick: bool = True,
    progress: Progress | None = None,
    intervals: Sequence[Interval] | None = None,
) -> Run:
    """Run the suite.

    Args:
        quick: known answers, laws, other packages, and each interval once where it claims least;
            else every interval at every number of cases, which takes minutes.
        progress: told of each part.
        intervals: the intervals whose coverage is tried, all by default; only tests give others.
    """
    tell = progress or _silent
    results: list[Result] = []
    for name, part in (
        ("Known answers", closed_forms), ("Published tables", published), ("Laws", laws),
        ("Other packages", other_packages),
    ):  # fmt: skip
        tell(name, 0, None)
        results.extend(part())
    lines: list[CoverageResult] = []
    chosen = INTERVALS if intervals is None else intervals
    for at, interval in enumerate(chosen):
        tell("Coverage of intervals", at, len(chosen))
        lines.extend(_tried(interval, quick))
    results.extend(as_result(line) for line in lines)
    return Run(quick, tuple(results), tuple(lines))


def _tried(interval: Interval, quick: bool) -> Iterator[CoverageResult]:
    yield from coverage((interval,), DRAWS["quick" if quick else "full"], quick)


def _silent(step: str, done: int, total: int | None) -> None:
    """Where nobody wants to be told."""
