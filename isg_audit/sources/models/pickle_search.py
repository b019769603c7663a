"""Names that the bytes of a pickle seem to give, where it cannot be followed to its end.

A help for whoever looks at the file and no gate: such a file is never opened. Bounded in bytes and
in places looked at. Imports this room and the standard library.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from isg_audit.errors import ModelError
from isg_audit.sources.models.packing import PIECE, Rewindable, Unpacked

MOST_NAMES = 10_000
"""Different names that are kept; no model has a hundredth of them."""

Name = tuple[str, str]

# How a name stands in a pickle: in two lines, or in two texts with codes for the memo after them.
_TEXT = re.compile(rb"\x8c(?s:(.))|X(?s:(.))\x00\x00\x00")
_CALL = b"\x93"
_MEMO_CODES = {b"": 0, b"\x94": 1, b"q": 2, b"r": 5}

MOST_SEARCHED = 2**26
"""Bytes that are searched for names."""

MOST_PLACES = 10_000
"""Places that are looked at for a name: some seconds of work."""


def searched(file: Rewindable, packing: str, most: int, name: str) -> set[Name]:
    """Names that the bytes of a file seem to give, wherever they stand."""
    found: set[Name] = set()
    kept = b""
    places = MOST_PLACES
    try:
        stream = Unpacked(file, packing, most, name)
        while places > 0 and stream.given < MOST_SEARCHED and (piece := stream.read(PIECE)):
            window = kept + piece
            for one in itertools.chain(_in_lines(window), _in_texts(window)):
                places -= 1
                if one is not None and len(found) < MOST_NAMES:
                    found.add(one)
                if places <= 0:
                    break
            kept = window[-1024:]
    except ModelError:
        return found
    return found


def _in_lines(window: bytes) -> Iterator[Name | None]:
    """A name in two lines; None for a place that turned out to hold none."""
    at = window.find(b"\n")
    while at >= 0:
        end = window.find(b"\n", at + 1)
        second = window[at + 1 : end] if 0 < end - at <= 252 else b""
        at = end
        yield None
        if not _is_name(second):
            continue
        start = at - len(second) - 1
        line = window[max(0, start - 252) : start].rpartition(b"\n")[2]
        # The code before a name is a letter as well: every letter that may be it is tried.
        for place in range(len(line) - 1, -1, -1):
            if line[place : place + 1] in {b"c", b"i"} and _is_name(line[place + 1 :]):
                yield line[place + 1 :].decode(), second.decode()


def _in_texts(window: bytes) -> Iterator[Name | None]:
    """A name in two texts; None for a place that turned out to hold none."""
    at = window.find(_CALL)
    while at >= 0:
        before = window[max(0, at - 520) : at]
        texts = {}
        for match in _TEXT.finditer(before):
            end = match.end() + (match[1] or match[2])[0]
            if _is_name(text := before[match.end() : end]):
                texts[match.start()] = (end, text)
        ends = {
            end + skipped: text
            for end, text in texts.values()
            for code, skipped in _MEMO_CODES.items()
            if before[end : end + len(code)] == code
        }
        last = {len(before) - skipped for skipped in _MEMO_CODES.values()}
        seconds = [(start, text) for start, (end, text) in texts.items() if end in last]
        yield None
        for start, second in seconds:
            if start in ends:
                yield ends[start].decode(), second.decode()
        at = window.find(_CALL, at + 1)


def _is_name(text: bytes) -> bool:
    return (
        0 < len(text) <= 251
        and text.isascii()
        and all(part.isidentifier() for part in text.decode().split("."))
    )
