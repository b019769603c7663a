"""`isg-audit init`: a first audit file from the data, with questions where only a person knows.

Imports this room; `sources` and `spec` inside the command.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isg_audit.cli.say import safe, say
from isg_audit.errors import nearest

if TYPE_CHECKING:
    from isg_audit.spec import Answers, ColumnProfile, Guess


@click.command("init", short_help="Write a first audit file from the data.")
@click.argument("decisions")
@click.option(
    "--out", default="audit.toml", show_default=True, metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path), help="The audit file to write.",
)  # fmt: skip
@click.option("--table", metavar="NAME", help="The table, where DECISIONS is a database.")
@click.option("--query", metavar="SQL", help="One SELECT instead of a table.")
@click.option("--yes", is_flag=True, help="Ask nothing; leave open what only a person knows.")
def command(
    decisions: str, out: Path, table: str | None, query: str | None, yes: bool
) -> None:  # fmt: skip
    """Look at DECISIONS and write a first audit file.

    DECISIONS is a file or a glob (csv, parquet, arrow), or the address of a database with --table
    or --query: duckdb://FILE, postgres://HOST/DATABASE, spark://MASTER.

    Every guess is marked in the file. Which decision is good for people is asked, never guessed.
    """
    from isg_audit.sources import profile
    from isg_audit.spec import Answers, Source, guess_roles, write_audit_file

    if out.exists():
        raise click.UsageError(f"{out} is already there; name another with --out.")
    columns = profile(decisions, Path.cwd(), table, query)
    guess = guess_roles(columns)
    said = Answers() if yes or not is_terminal() else ask(columns, guess)
    source = Source(_from_folder_of(out, decisions), table, query)
    text = write_audit_file(guess, source, said)
    with out.open("x", encoding="utf-8") as file:
        file.write(text)
    say(f"Wrote {out}. Check every line that says 'check', then:")
    if said.favourable is None:
        open_keys = (
            "'favourable'" if said.decision or guess.decision else "'decision', 'favourable'"
        )
        say(f"  set {open_keys} in [decisions]: until then, 'run' refuses the file")
    say(f"  isg-audit run {out} --out audit")


def is_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


def ask(columns: Sequence[ColumnProfile], guess: Guess) -> Answers:
    """Ask for what only a person knows; an empty answer leaves it open in the file."""
    from isg_audit.spec import Answers

    name = click.prompt("What is the system called?", default="", show_default=False)
    say("Columns: " + ", ".join(column.name for column in columns))
    decision = _column("Which column holds the decisions?", columns, guess.decision)
    favourable = _value(decision, "Which decision is good for the person?")
    outcome = _column(
        "Which column holds what really happened (none: -)?", columns, guess.outcome, optional=True
    )
    return Answers(
        name=name or None,
        decision=decision,
        favourable=favourable,
        outcome=outcome,
        no_outcome=outcome is None,
        outcome_favourable=_value(outcome, "Which outcome proves the good decision right?"),
    )


def _column(
    question: str, columns: Sequence[ColumnProfile], guessed: object, optional: bool = False
) -> ColumnProfile | None:
    likely = getattr(getattr(guessed, "column", None), "name", "-")
    by_name = {column.name: column for column in columns}
    while True:
        said = click.prompt(question, default=safe(likely))
        if said in by_name or said == "-":
            return by_name.get(said)
        say(f"There is no column '{said}'. {nearest(said, list(by_name))}")


def _value(column: ColumnProfile | None, question: str) -> str | None:
    if column is None:
        return None
    say(f"Values of {column.name}: {', '.join(column.values)}")
    while True:
        said = str(click.prompt(question, default="", show_default=False))
        if not said or said in column.values or column.distinct > len(column.values):
            return said or None
        say(f"'{said}' does not occur. {nearest(said, column.values)}")


def _from_folder_of(out: Path, decisions: str) -> str:
    """The data as the audit file must name it: from its own folder."""
    scheme, _, path = decisions.rpartition("://")
    if scheme == "duckdb":
        return f"{scheme}://{_from_folder_of(out, path)}"
    if scheme or Path(decisions).is_absolute():
        return decisions
    return Path(os.path.relpath(decisions, out.parent)).as_posix()
