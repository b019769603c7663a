"""What may be published of a tally: no count smaller than the minimum cell, nor a way to it.

Imports this room's `blocks`, `views` and `protection`, `errors`, `measures` and `tally.table`.

For each `by`, a group's counts come in blocks (see `blocks`). A block is withheld when any of its
counts that is not 0 is smaller than the minimum cell; where decisions repeat for persons, smaller
than the minimum cell times the repeats. `protection` withholds further groups so that none can be
worked out. Blocks, not single counts: whoever sees some counts of a block and its total sees all.
How many cases the whole log holds, and how many of them lack a decision or an outcome, is a fact
about the file and of no group: always told.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isg_audit.errors import Fault, InputError, nearest
from isg_audit.evidence.blocks import COARSER, OPTIONAL, Blocks, blocks_of, scored_cases, withhold
from isg_audit.evidence.protection import By, Flags, Margin, protect, sums_publishable
from isg_audit.evidence.views import view, withheld_from
from isg_audit.measures import estimate_effects
from isg_audit.tally.table import JOINT, UNKNOWN, Counted, Floats, Table

LAST = ("cross", "class_cross", "class_cross")
"""Blocks that are flagged after all others, the one that stands here most often last."""


@dataclass(frozen=True, eq=False)
class Published:
    """What was published of a tally; NaN where withheld. Gives tables as a tally does.

    Attributes:
        attributes: the declared attributes.
        tables: the blocks of each `by`.
        positive_is_favourable: whether the textbook positive is the favourable decision.
        score_edges: where score bins start and the last ends; empty where each holds one value.
        minimum_cell: the smallest count published.
        seen: the view that `table` gives; see `views.VIEWS`.
        task: what is audited.
        merged: whether `table` puts one group in the place of those withheld.
        few: groups withheld because they themselves are few, by (`by`, group); the others withheld
            would give one of these away. Known where counts are withheld, not where they are read.
    """

    attributes: tuple[str, ...]
    tables: Mapping[By, Blocks]
    positive_is_favourable: bool
    score_edges: Floats
    minimum_cell: int
    task: str = "binary"
    seen: str = "cross"
    merged: bool = False
    few: frozenset[tuple[By, str]] = frozenset()

    def table(self, by: Sequence[str] = ()) -> Table:
        """The counts of every group of `by` as this view holds them.

        Raises:
            InputError: counts by these attributes were not published.
        """
        key = tuple(name for name in self.attributes if name in set(by))
        if key not in self.tables or set(by) - set(self.attributes):
            there = [JOINT.join(one) or "everybody" for one in self.tables]
            name = JOINT.join(by) or "everybody"
            raise InputError(Fault("tally.parquet", f"no counts by {name}.", nearest(name, there)))
        return view(
            self.tables[key],
            self.seen,
            positive_is_favourable=self.positive_is_favourable,
            score_edges=self.score_edges,
            merged=self.merged,
            task=self.task,
        )

    def withheld(self, name: str, by: By) -> dict[str, bool]:
        """For each group of `by`, whether a view lacks it."""
        blocks = self.tables[by]
        flags = withheld_from(blocks, name)
        return {group: bool(flag) for group, flag in zip(blocks.groups, flags, strict=True)}

    def lacks(self, name: str) -> bool:
        """Whether a view lacks any group."""
        return any(withheld_from(blocks, name).any() for blocks in self.tables.values())

    def holds(self, name: str) -> bool:
        """Whether there is anything for a view to show: scores or amounts, for those of them."""
        sums = self.tables[()].sums
        if name in OPTIONAL:
            return name in sums
        return name not in ("score", "curve") or not bool((sums["score"][0] == 0).all())

    @property
    def groups_withheld(self) -> frozenset[tuple[By, str]]:
        """Groups whose decisions are withheld, by (`by`, group)."""
        return frozenset(
            (by, blocks.groups[at])
            for by, blocks in self.tables.items()
            for at in np.flatnonzero(blocks.withheld["decision"])
        )

    @property
    def whole(self) -> bool:
        """Whether nothing was withheld."""
        return not any(
            flags.any() for blocks in self.tables.values() for flags in blocks.withheld.values()
        )


def publishable(counted: Counted, bys: Sequence[By], minimum_cell: int) -> Published:
    """What may be published of a tally.

    Args:
        counted: the tally.
        bys: for which attributes counts are published; everybody is always among them.
        minimum_cell: smallest count of cases to publish; 1 withholds nothing.
    """
    wanted = list(dict.fromkeys([(), *(tuple(by) for by in bys)]))
    tables = {by: counted.table(by) for by in wanted}
    for table in tables.values():
        estimate_effects(table)
    names = dict.fromkeys(name for by in wanted for name in by)
    known = {name: counted.table((name,)).groups for name in names}
    blocks = {by: blocks_of(table, known) for by, table in tables.items()}
    flags, sums, direct = _flags(tables, blocks, minimum_cell)
    first = tables[()]
    return Published(
        attributes=tuple(counted.attributes),
        tables={
            by: withhold(
                one,
                {block: flags[block][by] for block in COARSER},
                [block for block in COARSER if sums[block][by]],
            )
            for by, one in blocks.items()
        },
        positive_is_favourable=first.positive_is_favourable,
        score_edges=first.score_edges,
        minimum_cell=minimum_cell,
        task=first.task,
        few=frozenset(
            (by, table.groups[at])
            for by, table in tables.items()
            for at in np.flatnonzero(direct["decided"][by] | direct["decision"][by])
        ),
    )


def _flags(
    tables: Mapping[By, Table], blocks: Mapping[By, Blocks], minimum_cell: int
) -> tuple[dict[str, Flags], dict[str, dict[By, bool]], dict[str, Flags]]:
    """By block: groups withheld; whether their sum is published; those small themselves."""
    none = {by: np.zeros(len(table.groups), dtype=bool) for by, table in tables.items()}
    flags: dict[str, Flags] = {}
    direct: dict[str, Flags] = {}
    sums = dict.fromkeys(COARSER, dict.fromkeys(tables, False))
    if minimum_cell <= 1:
        return dict.fromkeys(COARSER, none), sums, dict.fromkeys(COARSER, none)
    task = tables[()].task
    for block in sorted(COARSER, key=LAST.count):
        coarser = COARSER[block]
        already: Flags = {by: _any([none[by], *(flags[one][by] for one in coarser)]) for by in none}
        if block not in blocks[()].sums:
            flags[block] = already
            continue
        if block in ("decided", "undecided"):
            already = {by: _few_persons(table, minimum_cell) for by, table in tables.items()}
        if block == "cross":
            # Where all were decided upon, the cross table adds up to the outcomes.
            for by, table in tables.items():
                all_decided = table.cases[:, :, UNKNOWN].sum(axis=1) == 0
                already[by] = already[by] | (flags["outcome"][by] & all_decided)
        margins = {
            by: Margin(
                by, blocks[by].values, _counts(table, blocks[by], block), table.people,
                np.ceil(minimum_cell * table.repeats), _exempt(block, task) if not by else None,
            )
            for by, table in tables.items()
        }  # fmt: skip
        direct[block] = {by: np.any(margin.small, axis=1) for by, margin in margins.items()}
        if block == "bins":
            weighted = any(table.weighted for table in tables.values())
            flags[block] = _bins(tables, margins, already, publish=not weighted)
        else:
            flags[block] = protect(margins, already)
            sums[block] = sums_publishable(margins, flags[block])
    return flags, sums, direct


def _any(flags: Sequence[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.any(np.array(flags), axis=0)
    return found


def _few_persons(table: Table, minimum_cell: int) -> NDArray[np.bool_]:
    if table.persons is None:
        return np.zeros(len(table.groups), dtype=bool)
    few: NDArray[np.bool_] = (table.persons > 0) & (table.persons < minimum_cell)
    return few


def _counts(table: Table, blocks: Blocks, block: str) -> Floats:
    """Counts of cases in a block that must not be small, shape (groups, entries)."""
    if block in ("score", "exposure"):
        in_all: Floats = scored_cases(table).reshape(-1, 2, 3).sum(axis=2)
        return in_all
    if block in ("score_by_outcome", "amounts"):
        return scored_cases(table)
    if block == "outcome":
        # With the cross table of the decided known, the outcomes of the undecided follow.
        return np.concatenate([table.cases.sum(axis=2), table.cases[:, :, UNKNOWN]], axis=1)
    cases = blocks.sums[block][0]
    counts: Floats = cases.reshape(len(cases), math.prod(cases.shape[1:]))
    return counts


def _exempt(block: str, task: str) -> NDArray[np.bool_] | None:
    """Entries of everybody that are facts about the file: how many cases lack a value."""
    if task in ("score", "number") and block == "score":
        return np.array([False, True])
    if task in ("score", "number") and block in ("score_by_outcome", "amounts"):
        return np.array([False, True, True, True, True, True])
    if block == "undecided":
        return np.array([True])
    if block == "outcome":
        return np.array([False, False, True, True, True, True])
    return None


def _bins(
    tables: Mapping[By, Table], margins: Mapping[By, Margin], already: Flags, *, publish: bool
) -> Flags:
    """Score bins of a `by` are published for all its groups or for none: most have a small one."""
    flags = {by: np.ones(len(margin.values), dtype=bool) for by, margin in margins.items()}
    if not publish:
        return flags
    for by, margin in margins.items():
        fine = not already[by].any() and not _small(tables[by].binned, margin.least)
        flags[by][:] = not fine
    return flags


def _small(binned: Floats, least: Floats) -> bool:
    return bool(((binned > 0.5) & (binned < least[:, None, None] - 0.5)).any())
