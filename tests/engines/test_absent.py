"""Who lacks inputs is counted alike in files and databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from isg_audit.sources import open_decisions
from isg_audit.spec import AuditFile
from isg_audit.tally import MissingInputs, count_missing_inputs
from tests.audits import spec_of
from tests.engines.awkward import write_parquet
from tests.engines.tables import into_postgres
from tests.postgres_server import Server


def table() -> pa.Table:
    rng = np.random.default_rng(1)
    rows = 2_000
    number = [None if at % 9 == 0 else float("nan") if at % 11 == 0 else 1.5 for at in range(rows)]
    text = [None if at % 13 == 0 else " " if at % 7 == 0 else "x" for at in range(rows)]
    day = [None if at % 17 == 0 else at % 5 for at in range(rows)]
    return pa.table(
        {
            "group": rng.choice(["a", "b", "c"], rows),
            "decision": rng.integers(0, 2, rows),
            "income": pa.array(number, pa.float64()),
            "site": text,
            "day": pa.array(day, pa.int64()),
            "w": rng.choice([0.5, 1.0, 2.0], rows),
        }
    )


def counted(folder: Path, **source: Any) -> MissingInputs:
    audit = {"legitimate": ("income", "site", "day")}
    spec = spec_of(("group",), audit=audit, weight="w", **source)
    decisions = open_decisions(AuditFile(spec, "", folder, "audit.toml"))
    try:
        return count_missing_inputs(decisions, spec)
    finally:
        decisions.close()


def same(ours: MissingInputs, theirs: MissingInputs) -> None:
    assert (ours.why, ours.inputs) == ("", ("income", "site", "day", ""))
    assert ours.inputs == theirs.inputs
    for mine, its in (
        (ours.by("group", ("a", "b", "c")), theirs.by("group", ("a", "b", "c"))),
        (ours.by_decision(), theirs.by_decision()),
    ):
        for one, other in zip(mine, its, strict=True):
            assert one == pytest.approx(other)


def test_the_counts_are_those_of_the_rows(tmp_path: Path) -> None:
    write_parquet(table(), tmp_path / "log.parquet")
    frame = table().to_pandas()
    lacks = {
        "income": frame.income.isna(),
        "site": frame.site.isna() | (frame.site == " "),
        "day": frame.day.isna(),
    }
    every, lacking = counted(tmp_path, source="log.parquet").everybody()
    assert every[0, 0] == len(frame)
    assert lacking[0, :3, 0].tolist() == [one.sum() for one in lacks.values()]
    assert lacking[0, 3, 0] == (lacks["income"] | lacks["site"] | lacks["day"]).sum()
    assert lacking[0, 0, 1] == pytest.approx(frame.w[lacks["income"]].sum())


def test_a_database_gives_what_a_file_gives(tmp_path: Path, postgres: Server) -> None:
    write_parquet(table(), tmp_path / "log.parquet")
    into_postgres(postgres, table(), "lacking")
    theirs = counted(tmp_path, source=postgres.source, table="public.lacking")
    same(counted(tmp_path, source="log.parquet"), theirs)


def test_spark_gives_what_a_file_gives(tmp_path: Path, spark: Any) -> None:
    write_parquet(table(), tmp_path / "log.parquet")
    theirs = counted(tmp_path, source="spark://", table=f"parquet.`{tmp_path / 'log.parquet'}`")
    same(counted(tmp_path, source="log.parquet"), theirs)
