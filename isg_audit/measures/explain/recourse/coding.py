"""Rows as numbers and back: numbers as they are, every other value as the place of its level.

Imports numpy, pandas. Columns keep their types, so that the model reads them as it reads the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Column:
    """One input: its type, and for what is no number its levels, the frequent ones first.

    The last of `levels` is how the log writes a missing value, where it has one.
    """

    name: str
    dtype: Any
    levels: Any | None = None
    known: int = 0
    """How many levels are values, and not the missing one."""

    @property
    def number(self) -> bool:
        """Whether it holds numbers."""
        return self.levels is None

    def coded(self, values: pd.Series) -> Floats:
        """Numbers, or places of levels; NaN where missing or never seen."""
        import pandas as pd

        if self.levels is None:
            return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
        places = pd.Index(self.levels[: self.known]).get_indexer(pd.Index(values.array))
        return np.where(places < 0, np.nan, places.astype(np.float64))

    def column(self, values: Floats) -> Any:
        """Back to the column's own type."""
        import pandas as pd

        if self.levels is not None:
            places = np.where(np.isnan(values), self.known, values).astype(np.intp)
            # With its type: pandas makes text of objects of its own accord.
            return pd.Series(self.levels.take(places), dtype=self.dtype)
        if self.dtype.kind in "iu" and isinstance(self.dtype, np.dtype):
            whole = np.isfinite(values) & (values == np.rint(values))
            return values.astype(self.dtype) if whole.all() else values
        return pd.Series(values).astype(self.dtype).array

    def said(self, value: float) -> str:
        """A level in words, or a number rounded to three digits."""
        return str(self.levels[int(value)]) if self.levels is not None else f"{value:.3g}"


@dataclass(frozen=True, eq=False)
class Coding:
    """All inputs of a model."""

    columns: tuple[Column, ...]

    def coded(self, rows: pd.DataFrame) -> Floats:
        """Shape (rows, inputs)."""
        each = [column.coded(rows[column.name]) for column in self.columns]
        return np.column_stack(each) if each else np.empty((len(rows), 0))

    def frame(self, values: Floats) -> pd.DataFrame:
        """Rows as the model reads them."""
        import pandas as pd

        return pd.DataFrame(
            {
                column.name: column.column(values[:, place])
                for place, column in enumerate(self.columns)
            }
        )


def coding_of(rows: pd.DataFrame, features: tuple[str, ...]) -> Coding:
    """The types and levels of the inputs, from rows of the log."""
    return Coding(tuple(_column(feature, rows[feature]) for feature in features))


def _column(name: str, values: pd.Series) -> Column:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return Column(name, values.dtype)
    clean = values.reset_index(drop=True)
    counts = clean.value_counts()
    first = clean.dropna().drop_duplicates()
    # As frequent ones stand in the order of their text: the same in whatever order rows come.
    ranked = sorted(first.index, key=lambda at: (-int(counts[first[at]]), str(first[at])))
    missing = clean.index[clean.isna()][:1]
    levels = clean.iloc[[*ranked, *missing]].array
    return Column(name, values.dtype, levels, len(ranked))
