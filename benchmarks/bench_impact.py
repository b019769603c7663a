"""What the measures of impact and coverage cost on a log of many rows, step by step.

    python benchmarks/bench_impact.py [--rows N]

Everything an audit file can ask for but trained remedies, on a made-up log (`impact_log.py`): CPU
and elapsed seconds of each step as the run tells it, beside a bare GROUP BY of the same rows.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

from impact_log import write_rows

from isg_audit.run import run

AUDIT = """\
isg_audit = 1
[system]
name = "A made-up lender"
domain = "finance"
[decisions]
source = "decisions.parquet"
decision = "approved"
favourable = 1
outcome = "repaid"
outcome_favourable = 1
score = "score"
score_bins = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
time = "decided_on"
[groups.sex]
[groups.origin]
[groups.age]
[groups.region]
[audit]
legitimate = ["income", "debt", "purpose", "channel"]
checklists = ["people-oriented", "marginalised-groups"]
[search]
columns = ["purpose", "channel", "income", "debt"]
[population]
source = "population.csv"
[[stages]]
name = "complete"
column = "complete"
reached = [1]
[[stages]]
name = "approved"
[voice]
appeal = "appealed"
overturned = "overturned"
applied_on = "applied_on"
as_of = "2026-06-30"
[[changes]]
date = "2024-06-01"
what = "a second model"
[unobserved.descent]
table = "descent.csv"
signals = ["area"]
[remedy]
methods = []
"""
POPULATION = "origin,people\nnorth,4600\nsouth,2400\neast,1600\nwest,1000\nelsewhere,900\n"


def prepared(folder: Path, rows: int) -> Path:
    """The log, its population, a table of chances by area, and the audit file."""
    write_rows(folder, rows)
    (folder / "population.csv").write_text(POPULATION, encoding="utf-8")
    chances = ((area, 0.1 + 0.8 * area / 200) for area in range(200))
    lines = [f"{area},{share:.4f},{1 - share:.4f}" for area, share in chances]
    (folder / "descent.csv").write_text("\n".join(["area,one,other", *lines]), encoding="utf-8")
    (folder / "audit.toml").write_text(AUDIT, encoding="utf-8")
    return folder / "audit.toml"


def steps(audit_file: Path) -> list[tuple[str, float, float]]:
    """Each step with its elapsed and CPU seconds."""
    told: list[tuple[str, float, float]] = [("Starting", time.perf_counter(), time.process_time())]

    def tell(step: str, done: int, total: int | None) -> None:
        if told[-1][0] != step:
            told.append((step, time.perf_counter(), time.process_time()))

    run(audit_file, progress=tell)
    told.append(("", time.perf_counter(), time.process_time()))
    return [
        (name, after[1] - wall, after[2] - cpu)
        for (name, wall, cpu), after in zip(told, told[1:], strict=False)
    ]


def bare(folder: Path) -> tuple[float, float]:
    """Elapsed and CPU seconds of one GROUP BY over four attributes, decision and outcome."""
    import duckdb

    wall, cpu = time.perf_counter(), time.process_time()
    rows = f"'{folder / 'decisions.parquet'}'"
    keys = "sex, origin, age, region, approved, repaid"
    query = f"SELECT {keys}, count(*) FROM {rows} GROUP BY {keys}"  # noqa: S608 - our own names
    duckdb.sql(query).fetchall()
    return time.perf_counter() - wall, time.process_time() - cpu


def main(rows: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as scratch:
        audit_file = prepared(Path(scratch), rows)
        print("| step | wall s | CPU s |\n|---|---:|---:|")
        for name, wall, cpu in (("bare GROUP BY", *bare(Path(scratch))), *steps(audit_file)):
            print(f"| {name} | {wall:.2f} | {cpu:.2f} |")
    scale = 1e6 if sys.platform == "darwin" else 1e3
    print(f"\nPeak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale:.0f} MB")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=10_000_000)
    main(options.parse_args().rows)
