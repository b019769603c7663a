"""PostgreSQL: `postgres://host:5432/database`, read only, in one transaction on one snapshot.

Imports `errors`, `spec` and this room; the driver inside the functions. What the address leaves
out (user, password, host ...) comes from the environment, as libpq reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isg_audit.errors import DataError, Fault
from isg_audit.sources.content import draw, fingerprint_of
from isg_audit.sources.duckdb_engine import BATCH_ROWS, kept
from isg_audit.sources.engine import Opened
from isg_audit.sources.postgres_login import connect
from isg_audit.sources.postgres_types import arrow_type, column_sql, dtype_of, values_of
from isg_audit.sources.postgres_words import refused, said
from isg_audit.sources.select_only import check_select
from isg_audit.sources.table_name import parts_of, quoted
from isg_audit.spec.address import read_address

if TYPE_CHECKING:
    import pandas as pd
    import psycopg
    import pyarrow as pa
    from ibis.expr.types import Table

    from isg_audit.sources.engine import Engine, Mapped, Tell
    from isg_audit.spec.audit_file import DecisionsPart

VIEW = "isg_decisions"
"""What the decisions are called inside every statement."""

PIECE = 50_000
"""Rows fetched at a time."""


@dataclass(frozen=True, eq=False)
class PostgresEngine:
    """PostgreSQL.

    Attributes:
        connection: to the server, inside a transaction that sees one state of the data.
        source: the SELECT behind `VIEW`.
    """

    connection: psycopg.Connection[Any]
    source: str

    def answer(self, expression: Any, what: str) -> pa.Table:
        """See `Engine`."""
        import pyarrow as pa

        schema = _schema_of(expression)
        # No cursor on the server: for one, PostgreSQL counts with one process alone.
        with refused(what), self.connection.cursor() as cursor:
            cursor.execute(self._statement(expression))
            pieces = list(_pieces(cursor, schema, PIECE))
        return pa.Table.from_batches(pieces, schema=schema)

    def batches(self, table: Table, rows: int) -> Iterator[pa.RecordBatch]:
        """See `Engine`; through a cursor that stays on the server."""
        schema = _schema_of(table, for_a_model=True)
        with refused("read the decisions"), self.connection.cursor(name="isg_rows") as cursor:
            cursor.execute(self._statement(table))
            yield from _pieces(cursor, schema, rows)

    def sample(self, table: Table, rows: int, seed: int) -> pd.DataFrame:
        """See `Engine`."""
        return draw(table, hash_of, self.answer, rows, seed)

    def mapped(
        self, table: Table, work: Mapped, scratch: Path, progress: Callable[[int], None]
    ) -> tuple[Engine, Table]:
        """See `Engine`; what comes of the rows is kept and counted on this computer."""
        return kept(work(self.batches(table, BATCH_ROWS)), scratch, progress)

    def close(self) -> None:
        """See `Engine`."""
        self.connection.close()

    def _statement(self, expression: Any) -> bytes:
        """The expression over the user's own SELECT, which stands in it letter by letter."""
        import ibis

        asked = ibis.to_sql(expression, dialect="postgres", pretty=False)
        whole = f'WITH "{VIEW}" AS NOT MATERIALIZED ({self.source}\n) SELECT * FROM ({asked}) AS q'  # noqa: S608
        return whole.encode()


def open_postgres(part: DecisionsPart, folder: Path, tell: Tell) -> Opened:
    """Connect, and look at the columns.

    Args:
        part: the source, and the table or the query.
        folder: not used; a database has no path.
        tell: told while a connection is tried again.

    Raises:
        DataError: no such database, table or column, or a query that is none.
        EngineFailed: the server cannot be reached or refuses.
    """
    import ibis

    connection = connect(read_address(part.source), tell)
    try:
        columns = _columns(connection, part)
        chosen = ", ".join(column_sql(name, kind) for name, kind in columns)
        source = f"SELECT {chosen} FROM {_from(part)} AS s"  # noqa: S608 - quoted names
        engine = PostgresEngine(connection, source)
        table = ibis.table({name: dtype_of(kind) for name, kind in columns}, name=VIEW)
        found = fingerprint_of(table, hash_of, engine.answer)
    except BaseException:
        connection.close()
        raise
    return Opened(engine, table, found)


def _from(part: DecisionsPart) -> str:
    if part.query is not None:
        return f"({part.query.strip().rstrip(';')}\n)"
    return quoted(parts_of(part.table or ""))


def _columns(connection: psycopg.Connection[Any], part: DecisionsPart) -> list[tuple[str, Any]]:
    """Name and type of each column."""
    if part.query is not None:
        check_select(part.query, "postgres")
    where = "decisions.table" if part.query is None else "decisions.query"
    with said(connection, part, where), connection.transaction(), connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {_from(part)} AS s LIMIT 0".encode())  # noqa: S608
        found = [(column.name, column) for column in cursor.description or ()]
    names = [name for name, _ in found]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled or not names:
        what = f"several columns are called '{doubled[0]}'." if doubled else "has no columns."
        raise DataError(Fault(where, what, "Give each its own name, with AS."))
    return found


def _schema_of(expression: Any, *, for_a_model: bool = False) -> pa.Schema:
    import pyarrow as pa

    kinds = expression.as_table().schema().items()
    return pa.schema([(name, arrow_type(kind, for_a_model=for_a_model)) for name, kind in kinds])


def _pieces(cursor: Any, schema: pa.Schema, rows: int) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    while found := cursor.fetchmany(rows):
        columns = zip(*found, strict=True)
        arrays = [values_of(column, field) for column, field in zip(columns, schema, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def hash_of(text: Any, seed: int) -> Any:
    """PostgreSQL's own 64-bit hash of a text; the same in every release so far."""
    import ibis
    import ibis.expr.datatypes as dt

    @ibis.udf.scalar.builtin(name="hashtextextended", signature=((dt.string, dt.int64), dt.int64))
    def hashtextextended(text, seed):  # type: ignore[no-untyped-def]
        """Of PostgreSQL."""

    return hashtextextended(text, ibis.literal(seed % 2**63, "int64"))
