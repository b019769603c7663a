"""The record of the conformance run that this release passed; it ships with the package.

Imports `canonical` and `resources`. `isg-audit conformance --full --json FILE` writes it, the
provenance of each audit holds its summary.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from isg_audit.errors import CannotCarryOut
from isg_audit.resources import conformance_record_file


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ConformanceSummary(_Kept):
    """Which suite was run on which release, and how many of its checks came out how."""

    suite: str
    run: Literal["quick", "full"]
    isg_audit: str
    made: str
    """The day, ISO 8601."""
    passed: int
    failed: int
    not_run: int
    digest: str
    """SHA-256 of every check and what it found."""


class CheckRecord(_Kept):
    """One check: what it compared, how far both were apart, how far they may be."""

    area: str
    name: str
    word: Literal["passed", "failed", "not run"]
    found: str
    expected: str
    source: str
    difference: float | None
    allowed: float | None


class CoverageRecord(_Kept):
    """How often an interval held the true value; shares from 0 to 1."""

    interval: str
    of: str
    grid: str
    cases: int
    mean: float | None
    """None where no interval is given."""
    least: float | None
    without: float
    """Share of the data sets for which no interval is given."""
    error: float
    """Standard error by simulation; 0 by enumeration."""
    claims_from: int
    at_least: bool
    passed: bool


class ConformanceRecord(_Kept):
    """A whole run of the suite."""

    summary: ConformanceSummary
    python: str
    packages: dict[str, str]
    checks: tuple[CheckRecord, ...]
    coverage: tuple[CoverageRecord, ...]


def read_record(path: Path | None = None) -> ConformanceRecord | None:
    """The record at a path, or the one that ships; None where there is none.

    Raises:
        CannotCarryOut: there is one and it cannot be read.
    """
    path = path or conformance_record_file()
    if not path.is_file():
        return None
    try:
        return ConformanceRecord.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        what = f"The record of the conformance run, {path.name}, cannot be read: {error}"
        raise CannotCarryOut(f"{what} Install the package again.") from error
