"""`isg-audit checklist`: which checklists there are, and what each one asks.

Imports this room; `judge` inside the commands.
"""

from __future__ import annotations

import click

from isg_audit.cli.say import say, wrapped


@click.group("checklist", short_help="List checklists, or show what one asks.")
def command() -> None:
    """List the checklists there are, or show what one asks and on what it rests."""


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from isg_audit.judge import checklist_ids

    return [one for one in checklist_ids() if one.startswith(incomplete)]


@command.command("list")
def list_all() -> None:
    """List the checklists that come with the toolkit."""
    from isg_audit.judge import checklist_ids, read_checklist

    for name in checklist_ids():
        checklist = read_checklist(name).checklist
        say(name)
        say(wrapped(f"{checklist.title}, {len(checklist.items)} items. {checklist.status}", "  "))


@command.command("show")
@click.argument("checklist", shell_complete=_complete)
def show(checklist: str) -> None:
    """Show one checklist, by name or by path: each item, why it matters, its source."""
    from isg_audit.judge import read_checklist

    one = read_checklist(checklist).checklist
    say(f"{one.title} ({one.id}, version {one.version})")
    say(wrapped(one.about))
    say(wrapped(f"What it does not require: {one.does_not_require}"))
    for item in one.items:
        say(f"\n{item.id}  {item.title} ({item.kind}, {item.severity.word})")
        say(wrapped(item.ask, "  "))
        say(wrapped(f"Why: {item.why}", "  "))
        for source in item.sources:
            clause = f", {source.clause}" if source.clause else ""
            doubt = "" if source.verified else " (unverified)"
            say(wrapped(f"Source: {source.instrument}{clause}{doubt}", "  "))
