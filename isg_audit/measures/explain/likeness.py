"""How alike two explanations of the same people are. Imports numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_REASONS = 4
"""As many as are given to a person: more are said to be of no help (12 CFR 1002, supplement I)."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Likeness:
    """Of two explanations of each person, each from 0 to 1, shape (people,).

    Attributes:
        overlap: the part of the weightiest inputs that both name.
        first: whether both name the same one first.
        ranks: the part of the weightiest inputs that stand at the same place.
        signs: the part of the weightiest inputs that both name with the same sign.
        size: how many inputs were compared.
    """

    overlap: Floats
    first: NDArray[np.bool_]
    ranks: Floats
    signs: Floats
    size: int


def likeness(one: Floats, other: Floats) -> Likeness:
    """Compares the weightiest inputs of two explanations.

    Args:
        one: attributions, shape (people, inputs), at least two inputs.
        other: of the same people and inputs.

    At most four inputs, and fewer than there are, else every two would agree.

    Source:
        Krishna et al. (2022), "The Disagreement Problem in Explainable Machine Learning".
    """
    size = min(MOST_REASONS, one.shape[1] - 1)
    mine, theirs = _weightiest(one, size), _weightiest(other, size)
    same = mine[:, :, None] == theirs[:, None, :]
    agree = np.take_along_axis(np.sign(one) == np.sign(other), mine, axis=1)
    return Likeness(
        overlap=same.any(axis=2).mean(axis=1),
        first=mine[:, 0] == theirs[:, 0],
        ranks=(mine == theirs).mean(axis=1),
        signs=(same.any(axis=2) & agree).mean(axis=1),
        size=size,
    )


def _weightiest(values: Floats, size: int) -> Integers:
    return np.argsort(-np.abs(values), axis=1, kind="stable")[:, :size]
