"""Progress on standard error: a bar on a terminal, a line a step elsewhere, nothing when quiet.

Imports this room's `say`, and rich where there is a terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from isg_audit.cli.say import safe, say

Step = Callable[[str, int, int | None], None]
"""Told: the step in plain words, how much is done, how much there is (None: not known)."""


@contextmanager
def progress(quiet: bool) -> Iterator[Step]:
    """A function to be told of each step; what it showed is gone or complete at the end.

    Args:
        quiet: show nothing.
    """
    if quiet:
        yield _nothing
    elif sys.stderr.isatty():
        with _bars() as step:
            yield step
    else:
        yield _lines()


def _nothing(step: str, done: int, total: int | None) -> None:
    """Quiet."""


def _lines() -> Step:
    """One line when a step begins; logs keep it."""
    last = ""

    def told(step: str, done: int, total: int | None) -> None:
        nonlocal last
        if step != last:
            say(f"{step} ...", err=True)
            last = step

    return told


@contextmanager
def _bars() -> Iterator[Step]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(bar_width=30),
        TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        now = bars.add_task("Starting", total=None)

        def told(step: str, done: int, total: int | None) -> None:
            bars.update(now, description=safe(step), completed=done, total=total)

        yield told
