"""Takes over a frame in memory: a pandas DataFrame or an Arrow table, without copying it to disk.

Imports `errors` and this room.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from isg_audit.errors import DataError, Fault
from isg_audit.sources.engine_words import words_of

if TYPE_CHECKING:
    import pandas as pd
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

_WIDER = {"null": "string", "halffloat": "float32"}
"""What the engine does not read, and what it reads in its place."""


def open_frame(connection: Backend, data: Any) -> Table:
    """A pandas DataFrame or an Arrow table.

    Raises:
        DataError: `data` is neither, its columns are not named by text or not by different ones,
            or it holds what no table can.
    """
    import duckdb

    names = list(getattr(data, "column_names", getattr(data, "columns", [])))
    odd = [name for name in names if not isinstance(name, str)]
    if not names or odd:
        what = f"has columns not named by text: {odd[:5]}" if odd else "has no columns"
        raise DataError(
            Fault("data", f"{type(data).__name__} {what}.", "Give a DataFrame or an Arrow table.")
        )
    doubled = [name for name, times in Counter(names).items() if times > 1]
    if doubled:
        raise DataError(
            Fault("data", f"several columns are called '{name}'.", "Give each its own name.")
            for name in doubled
        )
    table = _arrow_table(data)
    for at, column in enumerate(table.schema):
        if str(column.type) in _WIDER:
            wider = table.column(at).cast(_WIDER[str(column.type)])
            table = table.set_column(at, column.name, wider)
    try:
        connection.con.register("decisions", table)
        return connection.table("decisions")
    except (duckdb.Error, TypeError) as error:
        raise DataError(Fault("data", f"cannot be taken over: {words_of(error)}")) from error


def _arrow_table(data: Any) -> Any:
    import pandas as pd
    import pyarrow as pa

    if isinstance(data, pa.Table):
        return data
    if not isinstance(data, pd.DataFrame):
        what = f"{type(data).__name__} is no frame."
        raise DataError(Fault("data", what, "Give a DataFrame or an Arrow table."))
    try:
        return pa.Table.from_pandas(_with_spans_as_text(data), preserve_index=False)
    except (pa.ArrowException, TypeError) as error:
        raise DataError(Fault("data", f"cannot be taken over: {words_of(error)}")) from error


def _with_spans_as_text(data: pd.DataFrame) -> pd.DataFrame:
    """Bands (of `pandas.cut`) and periods by their names; the engine knows neither."""
    import pandas as pd

    spans = (pd.IntervalDtype, pd.PeriodDtype)
    texts = {}
    for name, kind in data.dtypes.items():
        inner = kind.categories.dtype if isinstance(kind, pd.CategoricalDtype) else kind
        if isinstance(inner, spans):
            column = data[str(name)]
            texts[str(name)] = column.astype(str).astype(object).where(column.notna(), None)
    return data.assign(**texts) if texts else data
