"""Time and peak memory of whole audits of a log alone, beside the bare count of the same rows.

    python benchmarks/bench_audit.py [--rows N] [--rounds N]

Four attributes and their pairs, a decision, an outcome, a score; no model.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from decision_log import write_log
from measured import medians, ours, script, show

BARE = "the bare GROUP BY in DuckDB"


def main() -> None:
    """Measure in turns and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    with TemporaryDirectory(prefix="isg-audit-bench-") as made:
        folder = Path(made)
        fewer = given.rows // 10
        write_log(folder / "all", given.rows)
        write_log(folder / "tenth", fewer)
        audit = str(folder / "all" / "audit.toml")
        tenth = str(folder / "tenth" / "audit.toml")
        out = str(folder / "out")
        commands = {
            BARE: script("group_by.py", str(folder / "all" / "decisions.parquet"), "score"),
            f"gate, {given.rows:,} rows": ours("gate", audit, "--quiet"),
            f"run with report, {given.rows:,} rows": ours("run", audit, "--quiet", "--out", out),
            f"gate, {fewer:,} rows": ours("gate", tenth, "--quiet"),
        }
        # A gate that fails has done the same work as one that passes.
        costs = medians(commands, given.rounds, fine=(0, 1))
    print(f"\nWhole processes, medians of {given.rounds}, taken in turn.\n")
    show(costs, BARE)


if __name__ == "__main__":
    main()
