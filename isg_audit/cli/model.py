"""`isg-audit model`: what a model file is and what it could do.

Imports this room; `sources` inside the command.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isg_audit.cli.say import say, wrapped

if TYPE_CHECKING:
    from isg_audit.sources.looking import Seen


@click.group("model", short_help="Say what a model file is, without opening it.")
def command() -> None:
    """Look at model files before anything in them is let loose."""


@command.command("inspect")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program to read.")
def inspect(file: Path, as_json: bool) -> None:
    """Say what FILE is and what it could do, without opening it.

    FILE is a model file or a folder that MLflow wrote. Its format is told by its content; nothing
    in it is run, imported or made.
    """
    from isg_audit.sources.looking import look_at

    seen = look_at(file)
    if as_json:
        click.echo(json.dumps(asdict(seen), indent=2))
    else:
        tell(seen)


def tell(seen: Seen) -> None:
    """Format, size and fingerprint; then what is inside, and what it could do."""
    say(f"{seen.name}: {seen.kind}")
    say(f"  {seen.size:,} bytes" + (f", {seen.fingerprint}" if seen.fingerprint else ""))
    say(f"  Opened in an audit: {seen.opened}")
    for label, text in seen.found.facts:
        say(wrapped(f"{label[:1].upper()}{label[1:]}: {text}", "  "))
    if seen.found.unread:
        say(wrapped(f"It cannot be read to its end: {seen.found.unread}.", "  "))
    for danger in seen.found.dangers:
        say(wrapped(f"! {danger[:1].upper()}{danger[1:]}.", "  "))
    if seen.opened == "no":
        say("  It is no model that an audit opens.")
    elif not seen.found.dangers and not seen.found.unread:
        say("  Nothing was found that could run code.")
