"""Universal Binary JSON, as XGBoost writes it: read with arrays of numbers passed over.

Imports the standard library.

Source:
    https://ubjson.org/ (draft 12): big-endian numbers, `$` for one type and `#` for a count.
"""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

MOST_VALUES = 2_000_000
DEEPEST = 64
LONGEST = 2**20
"""Bytes of one text."""

_NUMBERS = {"i": "b", "U": "B", "I": "h", "l": "i", "L": "q", "d": "f", "D": "d"}


def read_ubjson(file: BinaryIO) -> Any:
    """The value in a file.

    Raises:
        ValueError: damaged, nested too deep, or more than is read.
    """
    try:
        return _Reader(file).value(0)
    except (struct.error, UnicodeDecodeError, EOFError, IndexError, OverflowError) as error:
        raise ValueError(f"no UBJ: {error or 'it ends too early'}") from error


class _Reader:
    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.left = MOST_VALUES

    def marker(self) -> str:
        """The next marker that is no padding."""
        while (found := self.bytes(1)) == b"N":
            self.left -= 1
            if self.left < 0:
                raise ValueError("it has more values than are read")
        return found.decode("ascii")

    def bytes(self, size: int) -> bytes:
        if not 0 <= size <= LONGEST:
            raise ValueError("a text is too long")
        found = self.file.read(size)
        if len(found) < size:
            raise EOFError
        return found

    def value(self, depth: int, marker: str = "") -> Any:
        self.left -= 1
        if self.left < 0:
            raise ValueError("it has more values than are read")
        if depth > DEEPEST:
            raise ValueError("it is nested too deep")
        marker = marker or self.marker()
        if marker in _NUMBERS:
            return self.number(marker)
        if marker in {"S", "H"}:
            return self.bytes(self.count()).decode("utf-8", "replace")
        if marker == "C":
            return self.bytes(1).decode("latin1")
        if marker in {"T", "F", "Z"}:
            return {"T": True, "F": False, "Z": None}[marker]
        if marker == "[":
            return self.array(depth)
        if marker == "{":
            return self.table(depth)
        raise ValueError(f"no UBJ: an unknown marker {marker!r}")

    def number(self, marker: str) -> Any:
        code = ">" + _NUMBERS[marker]
        return struct.unpack(code, self.bytes(struct.calcsize(code)))[0]

    def count(self) -> int:
        marker = self.marker()
        if marker not in "iUIlL":
            raise ValueError("no UBJ: a count that is no whole number")
        count = int(self.number(marker))
        if count < 0:
            raise ValueError("no UBJ: a count below nothing")
        return count

    def array(self, depth: int) -> Any:
        first = self.marker()
        kind = ""
        if first == "$":
            kind, first = self.marker(), self.marker()
        if first == "#":
            count = self.count()
            if kind in _NUMBERS:
                return self.passed_over(count * struct.calcsize(">" + _NUMBERS[kind]))
            if kind in {"T", "F", "Z"}:
                return None
            return [self.value(depth + 1, kind) for _ in self.counted(count)]
        found = []
        while first != "]":
            found.append(self.value(depth + 1, first))
            first = self.marker()
        return found

    def counted(self, count: int) -> range:
        if count > self.left:
            raise ValueError("it has more values than are read")
        return range(count)

    def passed_over(self, size: int) -> None:
        """An array of numbers of one type; what it holds is not looked at."""
        here = self.file.tell()
        end = self.file.seek(0, 2)
        if here + size > end:
            raise EOFError
        self.file.seek(here + size)

    def table(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        marker = self.marker()
        kind = ""
        if marker == "$":
            kind, marker = self.marker(), self.marker()
        if marker == "#":
            for _ in self.counted(self.count()):
                key = self.bytes(self.count()).decode("utf-8", "replace")
                found[key] = self.value(depth + 1, kind)
            return found
        while marker != "}":
            if marker not in "iUIlL":
                raise ValueError("no UBJ: a key without a length")
            key = self.bytes(int(self.number(marker))).decode("utf-8", "replace")
            found[key] = self.value(depth + 1)
            marker = self.marker()
        return found
