"""Class labels as JSON that tells a 1 from a true, a 1.0 and a "1". Imports nothing of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class NoPlainLabel(Exception):
    """A label that is neither text nor a number."""


def written(label: object) -> list[Any]:
    """A label with its type.

    Raises:
        NoPlainLabel: it is something else.
    """
    if isinstance(label, bool):
        return ["bool", label]
    if isinstance(label, int):
        return ["int", str(label)]
    if isinstance(label, float):
        return ["float", label.hex()]
    if isinstance(label, str):
        return ["str", label]
    if label is None:
        return ["none", ""]
    raise NoPlainLabel(f"{label!r:.100} is neither text nor a number")


_READERS: dict[str, Callable[[str], object]] = {"int": int, "float": float.fromhex, "str": str}


def read(kept: Any) -> object:
    """A label from what was written.

    Raises:
        NoPlainLabel: nothing that `written` gives.
    """
    try:
        kind, value = kept
        if kind == "bool" and isinstance(value, bool):
            return value
        if kind == "none":
            return None
        readers: dict[str, Callable[[str], object]] = {
            "int": int,
            "float": float.fromhex,
            "str": str,
        }
        if isinstance(value, str):
            return readers[kind](value)
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise NoPlainLabel("no label") from error
    raise NoPlainLabel("no label")
