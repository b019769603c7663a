"""What the blocks of `tally.parquet` are spread over, and which columns say where a count is.

Imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Mapping

CASES = ("positive", "negative", "unknown")
SCORES = ("score", "score_by_outcome")
AXES: dict[str, tuple[str, ...]] = {
    "decided": (),
    "undecided": (),
    "decision": ("decision",),
    "cross": ("outcome", "decision"),
    "outcome": ("outcome",),
    "score": (),
    "score_by_outcome": ("outcome",),
    "bins": ("outcome", "score"),
    "amounts": ("amounts",),
    "steps": ("steps",),
    "steps_by_outcome": ("outcome", "steps"),
    "classes": ("classes",),
    "class_cross": ("true_classes", "classes"),
    "exposure": ("exposure",),
    "places": ("places",),
}
"""What each block is spread over."""

PART = "part"
"""The column that names a place along an axis that only some tasks have."""

ALONE = ("bins", "amounts", "exposure")
"""Blocks of one number a place instead of three."""

NUMBERS = ("n", "weight", "squares", "score_sum", "score_squares", "persons", "repeats")


def column_of(axis: str) -> str:
    """The column of the file that says where along an axis a count is."""
    if axis == "true_classes":
        return "outcome"
    return axis if axis in ("outcome", "decision", "score") else PART


def names_of(axis: str, names: Mapping[str, tuple[str, ...]]) -> tuple[str | None, ...]:
    """What the places along an axis are called; people without a true class have none."""
    if axis == "true_classes":
        return (*names["classes"], None)
    return CASES if axis in ("outcome", "decision") else names[axis]


def columns_of(block: str) -> tuple[str, ...]:
    """The columns of the three sums of a block."""
    return ("weight", "score_sum", "score_squares") if block in SCORES else NUMBERS[:3]
