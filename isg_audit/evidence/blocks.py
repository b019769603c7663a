"""`Blocks`: the counts of the groups of one `by`, in blocks that are published or withheld whole.

Imports this room's `effects`, `errors`, `tally.table` and numpy.

    decided ─── decision ─── cross        each block refines those before it: a group whose
    decided, undecided ─── outcome        coarser block is withheld has the finer ones withheld
    decided, undecided ─── score
    score, outcome ─── score_by_outcome ─── bins, amounts
    decided, score ─── steps; steps, score_by_outcome ─── steps_by_outcome
    decision ─── classes; classes, outcome, cross ─── class_cross
    decided, score ─── exposure, places
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from isg_audit.errors import ImpossibleCount
from isg_audit.evidence.effects import Flag, publishable_effects
from isg_audit.tally.table import JOINT, UNKNOWN, Effect, Floats, Table

COARSER: dict[str, tuple[str, ...]] = {
    "decided": (),
    "undecided": (),
    "decision": ("decided",),
    "cross": ("decision",),
    "outcome": ("decided", "undecided"),
    "score": ("decided", "undecided"),
    "score_by_outcome": ("score", "outcome"),
    "bins": ("score_by_outcome",),
    "amounts": ("score_by_outcome",),
    "steps": ("decided", "score"),
    "steps_by_outcome": ("steps", "score_by_outcome"),
    "classes": ("decision",),
    "class_cross": ("classes", "outcome", "cross"),
    "exposure": ("decided", "score"),
    "places": ("decided", "score"),
}
"""The blocks, each with those that it refines. `decision` and `cross` hold decided cases only, so
that a few undecided ones hide the size of a group and not its rates."""

OPTIONAL = {
    "amounts": "amounts", "steps": "steps", "steps_by_outcome": "steps", "classes": "classes",
    "class_cross": "classes", "exposure": "exposure", "places": "places",
}  # fmt: skip
"""Blocks that only some tasks have, and the part of the table that they hold. One that is not there
has no sums, and is withheld where a coarser one is."""


@dataclass(frozen=True, eq=False)
class Blocks:
    """Counts by group; NaN where withheld.

    Attributes:
        by: attributes that form the groups.
        groups: names of the groups.
        values: the group's value of each attribute.
        sums: for each block its sums, shape (3, groups, ...): cases, weight and squares for
            `decided`, `undecided`, `decision` (2 decisions), `cross` (3 outcomes × 2 decisions)
            and `outcome` (3 outcomes); scored, sum and sum of squares of scores for `score` and
            `score_by_outcome` (3 outcomes); scored alone for `bins`, shape
            (1, groups, 3 outcomes, bins); and where the task has them: the sums of
            `AMOUNTS` for `amounts`, shape (1, groups, 6); cases, weight and squares for `steps`
            and `steps_by_outcome` (3 outcomes × steps), `classes` of decisions and `class_cross`
            (classes of outcomes, and none, × classes of decisions); entries and their exposure for
            `exposure`, shape (1, groups, 2), alike for `places` by part of a list. In a ranking a
            score is a place.
        together: the sums of all withheld groups of a block, shape (3, ...), NaN where these may
            not be published either; a block of which none is withheld is not in it.
        levels: the score of each bin, rising.
        persons: persons, shape (groups,), None where no person is declared.
        repeats: decisions that stand for one independent case, shape (groups,).
        withheld: for each block, True for a group withheld, shape (groups,).
        effects: by metric, how far repeated decisions widen the group's interval; NaN where the
            counts that it was estimated from are withheld.
        rest_effects: the same for everybody but the group.
        names: of the places of each part that the task has.
    """

    by: tuple[str, ...]
    groups: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    sums: Mapping[str, Floats]
    together: Mapping[str, Floats]
    levels: Floats
    persons: Floats | None
    repeats: Floats
    withheld: Mapping[str, Flag]
    effects: Mapping[str, Effect] = field(default_factory=dict)
    rest_effects: Mapping[str, Effect] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def blocks_of(table: Table, known: Mapping[str, Collection[str]]) -> Blocks:
    """The blocks of a table, none withheld.

    Args:
        table: the counts.
        known: the values of each attribute that occur.
    """
    whole = np.array([table.cases, table.weight, table.squares])
    cross = whole[..., :UNKNOWN]
    by_outcome = np.array([table.scored, table.score_sum, table.score_squares])
    none = np.zeros(len(table.groups), dtype=bool)
    return Blocks(
        by=tuple(table.by),
        groups=table.groups,
        values=tuple(split(group, table.by, known) for group in table.groups),
        sums={
            "decided": cross.sum(axis=(2, 3)),
            "undecided": whole[..., UNKNOWN].sum(axis=2),
            "decision": cross.sum(axis=2),
            "cross": cross,
            "outcome": whole.sum(axis=3),
            "score": by_outcome.sum(axis=2),
            "score_by_outcome": by_outcome,
            "bins": table.binned[None],
            **_parts(table),
        },
        together={},
        levels=table.score_levels,
        persons=table.persons,
        repeats=table.repeats,
        names=table.names,
        withheld=dict.fromkeys(COARSER, none),
        effects=dict(table.effects),
        rest_effects=dict(table.rest_effects),
    )


def _parts(table: Table) -> dict[str, Floats]:
    """The blocks that only this table's task has."""
    found = dict(table.parts)
    if "steps" in found:
        found["steps_by_outcome"] = found["steps"]
        found["steps"] = found["steps"].sum(axis=2)
    if "classes" in found:
        found["class_cross"] = found["classes"][..., :-1]
        found["classes"] = found["class_cross"].sum(axis=2)
    return found


