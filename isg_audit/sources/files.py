"""Opens the files that the audit file names as an Ibis table, told apart by their content.

Imports `errors` and this room. Reads nothing but headers here; the engine streams.
"""

from __future__ import annotations

import glob
import gzip
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from isg_audit.errors import DataError, Fault
from isg_audit.sources.csv_files import GZIP, open_csv
from isg_audit.sources.duckdb_engine import engine_errors
from isg_audit.sources.engine_words import words_of

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


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
        return open_csv(connection, paths, frozenset(as_text))
    except engine_errors() as error:
        raise DataError(Fault(source, f"cannot be read as {kind}: {words_of(error)}")) from error


def files_of(source: str, folder: Path) -> list[Path]:
    """The files that a path or a glob names, in order.

    Raises:
        DataError: no such file, or an empty one.
    """
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
    if start[:2] == GZIP:
        try:
            with gzip.open(path) as unpacked:
                start = unpacked.read(8)
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(Fault(str(path), f"is a damaged gzip file: {error}.")) from error
        if not start:
            raise DataError(Fault(str(path), "is empty: not even a header."))
    if start[:2] in _UTF_16:
        raise DataError(Fault(str(path), "is text in UTF-16.", "Save it as UTF-8."))
    if b"\x00" in start:
        raise DataError(Fault(str(path), "is neither CSV, gzip-compressed CSV, Parquet nor Arrow."))
    return "csv"


def _arrow(connection: Backend, paths: list[Path]) -> Table:
    import pyarrow.dataset

    dataset = pyarrow.dataset.dataset([str(path) for path in paths], format="ipc")
    connection.con.register("decisions", dataset)
    return connection.table("decisions")
