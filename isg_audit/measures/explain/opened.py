"""Looks inside a scikit-learn pipeline: its last step, and which input each column comes from.

Imports `sources` and numpy; scikit-learn inside the functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.margins import inputs_of
from isg_audit.sources.models.model import Model, explainable

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Opened:
    """A pipeline taken apart.

    Attributes:
        final: the fitted last step.
        prepared: what the last step is handed of a frame, shape (rows, columns).
        direct: whether it is handed the inputs as they are.
    """

    final: Any
    prepared: Callable[[pd.DataFrame], Floats]
    direct: bool


def opened(model: Model) -> Opened | None:
    """The model taken apart, None where nobody can look inside."""
    from sklearn.pipeline import Pipeline

    fitted: Any = explainable(model)
    if fitted is None:
        return None
    whole = fitted
    while hasattr(fitted, "best_estimator_"):  # a search hands everything on to its best
        fitted = fitted.best_estimator_
    before = []
    while isinstance(fitted, Pipeline):
        before += [step for _, step in fitted.steps[:-1] if step not in (None, "passthrough")]
        fitted = fitted[-1]
    if getattr(fitted, "_preprocessor", None) is not None:  # native categories, coded and moved
        before.append(fitted._preprocessor)

    def prepared(frame: pd.DataFrame) -> Floats:
        columns: Any = inputs_of(whole, model, frame)
        for step in before:
            columns = step.transform(columns)
        dense = columns.toarray() if hasattr(columns, "toarray") else columns
        return np.asarray(dense, dtype=np.float64)

    return Opened(fitted, prepared, direct=not before)


def source_of_columns(
    found: Opened, features: tuple[str, ...], rows: pd.DataFrame
) -> NDArray[np.int64] | None:
    """Which input each column of the last step comes from.

    Found by trying, so that it holds for every transformer: the values of one input are moved to
    other people, and the columns that change come from it.

    Args:
        found: the model taken apart.
        features: its inputs.
        rows: everybody whose values will be looked at.

    Returns:
        Positions in `features`, shape (columns,), -1 for a column that never changes; None where
        a column comes from several inputs (as after PCA), so that its part cannot be told.
    """
    if found.direct:
        return np.arange(len(features))
    before = found.prepared(rows)
    source = np.full(before.shape[1], -1)
    moved = np.roll(np.arange(len(rows)), 1)
    for place, feature in enumerate(features):
        changed = rows.assign(**{feature: rows[feature].array[moved]})
        after = found.prepared(changed)
        differs = ~((after == before) | (np.isnan(after) & np.isnan(before))).all(axis=0)
        if (source[differs] != -1).any():
            return None
        source[differs] = place
    return source


def folded(columns: Floats, source: NDArray[np.int64], features: int) -> Floats:
    """Attributions of columns, summed over the columns that come from the same input.

    Args:
        columns: shape (people, columns).
        source: of each column, see `source_of_columns`.
        features: how many inputs there are.

    Returns:
        Shape (people, features).
    """
    belongs = (source[:, None] == np.arange(features)[None, :]).astype(np.float64)
    return np.asarray(columns @ belongs)
