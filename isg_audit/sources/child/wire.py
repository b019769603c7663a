"""How parent and child talk: frames of bytes out, JSON and blocks of float64 back; never a pickle.

A request is one letter, a length and that many bytes. An answer is one letter, the length of its
JSON and of its blocks, the JSON, the blocks one after another. Imports numpy.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

REQUEST = struct.Struct("<cQ")
ANSWER = struct.Struct("<cQQ")

OPEN, PLACED, PREDICTED, SHARES = b"o", b"a", b"l", b"p"
"""Requests: open a model; labels and probabilities; labels; probabilities."""
INSIDE, PREPARED, MARGINS, CONTRIBUTIONS = b"i", b"r", b"m", b"c"
"""Requests to what is `Readable`."""

DONE, WRONG_INPUT, FAILED, RAISED = b"+", b"w", b"f", b"e"
"""Answers: done; `ModelError` with its faults; `ModelFailed`; anything else that was raised."""

MOST_JSON = 256 * 2**20
MOST_BLOCKS = 8 * 2**30


@dataclass(frozen=True, eq=False)
class Answer:
    """What came back: a letter, a JSON object, and blocks of numbers."""

    kind: bytes
    said: dict[str, Any]
    blocks: tuple[NDArray[Any], ...] = ()


class NotOurs(Exception):
    """What came back is no answer."""


def packed(answer: Answer) -> list[memoryview]:
    """An answer as pieces to be written one after another."""
    blocks = [np.ascontiguousarray(block, dtype="<f8") for block in answer.blocks]
    said = json.dumps({**answer.said, "shapes": [block.shape for block in blocks]}).encode()
    head = ANSWER.pack(answer.kind, len(said), sum(block.nbytes for block in blocks))
    return [memoryview(head + said), *(one.reshape(-1).view(np.uint8).data for one in blocks)]


def lengths(head: bytes) -> tuple[bytes, int, int]:
    """The letter of an answer and the bytes of its JSON and of its blocks.

    Raises:
        NotOurs: no answer begins so.
    """
    kind, said, blocks = ANSWER.unpack(head)
    if kind not in (DONE, WRONG_INPUT, FAILED, RAISED) or said > MOST_JSON or blocks > MOST_BLOCKS:
        raise NotOurs("it begins with something else")
    return kind, said, blocks


def unpacked(kind: bytes, said: bytes, blocks: bytes | bytearray) -> Answer:
    """An answer from its pieces.

    Raises:
        NotOurs: no JSON object, or blocks that are not as long as it says.
    """
    try:
        spoken = json.loads(said)
        shapes = [tuple(int(side) for side in shape) for shape in spoken.pop("shapes")]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotOurs("it is no JSON object with shapes") from error
    if any(side < 0 for shape in shapes for side in shape):
        raise NotOurs("a shape is negative")
    if sum(8 * prod(shape) for shape in shapes) != len(blocks):
        raise NotOurs("its numbers are not as many as it says")
    numbers, found, at = np.frombuffer(blocks, dtype="<f8"), [], 0
    for shape in shapes:
        found.append(numbers[at : at + prod(shape)].reshape(shape))
        at += prod(shape)
    return Answer(kind, spoken, tuple(found))


def read_exactly(pipe: int, length: int) -> bytearray | None:
    """`length` bytes of a pipe, None where it ends before."""
    whole = bytearray(length)
    view, at = memoryview(whole), 0
    while at < length:
        read = os.readv(pipe, [view[at:]])
        if not read:
            return None
        at += read
    return whole


def write_all(pipe: int, pieces: Sequence[memoryview]) -> None:
    """All of the pieces, into a pipe that blocks."""
    for piece in pieces:
        at = 0
        while at < len(piece):
            at += os.write(pipe, piece[at:])
