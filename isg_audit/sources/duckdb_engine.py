"""DuckDB in this process: counts files, frames, database files, and what a model has scored.

Imports `errors` and this room.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isg_audit.errors import DataError, EngineFailed, Fault, OutputFailed
from isg_audit.sources.content import draw
from isg_audit.sources.engine_words import words_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

    from isg_audit.sources.engine import Mapped

BATCH_ROWS = 50_000
"""Rows of one batch for scoring; memory does not grow with the rows of the log."""


def connect() -> Backend:
    """A DuckDB of our own, in memory, that fetches nothing from outside."""
    import ibis

    connection = ibis.duckdb.connect()
    for setting in (
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        "SET preserve_insertion_order = true",
    ):
        connection.raw_sql(setting)
    return connection


@dataclass(frozen=True, eq=False)
class DuckDBEngine:
    """DuckDB.

    Attributes:
        connection: the Ibis backend.
        in_order: whether rows come in the order of the source on every run, as those of files do;
            those of a table or a query of a database need not.
    """

    connection: Backend
    in_order: bool = True

    def answer(self, expression: Any, what: str) -> pa.Table:
        """See `Engine`."""
        import duckdb

        try:
            return expression.to_pyarrow()
        except (duckdb.ConversionException, duckdb.InvalidInputException) as error:
            raise DataError(Fault("decisions.source", f"{words_of(error)}")) from error
        except engine_errors() as error:
            raise EngineFailed(f"The engine could not {what}: {words_of(error)}") from error

    def batches(self, table: Table, rows: int) -> Iterator[pa.RecordBatch]:
        """See `Engine`; in the order of the source."""
        reader = iter(table.to_pyarrow_batches(chunk_size=rows))
        with warnings.catch_warnings():
            # Ibis 12 asks DuckDB 1.5 for the first batch by a name that DuckDB has retired.
            warnings.simplefilter("ignore", DeprecationWarning)
            first = next(reader, None)
        for batch in () if first is None else chain([first], reader):
            if batch.num_rows:
                yield batch

    def sample(self, table: Table, rows: int, seed: int) -> pd.DataFrame:
        """See `Engine`; in the order of the source, where it has one."""
        if not self.in_order:
            return draw(table, hash_of, self.answer, rows, seed)
        import ibis
        import numpy as np
        import pyarrow as pa

        numbered = table.mutate(isg_row=ibis.row_number())
        counted = self.answer(numbered.aggregate(n=numbered.count()), "count rows")
        total = int(counted["n"][0].as_py())
        if total > rows:
            chosen = np.random.default_rng(seed).choice(total, size=rows, replace=False)
            # A join: as a list of 50,000 numbers in the query it takes a hundred times as long.
            numbered = numbered.semi_join(ibis.memtable(pa.table({"isg_row": chosen})), "isg_row")
        frame = self.answer(numbered.order_by("isg_row"), "draw a sample").to_pandas()
        drawn: pd.DataFrame = frame.drop(columns="isg_row")
        return drawn

    def mapped(
        self, table: Table, work: Mapped, scratch: Path, progress: Callable[[int], None]
    ) -> tuple[DuckDBEngine, Table]:
        """See `Engine`."""
        return kept(work(self.batches(table, BATCH_ROWS)), scratch, progress)

    def close(self) -> None:
        """See `Engine`."""
        self.connection.disconnect()


def kept(
    batches: Iterable[pa.RecordBatch], scratch: Path, progress: Callable[[int], None]
) -> tuple[DuckDBEngine, Table]:
    """Batches on disk, and a DuckDB to count them.

    Args:
        batches: at least one.
        scratch: an empty folder that outlives the result.
        progress: told how many rows are kept.

    Raises:
        OutputFailed: the folder has no room for them.
    """
    import pyarrow.parquet

    path, done = scratch / "kept.parquet", 0
    writer: pyarrow.parquet.ParquetWriter | None = None
    try:
        for batch in batches:
            writer = writer or pyarrow.parquet.ParquetWriter(path, batch.schema)
            writer.write_batch(batch)
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
    engine = DuckDBEngine(connect())
    return engine, engine.connection.read_parquet(str(path), table_name="kept")


def hash_of(text: Any, seed: int) -> Any:
    """64 bits of a text as an int64: from MD5, which every release of DuckDB computes alike."""
    import ibis
    import ibis.expr.datatypes as dt

    @ibis.udf.scalar.builtin(name="md5_number_lower", signature=((dt.string,), dt.uint64))
    def md5_number_lower(text):  # type: ignore[no-untyped-def]
        """Of DuckDB."""

    number = md5_number_lower(text + f":{seed}")
    return (number % ibis.literal(2**63 - 1, "uint64")).cast("int64")


def engine_errors() -> tuple[type[Exception], ...]:
    """Whatever DuckDB, Arrow or Ibis may raise over data."""
    import duckdb
    import pyarrow as pa
    from ibis.common.exceptions import IbisError

    return (duckdb.Error, pa.ArrowException, IbisError)
