"""`isg-audit conformance`: whether this installation computes what it should.

Imports this room; `conformance` and rich inside the command.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isg_audit.cli.progress import progress
from isg_audit.cli.say import say, wrapped

if TYPE_CHECKING:
    from isg_audit.conformance import Run


@click.command("conformance", short_help="Check this installation against known answers.")
@click.option(
    "--quick/--full", "quick", default=True, show_default=True,
    help="Seconds, or minutes for the coverage of every interval at every size.",
)  # fmt: skip
@click.option(
    "--json", "file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Also write every check and what it found there.",
)  # fmt: skip
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.pass_context
def command(ctx: click.Context, quick: bool, file: Path | None, quiet: bool) -> None:
    """Check this installation against known answers, laws, other packages and coverage.

    Exits with 1 where something failed. What was not run, for lack of another package, is counted
    and is no pass.
    """
    from datetime import UTC, datetime

    from isg_audit.conformance import run_suite

    with progress(quiet) as step:
        run = run_suite(quick, step)
    if file is not None:
        from isg_audit.conformance.record import write_record

        write_record(run, datetime.now(UTC).date(), file)
    _tell(run)
    ctx.exit(0 if run.passed else 1)


def _tell(run: Run) -> None:
    """Both tables, whatever did not pass, and the sum of it."""
    from isg_audit.conformance import VERSION

    _areas(run)
    _coverage(run)
    for word in ("failed", "not run"):
        for one in (one for one in run.results if one.word == word):
            expected = f"; expected {one.expected}" if one.expected else ""
            say(wrapped(f"{word}: {one.area}, {one.name}: {one.found}{expected}", hanging="  "))
    say(
        f"Conformance suite {VERSION}, {'quick' if run.quick else 'full'}: "
        f"{run.count('passed')} passed, {run.count('failed')} failed, "
        f"{run.count('not run')} not run. Digest {run.digest[:16]}."
    )


def _areas(run: Run) -> None:
    words = Counter((one.area, one.word) for one in run.results)
    apart: dict[str, float] = {}
    for one in run.results:
        if one.difference is not None and one.area != "coverage":
            apart[one.area] = max(apart.get(one.area, 0.0), one.difference)
    rows: list[tuple[str, ...]] = [
        (
            area, *(str(words[area, word]) for word in ("passed", "failed", "not run")),
            f"{apart[area]:.1e}" if area in apart else "",
        )
        for area in dict.fromkeys(one.area for one in run.results)
    ]  # fmt: skip
    _table(("Checks", "passed", "failed", "not run", "furthest apart"), rows)


def _coverage(run: Run) -> None:
    rows: list[tuple[str, ...]] = [
        (
            line.interval.name, line.interval.of, str(line.cases), f"{100 * line.covered.mean:.1f}",
            f"{100 * line.covered.least:.1f}", line.claim,
            "" if line.passed else "failed",
        )
        for line in run.coverage
    ]  # fmt: skip
    head = ("95 % interval", "of", "cases", "holds in %", "at worst", "claim", "")
    _table(head, rows)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*head, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:  # a log has no width
        console.width = 120
    console.print(table)
