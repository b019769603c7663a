"""`isg-audit report`: render the report again from a bundle.

Imports this room; `report` inside the command.
"""

from __future__ import annotations

from pathlib import Path

import click

from isg_audit.cli.bundle_folder import BundleFolder
from isg_audit.cli.say import say


@click.command("report", short_help="Render the report again from a bundle.")
@click.argument("bundle", type=BundleFolder(), metavar="BUNDLE")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="The folder for report.pdf, summary.pdf and report.html.",
)  # fmt: skip
def command(bundle: Path, out: Path) -> None:
    """Render the report from the evidence in the folder BUNDLE; data and model are not needed."""
    from isg_audit.report import render

    render(bundle, out)
    for name in ("report.pdf", "summary.pdf", "report.html"):
        say(str(out / name))
