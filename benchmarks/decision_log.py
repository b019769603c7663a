"""Makes the decision log that the benchmarks audit, always the same for the same seed.

A made-up lender: four attributes of 2, 5, 4 and 6 values, a probability as score, a decision by
that score and a second look, an outcome known for everybody. Imports numpy and pyarrow only.

    python benchmarks/decision_log.py FOLDER ROWS
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SEED = 20221129
PART = 1_000_000
"""Rows that are drawn at a time."""

ATTRIBUTES: dict[str, tuple[tuple[str, ...], tuple[float, ...]]] = {
    "sex": (("woman", "man"), (0.48, 0.52)),
    "origin": (("north", "south", "east", "west", "elsewhere"), (0.46, 0.24, 0.16, 0.1, 0.04)),
    "age": (("under 25", "25 to 39", "40 to 61", "62 and over"), (0.14, 0.33, 0.37, 0.16)),
    "region": (("A", "B", "C", "D", "E", "F"), (0.3, 0.22, 0.18, 0.14, 0.1, 0.06)),
}

AUDIT = """\
isg_audit = 1

[system]
name = "A made-up lender"
owner = "Nobody"
purpose = "Measuring how long an audit takes"
domain = "finance"
jurisdictions = ["us"]
stage = "deployed"

[decisions]
source = "decisions.parquet"
decision = "approved"
favourable = 1
outcome = "repaid"
outcome_favourable = 1
score = "score"

[groups.sex]
[groups.origin]
[groups.age]
[groups.region]

[audit]
checklists = ["people-oriented", "us-ugesp"]
"""


def write_log(folder: Path, rows: int) -> None:
    """Write `decisions.parquet` with so many rows, and the `audit.toml` that audits it.

    A million rows at a time, each from a seed of its own: a longer log starts with a shorter one,
    and memory does not grow with the rows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    writer: pq.ParquetWriter | None = None
    for at, start in enumerate(range(0, rows, PART)):
        table = part(np.random.default_rng([SEED, at]), min(PART, rows - start))
        writer = writer or pq.ParquetWriter(folder / "decisions.parquet", table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()
    (folder / "audit.toml").write_text(AUDIT, encoding="utf-8")


def part(rng: np.random.Generator, rows: int) -> pa.Table:
    """So many rows of the log."""
    drawn = {
        name: rng.choice(len(values), size=rows, p=shares)
        for name, (values, shares) in ATTRIBUTES.items()
    }
    merit = rng.normal(size=rows) + 0.5
    merit -= 0.15 * (drawn["sex"] == 0) + 0.12 * drawn["origin"] - 0.05 * drawn["age"]
    score = 1.0 / (1.0 + np.exp(-merit))
    approved = score + rng.normal(scale=0.08, size=rows) > 0.5
    repaid = rng.random(rows) < score
    columns = {
        name: pa.DictionaryArray.from_arrays(
            codes.astype(np.int8), pa.array(ATTRIBUTES[name][0])
        ).cast(pa.string())
        for name, codes in drawn.items()
    }
    columns |= {
        "approved": pa.array(approved.astype(np.int8)),
        "repaid": pa.array(repaid.astype(np.int8)),
        "score": pa.array(score),
    }
    return pa.table(columns)


if __name__ == "__main__":
    write_log(Path(sys.argv[1]), int(sys.argv[2]))
