"""`isg-audit verify`: check that a bundle is whole and that its figures follow from its counts.

Imports this room; `evidence` inside the command.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from isg_audit.cli.bundle_folder import BundleFolder
from isg_audit.cli.say import say, wrapped

LISTED = 40
"""Sentences shown of each kind; one difference often brings hundreds."""


@click.command("verify", short_help="Check a bundle: nothing changed, every figure recomputed.")
@click.argument("bundle", type=BundleFolder(), metavar="BUNDLE")
@click.pass_context
def command(ctx: click.Context, bundle: Path) -> None:
    """Check the evidence in the folder BUNDLE without the data or the model.

    Compares every file with the manifest and computes every figure again that follows from the
    published counts. Exits with 1 where something differs.
    """
    from isg_audit.evidence import verify

    found = verify(bundle)
    say(f"{found.files} files compared with the manifest.")
    say(f"{found.recomputed} figures computed again from the published counts.")
    if found.not_recomputable:
        say(f"{len(found.not_recomputable)} figures cannot be computed from what is published:")
        _list([_counted(*key, number) for key, number in found.by_reason.items()])
    if found.faults:
        say("\nIt differs:")
        _list(found.faults)
        ctx.exit(1)
    if (bundle.parent / "report.pdf").is_file():
        say("The report beside it was not checked; 'isg-audit report' renders it again.")
    say("No difference found.")


def _counted(measure: str, why: str, number: int) -> str:
    return f"{measure}, {number:,} {'figure' if number == 1 else 'figures'}: {why}."


def _list(sentences: Sequence[str]) -> None:
    for one in sentences[:LISTED]:
        say(wrapped(one, "  "))
    if len(sentences) > LISTED:
        say(f"  and {len(sentences) - LISTED} more")
