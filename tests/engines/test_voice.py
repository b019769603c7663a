"""Marks and days of one log give the same figures in a file, PostgreSQL and Spark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import isg_audit
from isg_audit.spec import AuditFile
from isg_audit.spec.write import to_toml
from tests.engines.tables import into_postgres
from tests.postgres_server import Server
from tests.voiced import MARKS, log, spec_of

OURS = ("stages", "notice", "appeals", "overturns", "overrides", "complaints", "silence",
        "decision_time", "redress_time")  # fmt: skip


def made() -> pd.DataFrame:
    """The log with days, times, texts of days, truth values and numbers in its columns."""
    data = log(2_000)
    moments = data.decided_on + pd.to_timedelta(17, "h")
    return data.assign(
        asked_on=data.asked_on.dt.strftime("%Y-%m-%d"),
        decided_on=moments.astype("datetime64[us]"),
        appealed_on=data.appealed_on.dt.date,
        resolved_on=data.resolved_on.dt.date,
        told=data.told.astype(bool),
        appealed=data.appealed.astype(float),
    )


def found(folder: Path, **decisions: Any) -> list[Any]:
    spec = spec_of(
        ("group", "sex"),
        decisions={"time": "decided_on"} | decisions,
        stages=[{"name": "told", "column": "told", "reached": [True]},
                {"name": "appealed", "column": "appealed_on"}, {"name": "held", "column": "again",
                "reached": [1], "burden": True}],
        voice={**MARKS, "applied_on": "asked_on", "appealed_on": "appealed_on",
               "resolved_on": "resolved_on", "decision_limit": 42, "redress_limit": 60},
    )  # fmt: skip
    audit = isg_audit.run(AuditFile(spec, to_toml(spec), folder, "audit.toml"))
    rows = [one for one in audit.findings if one.measure.partition(".")[2] in OURS]
    assert len(rows) > 500
    return rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("voiced")
    made().to_parquet(path / "log.parquet")
    made().to_csv(path / "log.csv", index=False)
    return path


def test_a_csv_file(folder: Path) -> None:
    assert found(folder, source="log.csv") == found(folder, source="log.parquet")


def test_postgres(folder: Path, postgres: Server) -> None:
    into_postgres(postgres, pa.Table.from_pandas(made(), preserve_index=False), "voiced")
    given = {"source": postgres.source, "table": "public.voiced"}
    assert found(folder, **given) == found(folder, source="log.parquet")


def test_spark(folder: Path, spark: Any) -> None:
    given = {"source": "spark://", "table": "parquet.`log.parquet`"}
    assert found(folder, **given) == found(folder, source="log.parquet")
