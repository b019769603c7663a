"""`isg-audit`: the list of commands, and what becomes of an error that a command lets through.

Imports click and this room; each command's file is imported when its name is typed.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module, metadata
from typing import Any

import click

from isg_audit.cli.failures import exit_code_after

COMMANDS = (
    "demo",
    "init",
    "run",
    "gate",
    "report",
    "verify",
    "checklist",
    "model",
    "schema",
    "conformance",
)
"""In the order in which people meet them; each is a module of this folder."""

EPILOG = """\b
Exit codes: 0 done (gate: passed), 1 the gate failed, or verify or conformance
found a difference, 2 the input is wrong, 3 it could not be carried out.

\b
Completion of commands and options, for bash (zsh and fish alike):
  eval "$(_ISG_AUDIT_COMPLETE=bash_source isg-audit)"
"""


class Commands(click.Group):
    """A group whose commands are imported by name, and whose errors are told in plain words."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        found = import_module(f"isg_audit.cli.{cmd_name}").command
        return found if isinstance(found, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; exit with the error's code and a message instead of a traceback."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # a terminal that lacks a sign shows its code
                stream.reconfigure(errors="backslashreplace")
        # An audit makes many small objects that stay; walking them again and again is a seventh
        # of a gate's time, and little of it is garbage.
        gc.set_threshold(100_000, 50, 100)
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the outermost edge
            ctx.exit(exit_code_after(error, traceback=ctx.params["traceback"]))


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        try:
            version = metadata.version("isg-audit")
        except metadata.PackageNotFoundError:  # run from a checkout that nobody installed
            from isg_audit import __version__ as version
        click.echo(f"isg-audit {version}")
        ctx.exit()


@click.group(
    cls=Commands, name="isg-audit", epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version,
    help="Show the version and exit.",
)  # fmt: skip
@click.option(
    "--traceback", is_flag=True, envvar="ISG_AUDIT_TRACEBACK",
    help="After an error, show where in the program it arose (or set ISG_AUDIT_TRACEBACK=1).",
)  # fmt: skip
def main(traceback: bool) -> None:
    """Assess a deployed algorithmic system for its impact on people.

    Start with `isg-audit demo`, then `isg-audit init DECISIONS` for data of your own.
    """
