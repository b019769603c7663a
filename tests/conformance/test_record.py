"""The record that ships: of this suite, this release, whole, and without a failure."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import isg_audit
from isg_audit import stats
from isg_audit.cli import main
from isg_audit.conformance import VERSION, suite
from isg_audit.conformance.closed_forms import ANSWERS
from isg_audit.conformance.intervals import INTERVALS
from isg_audit.conformance.published import ANSWERS as PRINTED
from isg_audit.errors import CannotCarryOut
from isg_audit.evidence import read_record
from tests.conformance.test_suite import _wald

AGAIN = "run: isg-audit conformance --full --json isg_audit/conformance/record.json"


def test_the_record_is_of_this_suite_and_this_release() -> None:
    record = read_record()
    assert record is not None, AGAIN
    said = record.summary
    assert (said.suite, said.isg_audit, said.run) == (VERSION, isg_audit.__version__, "full"), AGAIN
    assert (said.failed, said.not_run) == (0, 0)
    assert said.passed == len(record.checks)


def test_the_record_holds_the_checks_that_there_are() -> None:
    record = read_record()
    assert record is not None
    recorded = [one.name for one in record.checks if one.area == "closed forms"]
    assert recorded == [one.name for one in ANSWERS], AGAIN
    printed = [one.name for one in record.checks if one.area == "published tables"]
    assert printed[: len(PRINTED)] == [one.name for one in PRINTED], AGAIN
    lines = [
        (one.interval, one.of, one.cases, one.claims_from, one.at_least, one.grid)
        for one in record.coverage
    ]
    assert lines == [
        (one.name, one.of, cases, one.claims_from, one.at_least, one.grid)
        for one in INTERVALS
        for cases in one.sizes
    ], AGAIN


def test_the_command_fails_where_an_interval_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stats, "wilson", _wald)
    monkeypatch.setattr(suite, "INTERVALS", INTERVALS[:1])
    monkeypatch.setattr(suite, "other_packages", tuple)
    monkeypatch.setattr(suite, "laws", tuple)
    monkeypatch.setattr(suite, "published", tuple)
    file = tmp_path / "run.json"
    found = CliRunner().invoke(main, ["conformance", "--quiet", "--json", str(file)])
    assert found.exit_code == 1
    assert "failed: closed forms, Wilson, 170 of 400" in found.output
    assert "failed: coverage, wilson of a share, 10 cases" in found.output
    record = read_record(file)
    assert record is not None
    assert record.summary.run == "quick"
    assert record.summary.failed == sum(one.word == "failed" for one in record.checks) > 0


def test_the_command_passes_and_says_the_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "INTERVALS", INTERVALS[:2])
    for part in ("other_packages", "laws", "published"):
        monkeypatch.setattr(suite, part, tuple)
    found = CliRunner().invoke(main, ["conformance", "--quiet"])
    assert found.exit_code == 0
    assert (
        f"Conformance suite {VERSION}, quick: {len(ANSWERS) + 2} passed, 0 failed" in found.output
    )


def test_no_record_and_a_broken_one(tmp_path: Path) -> None:
    assert read_record(tmp_path / "record.json") is None
    (tmp_path / "record.json").write_text("{}", encoding="utf-8")
    with pytest.raises(CannotCarryOut, match="record.json"):
        read_record(tmp_path / "record.json")
