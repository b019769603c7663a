"""What tests of tree ensembles share: people to score, and sums walked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from isg_audit.sources.models.inside import Trees


def people(rows: int, seed: int = 0) -> pd.DataFrame:
    """Applicants with missing values, zeros, whole numbers and two columns of categories."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "income": draw.normal(50, 10, rows),
            "debt": draw.gamma(2, 3, rows) * (draw.random(rows) < 0.7),
            "priors": draw.integers(0, 6, rows),
            "area": pd.Categorical(draw.choice(list("nswx"), rows), categories=list("xswn")),
        }
    )
    frame.loc[draw.random(rows) < 0.15, "income"] = np.nan
    frame.loc[draw.random(rows) < 0.1, "area"] = None
    return frame


def answers(frame: pd.DataFrame, classes: int = 2, seed: int = 1) -> Any:
    """0, 1, ... that follow from income, debt and area, with noise."""
    noise = np.random.default_rng(seed).normal(0, 8, len(frame))
    score = frame.income.fillna(40) - frame.debt + 8 * (frame.area == "s") + noise
    return np.asarray(pd.qcut(score, classes, labels=False), dtype=np.int64)


def as_logged(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as it comes from a log: text instead of pandas categories, columns shuffled."""
    return frame.astype({"area": object})[list(frame.columns[::-1])]


def summed(trees: Trees, columns: Any) -> Any:
    """Base and leaves of each row, shape (rows, outputs), by walking down every tree."""
    total = np.tile(trees.base, (len(columns), 1))
    for tree, output in zip(trees.trees, trees.output, strict=True):
        at = np.zeros(len(columns), dtype=np.int64)
        for node in np.flatnonzero(tree.left >= 0):
            here = at == node
            left = tree.goes_left(int(node), columns[here])
            at[here] = np.where(left, tree.left[node], tree.right[node])
        total[:, output] += tree.value[at]
    return total
