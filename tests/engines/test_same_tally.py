"""The same decisions in files, frames and databases have the same tally, to the last count."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from tests.audits import spec_of
from tests.engines.awkward import BASE, SPECS, awkward, counted, write_parquet
from tests.engines.tables import into_duckdb, into_postgres
from tests.postgres_server import Server

ALL = sorted(SPECS)
WHOLE = {pa.int64(): pd.Int64Dtype()}
"""Whole numbers with gaps stay whole in pandas only where they are told to."""


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return awkward()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, table: pa.Table) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("awkward")
    write_parquet(table, path / "log.parquet")
    into_duckdb(path / "log.duckdb", table, 'a "log"; drop table x')
    return path


@pytest.mark.parametrize("name", ALL)
def test_a_frame_and_a_parquet_file(name: str, folder: Path, table: pa.Table) -> None:
    expected = counted(SPECS[name], folder, source="log.parquet")
    assert expected.total > 1_000
    assert counted(SPECS[name], folder, table) == expected
    assert counted(SPECS[name], folder, table.to_pandas(types_mapper=WHOLE.get)) == expected


@pytest.mark.parametrize("name", ALL)
def test_a_duckdb_file(name: str, folder: Path) -> None:
    expected = counted(SPECS[name], folder, source="log.parquet")
    given = {"source": "duckdb://log.duckdb", "table": 'main."a ""log""; drop table x"'}
    assert counted(SPECS[name], folder, **given) == expected


@pytest.mark.parametrize("name", ALL)
def test_postgres(name: str, folder: Path, table: pa.Table, postgres: Server) -> None:
    expected = counted(SPECS[name], folder, source="log.parquet")
    into_postgres(postgres, table, 'a "log"; drop table x')
    given = {"source": postgres.source, "table": 'public."a ""log""; drop table x"'}
    assert counted(SPECS[name], folder, **given) == expected


@pytest.mark.parametrize("name", ALL)
def test_spark(name: str, folder: Path, spark: Any) -> None:
    expected = counted(SPECS[name], folder, source="log.parquet")
    given = {"source": "spark://", "table": "parquet.`log.parquet`"}
    assert counted(SPECS[name], folder, **given) == expected


@pytest.mark.parametrize("score", ["fine", "far"])
def test_bins_that_follow_the_scores_are_the_same_everywhere(
    score: str,
    folder: Path,
    table: pa.Table,
    postgres: Server,
    spark: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("isg_audit.tally.scores.MOST_EXACT", 100)
    spec = spec_of({"name": {}}, **BASE, score=score, person="person")
    into_postgres(postgres, table, "binned")
    expected = counted(spec, folder, source="log.parquet")
    assert 20 < len(expected.score_edges) < 200
    sources = [
        {"source": postgres.source, "table": "public.binned"},
        {"source": "spark://", "table": "parquet.`log.parquet`"},
    ]
    for one in sources:
        found = counted(spec, folder, **one)
        assert found.score_edges == expected.score_edges
        assert found == expected
