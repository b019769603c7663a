"""The bare count: the one GROUP BY of an audit, asked of DuckDB without anything of ours.

python benchmarks/group_by.py FILE
"""

from __future__ import annotations

import sys

import duckdb

STATEMENT = """
    select sex, origin, age, region, repaid, approved,
        least(floor((score - low) / nullif(high - low, 0) * 1024), 1023) as bin,
        count(*) as cases, sum(score) as score_sum, sum(score * score) as score_squares
    from read_parquet($file),
        (select min(score) as low, max(score) as high from read_parquet($file))
    group by all
"""

if __name__ == "__main__":
    duckdb.execute(STATEMENT, {"file": sys.argv[1]}).to_arrow_table()
