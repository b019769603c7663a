"""Columns of any kind as numbers that a linear model can be trained on. Imports nothing of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

MOST_CATEGORIES = 30
"""Values of a column that have a mark of their own, the most frequent ones."""


def as_numbers(frame: pd.DataFrame, first: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Numbers centred and scaled, categories as marks; what is missing has a mark.

    Args:
        frame: the columns.
        first: rows from which means, spreads and categories are learned.

    Returns:
        Shape (rows, inputs); inputs that do not vary are left out.
    """
    columns = [_of(frame[name], first) for name in frame.columns]
    inputs = np.column_stack(columns) if columns else np.zeros((len(frame), 0))
    varying = np.ptp(inputs[first], axis=0) > 0
    kept: NDArray[np.float64] = inputs[:, varying]
    return kept


def _of(column: pd.Series, first: NDArray[np.bool_]) -> NDArray[np.float64]:
    from pandas.api.types import is_numeric_dtype

    missing = np.asarray(column.isna(), dtype=bool)
    if is_numeric_dtype(column.dtype):
        values = np.asarray(column.astype("float64"), dtype=np.float64)
        seen = values[first & ~missing]
        middle = float(np.median(seen)) if len(seen) else 0.0
        values = np.where(missing, middle, values)
        spread = float(values[first].std()) or 1.0
        return np.column_stack([(values - values[first].mean()) / spread, missing])
    texts = np.array([str(value) for value in column.tolist()], dtype=object)
    names, counts = np.unique(texts[first & ~missing], return_counts=True)
    kept = names[np.argsort(-counts, kind="stable")][:MOST_CATEGORIES]
    marks = [(texts == name) & ~missing for name in kept]
    return np.column_stack([*marks, missing]).astype(float)
