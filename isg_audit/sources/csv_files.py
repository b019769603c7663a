"""Text files of rows: how they are told apart, what is wrong with them, and on which line.

Imports `errors`. The engine reads the rows; what is looked at here
is what it passes over in silence: a packed file that ends too early, a name that stands twice.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from isg_audit.errors import DataError, Fault

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

SNIFFED_ROWS = 200_000
"""Rows of a CSV file from which the types of its columns are told."""

CSV_TYPES = ["BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "VARCHAR"]
"""What a column of a CSV file may be. No truth values: "yes" and "no" stay the words they are."""

GZIP = b"\x1f\x8b"
_BETWEEN = ",;\t|"
_PIECE = 1 << 20


def open_csv(connection: Backend, paths: list[Path], as_text: frozenset[str]) -> Table:
    """Text files with a header, as one table.

    Args:
        connection: where the table shall live.
        paths: the files.
        as_text: columns to take as they are written.

    Raises:
        DataError: a packed file that is damaged or cut off, lines of unequal length, a name that
            stands twice over different columns.
    """
    packed = [_is_packed(path) for path in paths]
    for path, is_packed in zip(paths, packed, strict=True):
        if is_packed:
            _check_whole(path)
    known = {"compression": "gzip"} if all(packed) else {}  # else the engine goes by the name
    read = partial(
        connection.read_csv,
        [str(path) for path in paths],
        header=True,
        sample_size=SNIFFED_ROWS,
        union_by_name=True,
        auto_type_candidates=CSV_TYPES,
        **known,
    )
    sniffed = read(table_name="sniffed")
    columns = list(sniffed.columns)
    if len(columns) == 1:
        _check_lines(paths[0], columns[0])
    text = {name: "VARCHAR" for name in columns if name in as_text}
    table = read(table_name="decisions", types=text) if text else sniffed
    _check_names(table, paths[0])
    return table


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == GZIP


def _check_whole(path: Path) -> None:
    """The engine reads a packed file that was cut off as far as it goes, and says nothing."""
    try:
        with gzip.open(path) as unpacked:
            while unpacked.read(_PIECE):
                pass
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            Fault(path.name, f"is a damaged gzip file: {error}.", "Fetch or write it again.")
        ) from error


def _check_lines(path: Path, name: str) -> None:
    """Where the engine took each line for one value: the first line that made it do so."""
    for between in _BETWEEN:
        if between not in name:
            continue
        with _opened(path) as file:
            rows = csv.reader(file, delimiter=between)
            due = len(next(rows, []))
            for row in _readable(rows):
                if row and len(row) != due:
                    raise DataError(
                        Fault(
                            f"{path.name}, line {rows.line_num}",
                            f"has {len(row)} fields; the first line has {due}.",
                            "Each line needs as many; a value that holds "
                            f"'{between}' must stand between double quotes.",
                        )
                    )


def _readable(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Rows up to one that this reader cannot read."""
    try:
        yield from rows
    except csv.Error:
        return


@contextmanager
def _opened(path: Path) -> Iterator[io.TextIOBase]:
    text = {"encoding": "utf-8-sig", "errors": "replace", "newline": ""}
    with (
        gzip.open(path, "rt", **text) if _is_packed(path) else path.open(**text)  # type: ignore[call-overload]
    ) as file:
        yield file


def _check_names(table: Table, path: Path) -> None:
    """The engine calls the second column of a name `NAME_1` and goes by the first in silence."""
    columns = list(table.columns)
    doubtful = [name for name in columns if f"{name}_1" in columns]
    if not doubtful:
        return
    with _opened(path) as file:
        start = file.read(_PIECE)
    told = Counter(_header(start, columns[0]))
    doubled = [name for name in doubtful if told[name] > 1]
    if not doubled:
        return
    text = {name: table[name].cast("string") for name in columns}
    other = {
        f"c{at}": (~text[name].identical_to(text[f"{name}_1"])).sum()
        for at, name in enumerate(doubled)
    }
    differs = table.aggregate(**other).to_pyarrow().to_pylist()[0]
    faults = [
        Fault(
            path.name,
            f"two columns are called '{name}', and they differ in {differs[f'c{at}']:,} rows.",
            "Give each its own name.",
        )
        for at, name in enumerate(doubled)
        if differs[f"c{at}"]
    ]
    if faults:
        raise DataError(faults)


def _header(start: str, first: str) -> list[str]:
    """The names of the header: the first line that begins with the name of the first column."""
    for line in start.splitlines():
        if first in line[: len(first) + 1]:
            between = Counter(sign for sign in line if sign in _BETWEEN).most_common(1)
            return next(csv.reader([line], delimiter=between[0][0] if between else ","))
    return []
