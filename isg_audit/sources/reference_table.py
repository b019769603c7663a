"""Reads a small table that the audit file names beside the log, such as a census by group.

Imports `errors` and this room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isg_audit.errors import DataError, Fault, nearest
from isg_audit.sources.duckdb_engine import DuckDBEngine, connect
from isg_audit.sources.files import open_files

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

MOST_CELLS = 200_000
"""Different combinations of values above which a table is no summary by group any more."""

LARGEST = 2.0**53


@dataclass(frozen=True)
class Wanted:
    """What is asked of a reference table.

    Attributes:
        where: the table of the audit file that names it, such as "population".
        source: path or glob as the audit file gives it.
        keys: columns to group by, those that it has; at least one must be there.
        people: the column of counts.
        error: the column of their standard errors, if any.
    """

    where: str
    source: str
    keys: Sequence[str]
    people: str
    error: str | None = None


def read_counts(wanted: Wanted, folder: Path) -> pa.Table:
    """The counts by combination of values: columns `people`, `variance`, and the keys it has.

    Args:
        wanted: the file and its columns.
        folder: where its path starts from.

    Raises:
        DataError: it cannot be read, lacks columns, or holds what no count can be; all at once.
    """
    engine = DuckDBEngine(connect())
    try:
        table = open_files(engine.connection, wanted.source, folder, wanted.keys)
        faults = list(_columns(wanted, table)) or list(_values(wanted, table, engine))
        if faults:
            raise DataError(faults)
        keys = [name for name in wanted.keys if name in table.columns]
        people = table[wanted.people].cast("float64")
        error = people * 0.0 if wanted.error is None else table[wanted.error].cast("float64")
        # By position: a key may be called "people".
        grouped = table.group_by(**{f"k{at}": table[name] for at, name in enumerate(keys)})
        cells = engine.answer(
            grouped.agg(people=people.sum(), variance=(error * error).sum()).limit(MOST_CELLS + 1),
            "count the population",
        )
    finally:
        engine.close()
    if cells.num_rows > MOST_CELLS:
        what = f"has more than {MOST_CELLS:,} combinations of {', '.join(keys)}."
        raise DataError(Fault(wanted.source, what, "Give a table by group."))
    return cells.rename_columns([_named(name, keys) for name in cells.column_names])


def _named(name: str, keys: Sequence[str]) -> str:
    """The keys under their own names, before what is counted."""
    return f"key {keys[int(name[1:])]}" if name.startswith("k") else name


def _columns(wanted: Wanted, table: Table) -> Iterator[Fault]:
    there = list(table.columns)
    for key, column in (("people", wanted.people), ("error", wanted.error)):
        if column is None:
            continue
        where = f"{wanted.where}.{key}"
        if column not in there:
            what = f"{wanted.source} has no column '{column}'."
            yield Fault(where, what, nearest(column, there))
        elif not table[column].type().is_numeric():
            yield Fault(where, f"column '{column}' of {wanted.source} holds no numbers.")
    if not any(name in there for name in wanted.keys):
        yield Fault(
            f"{wanted.where}.source",
            f"{wanted.source} has no column named as an attribute: {', '.join(wanted.keys)}.",
            f"There is: {', '.join(there[:20])}.",
        )


def _values(wanted: Wanted, table: Table, engine: DuckDBEngine) -> Iterator[Fault]:
    several = [("people", wanted.people), ("error", wanted.error)]
    for key, column in several:
        if column is None:
            continue
        number = table[column].cast("float64")
        known = number.notnull() & ~number.isnan()
        facts = _asked(
            engine, table,
            missing=(~known).sum(), negative=(known & (number < 0)).sum(),
            large=(known & (number > LARGEST)).sum(), something=(known & (number > 0)).sum(),
        )  # fmt: skip
        where = f"{wanted.where}.{key}"
        if facts["missing"]:
            what = f"column '{column}' is missing in {facts['missing']:,} rows of {wanted.source}."
            yield Fault(where, what, "Leave those rows out, or write what is known.")
        if facts["negative"]:
            yield Fault(where, f"column '{column}' is negative in {facts['negative']:,} rows.")
        if facts["large"]:
            yield Fault(where, f"column '{column}' is too large in {facts['large']:,} rows.")
        if key == "people" and not any(facts.values()):
            yield Fault(where, f"column '{column}' of {wanted.source} counts nobody.")


def _asked(engine: DuckDBEngine, table: Table, **questions: Any) -> dict[str, int]:
    row = engine.answer(table.aggregate(**questions), "look at the population").to_pylist()[0]
    return {name: int(value or 0) for name, value in row.items()}
