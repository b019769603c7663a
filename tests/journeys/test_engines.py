"""One log audited from a file, from DuckDB, PostgreSQL and Spark: one result; and nothing leaks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pikepdf
import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.engines.tables import into_duckdb, into_postgres, rows_of
from tests.journeys.journey import audit_toml, files_in, started, typed
from tests.journeys.journey import rows_of as measured
from tests.postgres_server import PASSWORD, Server

pytestmark = pytest.mark.slow
ROLES = """\
decision = "approved"
favourable = 1
outcome = "repaid"
outcome_favourable = 1
score = "score"
time = "decided_on"
person = "applicant"
"""
GROUPS = "[groups.sex]\n[groups.race]\n[groups.age]\ncut = [30, 50]"
ALIKE = '[audit]\nlegitimate = ["repaid"]'
ROWS = 3_000


@pytest.fixture(scope="module")
def log() -> pa.Table:
    randomness = np.random.default_rng(7)
    score = randomness.random(ROWS).round(3)
    frame = pd.DataFrame(
        {
            "sex": randomness.choice(["Female", "Male", "Änne"], ROWS, p=[0.45, 0.5, 0.05]),
            "race": randomness.choice(["A", "B", "", None], ROWS, p=[0.6, 0.3, 0.05, 0.05]),
            "age": randomness.integers(18, 80, ROWS),
            "score": score,
            "approved": (score + randomness.normal(0, 0.2, ROWS) > 0.5).astype(int),
            "repaid": randomness.choice([1, 0, None], ROWS, p=[0.6, 0.3, 0.1]).astype(float),
            "decided_on": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS) % 700, "D"),
            "applicant": [f"p{at % 2_400}" for at in range(ROWS)],
        }
    ).astype({"decided_on": "datetime64[us]"})
    schema = pa.schema(
        [("sex", pa.string()), ("race", pa.string()), ("age", pa.int64()), ("score", pa.float64()),
         ("approved", pa.int64()), ("repaid", pa.float64()), ("decided_on", pa.timestamp("us")),
         ("applicant", pa.string())]
    )  # fmt: skip
    return pa.Table.from_pandas(frame, schema, preserve_index=False)


def audited(folder: Path, source: str, table: str = "") -> dict[str, Any]:
    """Run an audit and give what it found, without what tells one run and one source apart."""
    decisions = (f"table = {json.dumps(table)}\n" if table else "") + ROLES
    path = audit_toml(folder, source, decisions, GROUPS, ALIKE)
    told = typed("run", path, "--out", folder / "out", "--quiet")
    assert told.exit_code == 0, told.output
    assert typed("verify", folder / "out").exit_code == 0
    results = json.loads((folder / "out" / "bundle" / "results.json").read_text("utf-8"))
    gate = typed("gate", path, "--quiet", "--allow", "unanswered,inconclusive,not assessed")
    return {
        "measurements": measured(folder / "out" / "bundle"),
        "verdicts": results["checklists"],
        "gate": (gate.exit_code, gate.stdout),
    }


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    pd.testing.assert_frame_equal(one["measurements"], other["measurements"], check_exact=True)
    assert one["verdicts"] == other["verdicts"]
    assert one["gate"] == other["gate"]


@pytest.fixture(scope="module")
def from_file(log: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("file")
    pa.parquet.write_table(log, folder / "log.parquet")
    found = audited(folder, "log.parquet")
    assert len(found["measurements"]) > 300
    return found


def test_a_duckdb_file(log: pa.Table, from_file: dict[str, Any], tmp_path: Path) -> None:
    into_duckdb(tmp_path / "log.duckdb", log, "log")
    same(audited(tmp_path, "duckdb://log.duckdb", "log"), from_file)


def test_postgres_and_no_credential_leaves_it(
    log: pa.Table, from_file: dict[str, Any], tmp_path: Path, postgres: Server
) -> None:
    into_postgres(postgres, log, "log")
    same(audited(tmp_path, postgres.source, "public.log"), from_file)
    secret = PASSWORD.encode()
    for name, content in files_in(tmp_path).items():
        assert secret not in content, name
        if name.endswith(".pdf"):
            with pikepdf.open(tmp_path / name) as document:
                for one in document.objects:
                    if isinstance(one, pikepdf.Stream):
                        assert secret not in one.read_bytes()


def test_spark(log: pa.Table, from_file: dict[str, Any], tmp_path: Path, spark: Any) -> None:
    (tmp_path / "log").mkdir()
    for at in range(3):
        part = log.slice(at * 1_000, 1_000)
        pa.parquet.write_table(part, tmp_path / "log" / f"part-{at}.parquet")
    same(audited(tmp_path, "spark://", "parquet.`log`"), from_file)


def test_init_looks_into_a_database(log: pa.Table, tmp_path: Path, postgres: Server) -> None:
    into_postgres(postgres, log, "log")
    out = tmp_path / "audit.toml"
    told = typed("init", postgres.source, "--table", "log", "--out", out, "--yes")
    assert told.exit_code == 0, told.output
    text = out.read_text("utf-8")
    assert f'source = "{postgres.source}"\ntable = "log"\n' in text
    assert "[groups.sex]" in text
    assert typed("init", postgres.source, "--out", tmp_path / "b.toml", "--yes").exit_code == 2


def until(happens: Callable[[], bool], seconds: float = 60) -> None:
    for _ in range(int(seconds * 10)):
        if happens():
            return
        time.sleep(0.1)
    pytest.fail("it never happened")


def at_work(server: Server) -> int:
    """Statements that an audit has running on the server."""
    sql = """select count(*) from pg_stat_activity
             where application_name = 'isg-audit' and state = 'active'"""
    return int(rows_of(server, sql)[0][0])


def slow_audit(folder: Path, server: Server) -> subprocess.Popen[str]:
    query = 'query = "select sex, approved, pg_sleep(0.1)::text as slept from log"'
    roles = 'decision = "approved"\nfavourable = 1'
    path = audit_toml(folder, server.source, f"{query}\n{roles}")
    return started("run", path, "--out", folder / "out")


def test_ctrl_c_stops_the_statement_on_the_server(
    log: pa.Table, tmp_path: Path, postgres: Server
) -> None:
    into_postgres(postgres, log, "log")
    process = slow_audit(tmp_path, postgres)
    until(lambda: at_work(postgres) == 1)
    process.send_signal(signal.SIGINT)
    said, told = process.communicate(timeout=20)
    assert (process.returncode, said) == (130, "")
    assert told.splitlines()[-1] == "Stopped; earlier results are intact."
    assert "Traceback" not in told
    assert at_work(postgres) == 0
    assert list(files_in(tmp_path)) == ["audit.toml"]


def test_the_server_stops_for_an_audit_that_was_killed(
    log: pa.Table, tmp_path: Path, postgres: Server
) -> None:
    into_postgres(postgres, log, "log")
    process = slow_audit(tmp_path, postgres)
    until(lambda: at_work(postgres) == 1)
    process.kill()
    process.communicate(timeout=20)
    until(lambda: at_work(postgres) == 0, seconds=30)


def test_ctrl_c_stops_spark(tmp_path: Path, spark: Any) -> None:
    query = 'query = "select id % 2 as sex, id % 3 % 2 as approved from range(1000000000000)"'
    roles = 'decision = "approved"\nfavourable = 1'
    path = audit_toml(tmp_path, "spark://local[1]", f"{query}\n{roles}")
    process = started("run", path, "--out", tmp_path / "out")
    try:
        until(lambda: any(spark_works(one) for one in children_of(process.pid)))
        java = children_of(process.pid)
        process.send_signal(signal.SIGINT)
        said, told = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, said) == (130, "")
    assert told.splitlines()[-1] == "Stopped; earlier results are intact."
    assert "Traceback" not in told
    until(lambda: not any(Path(f"/proc/{one}").exists() for one in java), seconds=30)
    assert not (tmp_path / "out").exists()


def children_of(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(one) for one in listed.split()]


def spark_works(process: int) -> bool:
    """Whether a thread of it is about a task, told by its name."""
    threads = Path(f"/proc/{process}/task").glob("*/comm")
    return any(one.read_text(encoding="utf-8").startswith("Executor task") for one in threads)


def test_a_package_that_is_missing_is_named(tmp_path: Path, postgres: Server) -> None:
    for package, source, extra in (
        ("psycopg", postgres.source, "postgres"),
        ("pyspark", "spark://local[1]", "spark"),
    ):
        roles = 'table = "log"\ndecision = "approved"\nfavourable = 1'
        path = audit_toml(tmp_path, source, roles)
        code = (
            f"import sys; sys.modules['{package}'] = None\n"
            f"from isg_audit.cli import main; main(['run', '{path}', '--out', '{tmp_path}/out'])"
        )
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )  # fmt: skip
        assert run.returncode == 3, run.stderr
        assert f"pip install 'isg-audit[{extra}]'" in run.stderr
