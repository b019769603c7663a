from __future__ import annotations

import csv
import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isg_audit.evidence import Row
from isg_audit.report.attachments import Attached, measurements_csv
from tests.report.specimen import results


def table(*rows: Row) -> list[dict[str, str]]:
    content = measurements_csv(results(measurements=rows)).decode()
    return list(csv.DictReader(io.StringIO(content, newline="")))


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "\t=1", "  =1"])
def test_a_group_name_cannot_run_as_a_formula(name: str) -> None:
    assert table(Row(measure="m", metric="x", group=name))[0]["group"] == "'" + name


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_exactly(value: float) -> None:
    assert float(table(Row(measure="m", metric="x", value=value))[0]["value"]) == value


def test_columns_stand_in_the_order_of_the_table_and_gaps_are_empty() -> None:
    row = table(Row(measure="m", metric="x", group='a "quoted", name'))[0]
    assert list(row) == list(Row.model_fields)
    assert row["group"] == 'a "quoted", name'
    assert row["value"] == ""


def test_a_fingerprint_is_that_of_the_content() -> None:
    attached = Attached("a", "b", b"content")
    assert attached.sha256 == hashlib.sha256(b"content").hexdigest()
