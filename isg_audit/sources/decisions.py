"""`Decisions`: an Ibis table and the roles of its columns. It counts, samples and describes itself.

It never hands out the whole table. Imports `errors` and `spec`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from isg_audit.sources.files import connect, files_of, open_files, run_query
from isg_audit.sources.fingerprint import of_files, of_frame
from isg_audit.sources.frames import open_frame
from isg_audit.sources.roles import check_roles

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

    from isg_audit.spec.audit_file import DecisionsPart
    from isg_audit.spec.guess import ColumnProfile
    from isg_audit.spec.read import AuditFile

BATCH_ROWS = 50_000
"""Rows of one batch for scoring; memory does not grow with the rows of the log."""


@dataclass(frozen=True, eq=False)
class Decisions:
    """Decisions where they lie, and what their columns mean.

    Attributes:
        table: the Ibis table.
        roles: the roles of its columns.
        columns: column of each declared attribute, in declared order.
        connection: where the table lives.
        fingerprint: hash of the content, see `fingerprint`.
        name: what to call the source in messages and reports.
    """

    table: Table
    roles: DecisionsPart
    columns: Mapping[str, str]
    connection: Backend
    fingerprint: str
    name: str

    def count(self, keys: Mapping[str, Any], sums: Mapping[str, Any], most: int) -> Any:
        """Rows and sums by key: the one GROUP BY.

        Args:
            keys: name to Ibis column expression.
            sums: name to Ibis scalar expression (an aggregate).
            most: number of cells above which the answer is cut, to be seen by its length.

        Returns:
            A `pyarrow.Table`, one row a cell that occurs, at most `most` + 1 rows.
        """
        cells = self.table.group_by(**keys).agg(**sums).limit(most + 1)
        return run_query(cells, "count the decisions")

    def ask(self, **questions: Any) -> dict[str, Any]:
        """One row of aggregates: name to Ibis scalar expression in, name to value out."""
        row = run_query(self.table.aggregate(**questions), "describe the decisions").to_pylist()[0]
        return dict(row)

    def distinct(self, column: str, most: int, among: int | None = None) -> list[Any]:
        """Values of a column, at most `most` + 1 of them, in no order.

        Args:
            column: its name.
            most: after one more the rest is not told.
            among: look at so many rows only, whichever they are.
        """
        rows = self.table if among is None else self.table.limit(among)
        values = rows.select(rows[column]).distinct().limit(most + 1)
        found = run_query(values, f"list the values of '{column}'")
        return list(found.column(0).to_pylist())

    def batches(self, rows: int = BATCH_ROWS) -> Iterator[pa.RecordBatch]:
        """All columns, `rows` at a time, in the order of the source."""
        reader = iter(self.table.to_pyarrow_batches(chunk_size=rows))
        with warnings.catch_warnings():
            # Ibis 12 asks DuckDB 1.5 for the first batch by a name that DuckDB has retired.
            warnings.simplefilter("ignore", DeprecationWarning)
            first = next(reader, None)
        for batch in () if first is None else chain([first], reader):
            if batch.num_rows:
                yield batch

    def sample(self, rows: int, seed: int, **keys: Any) -> pd.DataFrame:
        """At most `rows` rows, the same for the same seed, in the order of the source.

        Args:
            rows: how many at most.
            seed: of the draw.
            keys: further columns to give, name to Ibis expression.
        """
        import ibis

        numbered = self.table.mutate(isg_row=ibis.row_number(), **keys)
        total = int(run_query(numbered.aggregate(n=numbered.count()), "count rows")["n"][0].as_py())
        if total > rows:
            import numpy as np

            chosen = np.random.default_rng(seed).choice(total, size=rows, replace=False)
            numbered = numbered.filter(numbered.isg_row.isin([int(row) for row in chosen]))
        frame = run_query(numbered.order_by("isg_row"), "draw a sample").to_pandas()
        drawn: pd.DataFrame = frame.drop(columns="isg_row")
        return drawn

    def with_table(self, table: Table, **roles: object) -> Decisions:
        """The same decisions seen through another table, with some roles changed."""
        return replace(self, table=table, roles=self.roles.model_copy(update=roles))

    def close(self) -> None:
        """Let the engine go."""
        self.connection.disconnect()


def open_decisions(audit_file: AuditFile, data: Any = None) -> Decisions:
    """Open what the audit file names, or the frame that is given instead.

    Raises:
        DataError: it cannot be opened, has no rows, or its columns are missing or
            do not hold what their roles need; every fault at once.
    """
    spec = audit_file.spec
    columns = {name: group.column or name for name, group in spec.groups.items()}
    connection = connect()
    if data is not None:
        table, name = open_frame(connection, data), "the data given"
        fingerprint = of_frame(data)
    else:
        name = spec.decisions.source
        cut = {name for name, group in spec.groups.items() if group.cut}
        categories = [column for group, column in columns.items() if group not in cut]
        categories += [one for one in (spec.decisions.decision, spec.decisions.outcome) if one]
        table = open_files(connection, name, audit_file.folder, categories)
        fingerprint = of_files(files_of(name, audit_file.folder))
    decisions = Decisions(table, spec.decisions, columns, connection, fingerprint, name)
    check_roles(decisions, spec)
    return decisions


def profile(source: str, folder: Any) -> list[ColumnProfile]:
    """Describe each column of a file: its kind, its frequent values, how many are missing."""
    from pathlib import Path

    from isg_audit.sources.values import as_text
    from isg_audit.spec.guess import ColumnProfile

    connection = connect()
    table = open_files(connection, source, Path(folder), [])
    described = []
    rows = int(run_query(table.aggregate(n=table.count()), "count rows")["n"][0].as_py())
    for name in table.columns:
        column = table[name]
        counts = table.group_by(value=column).agg(n=table.count()).order_by([_down("n"), "value"])
        facts = run_query(
            table.aggregate(distinct=column.nunique(), missing=column.isnull().sum()), "describe"
        ).to_pylist()[0]
        top = run_query(counts.limit(21), "describe").to_pylist()
        values = tuple(text for row in top if (text := as_text(row["value"])) is not None)[:20]
        described.append(
            ColumnProfile(
                name=name,
                kind=_kind_of(column),
                distinct=int(facts["distinct"]),
                values=values,
                missing=int(facts["missing"] or 0),
                rows=rows,
            )
        )
    connection.disconnect()
    return described


def _down(name: str) -> Any:
    import ibis

    return ibis.desc(name)


def _kind_of(column: Any) -> Any:
    kind = column.type()
    if kind.is_boolean():
        return "true-false"
    if kind.is_integer():
        return "whole"
    if kind.is_numeric():
        return "number"
    return "date" if kind.is_date() or kind.is_timestamp() else "text"
