"""Decisions as the model takes them: every row scored, in batches, kept on disk.

Imports this room and `errors`. Memory does not grow with the rows; the features are not kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING

from isg_audit.errors import DataError, Fault, OutputFailed
from isg_audit.sources.duckdb_engine import DuckDBEngine, connect
from isg_audit.sources.model import Model, require_features
from isg_audit.sources.scoring import DECISION, SCORE, score

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from isg_audit.sources.decisions import Decisions

ROLES = ("outcome", "time", "person", "weight", "count")


def scored_by(
    model: Model,
    decisions: Decisions,
    favourable: object,
    scratch: Path,
    progress: Callable[[int], None],
) -> Decisions:
    """The same people, decided by the model.

    Args:
        model: the model.
        decisions: rows with the model's features.
        favourable: the class that is good for the person.
        scratch: an empty folder that outlives the result.
        progress: told how many rows are scored.

    Returns:
        Decisions whose decision is the model's label and whose score is its probability of the
        textbook positive (none where the model gives labels only).

    Raises:
        ModelError: the model does not fit the data, or knows no such class.
        DataError: a column has the name that we give to the model's answers.
        ModelFailed: the model could not score.
    """
    import pyarrow.parquet

    require_features(model, list(decisions.table.columns))
    kept = [getattr(decisions.roles, role) for role in ROLES]
    names = list(dict.fromkeys([*decisions.columns.values(), *(name for name in kept if name)]))
    _check_names(names)
    flagged = decisions.roles.positive == "unfavourable"
    done = 0
    writer: pyarrow.parquet.ParquetWriter | None = None
    path = scratch / "scored.parquet"
    batches, same = tee(decisions.batches())
    frames = score(model, (_features(batch, model) for batch in same), favourable)
    try:
        for batch, frame in zip(batches, frames, strict=True):
            table = _joined(batch.select(names), frame, flagged)
            writer = writer or pyarrow.parquet.ParquetWriter(path, table.schema)
            writer.write_table(table)
            done += batch.num_rows
            progress(done)
    except OSError as error:
        why = os.strerror(error.errno).lower() if error.errno else str(error)
        raise OutputFailed(
            f"The scored decisions could not be kept in {scratch.parent}: {why}. "
            "Set TMPDIR to a folder with more room."
        ) from error
    finally:
        if writer is not None:
            writer.close()
    local = DuckDBEngine(connect())
    return decisions.with_table(
        local.connection.read_parquet(str(path), table_name="scored"),
        local,
        decision=DECISION,
        favourable=True,
        unfavourable=(),
        score=SCORE if model.gives_scores else None,
    )


def _check_names(names: list[str]) -> None:
    taken = [name for name in names if name in (DECISION, SCORE)]
    if taken:
        what = f"'{taken[0]}' is how the model's own answers are called here."
        raise DataError(Fault("decisions", what, "Give the column another name."))


def _features(batch: pa.RecordBatch, model: Model) -> pd.DataFrame:
    frame: pd.DataFrame = batch.select(list(model.features)).to_pandas()
    return frame


def _joined(kept: pa.RecordBatch, frame: pd.DataFrame, flagged: bool) -> pa.Table:
    import pyarrow as pa

    table = pa.Table.from_batches([kept])
    table = table.append_column(DECISION, pa.array(frame[DECISION].to_numpy(), type=pa.bool_()))
    if SCORE in frame:
        favourable = frame[SCORE].to_numpy()
        scores = 1 - favourable if flagged else favourable
        table = table.append_column(SCORE, pa.array(scores, type=pa.float64()))
    return table
