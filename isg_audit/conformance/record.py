"""A run as it is kept. Imports `evidence`, which reads it back, and this room."""

from __future__ import annotations

import math
import platform
from datetime import date
from pathlib import Path

import isg_audit
from isg_audit.conformance.coverage import CoverageResult
from isg_audit.conformance.result import Result
from isg_audit.conformance.suite import VERSION, Run
from isg_audit.evidence.assemble import version_of
from isg_audit.evidence.canonical import to_json
from isg_audit.evidence.conformance import (
    CheckRecord,
    ConformanceRecord,
    ConformanceSummary,
    CoverageRecord,
)

PACKAGES = (
    "duckdb", "fairlearn", "ibis-framework", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy",
    "statsmodels",
)  # fmt: skip
"""Packages that the checks use; those that are installed are named in the record."""


def record_of(run: Run, made: date) -> ConformanceRecord:
    """The record of a run on the given day."""
    return ConformanceRecord(
        summary=ConformanceSummary(
            suite=VERSION,
            run="quick" if run.quick else "full",
            isg_audit=isg_audit.__version__,
            made=made.isoformat(),
            passed=run.count("passed"),
            failed=run.count("failed"),
            not_run=run.count("not run"),
            digest=run.digest,
        ),
        python=platform.python_version(),
        packages={name: version for name in PACKAGES if (version := version_of(name))},
        checks=tuple(_check(one) for one in run.results),
        coverage=tuple(_line(one) for one in run.coverage),
    )


def write_record(run: Run, made: date, path: Path) -> None:
    """Write the record of a run."""
    path.write_text(to_json(record_of(run, made).model_dump()), encoding="utf-8")


def _check(one: Result) -> CheckRecord:
    return CheckRecord(
        area=one.area, name=one.name, word=one.word, found=one.found, expected=one.expected,
        source=one.source, difference=_rounded(one.difference), allowed=_rounded(one.allowed),
    )  # fmt: skip


def _line(one: CoverageResult) -> CoverageRecord:
    interval, covered = one.interval, one.covered
    return CoverageRecord(
        interval=interval.name, of=interval.of, grid=interval.grid, cases=one.cases,
        mean=_rounded(covered.mean), least=_rounded(covered.least),
        without=_rounded(covered.without) or 0.0, error=_rounded(covered.error) or 0.0,
        claims_from=interval.claims_from, at_least=interval.at_least, passed=one.passed,
    )  # fmt: skip


def _rounded(number: float | None) -> float | None:
    """Three digits: more would differ from one processor to the next."""
    if number is None or not math.isfinite(number):
        return None
    return float(f"{number:.3g}") if abs(number) < 0.1 else round(number, 4)
