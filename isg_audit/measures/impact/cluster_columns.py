"""Features of people as columns of comparable size, so that likeness can be measured.

Imports numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

MOST_LEVELS, MOST_VALUES = 12, 200
"""Values of text that are told apart, the more frequent ones; and values above which a column
names people or places rather than kinds of them."""

FAR = 4.0
"""Standard deviations beyond which a number is no further away."""


@dataclass(frozen=True, eq=False)
class ClusterColumns:
    """Columns in which people are alike or not, shape (rows, columns), and what each is.

    Attributes:
        values: numbers in standard deviations from their mean, categories as 0 and 1.
        features: the feature behind each column.
        levels: the value that a column stands for, empty for numbers.
        left_out: features that say who somebody is, or do not vary.
    """

    values: Floats
    features: tuple[str, ...]
    levels: tuple[str, ...]
    left_out: tuple[str, ...]


def columns_of(frame: pd.DataFrame) -> ClusterColumns:
    """The columns of features: numbers standardised, text and the missing as 0 and 1.

    Args:
        frame: one column a feature.
    """
    values: list[Floats] = []
    features: list[str] = []
    levels: list[str] = []
    left_out: list[str] = []
    for name in frame.columns:
        several = list(_columns(frame[name]))
        if not several:
            left_out.append(str(name))
        for level, column in several:
            values.append(column)
            features.append(str(name))
            levels.append(level)
    matrix = np.column_stack(values) if values else np.zeros((len(frame), 0))
    return ClusterColumns(matrix, tuple(features), tuple(levels), tuple(left_out))


def _columns(series: pd.Series) -> list[tuple[str, Floats]]:
    import pandas as pd

    number = pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series)
    if number and series.nunique() > 2:
        given = series.astype("float64").to_numpy(dtype=np.float64, na_value=np.nan)
        there = np.isfinite(given)
        spread = given[there].std()
        if not spread > 0:
            return []
        scaled = np.clip((given - given[there].mean()) / spread, -FAR, FAR)
        found = [("", np.where(there, scaled, 0.0))]
        if 0.005 < (~there).mean() < 1:
            found.append(("not known", (~there).astype(float)))
        return found
    text = series.astype(object).where(series.notna(), "not known").map(str)
    counts = text.value_counts()
    if not 1 < len(counts) <= MOST_VALUES:
        return []
    shown = counts.index[:MOST_LEVELS] if len(counts) > 2 else counts.index[:1]
    return [(str(one), (text == one).to_numpy(dtype=np.float64)) for one in shown]
