"""On which line of a TOML text each table and key stands. Imports nothing of ours.

`tomllib` tells no line numbers, and a person wants one. The text is one that `tomllib` has already
accepted, so this scanner only has to find the ends of keys and values, not to judge them.
"""

from __future__ import annotations

import re
import tomllib

KeyPath = tuple[str | int, ...]

_STRING = "|".join([
    r'"""(?s:\\.|[^\\])*?"{3,5}',
    r"'''(?s:.)*?'{3,5}",
    r'"(?:\\.|[^"\\\n])*"',
    r"'[^'\n]*'",
])  # fmt: skip
_QUIET = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(rf"(?:{_STRING}|[^=\]\n\"'])+")
_PIECE = re.compile(rf"{_STRING}|#[^\n]*|[\[{{]|[\]}}]|\n|[^\"'#\[\]{{}}\n]+")


def key_lines(text: str) -> dict[KeyPath, int]:
    """Where each table header and each key stands.

    Args:
        text: a valid TOML document.

    Returns:
        Line number (the first is 1) by the key's whole path. Keys inside inline tables are not
        listed: `line_of` falls back on the key that holds them.
    """
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    repeats: dict[KeyPath, int] = {}
    line, counted = 1, 0
    at = _after_quiet(text, 0)
    while at < len(text):
        line += text.count("\n", counted, at)
        counted = at
        if text[at] == "[":
            brackets = 2 if text.startswith("[[", at) else 1
            key = _KEY.match(text, at + brackets)
            table = _path(key)
            if brackets == 2:
                repeats[table] = repeats.get(table, -1) + 1
                table = (*table, repeats[table])
            at = text.find("\n", key.end() if key else at)
            at = len(text) if at < 0 else at
            lines.setdefault(table, line)
        else:
            key = _KEY.match(text, at)
            path = (*table, *_path(key))
            for length in range(len(table) + 1, len(path) + 1):
                lines.setdefault(path[:length], line)
            at = _end_of_value(text, key.end() + 1 if key else len(text))
        at = _after_quiet(text, at)
    return lines


def line_of(path: KeyPath, lines: dict[KeyPath, int]) -> int | None:
    """The line of a key, or of the nearest table or key that holds it; None if none is known."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def dotted(path: KeyPath) -> str:
    """A key's path as TOML writes it: names that need quotes have them."""
    written = ""
    for part in path:
        if isinstance(part, int):
            written += f", item {part + 1}"
        else:
            written += f".{part}" if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f".{quoted(part)}"
    return written.removeprefix(".")


def quoted(text: str) -> str:
    """A TOML basic string: exact for every text that can be encoded."""
    named = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(
        named.get(sign)
        or (f"\\u{ord(sign):04x}" if ord(sign) < 0x20 or ord(sign) == 0x7F else sign)
        for sign in text
    ) + '"'  # fmt: skip


def _after_quiet(text: str, at: int) -> int:
    """Past blanks, line ends and comments."""
    quiet = _QUIET.match(text, at)
    return quiet.end() if quiet else at


def _path(key: re.Match[str] | None) -> KeyPath:
    """A dotted key taken apart by the one who knows how: `tomllib`."""
    inside: object = tomllib.loads(f"{key.group().strip()} = 0") if key else 0
    path: list[str] = []
    while isinstance(inside, dict):
        name, inside = next(iter(inside.items()))
        path.append(name)
    return tuple(path)


def _end_of_value(text: str, at: int) -> int:
    """The first line end outside brackets and strings, from the start of a value."""
    depth = 0
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            return len(text)
        found = piece.group()
        if found == "\n" and depth == 0:
            return at
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found, 0)
        at = piece.end()
    return at
