"""Text on a terminal: names from the data cannot steer it, long sentences are wrapped.

Imports click only.
"""

from __future__ import annotations

import shutil
import textwrap
import unicodedata

import click

_TURNS_TEXT = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def say(text: str, *, err: bool = False) -> None:
    """Print text whose control characters are shown, not obeyed."""
    click.echo(safe(text), err=err)


def safe(text: str) -> str:
    r"""The text with every control character but the line end as its code.

    A group named `\x1b[2J` would clear the screen; one with a right-to-left override would make a
    failure read as a pass.
    """
    return "".join(sign if _is_harmless(sign) else sign.encode("unicode_escape").decode()
                   for sign in text)  # fmt: skip


def wrapped(text: str, indent: str = "", hanging: str = "") -> str:
    """The text in lines that fit the terminal, at most 100 wide.

    Args:
        text: one paragraph.
        indent: what each line starts with.
        hanging: what each line but the first starts with besides.
    """
    width = min(100, max(50, shutil.get_terminal_size((100, 24)).columns))
    first, others = indent, indent + hanging
    return textwrap.fill(
        text, width, initial_indent=first, subsequent_indent=others, break_on_hyphens=False
    )  # fmt: skip


def _is_harmless(sign: str) -> bool:
    if sign == "\n":
        return True
    return (
        unicodedata.category(sign) not in ("Cc", "Cs")
        and unicodedata.bidirectional(sign) not in _TURNS_TEXT
    )
