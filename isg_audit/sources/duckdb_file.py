"""A DuckDB database file, opened read only: `duckdb://path/to/file.duckdb`.

Imports `errors`, `spec` and this room.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from isg_audit.errors import DataError, EngineFailed, Fault, nearest
from isg_audit.sources.content import fingerprint_of
from isg_audit.sources.duckdb_engine import DuckDBEngine, connect, hash_of
from isg_audit.sources.engine import Opened
from isg_audit.sources.engine_words import words_of
from isg_audit.sources.select_only import check_select
from isg_audit.sources.table_name import parts_of, quoted
from isg_audit.spec.address import read_address

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

    from isg_audit.sources.engine import Tell
    from isg_audit.spec.audit_file import DecisionsPart

_HERE = "isg_database"
_AS_THEY_ARE = (
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT",
    "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "DATE", "TIME", "BLOB",
)  # fmt: skip
"""Types that need no cast; so do DECIMAL(...) and TIMESTAMP..., known by how they begin."""


def open_duckdb_file(part: DecisionsPart, folder: Path, tell: Tell) -> Opened:
    """Open a database file.

    Args:
        part: the source, and the table or the query.
        folder: where a relative path starts.
        tell: not used; nothing has to be waited for.

    Raises:
        DataError: no such file, table or column, no database, a query that is none.
        EngineFailed: another program holds the file.
    """
    path = folder / read_address(part.source).path
    if not path.is_file():
        what = "is a folder." if path.is_dir() else "does not exist."
        raise DataError(Fault(str(path), what, "Name a DuckDB file: duckdb://path/to/file.duckdb."))
    connection = connect()
    engine = DuckDBEngine(connection, in_order=False)
    try:
        _attach(connection, path)
        _make_view(connection, part, path)
        table = connection.table("decisions", database="temp.main")
        found = fingerprint_of(table, hash_of, engine.answer)
    except BaseException:
        engine.close()
        raise
    return Opened(engine, table, found)


def _attach(connection: Backend, path: Path) -> None:
    import duckdb

    there = str(path).replace("'", "''")
    try:
        connection.raw_sql(f"ATTACH '{there}' AS {_HERE} (TYPE duckdb, READ_ONLY)")
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise EngineFailed(
                f"{path}: another program has it open for writing. Try again when it is done."
            ) from error
        raise DataError(Fault(str(path), f"cannot be opened: {words_of(error)}")) from error
    except duckdb.Error as error:
        raise DataError(
            Fault(str(path), f"is no DuckDB database that can be read: {words_of(error)}")
        ) from error
    connection.raw_sql("SET TimeZone = 'UTC'")
    connection.raw_sql(f"USE {_HERE}")


def _make_view(connection: Backend, part: DecisionsPart, path: Path) -> None:
    """A view `decisions` whose columns compare as they are written, whatever their collation."""
    import duckdb

    if part.query is not None:
        check_select(part.query, "duckdb")
        source = f"({part.query.strip().rstrip(';')}\n)"
        where = "decisions.query"
    else:
        source, where = quoted(parts_of(part.table or "")), "decisions.table"
    try:
        described = connection.raw_sql(f"DESCRIBE FROM {source}").fetchall()
    except duckdb.CatalogException as error:
        there = [row[0] for row in connection.raw_sql(_TABLES).fetchall()]
        what = f"{path.name} has no table '{part.table}'." if part.table else words_of(error)
        raise DataError(Fault(where, what, nearest(part.table or "", there))) from error
    except duckdb.Error as error:
        raise DataError(Fault(where, f"cannot be run: {words_of(error)}")) from error
    columns = ", ".join(_column(name, kind) for name, kind, *_ in described)
    connection.raw_sql(f"CREATE TEMP VIEW decisions AS FROM {source} SELECT {columns}")


def _column(name: str, kind: str) -> str:
    there = quoted((name,))
    if kind in _AS_THEY_ARE or kind.startswith(("DECIMAL", "TIMESTAMP")):
        return there
    # A collation would make one group of "a" and "A".
    return f"CAST({there} AS VARCHAR) COLLATE C AS {there}"


_TABLES = f"""
SELECT CASE WHEN schema_name = 'main' THEN name ELSE schema_name || '.' || name END
FROM (
    SELECT schema_name, table_name AS name FROM duckdb_tables() WHERE database_name = '{_HERE}'
    UNION ALL
    SELECT schema_name, view_name FROM duckdb_views()
    WHERE database_name = '{_HERE}' AND NOT internal
) ORDER BY 1
"""  # noqa: S608 - a constant
