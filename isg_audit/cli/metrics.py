"""`--metric`: functions of one's own, named on the command line and never in an audit file.

Imports click only; the module that is named is imported when the command runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

Function = Callable[..., Any]


def _named(
    ctx: click.Context, param: click.Parameter, given: tuple[str, ...]
) -> dict[str, Function]:
    """The functions by name; modules are looked for in the folder of work first, as Python does."""
    found: dict[str, Function] = {}
    for text in given:
        name = text.partition(":")[2].rpartition(".")[2]
        if name in found:
            raise click.BadParameter(f"two functions are called '{name}'; rename one of them.")
        found[name] = _function(text)
    return found


def _function(text: str) -> Function:
    module, colon, path = text.partition(":")
    if not (module and colon and path):
        raise click.BadParameter(f"'{text}' is no function. Write package.module:function.")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found: Any = import_module(module)
    except ModuleNotFoundError as error:
        missing = f"there is no module '{error.name}'"
        raise click.BadParameter(f"{missing}, here or among the installed packages.") from error
    except Exception as error:  # a stranger's module may raise anything
        raise click.BadParameter(
            f"'{module}' could not be imported: {type(error).__name__}: {error}"
        ) from error
    for part in path.split("."):
        if not hasattr(found, part):
            raise click.BadParameter(f"'{module}' has no function '{path}'.")
        found = getattr(found, part)
    if not callable(found):
        raise click.BadParameter(f"'{text}' is a {type(found).__name__}, not a function.")
    return found  # type: ignore[no-any-return]


METRIC = click.option(
    "--metric", multiple=True, callback=_named, metavar="MODULE:FUNCTION",
    help="Also run a function of yours by group, on rows; may be given several times.",
)  # fmt: skip
