"""`Seen`: what was found in a file, in words that a terminal can show.

Imports the standard library.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MOST_SHOWN = 200
"""Names of one list that are shown; how many more there are is said."""

LONGEST = 200
"""Characters of one text that are shown."""


@dataclass(frozen=True)
class Found:
    """What looking inside gave.

    Attributes:
        facts: label and what was found, in the order in which they are shown.
        dangers: what the file could do, or what is wrong with it.
        unread: why it could not be read to its end; empty if it was.
    """

    facts: tuple[tuple[str, str], ...] = ()
    dangers: tuple[str, ...] = ()
    unread: str = ""


@dataclass(frozen=True)
class Seen:
    """A file or folder that was looked at.

    Attributes:
        name: its name, not where it stands.
        kind: its format in plain words.
        size: bytes; of a folder, of its files.
        fingerprint: `sha256:...`; empty for a folder.
        opened: whether an audit opens it, and how.
        found: what is inside.
    """

    name: str
    kind: str
    size: int
    fingerprint: str
    opened: str
    found: Found


def plain(text: object) -> str:
    """A text from a file, made fit to be shown: no control codes, of bounded length."""
    shown = "".join(
        one if one.isprintable() else f"\\x{ord(one):02x}" for one in str(text)[:LONGEST]
    )
    return shown + ("..." if len(str(text)) > LONGEST else "")


def listed(names: Iterable[object]) -> str:
    """Names side by side, the first of them where there are many."""
    every = list(names)
    more = f" and {len(every) - MOST_SHOWN} more" if len(every) > MOST_SHOWN else ""
    return ", ".join(plain(one) for one in every[:MOST_SHOWN]) + more
