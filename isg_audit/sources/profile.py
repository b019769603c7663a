"""Describes the columns of a source, for a first audit file.

Imports `spec` and this room.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from isg_audit.sources.engine import Opened
from isg_audit.sources.open_source import open_source
from isg_audit.sources.values import as_text
from isg_audit.spec.audit_file import DecisionsPart

if TYPE_CHECKING:
    from isg_audit.spec.guess import ColumnProfile, Kind

SHOWN = 20
"""Frequent values listed."""


def profile(
    source: str, folder: Path, table: str | None = None, query: str | None = None
) -> list[ColumnProfile]:
    """Describe each column: its kind, its frequent values, how many are missing.

    Args:
        source: a path or a glob, or the address of a database.
        folder: where relative paths start.
        table: in a database.
        query: in a database, instead of `table`.

    Raises:
        SpecError: an address with a password, or keys that do not fit it.
        DataError: it cannot be opened.
        EngineFailed: the engine cannot be reached.
    """
    part = DecisionsPart(source=source, table=table, query=query)
    opened = open_source(part, folder, (), lambda waiting: None)
    try:
        rows = _rows(opened)
        return [_column(opened, name, rows) for name in opened.table.columns]
    finally:
        opened.engine.close()


def _rows(opened: Opened) -> int:
    counted = opened.engine.answer(opened.table.aggregate(n=opened.table.count()), "count rows")
    return int(counted["n"][0].as_py())


def _column(opened: Opened, name: str, rows: int) -> ColumnProfile:
    import ibis

    from isg_audit.spec.guess import ColumnProfile

    table, ask = opened.table, opened.engine.answer
    column = table[name]
    counts = table.group_by(value=column).agg(n=table.count()).order_by([ibis.desc("n"), "value"])
    facts = table.aggregate(distinct=column.nunique(), missing=column.isnull().sum())
    known = ask(facts, "describe").to_pylist()[0]
    top = ask(counts.limit(SHOWN + 1), "describe").to_pylist()
    values = [text for row in top if (text := as_text(row["value"])) is not None]
    return ColumnProfile(
        name=name,
        kind=_kind_of(column),
        distinct=int(known["distinct"]),
        values=tuple(values[:SHOWN]),
        missing=int(known["missing"] or 0),
        rows=rows,
    )


def _kind_of(column: Any) -> Kind:
    kind = column.type()
    if kind.is_boolean():
        return "true-false"
    if kind.is_integer():
        return "whole"
    if kind.is_numeric():
        return "number"
    return "date" if kind.is_date() or kind.is_timestamp() else "text"
