"""Columns of chances that the log itself holds: checked, binned and added up by the engine.

Imports `errors`, `sources`, `spec`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from isg_audit.errors import DataError, Fault
from isg_audit.tally.literal import double

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.unobserved_part import UnobservedPart

BINS = 20
"""Bins of each chance; within a bin its mean is used, so that bounds are as sharp as bins."""

OFF = 0.01
"""How far the chances of a person may miss 1, as rounded ones do."""


def check_columns(decisions: Decisions, name: str, part: UnobservedPart) -> None:
    """Check every column of chances.

    Raises:
        DataError: columns that hold no numbers, values outside 0 to 1, or chances that do not add
            up to 1; all faults at once. A missing chance is none: such people are unknown.
    """
    if faults := list(_types(decisions, name, part)):
        raise DataError(faults)
    if faults := list(_values(decisions, name, part)):
        raise DataError(faults)


def _types(decisions: Decisions, name: str, part: UnobservedPart) -> Iterator[Fault]:
    for group, column in part.columns.items():
        if not decisions.table[column].type().is_numeric():
            what = f"column '{column}' holds no numbers."
            yield Fault(f"unobserved.{name}.columns.{group}", what)


def _values(decisions: Decisions, name: str, part: UnobservedPart) -> Iterator[Fault]:
    chances = _chances(decisions, part)
    outside = {
        f"o{at}": ((one < double(0.0)) | (one > double(1.0))).sum()
        for at, one in enumerate(chances)
    }
    total = sum(chances[1:], chances[0])
    off = ((total < double(1.0 - OFF)) | (total > double(1.0 + OFF))).sum()
    facts = decisions.ask(**outside, off=off)
    for at, (group, column) in enumerate(part.columns.items()):
        if facts[f"o{at}"]:
            what = f"column '{column}' lies outside 0 to 1 in {facts[f'o{at}']:,} rows."
            where = f"unobserved.{name}.columns.{group}"
            yield Fault(where, what, "Chances are shares, not percentages.")
    if facts["off"]:
        what = f"the chances do not add up to 1 in {facts['off']:,} rows."
        yield Fault(
            f"unobserved.{name}.columns", what, "Every group needs a column, 'other' among them."
        )


def column_keys(decisions: Decisions, part: UnobservedPart) -> dict[str, Any]:
    """The bin of each group's chance; none where any chance is missing."""
    chances = _chances(decisions, part)
    whole = _whole(chances)
    keys = {}
    for at, one in enumerate(chances):
        place = (one * double(float(BINS))).floor().cast("int32")
        place = (place > BINS - 1).ifelse(BINS - 1, place)
        keys[f"b{at}"] = whole.ifelse(place, None)
    return keys


def chance_sums(decisions: Decisions, part: UnobservedPart) -> dict[str, Any]:
    """Weighted sums of each group's chance and of its square."""
    table, roles = decisions.table, decisions.roles
    weight = None
    for column in (roles.weight, roles.count):
        if column is not None:
            one = table[column].cast("float64")
            weight = one if weight is None else weight * one
    sums = {}
    for at, one in enumerate(_chances(decisions, part)):
        square = one * one
        sums[f"chance{at}"] = (one if weight is None else one * weight).sum()
        sums[f"square{at}"] = (square if weight is None else square * weight).sum()
    return sums


def _chances(decisions: Decisions, part: UnobservedPart) -> list[Any]:
    """Each column as floats, null where it is not a number."""
    found = []
    for column in part.columns.values():
        one = decisions.table[column].cast("float64")
        found.append(one.isnan().ifelse(None, one))
    return found


def _whole(chances: list[Any]) -> Any:
    whole = chances[0].notnull()
    for one in chances[1:]:
        whole = whole & one.notnull()
    return whole
