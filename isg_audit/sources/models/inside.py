"""`Inside`: what a model is made of, as plain arrays that can leave a locked child process.

A model that can be read gives one; explanation works on it and never on the model's own objects.
Imports this room's trees and numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from isg_audit.sources.models.split_trees import SplitTree

Floats = NDArray[np.float64]
Unit = Literal["log-odds", "probability", "decision function"]


@dataclass(frozen=True, eq=False)
class Linear:
    """Weighted sums of prepared columns.

    Attributes:
        weights: shape (outputs, columns).
        intercept: shape (outputs,).
    """

    weights: Floats
    intercept: Floats


@dataclass(frozen=True, eq=False)
class Trees:
    """Sums of leaves over prepared columns.

    Attributes:
        trees: a forest's leaves are already divided by the number of its trees.
        output: for each tree, the output that it adds to, shape (trees,).
        base: what each output starts from, shape (outputs,).
    """

    trees: tuple[SplitTree, ...]
    output: NDArray[np.int64]
    base: Floats


@dataclass(frozen=True)
class Native:
    """A model whose own library gives SHAP values (CatBoost): see `Model.contributions`."""

    game: str


@dataclass(frozen=True, eq=False)
class Inside:
    """A model taken apart.

    Outputs: one for a model of two classes (of the second class, in the order of `classes`), else
    one a class. `Model.margins(frame)` gives them; they equal base or intercept plus the sum.

    Attributes:
        made_of: the sums.
        unit: of the outputs. For log-odds, classes of two: logit of the second; several: softmax.
        direct: whether the prepared columns are the features themselves, one each, in order.
    """

    made_of: Linear | Trees | Native
    unit: Unit
    direct: bool
