# ruff: noqa: E501 - lists of values
"""One set of decisions with all that is awkward in data, and the same in every engine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from isg_audit.sources import open_decisions
from isg_audit.spec import AuditFile, Spec
from isg_audit.spec.time_part import ChangePart
from isg_audit.tally import Tally
from isg_audit.tally.build import count
from tests.audits import spec_of

NAMES = [
    "Zoë", "Zoe\u0308", "zoë", "ZOË", "", " ", "a ", "a", "A", "\u00a0a", "שלום", "مرحبا", "👩🏽‍🦱", "漢字",
    '"; drop table log; --', "'; drop table log; --", "a\tb", "a\nb", "a\\b", "%s %(x)s", "$1 ? :x {}",
    "NULL", "NaN", "nan", "1", "1.0", "01", "true", "ß", "ss", "SS", "İ", "i", "ı", None, "\U0010ffff",
]  # fmt: skip
NUMBERS = [
    0.0,
    -0.0,
    0.1,
    1e-7,
    1e300,
    -1e300,
    5e-324,
    float("nan"),
    float("inf"),
    None,
    2.5,
    1e15,
    0.30000000000000004,
]
BIG = [0, 1, -1, 2**53, 2**53 + 1, -(2**63), 2**63 - 1, None]
MONEY = [Decimal(one) for one in ("0.00", "-0.10", "1.50", "123456789012.34", "0.05")]
DAYS = [
    date(2024, 1, 31),
    date(1970, 1, 1),
    date(2024, 2, 29),
    date(9999, 12, 31),
    date(1, 1, 1),
    None,
]
HERE, THERE = timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))
TIMES = [
    datetime(2024, 3, 31, 23, 59, 59, 999999), datetime(2024, 1, 1), datetime(1969, 12, 31, 12), None,
    datetime(2024, 6, 30, 12, 0, 0, 5),
]  # fmt: skip
MOMENTS = [
    datetime(2024, 1, 1, 3, tzinfo=HERE), datetime(2023, 12, 31, 17, tzinfo=THERE), None,
    datetime(2024, 7, 1, tzinfo=UTC), datetime(2024, 4, 1, 1, 0, tzinfo=HERE),
]  # fmt: skip
SAID = [
    "2024-01-31",
    "2024-03-31T23:59:59Z",
    "2024-04-01 01:00:00+05:30",
    "",
    None,
    "2023-12-31 23:30:00-01:00",
    "2024-02-29 12:00:00.5",
]
ODD = 'odd "name"; drop table log'
"""The name of a column."""

ROWS = 2_520


def awkward() -> pa.Table:
    """The rows; every list is walked at its own pace, so that values meet in many ways."""

    def walk(values: list[Any], kind: pa.DataType, step: int = 1) -> pa.Array:
        return pa.array([values[(at * step + at // 7) % len(values)] for at in range(ROWS)], kind)

    decided = [1, 0, 1, 0, 0, None, 1]
    return pa.table(
        {
            "id": pa.array(range(ROWS), pa.int64()),
            "name": walk(NAMES, pa.string()),
            ODD: walk(["x", "y", "z ", None], pa.string(), 3),
            "number": walk(NUMBERS, pa.float64(), 5),
            "small": walk([0.1, 0.7, -0.0, None, float("nan"), 25.0], pa.float32(), 2),
            "big": walk(BIG, pa.int64(), 3),
            "money": walk(MONEY, pa.decimal128(14, 2), 2),
            "day": walk(DAYS, pa.date32()),
            "time": walk(TIMES, pa.timestamp("us"), 2),
            "moment": walk(MOMENTS, pa.timestamp("us", tz="UTC"), 3),
            "said": walk(SAID, pa.string(), 2),
            "yes": walk([True, False, None], pa.bool_()),
            "decided": walk(decided, pa.int64(), 3),
            "score": walk([0.0, -0.0, 0.25, 1.0, 0.1, None, 1 / 3], pa.float64(), 4),
            "person": walk(
                ["p1", "p2", "", None, *(f"p{at}" for at in range(200))], pa.string(), 5
            ),
            "fine": pa.array(np.random.default_rng(8).beta(0.5, 40, ROWS)),
            "far": pa.array(np.exp(4 * np.random.default_rng(9).normal(size=ROWS)) - 1),
            "weight": walk([0.5, 1.0, 2.25, 1 / 3], pa.float64()),
            "place": pa.array([at // 40 + 1 for at in range(ROWS)], pa.int64()),
            "list": pa.array([at % 40 for at in range(ROWS)], pa.int64()),
            "query": pa.array([f"{NAMES[at % 40 % 14]} {at % 40}" for at in range(ROWS)]),
            "id1": pa.array(range(1, ROWS + 1), pa.float64()),
            "amount": pa.array([float(at % 40) for at in range(ROWS)]),
        }
    )


BASE = {"decision": "decided", "favourable": 1}
SPECS: dict[str, Spec] = {
    "text": spec_of({"name": {}, ODD: {}}, **BASE, score="score", weight="weight"),
    "numbers": spec_of({"number": {}, "small": {}, "big": {}}, **BASE, person="person"),
    "bands": spec_of({"number": {"cut": [0, 0.1, 2.5]}, "small": {"cut": [0.1, 0.7]}, "big": {"cut": [0, 2**53]},
                      "money": {"cut": [0.05, 1.5]}}, **BASE, time="time"),
    "dates": spec_of({"day": {}, "time": {}, "moment": {}}, **BASE, time="moment"),
    "decimals": spec_of({"money": {}, "yes": {}}, decision="yes", favourable=True, outcome="decided",
                        outcome_favourable=1, time="day", score="money"),
    "said": spec_of({"yes": {}}, **BASE, time="said", score="big"),
    **{f"windows of {column}": spec_of({"yes": {}}, audit={"windows": cut}, **BASE, time=column).model_copy(
           update={"changes": (ChangePart(date="2024-02-10", what="new"), ChangePart(date="2024-03-31", what="rule"))})
       for column, cut in (("day", "month"), ("time", "quarter"), ("moment", "year"),
                           ("said", ("1970-01-01", "2024-01-01", "2024-03-31")))},
    "predicted": spec_of({"name": {}, "yes": {}}, decision=None, favourable=None, task="number",
                         score="money", outcome="score", weight="weight"),
    "undecided": spec_of({"name": {}, "yes": {}}, decision=None, favourable=None, score="money",
                         outcome="decided", outcome_favourable=1, person="person"),
    **{f"ranked by {column}": spec_of({"name": {}, "yes": {}}, decision=None, favourable=None, task="ranking",
                                      position="place", list=column, top=[5, 20], person="person")
       for column in ("list", "amount", "query")},
    "ranked": spec_of({"yes": {}}, decision=None, favourable=None, task="ranking", position="id1"),
    "classes": spec_of({"yes": {}, "day": {}}, decision=ODD, favourable="x", task="classes"),
}  # fmt: skip


def counted(spec: Spec, folder: Path, data: Any = None, **source: Any) -> Tally:
    """The tally of a source, or of a frame."""
    part = spec.decisions.model_copy(update=source)
    audit_file = AuditFile(spec.model_copy(update={"decisions": part}), "", folder, "audit.toml")
    decisions = open_decisions(audit_file, data)
    try:
        return count(decisions, spec)
    finally:
        decisions.close()


def write_parquet(table: pa.Table, path: Path) -> None:
    parquet.write_table(table, path)
