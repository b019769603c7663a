"""The bare count: the one GROUP BY of an audit, asked of DuckDB without anything of ours.

python benchmarks/group_by.py FILE [score]
"""

from __future__ import annotations

import sys

import duckdb

DECISIONS = """
    select sex, origin, age, region, repaid, approved, count(*) as cases
    from read_parquet($file) group by all
"""

SCORES = """
    select sex, origin, age, region, repaid, approved,
        least(floor((score - low) / nullif(high - low, 0) * 1024), 1023) as bin,
        count(*) as cases, sum(score) as score_sum, sum(score * score) as score_squares
    from read_parquet($file),
        (select min(score) as low, max(score) as high from read_parquet($file))
    group by all
"""


def bare(connection: duckdb.DuckDBPyConnection, file: str, *, score: bool) -> None:
    """Count, and take over the answer."""
    connection.execute(SCORES if score else DECISIONS, {"file": file}).to_arrow_table()


if __name__ == "__main__":
    bare(duckdb.connect(), sys.argv[1], score="score" in sys.argv[2:])
