"""Spreads the cells of a tally into the arrays of a `Table`. Imports this room only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from isg_audit.tally.codes import DECISION, OUTCOME, WINDOW
from isg_audit.tally.parts import parts_of
from isg_audit.tally.spread_folds import add, folds_of, lookups_of
from isg_audit.tally.spread_places import folds_of_lists
from isg_audit.tally.table import JOINT, Floats, Folds, Table

if TYPE_CHECKING:
    from isg_audit.tally.tally import Tally

MOST_COMBINATIONS = 10_000_000
"""Combinations of levels up to which a flag for each costs less than sorting the cells."""


def spread(tally: Tally, places: list[int], window: str | None = None) -> Table:
    """Counts by group of the attributes at `places`; people of unknown value are in no group."""
    keep = np.asarray((tally.codes[:, places] >= 0).all(axis=1))
    if window is not None:
        keep &= tally.codes[:, WINDOW] == tally.windows.index(window)
    codes, sums, level = tally.codes[keep], tally.sums[keep], tally.bins.place[keep]
    keys, group = groups_of(codes[:, places], [len(tally.levels[place]) for place in places])
    outcomes, decisions = lookups_of(tally)
    by = tuple(tally.attributes[place] for place in places)
    values = [
        tuple(tally.levels[place][key] for place, key in zip(places, row, strict=True))
        for row in keys
    ]
    shape = (len(values), 3, 3)
    persons, repeats = _persons(tally, by, values)
    by_outcome = group * 3 + outcomes[codes[:, OUTCOME]]
    by_decision = by_outcome * 3 + decisions[codes[:, DECISION]]
    scored = level >= 0
    if not scored.all():
        sums_scored, by_outcome, level = sums[scored], by_outcome[scored], level[scored]
    else:
        sums_scored = sums
    parts, names = parts_of(
        tally, codes, sums, group, len(values), (sums_scored, by_outcome, level)
    )
    occurs, level = _occurring(level, len(tally.bins.scores))
    by_level = by_outcome * len(occurs) + level
    return Table(
        by=by,
        groups=tuple(JOINT.join(value) for value in values),
        positive_is_favourable=tally.positive_is_favourable,
        cases=add(sums[:, 0], by_decision, shape),
        weight=add(sums[:, 1], by_decision, shape),
        squares=add(sums[:, 2], by_decision, shape),
        scored=add(sums_scored[:, 1], by_outcome, shape[:2]),
        score_sum=add(sums_scored[:, 3], by_outcome, shape[:2]),
        score_squares=add(sums_scored[:, 4], by_outcome, shape[:2]),
        score_levels=tally.bins.scores[occurs],
        score_edges=np.array(tally.score_edges),
        binned=add(sums_scored[:, 1], by_level, (*shape[:2], len(occurs))),
        persons=persons,
        repeats=repeats,
        withheld=np.zeros(len(values), dtype=bool),
        task=tally.task,
        parts=parts,
        names=names,
        folds=_folds(tally, keep, group, len(values)),
    )


def _folds(
    tally: Tally, keep: NDArray[np.bool_], group: NDArray[np.intp], groups: int
) -> Folds | None:
    if tally.task == "ranking":
        return folds_of_lists(tally, keep, group, groups)
    return folds_of(tally, keep, group, groups) if tally.persons else None


def groups_of(
    codes: NDArray[np.int32], sizes: list[int]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The combinations that occur, in the order of the levels, and the one of each cell."""
    if not codes.shape[1]:
        return np.zeros((1, 0), dtype=np.intp), np.zeros(len(codes), dtype=np.intp)
    flat = np.ravel_multi_index(tuple(codes.T), tuple(sizes))
    every = int(np.prod(sizes, dtype=float))
    if every <= MOST_COMBINATIONS:
        occurs, group = _occurring(flat, every)
    else:
        occurs, group = np.unique(flat, return_inverse=True)
    return np.column_stack(np.unravel_index(occurs, tuple(sizes))), group


def _occurring(numbers: NDArray[np.intp], every: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The numbers below `every` that occur, rising, and the place of each among them."""
    there = np.bincount(numbers, minlength=every) > 0
    return np.flatnonzero(there), (np.cumsum(there) - 1)[numbers]


def _persons(
    tally: Tally, by: tuple[str, ...], values: list[tuple[str, ...]]
) -> tuple[Floats | None, Floats]:
    if not tally.persons:
        return None, np.ones(len(values))
    known = [tally.persons.of(by, value) for value in values]
    return np.array([one[0] for one in known]), np.array([one[1] for one in known])
