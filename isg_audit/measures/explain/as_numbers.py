"""Inputs as numbers, so that people can be told apart by them: text, missing values and all.

Imports numpy only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

MOST_CATEGORIES = 100
"""The rarer values of text are taken together."""

MOST_BINS = 20
"""Of one input by itself: numbers are cut at quantiles."""

FEWEST_IN_A_BIN = 10


class Numbers(NamedTuple):
    """Shape (rows, columns), NaN where missing, and which columns hold codes of categories."""

    columns: NDArray[np.float64]
    categorical: NDArray[np.bool_]

    def among(self, some: NDArray[np.bool_]) -> Numbers:
        """Some of the rows."""
        return Numbers(self.columns[some], self.categorical)

    def beside(self, other: Numbers) -> Numbers:
        """These columns, and others of the same rows."""
        return Numbers(
            np.hstack([self.columns, other.columns]),
            np.concatenate([self.categorical, other.categorical]),
        )


def as_numbers(frame: pd.DataFrame) -> Numbers:
    """Numbers as they are (infinite ones as missing), all else as codes, frequent ones first."""
    several = [_column(frame.iloc[:, at]) for at in range(frame.shape[1])]
    if not several:
        return Numbers(np.empty((len(frame), 0)), np.empty(0, dtype=bool))
    columns, categorical = zip(*several, strict=True)
    return Numbers(np.column_stack(columns), np.array(categorical))


def binned(values: NDArray[np.float64], *, categorical: bool) -> NDArray[np.int64]:
    """The bin of each value of one column of `as_numbers`, 0 where missing; shape (rows,)."""
    known = ~np.isnan(values)
    bins = np.zeros(len(values), dtype=np.int64)
    distinct = np.unique(values[known])
    most = int(min(MOST_BINS, max(2, known.sum() // FEWEST_IN_A_BIN)))
    if categorical or len(distinct) <= most:
        bins[known] = np.searchsorted(distinct, values[known]) + 1
        return bins
    edges = np.unique(np.quantile(values[known], np.linspace(0, 1, most + 1)[1:-1]))
    bins[known] = np.searchsorted(edges, values[known], side="right") + 1
    return bins


def _column(values: pd.Series) -> tuple[NDArray[np.float64], bool]:
    import pandas as pd

    if pd.api.types.is_datetime64_any_dtype(values):
        seconds = (values - values.min()).dt.total_seconds()
        return seconds.to_numpy(dtype=np.float64, na_value=np.nan), False
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_complex_dtype(values):
        numbers = values.astype("float64").to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(np.isfinite(numbers), numbers, np.nan), False
    text = values.astype(object).where(values.notna(), None).map(_said, na_action="ignore")
    counts = text.value_counts()
    order = sorted(counts.index, key=lambda one: (-counts[one], one))
    codes = {one: min(place, MOST_CATEGORIES) for place, one in enumerate(order)}
    return text.map(codes, na_action="ignore").to_numpy(dtype=np.float64, na_value=np.nan), True


def _said(value: object) -> str:
    return str(value)
