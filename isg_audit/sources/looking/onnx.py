"""ONNX files: inputs, outputs, operators, and what they would fetch from elsewhere.

Protocol-buffer data, walked field by field in a mapped file. Imports `sources.models` and this
folder.

Source:
    https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the numbers of the fields.
"""

from __future__ import annotations

import mmap
from collections import Counter
from dataclasses import dataclass, field
from typing import BinaryIO

from isg_audit.sources.looking.seen import Found, listed, plain
from isg_audit.sources.models.onnx_labels import fields

MOST_FIELDS = 2_000_000
"""Fields that are walked through, some seconds of work."""

DEEPEST = 30
"""Graphs inside graphs."""

_BUILT_IN = {
    *("", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training"),
    *("com.microsoft", "com.microsoft.nchwc", "com.ms.internal.nhwc"),
}
"""Domains of operators that the runtime itself has."""

_TYPES = (
    *("?", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "text", "bool"),
    *("float16", "float64", "uint32", "uint64", "complex64", "complex128", "bfloat16"),
)


@dataclass
class _Walked:
    operators: Counter[str] = field(default_factory=Counter)
    strange: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    said: dict[str, str] = field(default_factory=dict)
    left: int = MOST_FIELDS


class _TooMuch(Exception):
    """More than is walked through."""


def look_at_onnx(file: BinaryIO, name: str) -> Found:
    """What the graph takes, gives and does."""
    walked = _Walked()
    unread = ""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        view = memoryview(content)
        try:
            _model(view, walked)
        except (ValueError, _TooMuch, RecursionError) as error:
            unread = plain(error)
        finally:
            view.release()
    inputs = [one for one in walked.inputs if one.partition(" ")[0] not in walked.kept]
    counts = [f"{one} ({count})" for one, count in walked.operators.most_common()]
    facts = [
        ("inputs", listed(inputs) or "none"),
        ("outputs", listed(walked.outputs) or "none"),
        ("operators", listed(counts) or "none"),
        *((label, text) for label, text in walked.said.items()),
    ]
    dangers = []
    if walked.outside:
        dangers.append(f"it reads other files: {listed(sorted(walked.outside))}")
    if walked.strange:
        said = listed(sorted(walked.strange))
        dangers.append(f"operators that need a library of somebody's code: {said}")
    return Found(tuple(facts), tuple(dangers), unread)


def _walk(message: memoryview, walked: _Walked) -> list[tuple[int, int | memoryview]]:
    found = []
    for one in fields(message):
        walked.left -= 1
        if walked.left < 0:
            raise _TooMuch(f"it has more than {MOST_FIELDS:,} fields")
        found.append(one)
    return found


def _text(value: int | memoryview) -> str:
    return "" if isinstance(value, int) else bytes(value[:1000]).decode("utf-8", "replace")


def _model(message: memoryview, walked: _Walked) -> None:
    for number, value in _walk(message, walked):
        if number == 2:
            walked.said["written by"] = plain(_text(value))
        elif number == 3 and _text(value):
            walked.said["written by"] = plain(f"{walked.said.get('written by', '')} {_text(value)}")
        elif number == 6 and _text(value):
            walked.said["says of itself"] = plain(_text(value))
        elif number == 7 and not isinstance(value, int):
            _graph(value, walked, 0)
        elif number == 25 and not isinstance(value, int):  # functions made of operators
            for inner, node in _walk(value, walked):
                if inner == 7 and not isinstance(node, int):
                    _node(node, walked, 1)


def _graph(message: memoryview, walked: _Walked, depth: int) -> None:
    if depth > DEEPEST:
        raise _TooMuch(f"more than {DEEPEST} graphs lie in one another")
    for number, value in _walk(message, walked):
        if isinstance(value, int):
            continue
        if number == 1:
            _node(value, walked, depth)
        elif number == 5:
            walked.kept.add(_tensor(value, walked))
        elif number == 11 and depth == 0:
            walked.inputs.append(_value(value, walked))
        elif number == 12 and depth == 0:
            walked.outputs.append(_value(value, walked))


def _node(message: memoryview, walked: _Walked, depth: int) -> None:
    domain = operator = ""
    for number, value in _walk(message, walked):
        if number == 4:
            operator = _text(value)
        elif number == 7:
            domain = _text(value)
        elif number == 5 and not isinstance(value, int):
            _attribute(value, walked, depth)
    called = f"{domain}.{operator}" if domain else operator
    walked.operators[called[:200]] += 1
    if domain not in _BUILT_IN:
        walked.strange.add(called[:200])


def _attribute(message: memoryview, walked: _Walked, depth: int) -> None:
    for number, value in _walk(message, walked) if len(message) < 2**20 else fields(message):
        if isinstance(value, int):
            continue
        if number in {5, 10}:
            _tensor(value, walked)
        elif number in {6, 11}:
            _graph(value, walked, depth + 1)


def _tensor(message: memoryview, walked: _Walked) -> str:
    """The name of a table of numbers; where it lies outside, that is noted."""
    name = ""
    for number, value in fields(message):
        if number == 8:
            name = _text(value)
        elif number == 13 and not isinstance(value, int):
            pair = {inner: _text(text) for inner, text in fields(value)}
            if pair.get(1) == "location":
                walked.outside.add(pair.get(2, ""))
        elif number == 14 and value == 1:
            walked.outside.add(name or "a file that is not named")
    return name


def _value(message: memoryview, walked: _Walked) -> str:
    """An input or output: name, type, shape."""
    name = kind = ""
    for number, value in _walk(message, walked):
        if number == 1:
            name = _text(value)
        elif number == 2 and not isinstance(value, int):
            kind = _type(value, walked)
    return f"{name} {kind}".strip()


def _type(message: memoryview, walked: _Walked) -> str:
    for number, value in _walk(message, walked):
        if number != 1 or isinstance(value, int):
            return "(of several values)"
        element, shape = "?", ""
        for inner, part in _walk(value, walked):
            if inner == 1 and isinstance(part, int):
                element = _TYPES[part] if part < len(_TYPES) else "?"
            elif inner == 2 and not isinstance(part, int):
                shape = " x ".join(_side(one) for n, one in _walk(part, walked) if n == 1)
        return f"({element}{', ' + shape if shape else ''})"
    return ""


def _side(message: int | memoryview) -> str:
    if isinstance(message, int):
        return "?"
    for number, value in fields(message):
        if number == 1 and isinstance(value, int):
            return str(value)
        if number == 2:
            return plain(_text(value))
    return "?"
