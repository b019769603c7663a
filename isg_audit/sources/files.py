"""Opens what the audit file names as an Ibis table: files by their content, or a frame in memory.

Imports `errors` and `spec`. Reads nothing but headers here; the engine streams.
"""

from __future__ import annotations

import glob
import gzip
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isg_audit.errors import DataError, EngineFailed, Fault

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

SNIFFED_ROWS = 200_000
"""Rows of a CSV file from which the types of its columns are told."""

CSV_TYPES = ["BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "VARCHAR"]
"""What a column of a CSV file may be. No truth values: "yes" and "no" stay the words they are."""


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


def open_frame(connection: Backend, data: Any) -> Table:
    """A pandas DataFrame or an Arrow table, without copying it to disk.

    Raises:
        DataError: `data` is neither, or its columns are not named by text.
    """
    names = list(getattr(data, "column_names", getattr(data, "columns", [])))
    odd = [name for name in names if not isinstance(name, str)]
    if not names or odd:
        what = f"has columns not named by text: {odd[:5]}" if odd else "has no columns"
        raise DataError(
            Fault("data", f"{type(data).__name__} {what}.", "Give a DataFrame or an Arrow table.")
        )
    table = _arrow_table(data)
    for at, column in enumerate(table.schema):
        if str(column.type) == "null":
            table = table.set_column(at, column.name, table.column(at).cast("string"))
    connection.con.register("decisions", table)
    return connection.table("decisions")


def _arrow_table(data: Any) -> Any:
    import pyarrow as pa

    if isinstance(data, pa.Table):
        return data
    try:
        return pa.Table.from_pandas(data, preserve_index=False)
    except (pa.ArrowException, TypeError) as error:
        raise DataError(Fault("data", f"cannot be taken over: {_first_line(error)}")) from error


def open_files(connection: Backend, source: str, folder: Path, as_text: Iterable[str]) -> Table:
    """The files that `source` names (a path or a glob), as one table.

    Args:
        connection: where the table shall live.
        source: path or glob as the audit file gives it.
        folder: where relative paths start.
        as_text: columns of a CSV file to take as they are written, so that "02139" stays itself.

    Raises:
        DataError: no such file, an empty file, several formats at once, or an unreadable one.
    """
    paths = files_of(source, folder)
    kinds = {_kind(path) for path in paths}
    if len(kinds) > 1:
        raise DataError(
            Fault(source, f"names files of several formats: {', '.join(sorted(kinds))}.")
        )
    kind = kinds.pop()
    try:
        if kind == "parquet":
            return connection.read_parquet([str(path) for path in paths], table_name="decisions")
        if kind == "arrow":
            return _arrow(connection, paths)
        return _csv(connection, paths, frozenset(as_text))
    except _engine_errors() as error:
        raise DataError(Fault(source, f"cannot be read as {kind}: {_first_line(error)}")) from error


def files_of(source: str, folder: Path) -> list[Path]:
    """The files that a path or a glob names, in order.

    Raises:
        DataError: a kind of source that cannot be read, no such file, or an empty one.
    """
    if "://" in source:
        raise DataError(
            Fault(
                source,
                "this version reads files (csv, csv.gz, parquet, arrow) and frames.",
                "Databases and services come later; export the decisions to Parquet.",
            )
        )
    pattern = str(folder / source)
    paths = sorted(Path(found) for found in glob.glob(pattern)) or [Path(pattern)]  # noqa: PTH207 - absolute patterns
    gone = [path for path in paths if not path.is_file()]
    if gone:
        what = "is a folder" if gone[0].is_dir() else "does not exist"
        raise DataError(
            Fault(str(gone[0]), f"{what}.", "Name a file, or a glob such as 'log/*.parquet'.")
        )
    empty = [path for path in paths if path.stat().st_size == 0]
    if empty:
        raise DataError([Fault(str(path), "is empty: not even a header.") for path in empty])
    return paths


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(8)
    if start[:4] == b"PAR1":
        return "parquet"
    if start[:6] == b"ARROW1":
        return "arrow"
    if start[:2] == b"\x1f\x8b":
        try:
            with gzip.open(path) as unpacked:
                start = unpacked.read(8)
        except (OSError, EOFError) as error:
            raise DataError(Fault(str(path), f"is a damaged gzip file: {error}.")) from error
        if not start:
            raise DataError(Fault(str(path), "is empty: not even a header."))
    if b"\x00" in start:
        raise DataError(Fault(str(path), "is neither CSV, gzip-compressed CSV, Parquet nor Arrow."))
    return "csv"


def _csv(connection: Backend, paths: list[Path], as_text: frozenset[str]) -> Table:
    names = [str(path) for path in paths]
    read = partial(
        connection.read_csv,
        names,
        header=True,
        sample_size=SNIFFED_ROWS,
        union_by_name=True,
        auto_type_candidates=CSV_TYPES,
    )
    sniffed = read(table_name="sniffed")
    text = {name: "VARCHAR" for name in sniffed.columns if name in as_text}
    return read(table_name="decisions", types=text) if text else sniffed


def _arrow(connection: Backend, paths: list[Path]) -> Table:
    import pyarrow.dataset

    dataset = pyarrow.dataset.dataset([str(path) for path in paths], format="ipc")
    connection.con.register("decisions", dataset)
    return connection.table("decisions")


def _engine_errors() -> tuple[type[Exception], ...]:
    import duckdb
    import pyarrow as pa
    from ibis.common.exceptions import IbisError

    return (duckdb.Error, pa.ArrowException, IbisError)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]


def run_query(expression: Any, what: str) -> Any:
    """Ask the engine, and say plainly where it could not answer.

    Args:
        expression: an Ibis table expression.
        what: what was asked, in words, for the message.

    Returns:
        The answer, a `pyarrow.Table`.

    Raises:
        DataError: a value of the data does not fit its column's type.
        EngineFailed: anything else the engine says.
    """
    import duckdb

    try:
        return expression.to_pyarrow()
    except (duckdb.ConversionException, duckdb.InvalidInputException) as error:
        raise DataError(Fault("decisions.source", f"{_first_line(error)}")) from error
    except _engine_errors() as error:
        raise EngineFailed(f"The engine could not {what}: {_first_line(error)}") from error
