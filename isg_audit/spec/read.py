"""Read an audit file: its text, its spec, and every fault at once with its line.

Imports the modules of this room and `errors`. Opens the audit file alone, no data.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from isg_audit.errors import Fault, SpecError
from isg_audit.spec.audit_file import Spec
from isg_audit.spec.checks import check, check_sources
from isg_audit.spec.faults import Found, validate
from isg_audit.spec.lines import KeyPath, dotted, key_lines, line_of
from isg_audit.spec.write import to_toml

LARGEST = 1_000_000
"""Bytes; an audit file is a page or two."""

DEEPEST = 20
"""Levels of tables and lists; the format has four, and what walks the file may recurse."""


@dataclass(frozen=True, slots=True)
class AuditFile:
    """An audit file that was read and found whole.

    Attributes:
        spec: what it says.
        text: the TOML text, as it goes into the bundle.
        folder: where its relative paths start from.
        name: what messages call it.
    """

    spec: Spec
    text: str
    folder: Path
    name: str

    @classmethod
    def in_memory(cls, spec: Spec, folder: Path | None = None) -> AuditFile:
        """An audit file for a spec made in a program; data and model may be handed over there.

        Args:
            spec: the spec.
            folder: where its relative paths start from; the working folder if not given.

        Raises:
            SpecError: keys that do not fit one another.
        """
        found = check(spec)
        if found:
            raise SpecError(_faults(found, "audit.toml (in memory)", {}))
        return cls(spec, to_toml(spec), folder or Path.cwd(), "audit.toml")

    def resolve(self, relative: str | Path) -> Path:
        """A path of the audit file, from the file's own folder."""
        return self.folder / relative


def read(path: Path, *, needs_source: bool = True) -> AuditFile:
    """Read an audit file.

    Args:
        path: the file, UTF-8, at most 1 MB.
        needs_source: False where decisions and model are handed over in memory.

    Raises:
        SpecError: all that is wrong with it, each with line and key.
    """
    text = _text(path)
    name = path.name
    data = _parsed(text, name)
    lines = key_lines(text)
    spec, found = validate(data)
    if "isg_audit" not in data:
        found.append(Found(("isg_audit",), "the version of the format is missing.",
                           "Write isg_audit = 1 above the first table."))  # fmt: skip
    if spec is not None:
        related = [*check(spec), *(check_sources(spec) if needs_source else ())]
        answers = spec.audit.answers
        if answers is not None and "\0" not in answers and not (path.parent / answers).is_file():
            related.append(Found(("audit", "answers"), f"there is no file '{answers}'.",
                                 "Paths start from the audit file's own folder."))  # fmt: skip
        found += [one for one in related if not _already_told(one, found)]
    if spec is None or found:
        raise SpecError(_faults(found, name, lines))
    return AuditFile(spec, text, path.parent, name)


def _text(path: Path) -> str:
    where = path.name or str(path)
    try:
        if path.is_dir():
            raise SpecError(Fault(where, "this is a folder.", "Name the audit file inside it."))
        if not path.exists():
            there = sorted(one.name for one in path.parent.glob("*.toml"))
            listed = f"Beside it: {', '.join(there[:5])}. " if there else ""
            raise SpecError(Fault(where, "there is no such file.",
                                  f"{listed}'isg-audit init DECISIONS' writes one."))  # fmt: skip
        if not path.is_file():
            raise SpecError(Fault(where, "this is not a plain file."))
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as refused:
        raise SpecError(Fault(where, f"cannot be read: {refused.strerror}.")) from refused
    if len(content) > LARGEST:
        raise SpecError(Fault(where, "the file is larger than 1 MB, so it is no audit file.",
                              "Did you name the data instead?"))  # fmt: skip
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise SpecError(Fault(f"{where}, line {line}", "this is not UTF-8 text.",
                              "Save the file as UTF-8.")) from wrong  # fmt: skip


_ADVICE = {
    "Invalid value": "Text stands in quotes; true and false are in small letters.",
    "Unescaped": "A path with backslashes stands in single quotes.",
    "Cannot overwrite": "This key stands twice.",
    "Cannot declare": "This table stands twice.",
    "Expected '='": "A line is: key = value.",
    "Unterminated": "A quote or a bracket is not closed.",
    "Unclosed": "A bracket is not closed.",
}


def _parsed(text: str, name: str) -> dict[str, object]:
    too_deep = SpecError(Fault(name, "lists or tables are nested too deeply."))
    try:
        data = tomllib.loads(text)
    except RecursionError as deep:
        raise too_deep from deep
    except ValueError as wrong:
        said, _, place = str(wrong).rpartition(" (at ")
        place = place.removesuffix(")")
        if place == "end of document":
            place = f"line {text.count(chr(10)) + 1}, at its end"
        known = re.fullmatch(r"line \d+, (column \d+|at its end)", place) is not None
        said = said if known else str(wrong)
        advice = next((told for start, told in _ADVICE.items() if said.startswith(start)), "")
        raise SpecError(
            Fault(f"{name}, {place}" if known else name, f"this is not TOML: {said}.", advice)
        ) from wrong
    if _is_deeper(data, DEEPEST):
        raise too_deep
    return data


def _is_deeper(data: object, levels: int) -> bool:
    """Whether tables and lists hold one another more than `levels` deep; without recursion."""
    inside = [data]
    for _ in range(levels):
        inside = [
            value
            for one in inside
            if isinstance(one, dict | list)
            for value in (one.values() if isinstance(one, dict) else one)
        ]
    return any(isinstance(one, dict | list) for one in inside)


def _already_told(one: Found, found: Iterable[Found]) -> bool:
    """Whether a fault only follows from another: the key it misses is misspelt or wrong."""
    told: list[KeyPath] = []
    for other in found:
        told += [other.path, other.meant] if other.meant else [other.path]
    return any(
        path[: len(one.path)] == one.path or one.path[: len(path)] == path for path in told
    )  # fmt: skip


def _faults(found: Iterable[Found], name: str, lines: dict[KeyPath, int]) -> list[Fault]:
    """Faults in the order of the file, each with its line where it has one."""
    placed = [(line_of(one.path, lines) or 0, one) for one in found]
    placed.sort(key=lambda pair: pair[0])
    return [
        Fault(f"{name}, line {line}, {dotted(one.path)}" if line else f"{name}, {dotted(one.path)}",
              one.what, one.advice)
        for line, one in placed
    ]  # fmt: skip
