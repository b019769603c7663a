"""Everything that may define a group is counted alike in files, databases and Spark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from isg_audit.sources import open_decisions
from isg_audit.spec import AuditFile, Spec
from isg_audit.tally import Cube, count_cube
from tests.audits import spec_of
from tests.engines.awkward import BASE, ODD, awkward, write_parquet
from tests.engines.tables import into_postgres
from tests.postgres_server import Server

COLUMNS = [ODD, "number", "small", "big", "money", "yes", "fine", "far", "day", "id"]


def cube_of(folder: Path, **source: Any) -> Cube:
    spec = spec_of({"name": {}}, **BASE, outcome="yes", outcome_favourable=True)
    searching = Spec.model_validate(
        {**spec.model_dump(exclude_unset=True),
         "search": {"columns": COLUMNS, "cut": {"big": [0, 2**53]}}}
    )  # fmt: skip
    part = searching.decisions.model_copy(update=source)
    given = searching.model_copy(update={"decisions": part})
    decisions = open_decisions(AuditFile(given, "", folder, "audit.toml"))
    try:
        return count_cube(decisions, given)
    finally:
        decisions.close()


def in_order(cube: Cube) -> list[tuple[Any, ...]]:
    """The cells by their levels, added up where they are alike."""
    found: dict[tuple[Any, ...], float] = {}
    for codes, refused, deserving, cases in zip(
        cube.codes, cube.refused, cube.deserving, cube.cases, strict=True
    ):
        named = (level[code] for level, code in zip(cube.levels, codes, strict=True))
        key = (*named, bool(refused), bool(deserving))
        found[key] = found.get(key, 0.0) + float(cases)
    return sorted(found.items())


def test_every_engine_counts_the_same(tmp_path: Path, postgres: Server, spark: Any) -> None:
    table = awkward()
    write_parquet(table, tmp_path / "log.parquet")
    into_postgres(postgres, table, "searched")
    here = cube_of(tmp_path, source="log.parquet")
    assert here.names == (
        "name",
        ODD,
        "number",
        "small",
        "big",
        "money",
        "yes",
        "fine",
        "far",
        "id",
    )
    assert len(here.left_out) == 1  # of times
    assert len(here.levels[here.names.index("far")]) == 4
    decided = np.array(table["decided"].to_pylist(), dtype=float)
    assert here.cases.sum() == (~np.isnan(decided)).sum()
    for source in (
        {"source": postgres.source, "table": "public.searched"},
        {"source": "spark://", "table": "parquet.`log.parquet`"},
    ):
        there = cube_of(tmp_path, **source)
        assert (there.names, there.levels) == (here.names, here.levels)
        assert in_order(there) == in_order(here)
