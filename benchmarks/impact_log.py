"""Makes the log on which the measures of impact and coverage are timed; the same for the same seed.

To the lender of `decision_log` it adds what those measures ask for: factors, an area that hints at
an origin nobody recorded, days, stages, appeals, missing values. Imports numpy, pyarrow and
`decision_log` only.

    python benchmarks/impact_log.py FOLDER ROWS
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from decision_log import PART, SEED, part

FIRST_DAY, DAYS, AREAS = np.datetime64("2023-01-01"), 1096, 200


def write_rows(folder: Path, rows: int) -> None:
    """Write `decisions.parquet` with so many rows, a million at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    writer: pq.ParquetWriter | None = None
    for at, start in enumerate(range(0, rows, PART)):
        rng = np.random.default_rng([SEED, at])
        table = _further(rng, part(rng, min(PART, rows - start)))
        writer = writer or pq.ParquetWriter(folder / "decisions.parquet", table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def _further(rng: np.random.Generator, table: pa.Table) -> pa.Table:
    rows = table.num_rows
    approved = table["approved"].to_numpy() == 1
    score = table["score"].to_numpy()
    applied = FIRST_DAY + rng.integers(0, DAYS, rows).astype("timedelta64[D]")
    decided = applied + rng.geometric(0.08, rows).astype("timedelta64[D]")
    area = (rng.random(rows) * AREAS * (0.3 + 0.7 * score)).astype(int)
    appealed = ~approved & (rng.random(rows) < 0.06)
    income = np.round(30 + 40 * score + rng.normal(scale=8, size=rows), 1)
    missing = rng.random(rows) < 0.02
    columns = {
        "area": pa.array(area.astype(np.int16)),
        "income": pa.array(income, mask=missing),
        "debt": pa.array(np.round(rng.gamma(2.0, 9.0, rows), 1)),
        "purpose": _names(rng, rows, ("home", "car", "study", "repair", "other")),
        "channel": _names(rng, rows, ("branch", "online", "broker")),
        "applied_on": pa.array(applied),
        "decided_on": pa.array(decided),
        "complete": pa.array((rng.random(rows) < 0.93).astype(np.int8)),
        "appealed": pa.array(appealed.astype(np.int8)),
        "overturned": pa.array((appealed & (rng.random(rows) < 0.3)).astype(np.int8)),
    }
    for name, column in columns.items():
        table = table.append_column(name, column)
    return table


def _names(rng: np.random.Generator, rows: int, names: tuple[str, ...]) -> pa.Array:
    codes = rng.integers(0, len(names), rows).astype(np.int8)
    return pa.DictionaryArray.from_arrays(codes, pa.array(names)).cast(pa.string())


if __name__ == "__main__":
    write_rows(Path(sys.argv[1]), int(sys.argv[2]))
