"""How long a command takes before it does anything: the import, `--help`, `--version`.

python benchmarks/bench_start.py [--rounds N]
"""

from __future__ import annotations

import argparse
import sys

from measured import medians, ours, show

EMPTY = "an empty Python process"


def main() -> None:
    """Measure in turns and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=15)
    given = asked.parse_args()
    commands = {
        EMPTY: [sys.executable, "-c", "pass"],
        "import isg_audit": [sys.executable, "-c", "import isg_audit"],
        "isg-audit --help": ours("--help"),
        "isg-audit run --help": ours("run", "--help"),
    }
    costs = medians(commands, given.rounds)
    print(f"\nWhole processes, medians of {given.rounds}, taken in turn.\n")
    show(costs, EMPTY)


if __name__ == "__main__":
    main()
