"""`Decisions`: an Ibis table and the roles of its columns. It counts, samples and describes itself.

It never hands out the whole table. Imports `errors` and `spec`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from isg_audit.sources.duckdb_engine import BATCH_ROWS, DuckDBEngine, connect
from isg_audit.sources.engine import Engine, Opened, Tell
from isg_audit.sources.fingerprint import of_frame
from isg_audit.sources.frames import open_frame
from isg_audit.sources.open_source import open_source
from isg_audit.sources.roles import check_roles
from isg_audit.spec.unobserved_part import signal_columns

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from ibis.expr.types import Table

    from isg_audit.spec.audit_file import DecisionsPart
    from isg_audit.spec.read import AuditFile


def _silent(waiting: str) -> None:
    """Where nobody wants to be told."""


@dataclass(frozen=True, eq=False)
class Decisions:
    """Decisions where they lie, and what their columns mean.

    Attributes:
        table: the Ibis table.
        roles: the roles of its columns.
        columns: column of each declared attribute, in declared order.
        engine: where the table lives.
        fingerprint: hash of the content, see `fingerprint` and `content`.
        name: what to call the source in messages and reports.
    """

    table: Table
    roles: DecisionsPart
    columns: Mapping[str, str]
    engine: Engine
    fingerprint: str
    name: str

    def answer(self, expression: Any, what: str) -> pa.Table:
        """What the engine answers to an Ibis table expression, small enough for memory.

        Args:
            expression: over `table`.
            what: what is asked, in words, for messages.
        """
        return self.engine.answer(expression, what)

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
        return self.answer(cells, "count the decisions")

    def ask(self, **questions: Any) -> dict[str, Any]:
        """One row of aggregates: name to Ibis scalar expression in, name to value out."""
        row = self.answer(self.table.aggregate(**questions), "describe the decisions").to_pylist()
        return dict(row[0])

    def distinct(self, column: str, most: int, among: int | None = None) -> list[Any]:
        """Values of a column, at most `most` + 1 of them, in no order.

        Args:
            column: its name.
            most: after one more the rest is not told.
            among: look at so many rows only, whichever they are.
        """
        rows = self.table if among is None else self.table.limit(among)
        values = rows.select(rows[column]).distinct().limit(most + 1)
        found = self.answer(values, f"list the values of '{column}'")
        return list(found.column(0).to_pylist())

    def batches(self, rows: int = BATCH_ROWS) -> Iterator[pa.RecordBatch]:
        """All columns, `rows` at a time."""
        return self.engine.batches(self.table, rows)

    def sample(self, rows: int, seed: int, **keys: Any) -> pd.DataFrame:
        """At most `rows` rows, the same for the same seed; from files in their order.

        Args:
            rows: how many at most.
            seed: of the draw.
            keys: further columns to give, name to Ibis expression.
        """
        return self.engine.sample(self.table.mutate(**keys) if keys else self.table, rows, seed)

    def with_table(self, table: Table, engine: Engine, **roles: object) -> Decisions:
        """The same decisions seen through another table of an engine, with some roles changed."""
        return replace(self, table=table, engine=engine, roles=self.roles.model_copy(update=roles))

    def close(self) -> None:
        """Let the engine go."""
        self.engine.close()


def open_decisions(audit_file: AuditFile, data: Any = None, tell: Tell = _silent) -> Decisions:
    """Open what the audit file names, or the frame that is given instead.

    Args:
        audit_file: names the source and the roles of its columns.
        data: a DataFrame or an Arrow table in place of the source.
        tell: told of what is being waited for.

    Raises:
        DataError: it cannot be opened, has no rows, or its columns are missing or
            do not hold what their roles need; every fault at once.
        EngineFailed: the engine cannot be reached.
    """
    spec = audit_file.spec
    columns = {name: group.column or name for name, group in spec.groups.items()}
    if data is not None:
        engine = DuckDBEngine(connect())
        opened = Opened(engine, open_frame(engine.connection, data), of_frame(data))
        name = "the data given"
    else:
        cut = {name for name, group in spec.groups.items() if group.cut}
        categories = [column for group, column in columns.items() if group not in cut]
        if spec.decisions.task != "number":
            roles = spec.decisions
            categories += [one for one in (roles.decision, roles.outcome, roles.list) if one]
        categories += spec.decisions.reasons
        categories += signal_columns(spec.unobserved)
        opened = open_source(spec.decisions, audit_file.folder, categories, tell)
        name = spec.decisions.source
    decisions = Decisions(opened.table, spec.decisions, columns, opened.engine,
                          opened.fingerprint, name)  # fmt: skip
    try:
        check_roles(decisions, spec)
    except BaseException:
        decisions.close()
        raise
    return decisions
