"""Counts the persons behind the decisions: one small query for each set of attributes.

Imports `sources`, `spec`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from isg_audit.tally.groups import group_key, levels_of
from isg_audit.tally.persons import GroupKey, PersonSums

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import Group


def count_persons(
    decisions: Decisions, groups: dict[str, Group], several_by: Sequence[tuple[str, ...]]
) -> PersonSums:
    """Persons, their decisions and squared decisions by group; nothing without a person column."""
    if decisions.roles.person is None:
        return PersonSums()
    sums: dict[GroupKey, tuple[float, float, float]] = {}
    for by in several_by:
        for values, found in _of_one(decisions, groups, by):
            old = sums.get((by, values), (0.0, 0.0, 0.0))
            sums[by, values] = (old[0] + found[0], old[1] + found[1], old[2] + found[2])
    return PersonSums(sums)


def _of_one(
    decisions: Decisions, groups: dict[str, Group], by: tuple[str, ...]
) -> list[tuple[tuple[str, ...], tuple[float, float, float]]]:
    """(values, sums) of each raw combination; raw values of one meaning come more than once."""
    table = decisions.table
    keys = {f"g{place}": group_key(decisions, name, groups[name]) for place, name in enumerate(by)}
    each = table.group_by(person=table[decisions.roles.person], **keys).agg(m=table.count())
    kept = {key: each[key] for key in keys} or {"everybody": each.m.isnull()}
    # Cases without a person's name are as many persons, not one person with all of them.
    nameless = each.person.isnull()
    cells = each.group_by(**kept).agg(
        persons=nameless.ifelse(each.m, 1).sum(),
        decisions=each.m.sum(),
        squares=nameless.ifelse(each.m, each.m * each.m).sum(),
    )
    found = []
    for row in decisions.answer(cells, "count persons").to_pylist():
        values = [_value(row[f"g{place}"], groups[name]) for place, name in enumerate(by)]
        if None not in values:
            sums = (float(row["persons"]), float(row["decisions"]), float(row["squares"]))
            found.append((tuple(str(value) for value in values), sums))
    return found


def _value(raw: object, group: Group) -> str | None:
    levels, codes = levels_of([raw], group)
    return None if codes[0] < 0 else levels[codes[0]]