def withhold(blocks: Blocks, withheld: Mapping[str, Flag], together: Collection[str]) -> Blocks:
    """The same blocks without the counts of the groups to withhold.

    Args:
        blocks: all counts.
        withheld: which groups to withhold, for each block.
        together: blocks of which the sum of the withheld groups may be published.
    """
    used = (blocks.sums["bins"][0][~withheld["bins"]] > 0).any(axis=(0, 1))
    sums: dict[str, Floats] = {}
    sums_together: dict[str, Floats] = {}
    for block, flags in withheld.items():
        if block not in blocks.sums:
            continue
        values = blocks.sums[block][..., used] if block == "bins" else blocks.sums[block]
        if flags.any():
            added = values[:, flags].sum(axis=1)
            sums_together[block] = added if block in together else np.full_like(added, np.nan)
        values = values.astype(float, copy=True)
        values[:, flags] = np.nan
        sums[block] = values
    hidden = withheld["decided"]
    persons = blocks.persons
    return Blocks(
        by=blocks.by,
        groups=blocks.groups,
        values=blocks.values,
        sums=sums,
        together=sums_together,
        levels=blocks.levels[used],
        persons=None if persons is None else np.where(_size(withheld), np.nan, persons),
        repeats=np.where(hidden, blocks.repeats.max(initial=1.0), blocks.repeats),
        names=blocks.names,
        withheld=withheld,
        effects=publishable_effects(blocks.effects, withheld, blocks.groups),
        rest_effects=blocks.rest_effects,
    )


def as_coarser(withheld: Mapping[str, Flag], block: str) -> Flag:
    """Groups of which a coarser block is withheld."""
    found: Flag = np.any([withheld[one] for one in COARSER[block]], axis=0)
    return found


def _size(withheld: Mapping[str, Flag]) -> Flag:
    """Groups whose size is withheld."""
    return withheld["decided"] | withheld["undecided"]


def split(group: str, by: Sequence[str], known: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """The value of each attribute in a group's name, also where a value holds the joint itself.

    Raises:
        ImpossibleCount: the name is not made of values that occur.
    """
    parts = tuple(group.split(JOINT)) if by else ()
    if len(parts) == len(by):
        return parts
    found = _matched(group, by, known)
    if found is None:
        raise ImpossibleCount(f"group '{group}' is not made of values of {', '.join(by)}")
    return found


def _matched(
    group: str, by: Sequence[str], known: Mapping[str, Collection[str]]
) -> tuple[str, ...] | None:
    if len(by) == 1:
        return (group,) if group in known[by[0]] else None
    for value in known[by[0]]:
        if group.startswith(value + JOINT):
            rest = _matched(group.removeprefix(value + JOINT), by[1:], known)
            if rest is not None:
                return (value, *rest)
    return None


def scored_cases(table: Table) -> Floats:
    """Cases with a score and without, by outcome, shape (groups, 6): 3 with, then 3 without.

    With weights the table does not say how many cases have a score: where neither all nor none of
    the weight does, one case is assumed, so that the group is withheld.
    """
    cases = table.cases.sum(axis=2)
    if not table.weighted:
        return np.concatenate([table.scored, cases - table.scored], axis=1)
    every = np.isclose(table.scored, table.weight.sum(axis=2), rtol=1e-9, atol=1e-12)
    some = (table.scored > 0) & ~every
    scored = np.where(every, cases, np.where(some, 1.0, 0.0))
    without = np.where(every, 0.0, np.where(some, 1.0, cases))
    return np.concatenate([scored, without], axis=1)
