"""Counts the persons behind the decisions, for every set of attributes in one query.

Imports `sources`, `spec`, this room.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

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
    table = decisions.table
    keys = {name: group_key(decisions, name, group) for name, group in groups.items()}
    # The rows are read once: every set of attributes is counted from each person's few lines.
    each = table.group_by(
        person=table[decisions.roles.person],
        **{f"g{place}": key for place, key in enumerate(keys.values())},
    ).agg(m=table.count())
    parts = [_part(each, place, by, list(keys)) for place, by in enumerate(several_by)]
    found = decisions.answer(_one_below_the_other(parts), "count persons").to_pylist()
    sums: dict[GroupKey, tuple[float, float, float]] = {}
    for row in found:
        by = several_by[row["by"]]
        values = [_value(row[f"g{list(keys).index(name)}"], groups[name]) for name in by]
        if None in values:
            continue
        key = by, tuple(str(value) for value in values)
        old = sums.get(key, (0.0, 0.0, 0.0))  # raw values of one meaning come more than once
        sums[key] = (
            old[0] + float(row["persons"]),
            old[1] + float(row["decisions"]),
            old[2] + float(row["squares"]),
        )
    return PersonSums(sums)


def _part(each: Any, place: int, by: tuple[str, ...], names: list[str]) -> Any:
    """Sums over persons for one set of attributes; null for the attributes outside it."""
    import ibis

    kept = [f"g{names.index(name)}" for name in by]
    person = each.group_by(["person", *kept]).agg(m=each.m.sum())
    # Cases without a person's name are as many persons, not one person with all of them.
    nameless = person.person.isnull()
    sums = {
        "persons": nameless.ifelse(person.m, 1).sum(),
        "decisions": person.m.sum(),
        "squares": nameless.ifelse(person.m, person.m * person.m).sum(),
    }
    cells = person.group_by(kept).agg(**sums) if kept else person.aggregate(**sums)
    outside = {
        f"g{at}": ibis.null(each[f"g{at}"].type())
        for at in range(len(names))
        if f"g{at}" not in kept
    }
    told = cells.mutate(by=ibis.literal(place, "int32"), **outside)
    return told.select(
        "by", *(f"g{at}" for at in range(len(names))),
        **{name: told[name].cast("int64") for name in sums},
    )  # fmt: skip


def _one_below_the_other(parts: list[Any]) -> Any:
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.union(part)
    return whole


def _value(raw: object, group: Group) -> str | None:
    levels, codes = levels_of([raw], group)
    return None if codes[0] < 0 else levels[codes[0]]
