"""Spreads the cells of a tally into the arrays of a `Table`. Imports this room only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.tally.table import JOINT, Floats, Table

if TYPE_CHECKING:
    from isg_audit.tally.tally import Tally


def spread(tally: Tally, places: list[int], window: str | None = None) -> Table:
    """Counts by group of the attributes at `places`; people of unknown value are in no group."""
    inner = len(tally.attributes)
    keep = (tally.codes[:, places] >= 0).all(axis=1)
    if window is not None:
        keep &= tally.codes[:, inner + 2] == tally.windows.index(window)
    codes, scores, sums = tally.codes[keep], tally.scores[keep], tally.sums[keep]
    keys, group = _groups(codes[:, places], [len(tally.levels[place]) for place in places])
    flip = 0 if tally.positive_is_favourable else 1
    outcome, decision = _textbook(codes[:, inner], flip), _textbook(codes[:, inner + 1], flip)
    by = tuple(tally.attributes[place] for place in places)
    values = [
        tuple(tally.levels[place][key] for place, key in zip(places, row, strict=True))
        for row in keys
    ]
    shape = (len(values), 3, 3)
    scored = ~np.isnan(scores)
    levels, level = np.unique(scores[scored], return_inverse=True)
    persons, repeats = _persons(tally, by, values)
    by_outcome = (group[scored], outcome[scored])
    return Table(
        by=by,
        groups=tuple(JOINT.join(value) for value in values),
        positive_is_favourable=tally.positive_is_favourable,
        cases=_add(sums[:, 0], (group, outcome, decision), shape),
        weight=_add(sums[:, 1], (group, outcome, decision), shape),
        squares=_add(sums[:, 2], (group, outcome, decision), shape),
        scored=_add(sums[scored, 1], by_outcome, shape[:2]),
        score_sum=_add(sums[scored, 3], by_outcome, shape[:2]),
        score_squares=_add(sums[scored, 4], by_outcome, shape[:2]),
        score_levels=levels,
        score_width=tally.score_width,
        binned=_add(sums[scored, 1], (*by_outcome, level), (*shape[:2], len(levels))),
        persons=persons,
        repeats=repeats,
        withheld=np.zeros(len(values), dtype=bool),
    )


def _groups(
    codes: NDArray[np.int32], sizes: list[int]
) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """The combinations that occur, in the order of the levels, and the one of each cell."""
    if not codes.shape[1]:
        return np.zeros((1, 0), dtype=np.int32), np.zeros(len(codes), dtype=np.intp)
    flat = np.ravel_multi_index(tuple(codes.T), tuple(sizes))
    _, first, group = np.unique(flat, return_index=True, return_inverse=True)
    return codes[first], group


def _textbook(codes: NDArray[np.int32], flip: int) -> NDArray[np.int32]:
    """From (favourable, unfavourable, no value) to (positive, negative, unknown)."""
    return np.array([flip, 1 - flip, 2], dtype=np.int32)[codes]


def _add(values: Floats, places: tuple[NDArray[Any], ...], shape: tuple[int, ...]) -> Floats:
    flat = np.ravel_multi_index(places, shape) if len(values) else np.zeros(0, dtype=np.intp)
    added: Floats = np.bincount(flat, weights=values, minlength=int(np.prod(shape))).astype(float)
    return added.reshape(shape)


def _persons(
    tally: Tally, by: tuple[str, ...], values: list[tuple[str, ...]]
) -> tuple[Floats | None, Floats]:
    if not tally.persons:
        return None, np.ones(len(values))
    known = [tally.persons.of(by, value) for value in values]
    return np.array([one[0] for one in known]), np.array([one[1] for one in known])
