"""How well one group is told from everybody else, always by what was learnt from other people.

Imports this family, `stats`, numpy; scikit-learn in functions.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.as_numbers import Numbers

FOLDS = 5
TURNS = 8

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]


def folds_of(members: Truths, persons: Integers | None, draw: np.random.Generator) -> Integers:
    """A fold for each row, shape (rows,): both sides in every fold, no person in two.

    Args:
        members: who is of the group.
        persons: who stands behind each row, None where each row is somebody else.
        draw: the randomness.
    """
    rows = np.arange(len(members))
    _, first, person = np.unique(
        rows if persons is None else persons, return_index=True, return_inverse=True
    )
    fold = np.empty(len(first), dtype=np.int64)
    for side in (True, False):
        here = draw.permutation(np.flatnonzero(members[first] == side))
        fold[here] = np.arange(len(here)) % FOLDS
    return np.asarray(fold[person])


def learnt(inputs: Numbers, members: Truths, folds: Integers) -> Floats:
    """Log-odds of being of the group, of each row by trees that never saw its fold.

    Args:
        inputs: of `as_numbers`; without a column, everybody has the same log-odds.
        members: who is of the group, shape (rows,).
        folds: of `folds_of`.

    Small trees, thirty of them, with a thread of their own: the same at every run.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    found = np.zeros(len(members))
    with threadpool_limits(1):
        for fold in range(FOLDS):
            others, here = folds != fold, folds == fold
            share = members[others].mean()
            found[here] = np.log(share) - np.log1p(-share)
            varied = _varied(inputs.columns[others])
            if not varied.any():
                continue
            trees = HistGradientBoostingClassifier(
                max_iter=30,
                learning_rate=0.15,
                max_leaf_nodes=8,
                min_samples_leaf=max(10, int(others.sum()) // 100),
                l2_regularization=1.0,
                early_stopping=False,
                categorical_features=inputs.categorical[varied],
                random_state=0,
            ).fit(inputs.columns[others][:, varied], members[others])
            found[here] = trees.decision_function(inputs.columns[here][:, varied])
    return found


def shifted(
    offset: Floats, several: Sequence[Integers], members: Truths, folds: Integers
) -> Floats:
    """Log-odds that add to `offset` what the bins of inputs say, learnt on the other folds.

    Args:
        offset: log-odds that are known already, shape (rows,).
        several: the bins of each input, shape (rows,) each.
        members: who is of the group.
        folds: of `folds_of`.

    A shift for each bin of each input, in turns by Newton's method, with a penalty of one half of
    its square.
    """
    found = offset.copy()
    for fold in range(FOLDS):
        others, here = folds != fold, folds == fold
        known = offset[others].copy()
        shifts = [np.zeros(int(bins.max(initial=0)) + 1) for bins in several]
        for _ in range(TURNS):
            for bins, shift in zip(several, shifts, strict=True):
                step = _step(known, bins[others], members[others], shift)
                shift += step
                known += step[bins[others]]
        for bins, shift in zip(several, shifts, strict=True):
            found[here] += shift[bins[here]]
    return found


def _step(known: Floats, bins: Integers, members: Truths, shift: Floats) -> Floats:
    chance = 1.0 / (1.0 + np.exp(-np.clip(known, -30, 30)))
    left = np.bincount(bins, members - chance, minlength=len(shift)) - shift
    curve = np.bincount(bins, chance * (1 - chance), minlength=len(shift)) + 1.0
    return np.asarray(np.clip(left / curve, -2.0, 2.0))


def _varied(columns: Floats) -> Truths:
    """Columns with more than one value."""
    first = columns[:1]
    same = (columns == first) | (np.isnan(columns) & np.isnan(first))
    return np.asarray(~same.all(axis=0))
