"""The tables that measures see of what was published: one for each view.

Imports this room's `blocks` and `tally.table`. What a view lacks is empty, and a margin lies under
`unknown` on the axis it was summed over: a measure that rests on the view reads sums over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from isg_audit.evidence.blocks import OPTIONAL, Blocks
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
    "steps": ("steps",),
    "steps_by_outcome": ("steps_by_outcome",),
    "classes": ("classes",),
    "class_cross": ("class_cross",),
    "exposure": ("exposure",),
    "places": ("places",),
    "whole": ("cross", "bins", *OPTIONAL),
}
"""What a measure may rest on, and the blocks that this takes; `whole` where none is withheld."""

TABLES = ("size", "decision", "outcome", "cross", "score", "curve", *OPTIONAL)
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
    cross, scores, binned, parts = _arrays(blocks.sums, len(blocks.groups), name)
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
        parts=parts,
        names=blocks.names,
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


def _arrays(
    sums: Mapping[str, Floats], groups: int, name: str
) -> tuple[Floats, Floats, Floats, dict[str, Floats]]:
    cross = np.zeros((3, groups, 3, 3))
    scores = np.zeros((3, groups, 3))
    binned = np.zeros((groups, 3, 0))
    if name in ("size", "score"):
        cross[:, :, UNKNOWN, NEGATIVE] = sums["decided"]
        cross[:, :, UNKNOWN, UNKNOWN] = sums["undecided"]
    if name == "decision":
        cross[:, :, UNKNOWN, :UNKNOWN] = sums["decision"]
    if name in ("outcome", "curve", *OPTIONAL):
        cross[:, :, :, UNKNOWN] = sums["outcome"]
    if name in ("cross", "whole"):
        cross[:, :, :, :UNKNOWN] = sums["cross"]
    if name == "whole":
        cross[:, :, :, UNKNOWN] = sums["outcome"] - sums["cross"].sum(axis=3)
    if name == "score":
        scores[:, :, UNKNOWN] = sums["score"]
    if name in ("curve", "whole"):
        scores, binned = sums["score_by_outcome"], sums["bins"][0]
    if name == "amounts":
        scores = sums["score_by_outcome"]
    return cross, scores, binned, _parts(sums, name)


def _parts(sums: Mapping[str, Floats], name: str) -> dict[str, Floats]:
    """What only some tasks count, as the table holds it."""
    parts: dict[str, Floats] = {}
    if "amounts" in sums and name in ("amounts", "whole"):
        parts["amounts"] = sums["amounts"]
    for part in ("exposure", "places"):
        if part in sums and name in (part, "whole"):
            parts[part] = sums[part]
    if "steps_by_outcome" in sums and name in ("steps_by_outcome", "whole"):
        parts["steps"] = sums["steps_by_outcome"]
    if "steps" in sums and name == "steps":
        in_all = sums["steps"][:, :, None]
        none = np.zeros_like(in_all)
        parts["steps"] = np.concatenate([none, none, in_all], axis=2)
    if "class_cross" in sums and name in ("class_cross", "whole"):
        parts["classes"] = _with_no_class(sums["class_cross"])
    if "classes" in sums and name == "classes":
        in_all = sums["classes"]
        none = np.zeros((*in_all.shape[:2], in_all.shape[2], in_all.shape[2]))
        parts["classes"] = _with_no_class(np.concatenate([none, in_all[:, :, None]], axis=2))
    return parts


def _with_no_class(cross: Floats) -> Floats:
    """With a last column for people who were not decided upon: of them no class is published."""
    return np.concatenate([cross, np.zeros((*cross.shape[:3], 1))], axis=3)


def _merged(table: Table, blocks: Blocks, name: str) -> Table:
    """The table with one group for all that are withheld."""
    shown = ~table.withheld
    one = {block: values[:, None] for block, values in blocks.together.items()}
    for block in blocks.sums:
        if block not in one or (blocks.withheld[block] != table.withheld).any():
            shape = blocks.sums[block][:, :1].shape
            one[block] = np.full(shape, np.nan)
    cross, scores, binned, parts = _arrays(one, 1, name)

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
        parts={
            part: np.concatenate([kept[:, shown], parts[part]], axis=1)
            for part, kept in table.parts.items()
        },
        persons=None if persons is None else joined(persons, np.full(1, np.nan)),
        repeats=repeats,
        effects=effects(table.effects),
        rest_effects=effects(table.rest_effects),
        withheld=np.zeros(int(shown.sum()) + 1, dtype=bool),
    )
