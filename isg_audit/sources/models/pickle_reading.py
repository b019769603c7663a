"""How a pickle is read here: one opcode after the other, in Python, within bounds.

Python's own reader stands in C and cannot be watched; its Python twin can. joblib's files are
pickles with the bytes of arrays laid between the opcodes: they are read here as well, so that what
joblib would do with them decides nothing. Imports this room and the standard library.
"""

from __future__ import annotations

import pickle
import pickletools
from collections.abc import Callable
from typing import Any, ClassVar

from isg_audit.sources.models.packing import Unpacked

MOST_STEPS = 5_000_000
"""Opcodes that a file may have: some ten seconds of reading."""

DEEPEST = 8
"""Pickles inside pickles: joblib lays one wherever an array holds objects."""

CODE = {one.name: ord(one.code) for one in pickletools.opcodes}

JOBLIB_ARRAY = ("joblib.numpy_pickle", "NumpyArrayWrapper")
"""What joblib writes before the bytes of an array."""


class Unreadable(Exception):
    """The file does not follow the format, or goes past what is read of it."""


class Reader(pickle._Unpickler):
    """Reads opcodes; what a name, a call and an array mean is decided by those built upon it.

    Args:
        stream: what is read.
        depth: how many pickles this one lies in.
    """

    dispatch: ClassVar[dict[int, Callable[[Any], None]]] = dict(pickle._Unpickler.dispatch)

    def __init__(self, stream: Unpacked, depth: int = 0) -> None:
        super().__init__(stream)
        self.stream, self.depth, self.steps = stream, depth, 0
        self.memo: dict[int, Any] = {}
        self.metastack: list[list[Any]] = []
        self.stack: list[Any] = []
        self.append = self.stack.append
        self.readline = stream.readline

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes.

        Raises:
            Unreadable: it ends before.
        """
        found = self.stream.read(size)
        if len(found) < size:
            raise Unreadable("it ends too early")
        return found

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer`."""
        buffer[:] = self.read(len(buffer))
        return len(buffer)

    def load(self) -> Any:
        """Read to the end of the pickle.

        Raises:
            Unreadable: it does not follow the format, or is too long.
        """
        if self.depth > DEEPEST:
            raise Unreadable("too many pickles lie in one another")
        read, dispatch = self.read, self.dispatch
        try:
            for _ in range(MOST_STEPS):
                self.steps += 1
                dispatch[read(1)[0]](self)
        except pickle._Stop as stop:  # type: ignore[attr-defined]
            return stop.value
        raise Unreadable(f"it has more than {MOST_STEPS:,} steps")

    def pop_mark(self) -> list[Any]:
        """What was put on the stack since the last mark."""
        items = self.stack
        self.stack = self.metastack.pop()
        self.append = self.stack.append
        return items

    def passed_over(self) -> None:
        """Frames only say what to read ahead; nothing is read ahead here."""
        self.read(8)

    def refused(self) -> None:
        """Codes that stand for names of another program, and data kept outside the file."""
        raise Unreadable("it needs something that lies outside the file")


def on(*opcodes: str) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Mark a method as what the opcodes do; `taught` puts it in place."""

    def mark(method: Callable[[Any], None]) -> Callable[[Any], None]:
        method.opcodes = opcodes  # type: ignore[attr-defined]
        return method

    return mark


def taught(reader: type[Reader]) -> type[Reader]:
    """The opcodes of a class's marked methods, on top of those of the class it is built upon."""
    dispatch = dict(reader.dispatch)
    for method in vars(reader).values():
        for opcode in getattr(method, "opcodes", ()):
            dispatch[CODE[opcode]] = method
    reader.dispatch = dispatch
    return reader


Reader.dispatch |= {
    CODE["FRAME"]: Reader.passed_over,
    **{
        CODE[opcode]: Reader.refused
        for opcode in (
            *("PERSID", "BINPERSID", "EXT1", "EXT2", "EXT4"),
            *("NEXT_BUFFER", "READONLY_BUFFER"),
        )
    },
}
