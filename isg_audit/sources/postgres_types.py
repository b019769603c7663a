"""What PostgreSQL's values become: the same values as from a file, to the last one.

Imports `errors` and this room's `values`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from isg_audit.errors import DataError, Fault
from isg_audit.sources.table_name import quoted
from isg_audit.sources.values import as_text

if TYPE_CHECKING:
    import pyarrow as pa

_KNOWN = {
    "bool": "boolean", "int2": "int64", "int4": "int64", "int8": "int64", "oid": "int64",
    "float4": "float64", "float8": "float64", "date": "date", "timestamp": "timestamp",
    "timestamptz": "timestamp('UTC')", "time": "time", "bytea": "binary",
}  # fmt: skip
"""PostgreSQL's name of a type to Ibis's; everything else is taken as text, `numeric` apart."""

_CASTS = {"float4": "float8", "int2": "int8", "int4": "int8", "oid": "int8", "money": "numeric"}

MOST_DIGITS = 38
"""Digits of a decimal in Arrow and DuckDB."""


def type_name(column: Any) -> str:
    """PostgreSQL's name of the type of a column that a statement describes."""
    import psycopg

    found = psycopg.adapters.types.get(column.type_code)
    array = found is not None and column.type_code == found.array_oid
    return "text" if found is None or array else found.name


def dtype_of(column: Any) -> str:
    """The Ibis type of a column."""
    name = type_name(column)
    if name == "money":
        return "decimal"
    if name == "numeric":
        digits, scale = column.precision, column.scale
        fits = digits is not None and digits <= MOST_DIGITS and 0 <= (scale or 0) <= digits
        return f"decimal({digits}, {scale or 0})" if fits else "decimal"
    return _KNOWN.get(name, "string")


def column_sql(name: str, column: Any) -> str:
    """The column as it is selected, under its own name.

    Text is compared sign by sign: a collation may make one group of "a" and "A". `char(n)` loses
    the blanks that only fill it up.
    """
    there, kind = quoted((name,)), type_name(column)
    if kind in _CASTS:
        return f"{there}::{_CASTS[kind]} AS {there}"
    if kind in _KNOWN or kind == "numeric":
        return there
    return f'{there}::text COLLATE "C" AS {there}'


def arrow_type(kind: Any, *, for_a_model: bool = False) -> pa.DataType:
    """The Arrow type for values of an Ibis type.

    A decimal without limits, which Arrow has not, comes as the text by which it is known; for a
    model as a number.
    """
    import pyarrow as pa

    if kind.is_decimal():
        if kind.precision is not None and kind.scale is not None:
            return pa.decimal128(kind.precision, kind.scale)
        return pa.float64() if for_a_model else pa.string()
    if kind.is_integer():
        return pa.int64()
    return kind.to_pyarrow()


def _float(value: Any, column: str) -> float:
    found = float(value)
    whole = isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value()
    if whole and Decimal(found) != value:  # an identifier, which would become another one
        what = f"column '{column}' holds a whole number with more digits than a model can take."
        raise DataError(Fault("decisions.source", what, "Cast it to text or to bigint in 'query'."))
    return found


def values_of(values: Sequence[Any], field: pa.Field) -> pa.Array:
    """Values as the driver gives them, as an Arrow array."""
    import pyarrow as pa

    kind = field.type
    if pa.types.is_integer(kind):  # sums of whole numbers come as decimals
        values = [None if value is None else int(value) for value in values]
    elif pa.types.is_floating(kind):
        values = [None if value is None else _float(value, field.name) for value in values]
    elif pa.types.is_string(kind):
        values = [as_text(value) if isinstance(value, Decimal) else value for value in values]
    elif pa.types.is_decimal(kind):
        values = [None if value is None or value.is_nan() else value for value in values]
    try:
        return pa.array(values, type=kind)
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
        what = f"column '{field.name}' holds a value that cannot be taken over: {error}."
        raise DataError(Fault("decisions.source", what)) from error
