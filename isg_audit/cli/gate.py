"""`isg-audit gate`: an exit code for a release pipeline.

Imports this room; `run`, `judge`, `evidence` and `report` inside the command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isg_audit.cli.allow_pickle import ALLOW_PICKLE
from isg_audit.cli.failures import end_if_failed
from isg_audit.cli.metrics import METRIC
from isg_audit.cli.private_address import PRIVATE_ADDRESS
from isg_audit.cli.progress import progress
from isg_audit.cli.say import say
from isg_audit.cli.telling import blocked, counts

if TYPE_CHECKING:
    from isg_audit.judge.verdict import ChecklistVerdict

ALLOWABLE = ("inconclusive", "unanswered", "not assessed")
"""Verdicts that a release may be let through with; a failed item needs a waiver and its reason."""

_JUDGED = ("pass", "fail", "inconclusive")


def _allowed(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    each = (word.strip() for value in given for word in value.split(","))
    words = tuple(dict.fromkeys(word.replace("-", " ") for word in each if word))
    for word in words:
        if word not in ALLOWABLE:
            advice = " A failed item needs a waiver, with its reason, in the answers file."
            raise click.BadParameter(
                f"'{word}' cannot be allowed. There is: {', '.join(ALLOWABLE)}."
                + (advice if word == "fail" else "")
            )
    return words


@click.command("gate", short_help="Audit, and exit with 1 where an item blocks a release.")
@click.argument("audit_file", type=click.Path(path_type=Path), metavar="AUDIT_TOML")
@click.option(
    "--allow", multiple=True, callback=_allowed, metavar="WORDS",
    help=f"Verdicts that do not block, with commas between: {', '.join(ALLOWABLE)}.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Also leave the report and its evidence there.",
)  # fmt: skip
@METRIC
@PRIVATE_ADDRESS
@ALLOW_PICKLE
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.pass_context
def command(
    ctx: click.Context,
    audit_file: Path,
    allow: tuple[str, ...],
    out: Path | None,
    metric: Mapping[str, Callable[..., Any]],
    allow_private_address: bool,
    allow_pickle: bool,
    quiet: bool,
) -> None:
    """Audit the system that AUDIT_TOML describes and say whether it may be released.

    Passes (exit 0) only if at least one item was judged and every item passes, is waived, does not
    apply, or has a verdict named by --allow. Else fails (exit 1) and lists what blocks.
    """
    from isg_audit.evidence import published, refuse_strangers
    from isg_audit.run import run

    if out is not None:
        refuse_strangers(out)
    with progress(quiet) as step:
        audit = run(
            audit_file,
            progress=step,
            metrics=metric,
            private_address=allow_private_address,
            allow_pickle=allow_pickle,
        )
        if out is not None:
            from isg_audit.report import publish

            verdicts = publish(audit, out, progress=step).results.checklists
        else:
            # A pipeline's log is often public: it is told what the report would be told.
            verdicts = published(audit).checklists
    for line in counts(verdicts):
        say(line)
    end_if_failed(audit.failed)
    ctx.exit(0 if passes(verdicts, allow) else 1)


def passes(verdicts: Sequence[ChecklistVerdict], allow: Sequence[str]) -> bool:
    """Whether nothing blocks; says what does, or that nothing was judged."""
    from isg_audit.judge import blocking

    stopped = [(one, blocking([one], allow)) for one in verdicts]
    number = sum(len(items) for _, items in stopped)
    for one, items in stopped:
        if items:
            say(f"\nBlocking, by {one.id}:")
        for line in blocked(items):
            say(line)
    if number:
        say(f"\nThe gate failed: {number} {'item blocks' if number == 1 else 'items block'}.")
        return False
    if not any(item.word in _JUDGED for one in verdicts for item in one.items):
        say("\nThe gate failed: no item was judged on data or answers, so nothing was shown.")
        return False
    let_through = f" (allowed: {', '.join(allow)})" if allow else ""
    say(f"\nThe gate passed{let_through}.")
    return True
