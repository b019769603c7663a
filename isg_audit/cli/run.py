"""`isg-audit run`: audit a system and leave a report and its evidence.

Imports this room; `run`, `evidence` and `report` inside the command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isg_audit.cli.allow_pickle import ALLOW_PICKLE
from isg_audit.cli.failures import end_if_failed
from isg_audit.cli.metrics import METRIC
from isg_audit.cli.private_address import PRIVATE_ADDRESS
from isg_audit.cli.progress import progress
from isg_audit.cli.say import say
from isg_audit.cli.telling import counts, findings

if TYPE_CHECKING:
    from isg_audit.report import Published


@click.command("run", short_help="Audit a system; leave a report and its evidence.")
@click.argument("audit_file", type=click.Path(path_type=Path), metavar="AUDIT_TOML")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="The folder for the results; earlier results in it are replaced once all is done.",
)  # fmt: skip
@METRIC
@PRIVATE_ADDRESS
@ALLOW_PICKLE
@click.option("--quiet", is_flag=True, help="Show no progress.")
def command(
    audit_file: Path,
    out: Path,
    metric: Mapping[str, Callable[..., Any]],
    allow_private_address: bool,
    allow_pickle: bool,
    quiet: bool,
) -> None:
    """Audit the system that AUDIT_TOML describes.

    Leaves in DIR: report.pdf, summary.pdf, report.html and the folder bundle, from which anyone can
    check the results and render the report again without the data.
    """
    from isg_audit.evidence import refuse_strangers
    from isg_audit.report import publish
    from isg_audit.run import run

    refuse_strangers(out)
    with progress(quiet) as step:
        audit = run(
            audit_file,
            progress=step,
            metrics=metric,
            private_address=allow_private_address,
            allow_pickle=allow_pickle,
        )
        published = publish(audit, out, progress=step)
    tell(published)
    end_if_failed(audit.failed)


def tell(published: Published) -> None:
    """Where the files are, the verdicts counted, and the findings to read first."""
    say(f"Report:   {published.report_pdf}")
    say(f"Summary:  {published.summary_pdf}")
    say(f"Web page: {published.report_html}")
    say(f"Evidence: {published.bundle}")
    checklists = published.results.checklists
    say("\nVerdicts")
    for line in counts(checklists):
        say(line)
    say("\nRead first")
    for line in findings(checklists):
        say(line)
