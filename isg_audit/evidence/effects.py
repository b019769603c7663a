"""How far repeated decisions widen intervals, as it is published: which of it, written and read.

Imports `tally.table` and numpy. An effect is one number for a metric and a group, rounded to two
decimals. It is withheld with the counts that it was estimated from; that of everybody but a group
is not, as it tells of no group alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.tally.table import OF_LISTS, UNKNOWN, Effect

Flag = NDArray[np.bool_]

Told = dict[str, dict[str, list[float | None]]]

OWN_BLOCK = {
    "mean_score": "score",
    **dict.fromkeys(("error", "absolute_error", "squared_error", "outcome"), "amounts"),
}
"""The block behind a metric that is no share of people, where not the scores by outcome."""

EVERY = {"0", "1", "2"}
"""Outcomes or decisions in a metric's key: positive, negative, unknown."""


def publishable_effects(
    effects: Mapping[str, Effect], withheld: Mapping[str, Flag], groups: Sequence[str]
) -> dict[str, Effect]:
    """The effects, NaN for groups of which the counts behind them are withheld.

    Args:
        effects: by the metric's key (see `measures.clustering`).
        withheld: by block, the groups withheld.
        groups: their names.
    """
    return {
        key: Effect(np.where(_withheld_from(key, withheld, groups), np.nan, one.cases), one.folds)
        for key, one in effects.items()
    }


def _withheld_from(key: str, withheld: Mapping[str, Flag], groups: Sequence[str]) -> Flag:
    if key.startswith(OF_LISTS):
        # A figure of a ranking: the block it rests on, and the group it is held against.
        _, block, _, versus = key.split(OF_LISTS, 3)
        flags = withheld[block]
        return flags | (versus in groups and bool(flags[list(groups).index(versus)]))
    if "/" not in key:
        return withheld[OWN_BLOCK.get(key, "score_by_outcome")]
    shares = [[(cell[0], cell[1]) for cell in cells.split("+")] for cells in key.split("/")]
    if all({y for y, d in cells if d == at} == EVERY for cells in shares for _, at in cells):
        # The share looks at decisions alone, whatever the outcome.
        if any(d == str(UNKNOWN) for cells in shares for _, d in cells):
            return withheld["decided"] | withheld["undecided"]
        return withheld["decision"]
    if all({d for y, d in cells if y == at} == EVERY for cells in shares for at, _ in cells):
        return withheld["outcome"]
    return withheld["cross"]


def told_effects(effects: Mapping[str, Effect]) -> Told:
    """Effects as JSON has them, null where withheld."""
    return {
        key: {
            name: [None if np.isnan(value) else float(value) for value in part]
            for name, part in one._asdict().items()
        }
        for key, one in effects.items()
    }


def read_effects(told: Mapping[str, Mapping[str, Any]], groups: int) -> dict[str, Effect]:
    """The effects that were told.

    Args:
        told: as `told_effects` gives them.
        groups: how many groups there are.

    Raises:
        ValueError: not one number for each group.
    """
    found = {
        key: Effect(*(np.array(one[name], dtype=float) for name in Effect._fields))
        for key, one in told.items()
    }
    if any(part.shape != (groups,) for effect in found.values() for part in effect):
        raise ValueError("the effects of repeated decisions are not one for each group")
    return found
