"""`isg-audit demo`: an audit of published data, from nothing to a report.

Imports this room; `demo` inside the command.
"""

from __future__ import annotations

from pathlib import Path

import click

from isg_audit.cli.progress import progress
from isg_audit.cli.run import tell


@click.command("demo", short_help="Audit published data, from nothing to a report.")
@click.option(
    "--out", default="demo-output", show_default=True, metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path), help="The folder for the results.",
)  # fmt: skip
@click.option("--quiet", is_flag=True, help="Show no progress.")
def command(out: Path, quiet: bool) -> None:
    """Audit mortgage decisions of 1990 and leave the report in DIR."""
    from isg_audit.demo import demo

    with progress(quiet) as step:
        published = demo(out, progress=step)
    tell(published)
