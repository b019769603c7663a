"""Counts by signals of an attribute that nobody recorded are the same in files and databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pytest import approx

from isg_audit.sources import open_decisions
from isg_audit.spec import AuditFile, Spec
from isg_audit.tally import Signals, count_signals
from tests.audits import spec_of
from tests.engines.awkward import write_parquet
from tests.engines.tables import into_postgres
from tests.postgres_server import Server

PLACES = ["02139", "2139", "nowhere", None]


def table() -> pa.Table:
    rng = np.random.default_rng(1)
    rows = 2_000
    chance = rng.random(rows)
    known = [None if at % 9 == 0 else float("nan") if at % 11 == 0 else float(one)
             for at, one in enumerate(chance)]  # fmt: skip
    return pa.table(
        {
            "group": rng.choice(["a", "b"], rows),
            "decision": rng.integers(0, 2, rows),
            "paid": rng.integers(0, 2, rows),
            "place": pa.array([PLACES[at] for at in rng.integers(0, 4, rows)], pa.string()),
            "p_a": pa.array(known, pa.float64()),
            "p_b": pa.array([None if one is None else 1 - one for one in known], pa.float64()),
            "w": rng.choice([0.5, 1.0, 2.0], rows),
        }
    )


def counted(folder: Path, **source: Any) -> tuple[Signals, ...]:
    (folder / "chances.csv").write_text("place,a,b\n02139,0.2,0.8\n2139,0.7,0.3\n")
    plain = spec_of(("group",), weight="w", outcome="paid", outcome_favourable=1, **source)
    named = {
        "by_place": {"table": "chances.csv", "signals": ["place"]},
        "by_chance": {"columns": {"a": "p_a", "b": "p_b"}},
    }
    spec = Spec.model_validate(plain.model_dump(exclude_unset=True) | {"unobserved": named})
    decisions = open_decisions(AuditFile(spec, "", folder, "audit.toml"))
    try:
        return count_signals(decisions, spec, folder)
    finally:
        decisions.close()


def same(ours: tuple[Signals, ...], theirs: tuple[Signals, ...]) -> None:
    assert len(ours[0].chances) == 2  # "02139" and "2139" are two places
    assert ours[0].unknown[0].sum() > 800 and ours[1].unknown[0].sum() > 300
    for one, other in zip(ours, theirs, strict=True):
        assert (one.why, one.groups) == (other.why, other.groups) == ("", ("a", "b"))
        assert one.sums == approx(other.sums) and one.unknown == approx(other.unknown)
        assert one.chances == approx(other.chances) and one.squared == approx(other.squared)


def test_a_database_gives_what_a_file_gives(tmp_path: Path, postgres: Server) -> None:
    write_parquet(table(), tmp_path / "log.parquet")
    into_postgres(postgres, table(), "signals")
    theirs = counted(tmp_path, source=postgres.source, table="public.signals")
    same(counted(tmp_path, source="log.parquet"), theirs)


def test_spark_gives_what_a_file_gives(tmp_path: Path, spark: Any) -> None:
    write_parquet(table(), tmp_path / "log.parquet")
    theirs = counted(tmp_path, source="spark://", table=f"parquet.`{tmp_path / 'log.parquet'}`")
    same(counted(tmp_path, source="log.parquet"), theirs)
