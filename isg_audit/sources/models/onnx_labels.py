"""Reads the class labels out of an ONNX file, which the runtime does not hand out.

ONNX is protocol-buffer data; only the few fields on the way to the labels are looked at, so the
package `onnx` is not needed. Imports the standard library.
"""

from __future__ import annotations

from collections.abc import Iterator

# Field numbers of onnx.proto: ModelProto.graph, GraphProto.node, NodeProto.attribute, and of an
# attribute its name, integers and strings.
_IR_VERSION, _OPERATOR_SETS, _GRAPH = 1, 8, 7
_NODE, _ATTRIBUTE = 1, 5
_NAME, _INTEGERS, _STRINGS = 1, 8, 9

_MOST_FIELDS = 100_000
"""Fields that a model may have beside its graph: metadata, and functions of its own."""

_LABELS = {"classlabels_ints", "classlabels_int64s", "classlabels_strings"}


def is_onnx(content: bytes) -> bool:
    """Whether `content` is a protocol-buffer message with the fields of an ONNX model."""
    return is_onnx_message(memoryview(content))


def is_onnx_message(message: memoryview) -> bool:
    """`is_onnx` of what stands in memory or in a mapped file, by its outermost fields."""
    if bytes(message[:1]) != b"\x08":
        return False
    numbers: set[int] = set()
    try:
        for count, (number, _) in enumerate(fields(message)):
            if number > 100 or count > _MOST_FIELDS:
                return False
            numbers.add(number)
    except ValueError:
        return False
    return {_IR_VERSION, _OPERATOR_SETS, _GRAPH} <= numbers


def class_labels(content: bytes) -> tuple[object, ...]:
    """The labels that the file's last classifier names, in the order of its probabilities.

    Returns:
        Integers or texts; empty where no node names any.

    Raises:
        ValueError: the file is damaged.
    """
    found: tuple[object, ...] = ()
    for graph in _parts(memoryview(content), _GRAPH):
        for node in _parts(graph, _NODE):
            for attribute in _parts(node, _ATTRIBUTE):
                found = _labels_of(attribute) or found
    return found


def _labels_of(attribute: memoryview) -> tuple[object, ...]:
    name = ""
    labels: list[object] = []
    for number, value in fields(attribute):
        if number == _NAME and isinstance(value, memoryview):
            name = bytes(value).decode("utf-8", "replace")
        elif number == _STRINGS and isinstance(value, memoryview):
            labels.append(bytes(value).decode("utf-8", "replace"))
        elif number == _INTEGERS:
            labels += _packed(value)
    return tuple(labels) if name in _LABELS else ()


def _packed(value: int | memoryview) -> list[object]:
    """Repeated integers: one by one, or all in one field."""
    if isinstance(value, int):
        return [_signed(value)]
    numbers: list[object] = []
    at = 0
    while at < len(value):
        number, at = _varint(value, at)
        numbers.append(_signed(number))
    return numbers


def _signed(number: int) -> int:
    return number - 2**64 if number >= 2**63 else number


def _parts(message: memoryview, wanted: int) -> Iterator[memoryview]:
    return (
        value
        for number, value in fields(message)
        if number == wanted and isinstance(value, memoryview)
    )


def fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Each field's number and value: an integer, or the bytes of a nested one."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == 2:
            length, at = _varint(message, at)
        elif wire in {1, 5}:
            length = 8 if wire == 1 else 4
        else:
            raise ValueError(f"unknown wire type {wire}")
        if at + length > len(message) or number == 0:
            raise ValueError("a field reaches past the end")
        yield number, message[at : at + length]
        at += length


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        if at >= len(message) or shift > 63:
            raise ValueError("a number reaches past the end")
        byte = message[at]
        number |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return number & (2**64 - 1), at
