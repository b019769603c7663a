"""The thresholds that can matter: the corners of the convex hull of each group's ROC curve.

Imports numpy and this room.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isg_audit.stats.bounds import FloatArray

MOST_SHARED = 200
"""Thresholds that are tried where all groups share them; no corner of one group's curve can be left
out for another's sake, so that there would be as many as scores."""


class Choices(NamedTuple):
    """The thresholds that can be mixed, all in one vector.

    Attributes:
        threshold: bins from this one on are decided favourably, shape (choices,).
        right: rate of grants that a choice adds to each group among people with the favourable
            outcome, shape (groups, choices); 0 for groups that it is not for.
        wrong: the same among people with the unfavourable outcome.
        together: the choices whose shares add up to 1, a row each.
    """

    threshold: NDArray[np.intp]
    right: FloatArray
    wrong: FloatArray
    together: FloatArray


def by_group_choices(plus: FloatArray, minus: FloatArray) -> Choices:
    """For each group the corners of its ROC curve's convex hull: mixtures of them reach all."""
    right, wrong = _rates(plus), _rates(minus)
    kept = [hull(*pair) for pair in zip(right, wrong, strict=True)]
    owner = np.repeat(np.arange(len(plus)), [len(one) for one in kept])
    at = np.concatenate(kept)
    of_group = (owner == np.arange(len(plus))[:, None]).astype(float)
    return Choices(at, of_group * right[:, at], of_group * wrong[:, at], of_group)


def one_for_all_choices(plus: FloatArray, minus: FloatArray) -> Choices:
    """Thresholds for all groups at once, at most 200, with as many people from one to the next."""
    right, wrong = _rates(plus), _rates(minus)
    steps = np.append((plus + minus).sum(axis=0), 0.0)
    place = np.floor(MOST_SHARED * (steps.cumsum() - steps) / steps.sum())
    at = np.flatnonzero(np.diff(place, prepend=-1.0) > 0)
    at = np.unique(np.append(at, len(steps) - 1)).astype(np.intp)
    return Choices(at, right[:, at], wrong[:, at], np.ones((1, len(at))))


def _rates(counts: FloatArray) -> FloatArray:
    """Share of a group granted by each threshold: all, all but the worst bin, ..., nobody."""
    from_here = counts[:, ::-1].cumsum(axis=1)[:, ::-1]
    granted: FloatArray = np.column_stack([from_here, np.zeros(len(counts))])
    return granted / granted[:, :1]


def hull(right: FloatArray, wrong: FloatArray) -> NDArray[np.intp]:
    """Which of the points of one group's ROC curve are corners of their convex hull.

    Args:
        right: rate of right grants by threshold, falling from 1 to 0, shape (thresholds,).
        wrong: rate of wrong grants, alike.
    """
    kept = {*_chain(right, wrong, 1.0), *_chain(right, wrong, -1.0)}
    return np.array(sorted(kept), dtype=np.intp)


def _chain(right: FloatArray, wrong: FloatArray, side: float) -> list[int]:
    """The upper (`side` 1) or the lower (-1) half of the hull, by Andrew's monotone chain."""
    chain: list[int] = []
    for at in range(len(right) - 1, -1, -1):  # from nobody granted to everybody: both rates rise
        while len(chain) > 1:
            a, b = chain[-2], chain[-1]
            turn = (wrong[b] - wrong[a]) * (right[at] - right[a]) - (right[b] - right[a]) * (
                wrong[at] - wrong[a]
            )
            if side * turn < 0:
                break
            chain.pop()
        chain.append(at)
    return chain
