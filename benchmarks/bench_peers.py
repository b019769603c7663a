"""A whole audit beside fairlearn's `MetricFrame` over the same groups, with and without intervals.

    python benchmarks/bench_peers.py [--rows N] [--rounds N]

fairlearn is measured on a part of the rows, without replicates and with a few, since the whole
would take hours; the table says which lines are measured and which are carried on in a straight
line: in rows from two sizes, in replicates from none and two.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from decision_log import write_log
from measured import Cost, medians, ours, script, show

FEW, MORE = 20_000, 100_000
"""Rows that fairlearn is measured on."""
REPLICATES, WANTED = 2, 100


def main() -> None:
    """Measure in turns and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=3)
    given = asked.parse_args()
    audit = f"isg-audit gate, {given.rows:,} rows, every number with its interval"
    with TemporaryDirectory(prefix="isg-audit-bench-") as made:
        folder = Path(made)
        write_log(folder, given.rows)
        log = str(folder / "decisions.parquet")

        def frame(rows: int, replicates: int) -> list[str]:
            return script("metric_frame.py", log, str(rows), str(replicates))

        few, more = f"MetricFrame, {FEW:,} rows", f"MetricFrame, {MORE:,} rows"
        drawn = f"MetricFrame, {FEW:,} rows, n_boot={REPLICATES}"
        commands = {
            audit: ours("gate", str(folder / "audit.toml"), "--quiet"),
            few: frame(FEW, 0),
            more: frame(MORE, 0),
            drawn: frame(FEW, REPLICATES),
        }
        costs = medians(commands, given.rounds, fine=(0, 1))
    each_row = (costs[more].cpu - costs[few].cpu) / (MORE - FEW)
    plain = costs[few].cpu + each_row * (given.rows - FEW)
    # What a replicate costs, as a multiple of the rows' own cost, holds for more rows too.
    replicate = (costs[drawn].cpu - costs[few].cpu) / REPLICATES / costs[few].cpu
    costs[f"MetricFrame, {given.rows:,} rows (carried on)"] = Cost(0, plain, 0)
    name = f"MetricFrame, {given.rows:,} rows, n_boot={WANTED} (carried on)"
    costs[name] = Cost(0, plain * (1 + WANTED * replicate), 0)
    print(f"\nWhole processes, medians of {given.rounds}, taken in turn.\n")
    show(costs, audit)


if __name__ == "__main__":
    main()
