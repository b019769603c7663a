"""Rows of a frame as plain values that JSON carries in full. Imports `errors`."""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from isg_audit.errors import ModelFailed

if TYPE_CHECKING:
    import pandas as pd

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """What is asked about.

    Attributes:
        features: names of the columns.
        kinds: `number`, `whole`, `true-false` or `text` for each.
        values: the rows; None where a value is missing.
    """

    features: tuple[str, ...]
    kinds: tuple[str, ...]
    values: Sequence[Row]

    def __len__(self) -> int:
        return len(self.values)

    def some(self, places: Sequence[int]) -> Rows:
        """The rows at these places."""
        return Rows(self.features, self.kinds, [self.values[place] for place in places])

    def columns(self) -> list[list[Any]]:
        """The values, column by column."""
        return [list(column) for column in zip(*self.values, strict=True)]


def rows_of(frame: pd.DataFrame, features: tuple[str, ...]) -> Rows:
    """The rows of a frame.

    Raises:
        ModelFailed: an infinite number, which JSON cannot carry.
    """
    columns = [_column(frame[name], name) for name in features]
    values = list(zip(*(column for _, column in columns), strict=True))
    return Rows(features, tuple(kind for kind, _ in columns), values)


def _column(series: pd.Series[Any], name: str) -> tuple[str, list[object]]:
    from pandas.api import types

    missing = series.isna().to_numpy()
    if types.is_bool_dtype(series.dtype):
        kind = "true-false"
    elif types.is_integer_dtype(series.dtype):
        kind = "whole"
    elif types.is_numeric_dtype(series.dtype):
        kind = "number"
    else:
        kind = "text"
    values = [
        None if gone else _plain(value)
        for value, gone in zip(series.astype(object).tolist(), missing, strict=True)
    ]
    if any(isinstance(value, float) and not math.isfinite(value) for value in values):
        raise ModelFailed(f"Column '{name}' holds an infinite number, which no service is sent.")
    return kind, values


def _plain(value: Any) -> object:
    if isinstance(value, (bool, int, float, str)) and not hasattr(value, "item"):
        return value
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if hasattr(value, "item"):
        return value.item()
    return str(value)
