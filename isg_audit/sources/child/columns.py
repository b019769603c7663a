"""A frame as the bytes of one Arrow batch. Imports `errors`; pandas and pyarrow inside.

What a model reads and nothing else leaves for the child: it never sees a protected attribute that
it does not take as an input.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from isg_audit.errors import ModelFailed

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def in_bytes(rows: pd.DataFrame | pa.RecordBatch, features: Sequence[str], name: str) -> memoryview:
    """The features of some rows, as an Arrow stream of one batch.

    Raises:
        ModelFailed: a column holds what no Arrow column can.
    """
    import pyarrow as pa

    chosen = list(features)
    if isinstance(rows, pa.RecordBatch):
        batch = rows.select(chosen)
    else:
        batch = _batch(rows[chosen].reset_index(drop=True), name)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    return memoryview(sink.getvalue())


def _batch(frame: pd.DataFrame, name: str) -> pa.RecordBatch:
    import pyarrow as pa

    try:
        # By way of a table: a column of text may lie in several pieces, which a batch may not.
        whole = pa.Table.from_pandas(frame, preserve_index=False).combine_chunks()
        return whole.to_batches()[0] if len(whole) else _empty(whole)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise ModelFailed(f"{name}: {_mixed(frame, error)}") from error


def _empty(whole: pa.Table) -> pa.RecordBatch:
    import pyarrow as pa

    return pa.RecordBatch.from_pylist([], schema=whole.schema)


def _mixed(frame: pd.DataFrame, error: Exception) -> str:
    """Which column cannot be handed over."""
    import pyarrow as pa

    for feature in frame.columns:
        try:
            pa.array(frame[feature], from_pandas=True)
        except (pa.ArrowException, TypeError, ValueError):
            return f"column '{feature}' must hold numbers or text, and not both."
    return f"the columns cannot be handed to the model ({str(error)[:200]})."
