"""Writes an Arrow table into a database, its types as a user of that database would choose them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tests.postgres_server import Server

POSTGRES = {
    "int64": "bigint", "string": "text", "large_string": "text", "double": "double precision",
    "float": "real", "bool": "boolean", "date32[day]": "date", "timestamp[us]": "timestamp",
    "timestamp[us, tz=UTC]": "timestamptz",
}  # fmt: skip


def into_postgres(
    server: Server, table: pa.Table, name: str, kinds: Mapping[str, str] | None = None
) -> None:
    """Create the table anew and copy the rows; `kinds` names other types for some columns."""

    def kind_of(field: pa.Field) -> str:
        if kinds and field.name in kinds:
            return kinds[field.name]
        if pa.types.is_decimal(field.type):
            return f"numeric({field.type.precision},{field.type.scale})"
        return POSTGRES[str(field.type)]

    def sql(word: str) -> str:
        return '"' + word.replace('"', '""') + '"'

    columns = ", ".join(f"{sql(field.name)} {kind_of(field)}" for field in table.schema)
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"drop table if exists {sql(name)}; create table {sql(name)} ({columns})")
        with cursor.copy(f"copy {sql(name)} from stdin") as copy:
            for row in table.to_pylist():
                copy.write_row(list(row.values()))


def into_duckdb(path: Path, table: pa.Table, name: str) -> None:
    """The table in a database file."""
    with duckdb.connect(str(path)) as connection:
        connection.register("given", table)
        there = '"' + name.replace('"', '""') + '"'
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE OR REPLACE TABLE {there} AS FROM given")


def rows_of(server: Server, sql: str) -> list[Any]:
    """What a statement gives."""
    with server.connect() as connection:
        return connection.execute(sql).fetchall()
