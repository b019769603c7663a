"""The groups of one attribute: its key in the engine, its levels, what is wrong with them.

Imports `errors`, `spec`, `sources`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.errors import DataError, Fault
from isg_audit.sources.values import as_text, same_value
from isg_audit.tally.literal import double

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import Group

MOST_LEVELS = 1_000
"""Values of one attribute above which it is taken for an identifier."""


def group_key(decisions: Decisions, name: str, group: Group) -> Any:
    """The Ibis expression by which the engine groups people: the column, or its band."""
    column = decisions.table[decisions.columns[name]]
    if not group.cut:
        return column
    if not column.type().is_numeric():
        raise DataError(
            Fault(
                f"groups.{name}.cut", f"column '{decisions.columns[name]}' holds no numbers to cut."
            )
        )
    edges: list[Any] = list(group.cut)
    if not column.type().is_integer():  # as numbers of one kind: engines compare mixed ones apart
        column, edges = column.cast("float64"), [double(edge) for edge in edges]
    band = sum((column >= edge).cast("int32") for edge in edges[1:]) + (column >= edges[0]).cast(
        "int32"
    )
    return column.isnan().ifelse(None, band) if column.type().is_floating() else band


def bands(cut: Sequence[float]) -> tuple[str, ...]:
    """The names of the bands between cuts: `under 25`, `25 to under 40`, `40 or over`."""
    edges = [as_text(edge) for edge in cut]
    inner = [f"{low} to under {high}" for low, high in zip(edges[:-1], edges[1:], strict=True)]
    return (f"under {edges[0]}", *inner, f"{edges[-1]} or over")


def levels_of(values: list[Any], group: Group) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """The levels that occur among raw values of a group key, and the code of each (-1 unknown)."""
    if group.cut:
        codes = [-1 if value is None else int(value) for value in values]
        return bands(group.cut), np.array(codes, dtype=np.int32)
    return levels_of_text([_known(as_text(value), group) for value in values])


def _known(text: str | None, group: Group) -> str | None:
    return None if text is None or any(same_value(one, text) for one in group.unknown) else text


def levels_of_text(texts: Sequence[str | None]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """The texts that occur, in order, and the code of each (-1 for None)."""
    levels = tuple(sorted({text for text in texts if text is not None}))
    place: dict[str | None, int] = {level: code for code, level in enumerate(levels)}
    return levels, np.array([place.get(text, -1) for text in texts], dtype=np.int32)


def level_faults(name: str, group: Group, levels: tuple[str, ...], column: str) -> list[Fault]:
    """What is wrong with the groups that were found: too many, one only, none, no reference."""
    where, faults = f"groups.{name}", []
    if len(levels) > MOST_LEVELS:
        faults.append(
            Fault(
                where,
                f"column '{column}' has {len(levels):,} values; {MOST_LEVELS:,} is the most.",
                "It looks like an identifier or a number: give 'cut' bands, or a coarser column.",
            )
        )
    elif len(levels) == 1 and not group.cut:
        faults.append(
            Fault(
                where,
                f"column '{column}' holds one group only: {levels[0]}.",
                "Nothing to compare.",
            )
        )
    elif not levels:
        faults.append(Fault(where, f"column '{column}' holds no known value.", "See 'unknown'."))
    lost = group.reference is not None and not any(
        same_value(group.reference, level) for level in levels
    )
    if lost and 0 < len(levels) <= MOST_LEVELS:
        there = ", ".join(levels[:20])
        what = f"'{group.reference}' does not occur."
        faults.append(Fault(f"{where}.reference", what, f"There is: {there}."))
    return faults
