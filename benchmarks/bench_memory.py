"""Peak memory of an audit's counting from 1 M to 100 M rows: it has to stay level.

    python benchmarks/bench_memory.py [--keep FOLDER] [--picture FILE.svg]

Whole processes, one round: the decisions alone, and with a score that differs in every row.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory

from measured import cost_of, script

SIZES = (1, 3, 10, 30, 100)


def main() -> None:
    """Measure and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--picture", type=Path)
    given = asked.parse_args()
    peaks: dict[str, list[float]] = {"decisions": [], "and a score": []}
    heads = ["rows", "file MB", "decisions: peak MB", "CPU s", "wall s"]
    print(f"| {' | '.join([*heads, 'and score: peak MB', 'CPU s', 'wall s'])} |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    with TemporaryDirectory(prefix="isg-audit-bench-") as made:
        for size in SIZES:
            folder = (given.keep or Path(made)) / f"{size}m"
            if not (folder / "audit.toml").exists():
                run(script("decision_log.py", str(folder), str(size * 1_000_000)), check=True)
            file = (folder / "decisions.parquet").stat().st_size / 1e6
            plain = cost_of(script("counted.py", str(folder)))
            score = cost_of(script("counted.py", str(folder), "score"))
            for name, one in zip(peaks, (plain, score), strict=True):
                peaks[name].append(one.peak)
            print(
                f"| {size} M | {file:.0f} | {plain.peak:.0f} | {plain.cpu:.1f} | {plain.wall:.1f} "
                f"| {score.peak:.0f} | {score.cpu:.1f} | {score.wall:.1f} |",
                flush=True,
            )
    if given.picture:
        from memory_curve import curve  # late: this process stays small, as its children count it

        given.picture.write_text(curve(SIZES, peaks, 1_000.0), encoding="utf-8")


if __name__ == "__main__":
    main()
