"""The speed that was aimed at: the bare GROUP BY, fairlearn, 100 M rows; one table, one command.

    python benchmarks/bench_targets.py [--rounds N] [--millions N] [--large N] [--keep FOLDER]

Everything in turn, medians. In one warm process: how much more than the engine's own count the
counts, metrics and intervals cost. As whole processes: the same with imports, and the memory. This
process imports nothing large: the kernel counts a parent's memory as the least peak of a child.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory

from measured import Cost, medians, script, show

FEW, MORE, BOOTSTRAPPED = 100_000, 1_000_000, 20_000
"""Rows that fairlearn is measured on: without intervals twice, with replicates once."""
REPLICATES, WANTED = 2, 100


def main() -> None:
    """Measure and print the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--millions", type=int, default=10)
    asked.add_argument("--large", type=int, default=100)
    asked.add_argument("--keep", type=Path)
    given = asked.parse_args()
    with TemporaryDirectory(prefix="isg-audit-bench-") as made:
        folder = given.keep or Path(made)
        logs = {size: folder / f"{size}m" for size in (1, given.millions, given.large)}
        for size, log in logs.items():
            if not (log / "audit.toml").exists():
                run(script("decision_log.py", str(log), str(size * 1_000_000)), check=True)
        run(script("warm.py", str(logs[given.millions]), str(given.rounds)), check=True)
        whole(logs, given.rounds)
        beside_fairlearn(logs, given.millions)


def whole(logs: dict[int, Path], rounds: int) -> None:
    """Whole processes, imports and fingerprint of the file included."""
    for words in ((), ("score",)):
        commands = {}
        for size, folder in logs.items():
            file = str(folder / "decisions.parquet")
            commands[f"bare GROUP BY, {size} M rows"] = script("group_by.py", file, *words)
            commands[f"all metrics, pairs and replicates, {size} M rows"] = script(
                "counted.py", str(folder), "replicates", *words
            )
        costs = medians(commands, rounds)
        of = "decisions and score" if words else "decisions"
        print(f"\nWhole processes, {of}, medians of {rounds}, taken in turn.\n")
        show(costs, f"bare GROUP BY, {list(logs)[1]} M rows")


def beside_fairlearn(logs: dict[int, Path], millions: int) -> None:
    """The same metrics and groups by `MetricFrame`; what takes hours is carried on in lines."""
    one, ten = logs[1], logs[millions]
    log = str(one / "decisions.parquet")
    ours = f"all metrics, pairs and replicates, {millions} M rows"
    ours_one = "all metrics, pairs and replicates, 1 M rows"

    def frame(rows: int, replicates: int) -> list[str]:
        return script("metric_frame.py", log, str(rows), str(replicates), "single")

    few, more = f"MetricFrame, {FEW:,} rows", f"MetricFrame, {MORE:,} rows"
    plain = f"MetricFrame, {BOOTSTRAPPED:,} rows"
    drawn = f"MetricFrame, {BOOTSTRAPPED:,} rows, n_boot={REPLICATES}"
    costs = medians(
        {
            ours: script("counted.py", str(ten), "replicates"),
            ours_one: script("counted.py", str(one), "replicates"),
            plain: frame(BOOTSTRAPPED, 0),
            drawn: frame(BOOTSTRAPPED, REPLICATES),
            few: frame(FEW, 0),
            more: frame(MORE, 0),
        },
        1,
    )
    each_row = (costs[more].cpu - costs[few].cpu) / (MORE - FEW)
    rows = millions * 1_000_000
    all_rows = f"MetricFrame, {millions} M rows (carried on in rows)"
    costs[all_rows] = Cost(0, costs[more].cpu + each_row * (rows - MORE), 0)
    # What a replicate costs, as a multiple of the rows' own cost, holds for more rows too.
    replicate = (costs[drawn].cpu - costs[plain].cpu) / REPLICATES / costs[plain].cpu
    booted = f"MetricFrame, 1 M rows, n_boot={WANTED} (carried on in replicates)"
    costs[booted] = Cost(0, costs[more].cpu * (1 + WANTED * replicate), 0)
    print("\nBeside fairlearn, whole processes, one round.\n")
    show(costs, ours)
    print(f"\n{all_rows}: {costs[all_rows].cpu / costs[ours].cpu:.0f} times ours.")
    print(f"{booted}: {costs[booted].cpu / costs[ours_one].cpu:.0f} times ours on 1 M rows.")


if __name__ == "__main__":
    main()
