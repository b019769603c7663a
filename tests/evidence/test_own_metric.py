"""Metrics of one's own in the evidence: withheld with small groups, never said to be verified."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import isg_audit
from isg_audit.evidence import Results, keep, read, verify
from isg_audit.evidence.rests_on import is_own
from isg_audit.evidence.rows import TOO_FEW
from isg_audit.run import Audit
from tests.evidence.made import audit_of, frame


def counted(y_true: Any, y_pred: Any) -> float:
    """The worst that a function can do: it hands out a count as it is."""
    return float(((y_true == 1) & (y_pred == 1)).sum())


def own_audit(minimum_cell: int = 10) -> Audit:
    plain = audit_of(frame(), minimum_cell)
    return isg_audit.run(plain.audit_file.spec, frame(), metrics={"counted": counted})


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own") / "bundle"
    keep(own_audit(), folder)
    return folder


@pytest.fixture(scope="module")
def results(bundle: Path) -> Results:
    return read(bundle).results


def test_groups_of_few_are_withheld_with_all_their_numbers(results: Results) -> None:
    own = [row for row in results.measurements if is_own(row.measure)]
    cross = {
        (row.by, row.group): row.value is None
        for row in results.measurements
        if (row.measure, row.metric, row.versus) == ("fairness.accuracy", "accuracy", "")
    }
    assert own
    assert any(cross.values()) and not all(cross.values())
    for row in own:
        if row.group:
            assert (row.value is None) >= cross[row.by, row.group], row
        if "Pacific" in row.group + row.versus:
            assert row.value is None and row.n is None and row.low is None and row.note == TOO_FEW
        if row.value is not None and row.group and not row.versus:
            assert row.value == 0 or row.value >= 10, "a count that is small got out"


def test_a_range_is_withheld_with_any_group_of_it(results: Results) -> None:
    ranges = [row for row in results.measurements if row.metric == "own_counted.range"]
    assert {row.by: row.value is None for row in ranges}["race"]


def test_verify_says_that_they_come_from_rows(bundle: Path) -> None:
    found = verify(bundle)
    assert found.faults == ()
    assert any("own_counted" in one and "comes from rows" in one for one in found.not_recomputable)


def test_a_reader_is_told_whose_functions_they_are(results: Results) -> None:
    (said,) = [one for one in results.limits if "no part of this toolkit" in one]
    assert "counted (tests.evidence.test_own_metric:counted)" in said


def test_without_a_minimum_nothing_is_withheld() -> None:
    from isg_audit.evidence.assemble import published

    rows = [row for row in published(own_audit(1)).measurements if is_own(row.measure)]
    data = frame().dropna(subset=["approved"])
    both = data[(data.repaid == 1) & (data.approved == True)]  # noqa: E712 - objects
    values = {
        row.group: row.value
        for row in rows
        if row.by == "race" and row.metric == "own_counted" and not row.versus
    }
    assert values == {group: np.sum(both.race == group) for group in sorted(set(data.race))}
