"""Counts, metrics and intervals beside the bare count, in one process that is warm.

python benchmarks/warm.py FOLDER ROUNDS
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from counted import counted, opened
from group_by import bare


def main(folder: Path, rounds: int) -> None:
    """Take every work in turn, and print the table."""
    file, connection = str(folder / "decisions.parquet"), duckdb.connect()
    works: dict[str, Callable[[], object]] = {}
    for words in ((), ("score",)):
        of = " and score" if words else ""
        works[f"bare GROUP BY, decisions{of}"] = lambda words=words: bare(
            connection, file, score=bool(words)
        )
        for more, what in (((), "closed intervals"), (("replicates",), "and 2,000 replicates")):
            log, spec = opened(folder, (*words, *more))
            works[f"all metrics, all pairs, decisions{of}, {what}"] = (
                lambda log=log, spec=spec, words=(*words, *more): counted(log, spec, words)
            )
    costs: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for turn in range(rounds + 1):
        for name, work in works.items():
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            if turn:
                costs[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    print(
        f"\nIn one warm process, {folder.name} rows, medians of {rounds}, taken in turn.\n",
        flush=True,
    )
    print("| work | wall s | CPU s | wall, times the bare count | CPU, times the bare count |")
    print("|---|---:|---:|---:|---:|")
    yardstick = (1.0, 1.0)
    for name, several in costs.items():
        wall, cpu = (statistics.median(one) for one in zip(*several, strict=True))
        yardstick = (wall, cpu) if name.startswith("bare") else yardstick
        print(
            f"| {name} | {wall:.2f} | {cpu:.2f} | {wall / yardstick[0]:.1f} "
            f"| {cpu / yardstick[1]:.1f} |"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
