"""What a person reads when a command cannot go on, and the exit code that says so to a machine.

Imports `errors` and this room's `say`.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback as tracebacks

import click

from isg_audit.cli.say import say
from isg_audit.errors import AuditError, InputError, ModelFailed

FAILED, INTERRUPTED, PIPE_CLOSED = 3, 130, 141

LISTED = 100
"""Faults shown; a file with more is of another kind, and a screen is only so long."""

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def exit_code_after(error: BaseException, *, traceback: bool) -> int:
    """Tell the error on standard error, and give the code to exit with.

    Args:
        error: whatever a command raised.
        traceback: whether to show where it arose.
    """
    if isinstance(error, OSError) and error.errno == errno.EPIPE:
        _close_stdout()
        return PIPE_CLOSED
    if traceback:
        tracebacks.print_exception(error)
    say(message_for(error), err=True)
    if _is_interruption(error):
        return INTERRUPTED
    return error.exit_code if isinstance(error, AuditError) else FAILED


def message_for(error: BaseException) -> str:
    """The error in plain words."""
    if _is_interruption(error):
        return "Stopped; earlier results are intact."
    match error:
        case InputError() if len(error.faults) > 1:
            lines = [f"  {fault}" for fault in error.faults[:LISTED]]
            if len(error.faults) > LISTED:
                lines.append(f"  and {len(error.faults) - LISTED} more")
            return "\n".join([f"{len(error.faults)} things are wrong:", *lines])
        case AuditError():
            return str(error)
        case MemoryError():
            return (
                "There is not enough memory. Declare fewer groups or intersections, or run it "
                "where there is more; earlier results are intact."
            )
        case OSError() if error.errno in _NO_ROOM:
            return "The disk is full: nothing was written; earlier results are intact."
        case OSError() if error.strerror:
            return f"{error.filename or 'The system'}: {error.strerror}."
        case ModuleNotFoundError() if error.name and not error.name.startswith("isg_audit"):
            return (
                f"This needs the package '{error.name.partition('.')[0]}', which is not installed."
            )
    return (
        f"Something went wrong that should not have ({type(error).__name__}: {error}).\n"
        "Earlier results are intact. Please report it to whoever gave you isg-audit, with what "
        "'isg-audit --traceback ...' says."
    )


def end_if_failed(failed: str) -> None:
    """End a command whose results are written, but not of the model.

    Args:
        failed: how the model failed; empty where it did not.

    Raises:
        ModelFailed: it did.
    """
    if failed:
        raise ModelFailed(f"{failed} The results are of the decisions in the log alone.")


def _is_interruption(error: BaseException | None) -> bool:
    """Whether somebody pressed Ctrl-C; DuckDB makes an error of its own of it."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt | click.Abort):
            return True
        if type(error).__name__ == "InterruptException" or str(error) == "Query interrupted":
            return True
        error = error.__cause__
    return False


def _close_stdout() -> None:
    """Whoever read our output has left; Python must not complain of that when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
