"""A TOML file read once: its text, its table, and the line on which each key stands.

Checklists and answers are read through here, so that every fault names file and line. Imports
`errors` only.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isg_audit.errors import ChecklistError, Fault

Place = tuple[str | int, ...]
"""Where something stands in the table: keys and positions, e.g. `("item", 2, "metric")`."""

LARGEST = 2_000_000
"""Bytes a checklist or an answers file may have."""

_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_PATH = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = re.compile(rf"^\s*(\[\[?)\s*({_PATH})\s*\]\]?\s*(?:\#.*)?$")
_KEY = re.compile(rf"^\s*({_PATH})\s*=(.*)$")
_SYNTAX = re.compile(r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")


@dataclass(frozen=True)
class TomlText:
    """A TOML file as it was read.

    Attributes:
        name: the file's name, for messages.
        text: the text, exactly.
        sha256: of the bytes on disk, in hexadecimal.
        table: the parsed table.
        lines: line number, from 1, of every table header and key.
    """

    name: str
    text: str
    sha256: str
    table: Mapping[str, Any]
    lines: Mapping[Place, int]

    def where(self, place: Place) -> str:
        """File, line and key in words: `my.toml, line 12, item FAIR-01, metric`."""
        known = (place[:end] for end in range(len(place), 0, -1))
        line = next((self.lines[part] for part in known if part in self.lines), None)
        said = [self.name, *([f"line {line}"] if line else []), *self._words(place)]
        return ", ".join(said)

    def _words(self, place: Place) -> list[str]:
        words: list[str] = []
        there: Any = self.table
        for step in place:
            try:
                there = there[step]
            except (KeyError, IndexError, TypeError):
                there = None
            if isinstance(step, int) and words:
                words[-1] += f" {_id_of(there) or step + 1}"
            else:
                words.append(str(step))
        return words


def read_toml(path: Path) -> TomlText:
    """Read a TOML file.

    Raises:
        ChecklistError: no such file, not a file, too big, not UTF-8, not TOML, or text that holds
            control characters; every fault that can be seen.
    """
    content = _bytes_of(path)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ChecklistError(Fault(f"{path.name}, line {line}", "is not UTF-8 text.")) from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ChecklistError(_syntax_fault(path.name, str(error))) from error
    sha256 = hashlib.sha256(content).hexdigest()
    read = TomlText(path.name, text, sha256, table, _lines_of(text))
    odd = [
        Fault(read.where(place), "holds a control character.", "Take it out.")
        for place, said in _texts(table, ())
        if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in said)
    ]
    if odd:
        raise ChecklistError(odd)
    return read


def _bytes_of(path: Path) -> bytes:
    if not path.exists():
        raise ChecklistError(Fault(str(path), "there is no such file."))
    if not path.is_file():
        raise ChecklistError(Fault(str(path), "is not a file."))
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        limit = f"{LARGEST / 1e6:g} MB"
        raise ChecklistError(Fault(path.name, f"is larger than {limit}; that is no checklist."))
    return content


def _syntax_fault(name: str, message: str) -> Fault:
    found = _SYNTAX.match(message)
    if found is None:
        return Fault(name, f"is not TOML: {message}.")
    line = f", line {found['line']}" if found["line"] else ", at the end"
    return Fault(name + line, f"is not TOML: {found['what']}.")


def _lines_of(text: str) -> dict[Place, int]:
    """Line of each header and key. Keys of inline tables share the line of their parent."""
    lines: dict[Place, int] = {}
    here: Place = ()
    count: dict[Place, int] = {}
    quotes = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if quotes:
            quotes = "" if line.count(quotes) % 2 else quotes
            continue
        if header := _HEADER.match(line):
            here = _header_place(_names(header[2]), count, array=header[1] == "[[")
            lines.setdefault(here, number)
        elif key := _KEY.match(line):
            lines.setdefault((*here, *_names(key[1])), number)
            quotes = next((sign for sign in ('"""', "'''") if key[2].count(sign) % 2), "")
    return lines


def _header_place(names: list[str], count: dict[Place, int], *, array: bool) -> Place:
    """Where a header leads: the last entry so far of every array of tables on the way."""
    place: Place = ()
    for last, name in ((at == len(names) - 1, name) for at, name in enumerate(names)):
        place = (*place, name)
        if last and array:
            count[place] = count.get(place, -1) + 1
        if place in count:
            place = (*place, count[place])
    return place


def _names(path: str) -> list[str]:
    return [name.strip("\"'") for name in re.findall(_NAME, path)]


def _texts(there: object, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(there, str):
        yield place, there
    elif isinstance(there, Mapping):
        for key, inside in there.items():
            yield place, str(key)
            yield from _texts(inside, (*place, key))
    elif isinstance(there, list):
        for at, inside in enumerate(there):
            yield from _texts(inside, (*place, at))


def _id_of(there: object) -> str:
    """What a person calls an entry: its id, or the item that it is about."""
    if not isinstance(there, Mapping):
        return ""
    return str(there.get("id") or there.get("item") or "")
