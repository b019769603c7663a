"""Sums of products of factors are the same in files and databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from isg_audit.sources import open_decisions
from isg_audit.spec import AuditFile
from isg_audit.tally import Factors, count_factor_bins, count_factors
from tests.audits import spec_of
from tests.engines.awkward import write_parquet
from tests.engines.tables import into_postgres
from tests.postgres_server import Server


def table() -> pa.Table:
    rng = np.random.default_rng(1)
    rows = 2_000
    number = rng.normal(1e6, 3, rows)
    gaps = [None if at % 9 == 0 else float("nan") if at % 11 == 0 else one
            for at, one in enumerate(number)]  # fmt: skip
    site = rng.choice(["x", "y", "z"], rows).tolist()
    site[5] = None
    return pa.table(
        {
            "group": rng.choice(["a", "b", "c"], rows),
            "decision": rng.integers(0, 2, rows),
            "paid": rng.integers(0, 2, rows),
            "income": pa.array(gaps, pa.float64()),
            "years": rng.integers(0, 80, rows),
            "site": site,
            "w": rng.choice([0.5, 1.0, 2.0], rows),
        }
    )


def counted(folder: Path, **source: Any) -> tuple[Factors, Any]:
    spec = spec_of(
        ("group",), audit={"legitimate": ("income", "years", "site")}, weight="w",
        outcome="paid", outcome_favourable=1, **source,
    )  # fmt: skip
    decisions = open_decisions(AuditFile(spec, "", folder, "audit.toml"))
    try:
        factors = count_factors(decisions, spec)
        return factors, count_factor_bins(decisions, spec, factors)
    finally:
        decisions.close()


def same(ours: tuple[Factors, Any], theirs: tuple[Factors, Any]) -> None:
    assert (ours[0].why, ours[0].numbers) == ("", ("income", "years"))
    assert (ours[0].numbers, ours[0].incomplete) == (theirs[0].numbers, theirs[0].incomplete)
    one, other = ours[0].attributes["group"], theirs[0].attributes["group"]
    assert one.groups == other.groups and list(one.cases) == list(other.cases)
    for mine, its in zip(one.misses, other.misses, strict=True):
        for a, b in zip(mine, its, strict=True):
            assert a == pytest.approx(b, rel=1e-6, abs=1e-6)
    for name, bins in ours[1].items():
        a, b = (one.against_rest("group", "a") for one in (bins, theirs[1][name]))
        assert a == pytest.approx(b)


def test_a_database_gives_what_a_file_gives(tmp_path: Path, postgres: Server) -> None:
    write_parquet(table(), tmp_path / "log.parquet")
    into_postgres(postgres, table(), "factors")
    theirs = counted(tmp_path, source=postgres.source, table="public.factors")
    same(counted(tmp_path, source="log.parquet"), theirs)


def test_spark_gives_what_a_file_gives(tmp_path: Path, spark: Any) -> None:
    write_parquet(table(), tmp_path / "log.parquet")
    theirs = counted(tmp_path, source="spark://", table=f"parquet.`{tmp_path / 'log.parquet'}`")
    same(counted(tmp_path, source="log.parquet"), theirs)
