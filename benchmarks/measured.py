"""Runs a command in a process of its own and says what it cost. Imports the standard library only.

CPU seconds (user and system) are the figure to trust where other work shares the machine; peak
memory is the resident set of that one process, as the kernel counted it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parent


class Cost(NamedTuple):
    """What a process cost: elapsed seconds, CPU seconds, and peak memory in MB."""

    wall: float
    cpu: float
    peak: float


def ours(*words: str) -> list[str]:
    """The command line of `isg-audit`, from this checkout."""
    return [sys.executable, "-m", "isg_audit", *words]


def script(name: str, *words: str) -> list[str]:
    """The command line of a script beside this one."""
    return [sys.executable, str(HERE / name), *words]


def cost_of(command: Sequence[str], fine: Sequence[int] = (0,)) -> Cost:
    """Run a command in the root of the checkout and wait for it.

    Raises:
        RuntimeError: it ended with a code that is not in `fine`.
    """
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read() if process.stderr else b""
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.stderr:
        process.stderr.close()
    if process.returncode not in fine:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{said.decode()}")
    scale = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / scale)


def medians(
    commands: Mapping[str, Sequence[str]], rounds: int, fine: Sequence[int] = (0,)
) -> dict[str, Cost]:
    """Median costs of several commands, taken in turn so that a busy machine slows all alike."""
    several: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(rounds):
        for name, command in commands.items():
            several[name].append(cost_of(command, fine))
            last = several[name][-1]
            print(f"  round {turn + 1}: {name}: {last.cpu:.2f} s CPU", file=sys.stderr)
    return {
        name: Cost(*(statistics.median(part) for part in zip(*costs, strict=True)))
        for name, costs in several.items()
    }


def show(costs: Mapping[str, Cost], against: str) -> None:
    """Print the costs as a Markdown table, with the ratio of CPU seconds to one of them."""
    yardstick = costs[against].cpu
    print(f"| what | wall s | CPU s | peak MB | CPU, as a multiple of: {against} |")
    print("|---|---:|---:|---:|---:|")
    for name, one in costs.items():
        peak = f"{one.peak:.0f}" if one.peak else ""
        wall = f"{one.wall:.2f}" if one.wall else ""
        print(f"| {name} | {wall} | {one.cpu:.2f} | {peak} | {one.cpu / yardstick:.2f} |")
