"""The tables that measures see of what was published: one for each view.

Imports this room's `blocks` and `tally.table`. What a view lacks is empty, and a margin lies under
`unknown` on the axis it was summed over: a measure that rests on the view reads sums over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from isg_audit.evidence.blocks import Blocks
from isg_audit.evidence.effects import Flag
from isg_audit.tally.table import NEGATIVE, UNKNOWN, Effect, Floats, Table

VIEWS: dict[str, tuple[str, ...]] = {
    "people": ("decided",),
    "size": ("decided", "undecided"),
    "decision": ("decision",),
    "outcome": ("outcome",),
    "cross": ("cross",),
    "score": ("score",),
    "totals": ("outcome", "score_by_outcome"),
    "curve": ("outcome", "score_by_outcome", "bins"),
    "amounts": ("outcome", "score_by_outcome", "amounts"),
    "whole": ("cross", "bins", "amounts"),
}
"""What a measure may rest on, and the blocks that this takes; `whole` where none is withheld."""

TABLES = ("size", "decision", "outcome", "cross", "score", "curve", "amounts")
"""Views that measures are run on."""

TOGETHER = "withheld together"
"""Name of the group that holds all withheld ones, in a table that shows them so."""


def view(
    blocks: Blocks,
    name: str,
    *,
    positive_is_favourable: bool,
    score_edges: Floats,
    merged: bool,
    task: str,
) -> Table:
    """The table of one view.

    Args:
        blocks: what was published of one `by`.
        name: of the view.
        positive_is_favourable: whether the textbook positive is the favourable decision.
        score_edges: where the score bins start and the last ends.
        merged: put one group in the place of those withheld, so that everybody is in the table
            and a group can be compared with the rest.
        task: what is audited.
    """
    withheld = withheld_from(blocks, name)
    cross, scores, binned, amounts = _arrays(blocks.sums, len(blocks.groups), name)
    table = Table(
        by=blocks.by,
        groups=blocks.groups,
        positive_is_favourable=positive_is_favourable,
        cases=cross[0],
        weight=cross[1],
        squares=cross[2],
        scored=scores[0],
        score_sum=scores[1],
        score_squares=scores[2],
        score_levels=blocks.levels if name in ("curve", "whole") else np.zeros(0),
        score_edges=score_edges,
        binned=binned,
        persons=blocks.persons,
        repeats=blocks.repeats,
        withheld=withheld,
        task=task,
        amounts=amounts,
        effects=dict(blocks.effects),
        rest_effects=dict(blocks.rest_effects),
    )
    return _merged(table, blocks, name) if merged and withheld.any() else table


def withheld_from(blocks: Blocks, name: str) -> Flag:
    """Groups that a view does not show."""
    withheld = np.zeros(len(blocks.groups), dtype=bool)
    for block in VIEWS[name]:
        withheld = withheld | blocks.withheld[block]
    return withheld


def _arrays(sums: Mapping[str, Floats], groups: int, name: str) -> tuple[Floats, ...]:
    cross = np.zeros((3, groups, 3, 3))
    scores = np.zeros((3, groups, 3))
    binned = np.zeros((groups, 3, 0))
    amounts = np.zeros((groups, sums["amounts"].shape[-1]))
    if name in ("size", "score"):
        cross[:, :, UNKNOWN, NEGATIVE] = sums["decided"]
        cross[:, :, UNKNOWN, UNKNOWN] = sums["undecided"]
    if name == "decision":
        cross[:, :, UNKNOWN, :UNKNOWN] = sums["decision"]
    if name in ("outcome", "curve", "amounts"):
        cross[:, :, :, UNKNOWN] = sums["outcome"]
    if name in ("cross", "whole"):
        cross[:, :, :, :UNKNOWN] = sums["cross"]
    if name == "whole":
        cross[:, :, :, UNKNOWN] = sums["outcome"] - sums["cross"].sum(axis=3)
    if name == "score":
        scores[:, :, UNKNOWN] = sums["score"]
    if name in ("curve", "whole"):
        scores, binned = sums["score_by_outcome"], sums["bins"][0]
    if name in ("amounts", "whole"):
        scores, amounts = sums["score_by_outcome"], sums["amounts"][0]
    return cross, scores, binned, amounts


def _merged(table: Table, blocks: Blocks, name: str) -> Table:
    """The table with one group for all that are withheld."""
    shown = ~table.withheld
    one = {block: values[:, None] for block, values in blocks.together.items()}
    for block in blocks.sums:
        if block not in one or (blocks.withheld[block] != table.withheld).any():
            shape = blocks.sums[block][:, :1].shape
            one[block] = np.full(shape, np.nan)
    cross, scores, binned, amounts = _arrays(one, 1, name)

    def joined(kept: Floats, added: Floats) -> Floats:
        return np.concatenate([kept[shown], added])

    repeats = joined(table.repeats, np.full(1, blocks.repeats.max(initial=1.0)))

    def effects(several: Mapping[str, Effect]) -> dict[str, Effect]:
        worst = repeats[-1:]
        return {
            key: Effect(joined(one.cases, worst), joined(one.folds, np.zeros(1)))
            for key, one in several.items()
        }

    persons = table.persons
    return replace(
        table,
        groups=(*(g for g, show in zip(table.groups, shown, strict=True) if show), TOGETHER),
        cases=joined(table.cases, cross[0]),
        weight=joined(table.weight, cross[1]),
        squares=joined(table.squares, cross[2]),
        scored=joined(table.scored, scores[0]),
        score_sum=joined(table.score_sum, scores[1]),
        score_squares=joined(table.score_squares, scores[2]),
        binned=joined(table.binned, binned),
        amounts=joined(table.amounts, amounts),
        persons=None if persons is None else joined(persons, np.full(1, np.nan)),
        repeats=repeats,
        effects=effects(table.effects),
        rest_effects=effects(table.rest_effects),
        withheld=np.zeros(int(shown.sum()) + 1, dtype=bool),
    )
