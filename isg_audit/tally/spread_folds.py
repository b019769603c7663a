"""Spreads the cells of a tally over groups and folds of persons. Imports this room only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from isg_audit.tally.codes import DECISION, FOLD, OUTCOME
from isg_audit.tally.fold import FOLDS
from isg_audit.tally.table import SUMS, Floats, Folds

if TYPE_CHECKING:
    from isg_audit.tally.tally import Tally

GIVEN = ("number", "score", "ranking")
"""Tasks in which a number, a score or a place stands where a decision would."""

COARSE = 64
"""Bins of the score by fold, of about as many cases each: they serve standard errors alone."""


def folds_of(tally: Tally, kept: NDArray[np.bool_], group: NDArray[np.intp], groups: int) -> Folds:
    """Sums by group and fold.

    Args:
        tally: where the cells come from.
        kept: the cells that are in a group.
        group: the group of each cell that is kept.
        groups: how many there are.
    """
    outcomes, decisions = lookups_of(tally)
    weight = add(tally.sums[kept, 1], group, (groups,))
    named = tally.codes[kept, FOLD] >= 0
    kept, group = np.flatnonzero(kept)[named], group[named]
    codes, sums, level = tally.codes[kept], tally.sums[kept], tally.bins.place[kept]
    known = add(sums[:, 1], group, (groups,))
    place = (group * FOLDS + codes[:, FOLD]) * 3 + outcomes[codes[:, OUTCOME]]
    by_decision = place * 3 + decisions[codes[:, DECISION]]
    scored = level >= 0
    place, its, coarse = place[scored], sums[scored], _coarse(level[scored], sums[scored, 1])
    shape = (groups, FOLDS, 3)
    return Folds(
        weight=add(sums[:, 1], by_decision, (*shape, 3)),
        scored=add(its[:, 1], place, shape),
        score_sum=add(its[:, 3], place, shape),
        score_squares=add(its[:, 4], place, shape),
        amounts=add_columns(sums[:, len(SUMS) :], group * FOLDS + codes[:, FOLD], (groups, FOLDS)),
        binned=add(its[:, 1], place * COARSE + coarse, (*shape, COARSE)),
        nameless=1.0 - np.divide(known, weight, out=np.ones_like(weight), where=weight > 0),
    )


def _coarse(level: NDArray[np.intp], weight: Floats) -> NDArray[np.intp]:
    """The coarse bin of each cell, by how much weight lies below the middle of its level."""
    heaped = np.bincount(level, weights=weight)
    below = (np.cumsum(heaped) - heaped / 2) / max(heaped.sum(), np.finfo(float).tiny)
    bins: NDArray[np.intp] = np.minimum((below * COARSE).astype(np.intp), COARSE - 1)
    return bins[level]


def lookups_of(tally: Tally) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """From the codes of outcomes, and of decisions, to their index on the axes of a table.

    Where nothing is said to be favourable (a number or a score is there instead, or classes of
    which none is named), whatever is there has index 0.
    """
    flip = 0 if tally.positive_is_favourable else 1
    if tally.task == "classes":
        named = (tally.favourable_outcome, tally.favourable)
        outcome, decision = (_of_classes(tally.classes, good, flip) for good in named)
        return outcome, decision
    outcome_flip = 0 if tally.task == "number" else flip
    return _of_codes(outcome_flip), _of_codes(0 if tally.task in GIVEN else flip)


def _of_codes(flip: int) -> NDArray[np.int32]:
    """From (favourable, unfavourable, no value) to (positive, negative, unknown)."""
    return np.array([flip, 1 - flip, 2], dtype=np.int32)


def _of_classes(classes: tuple[str, ...], good: tuple[str, ...], flip: int) -> NDArray[np.int32]:
    """From classes, and last from no class (-1), to positive, negative and unknown."""
    if not good:
        return np.array([*(0 for _ in classes), 2], dtype=np.int32)
    return np.array([*(flip if one in good else 1 - flip for one in classes), 2], dtype=np.int32)


def add(values: Floats, places: NDArray[np.intp], shape: tuple[int, ...]) -> Floats:
    """Values added up by place, as an array of `shape`."""
    added: Floats = np.bincount(places, weights=values, minlength=int(np.prod(shape))).astype(float)
    return added.reshape(shape)


def add_columns(values: Floats, places: NDArray[np.intp], shape: tuple[int, ...]) -> Floats:
    """The columns of `values` added up by place, as an array of `shape` and columns."""
    columns = [add(column, places, shape) for column in values.T]
    return np.stack(columns, axis=-1) if columns else np.zeros((*shape, 0))
