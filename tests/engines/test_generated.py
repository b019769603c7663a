"""Whatever the values and however they meet, every engine gives the same tally."""

from __future__ import annotations

import random
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.audits import spec_of
from tests.engines.awkward import counted, write_parquet
from tests.engines.tables import into_postgres
from tests.postgres_server import Server

SCHEMA = pa.schema(
    [
        ("text", pa.string()), ("number", pa.float64()), ("whole", pa.int64()),
        ("money", pa.decimal128(12, 3)), ("day", pa.date32()), ("time", pa.timestamp("us")),
        ("decided", pa.bool_()), ("score", pa.float64()), ("person", pa.string()),
    ]
)  # fmt: skip
# PostgreSQL has no NUL in a text; half of a surrogate pair is in no UTF-8.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=4)
ROW = st.tuples(
    st.none() | TEXT,
    st.none() | st.floats() | st.sampled_from([0.0, -0.0, 25.0]),
    st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 2),
    st.none() | st.decimals(-(10**8), 10**8, places=3),
    st.none() | st.dates(),
    st.none() | st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)),
    st.none() | st.booleans(),
    st.none() | st.floats(-1e6, 1e6),
    st.none() | st.sampled_from(["p", "P", "q", ""]),
)
ENDS = [
    ("a", 0.0, 1, Decimal("0.5"), date(2024, 1, 1), datetime(2024, 1, 1), True, 0.25, "p"),
    ("b", 30.0, 2, Decimal("1.5"), date(2024, 5, 1), datetime(2024, 5, 1), False, 0.75, "q"),
]
"""Rows without which an audit has nothing to compare."""
BASE = {"decision": "decided", "favourable": True}
SPECS = (
    spec_of(["text", "number", "whole"], **BASE, score="score", time="time"),
    spec_of({"money": {"cut": [0, 1]}, "number": {"cut": [-1, 25]}, "day": {}}, **BASE, time="day"),
    spec_of({"time": {}, "money": {}}, **BASE, person="person"),
)


def table_of(rows: list[tuple[Any, ...]]) -> pa.Table:
    columns = zip(*[*ENDS, *rows], strict=True)
    arrays = [pa.array(one, kind.type) for one, kind in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


@example(rows=[(None,) * 7 + (-6.1e-253, None)])  # its square is no float
@given(rows=st.lists(ROW, max_size=12))
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # made smaller, each example asks a server for minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_postgres_counts_as_duckdb(rows: list[tuple[Any, ...]], postgres: Server) -> None:
    table = table_of(rows)
    into_postgres(postgres, table, "generated")
    for spec in SPECS:
        expected = counted(spec, Path(), table)
        assert counted(spec, Path(), source=postgres.source, table="generated") == expected


@pytest.mark.parametrize("seed", [1, 2])
def test_spark_counts_as_duckdb(seed: int, tmp_path: Path, spark: Any) -> None:
    """A fixed set of cases: each question costs Spark a second."""
    chosen = random.Random(seed)  # noqa: S311 - of a test

    def any_of(*values: Any) -> Any:
        return chosen.choice(values)

    rows = [
        (
            any_of(None, "", "\u00e9", "e\u0301", chr(chosen.randrange(0x20, 0xD800))),
            any_of(None, -0.0, 0.0, float("nan"), float("-inf"), chosen.gauss(0, 100)),
            any_of(None, chosen.randrange(-(2**63), 2**63), 2**53 + 1),
            any_of(None, Decimal(chosen.randrange(-(10**9), 10**9)).scaleb(-3)),
            any_of(None, date.fromordinal(chosen.randrange(1, 3_652_059))),
            any_of(None, datetime.fromordinal(chosen.randrange(2, 3_652_058))),
            any_of(None, True, False),
            any_of(None, chosen.random()),
            any_of(None, "p", "P", "q", ""),
        )
        for _ in range(300)
    ]
    write_parquet(table_of(rows), tmp_path / "log.parquet")
    for spec in SPECS[:2]:
        expected = counted(spec, tmp_path, source="log.parquet")
        assert counted(spec, tmp_path, source="spark://", table="parquet.`log.parquet`") == expected
