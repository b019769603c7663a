"""The codes of a tally's cells: what their columns are, how cells with equal codes are added up.

Imports numpy only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from isg_audit.tally.table import Floats

OUTCOME, DECISION, WINDOW, FOLD = -4, -3, -2, -1
"""Columns of a tally's codes, counted from their end; before them stand the attributes."""

MOST_PACKED = 2.0**62
"""Different keys that a number of 64 bits can tell apart."""

FAVOURABLE, UNFAVOURABLE, NO_VALUE = 0, 1, 2
"""Codes of an outcome or a decision in a tally, by what is good for the person."""


def aggregate(
    codes: NDArray[np.int32], scores: Floats, sums: Floats
) -> tuple[NDArray[np.int32], Floats, Floats]:
    """Add up cells with equal keys; the result is sorted by key, scores last, NaN scores first."""
    if not len(codes):
        return codes, scores, sums
    order, starts = _runs(codes, np.where(np.isnan(scores), -np.inf, scores))
    kept = order[starts]
    if len(starts) == len(order):  # no key twice, as nearly always after a GROUP BY
        return codes[kept], scores[kept], sums[kept]
    added: Floats = np.add.reduceat(sums[order], starts, axis=0)
    return codes[kept], scores[kept], added


def _runs(codes: NDArray[np.int32], scores: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The order that sorts the keys, and where in it each different key starts."""
    levels, place = np.unique(scores, return_inverse=True)
    columns = [*(codes - codes.min(axis=0)).T, place]
    sizes = tuple(int(column.max()) + 1 for column in columns)
    if np.prod(sizes, dtype=float) < MOST_PACKED:
        # One number for each key sorts several times faster than its columns do.
        key = np.ravel_multi_index(tuple(columns), sizes)
        order = np.argsort(key, kind="stable")
        differs = key[order][1:] != key[order][:-1]
    else:
        order = np.lexsort(columns[::-1])
        differs = np.any([one[order][1:] != one[order][:-1] for one in columns], axis=0)
    return order, np.flatnonzero(np.r_[True, differs])


def union(mine: tuple[str, ...], its: tuple[str, ...]) -> tuple[str, ...]:
    """Levels of both; a shared given order (bands of a number) stays, else the order is by text."""
    if mine == its:
        return mine
    if set(its) <= set(mine):
        return mine
    if set(mine) <= set(its):
        return its
    return tuple(sorted({*mine, *its}))


def recode(
    codes: NDArray[np.int32], old: tuple[str, ...], new: tuple[str, ...]
) -> NDArray[np.int32]:
    """Codes of levels in `old` as codes of the same levels in `new`; -1 stays."""
    place = {level: code for code, level in enumerate(new)}
    lookup = np.array([*(place.get(level, -1) for level in old), -1], dtype=np.int32)
    recoded: NDArray[np.int32] = lookup[codes]
    return recoded
