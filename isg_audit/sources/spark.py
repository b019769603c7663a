"""Spark: `spark://host:7077`, `spark://local[4]`, or `spark://` for what Spark's own settings say.

Imports `errors`, `spec` and this room; pyspark inside the functions. Rows, and what a model says
of them, stay on the workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isg_audit.errors import DataError, Fault
from isg_audit.sources.content import draw, fingerprint_of
from isg_audit.sources.engine import Mapped, Opened
from isg_audit.sources.select_only import check_select
from isg_audit.sources.spark_session import Session, start
from isg_audit.sources.spark_words import looked_at, refused
from isg_audit.sources.table_name import parts_of, quoted
from isg_audit.spec.address import read_address

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from ibis.expr.types import Table

    from isg_audit.sources.engine import Tell
    from isg_audit.spec.audit_file import DecisionsPart

VIEW, SCORED = "isg_decisions", "isg_scored"
"""What the decisions are called inside every statement, and what a model made of them."""

FORMATS = ("parquet", "orc", "json", "avro", "delta", "iceberg")
"""What may stand before a path in place of a schema."""


@dataclass(frozen=True, eq=False)
class SparkEngine:
    """Spark.

    Attributes:
        session: where the decisions are a view.
        kept: what this engine keeps on the workers until it is closed.
    """

    session: Session
    kept: Any = None

    def answer(self, expression: Any, what: str) -> pa.Table:
        """See `Engine`."""
        with refused(what):
            return self.session.spark.sql(self.session.compiled(expression)).toArrow()

    def batches(self, table: Table, rows: int) -> Iterator[pa.RecordBatch]:
        """See `Engine`; one partition after the other comes to this computer."""
        schema = self.answer(table.limit(0), "read the decisions").schema
        with refused("read the decisions"):
            frame = self.session.spark.sql(self.session.compiled(table))
            told = list(frame.columns)
            held: list[Any] = []
            for row in frame.toLocalIterator():
                held.append(row)
                if len(held) == rows:
                    yield _batch(held, told, schema)
                    held = []
        if held:
            yield _batch(held, told, schema)

    def sample(self, table: Table, rows: int, seed: int) -> pd.DataFrame:
        """See `Engine`."""
        return draw(table, hash_of, self.answer, rows, seed)

    def mapped(
        self, table: Table, work: Mapped, scratch: Path, progress: Callable[[int], None]
    ) -> tuple[SparkEngine, Table]:
        """See `Engine`; the work goes to the workers, and what it gives stays with them."""
        import ibis
        from pyspark.storagelevel import StorageLevel

        with refused("score with the model"):
            frame = self.session.spark.sql(self.session.compiled(table))
            each = self.session.on_workers(work)
            given = frame.mapInArrow(each, _schema_after(frame, work))
            # Each question would otherwise ask the model again.
            given = given.persist(StorageLevel.DISK_ONLY)
            given.createOrReplaceTempView(SCORED)
            progress(given.count())
        return SparkEngine(self.session, given), ibis.table(_dtypes(given.schema), name=SCORED)

    def close(self) -> None:
        """See `Engine`."""
        if self.kept is None:
            self.session.stop()
        elif self.session.runs():
            self.kept.unpersist()


def open_spark(part: DecisionsPart, folder: Path, tell: Tell) -> Opened:
    """Start Spark, or use the one that runs in this process, and look at the columns.

    Args:
        part: the source, and the table or the query.
        folder: where a relative path starts, where Spark runs on this computer.
        tell: told while a master is waited for.

    Raises:
        DataError: no such table, path or column, or a query that is none.
        EngineFailed: a package or Java is missing, or the master cannot be reached.
    """
    import ibis

    session = start(read_address(part.source), tell)
    try:
        where = "decisions.table" if part.query is None else "decisions.query"
        if part.query is not None:
            check_select(part.query, "spark")
        source = _from(part, folder, session.on_this_computer)
        with looked_at(session.spark, part, where):
            # In brackets, where nothing but a query can stand: Spark runs commands at once.
            rough = session.spark.sql(f"SELECT * FROM {source}")  # noqa: S608 - quoted names
            fields = list(rough.schema.fields)
        names = [field.name for field in fields]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            what = f"several columns are called '{doubled[0]}'."
            raise DataError(Fault(where, what, "Give each its own name, with AS."))
        chosen = ", ".join(_column(field) for field in fields)
        with looked_at(session.spark, part, where):
            view = session.spark.sql(f"SELECT {chosen} FROM {source}")  # noqa: S608
            view.createOrReplaceTempView(VIEW)
        engine = SparkEngine(session)
        table = ibis.table(_dtypes(view.schema), name=VIEW)
        found = fingerprint_of(table, hash_of, engine.answer)
    except BaseException:
        session.stop()
        raise
    return Opened(engine, table, found)


def _from(part: DecisionsPart, folder: Path, on_this_computer: bool) -> str:
    if part.query is not None:
        return f"({part.query.strip().rstrip(';')}\n)"
    parts = parts_of(part.table or "", "`")
    if len(parts) == 2 and parts[0].lower() in FORMATS:
        relative = "://" not in parts[1] and not parts[1].startswith(("/", "file:", "hdfs:"))
        if relative and on_this_computer:
            parts = (parts[0], str(folder.resolve() / parts[1]))
    return quoted(parts, "`")


def _column(field: Any) -> str:
    """The column as it is selected, under its own name; text is compared sign by sign."""
    from pyspark.sql import types

    there, kind = quoted((field.name,), "`"), field.dataType
    plain = (
        types.BooleanType, types.IntegralType, types.FractionalType, types.DateType,
        types.TimestampType, types.TimestampNTZType, types.BinaryType,
    )  # fmt: skip
    if isinstance(kind, plain):
        return there
    if not isinstance(kind, types.StringType):
        return f"CAST({there} AS STRING) AS {there}"
    if "char(" in str(field.metadata).replace("varchar(", ""):
        return f"rtrim({there}) AS {there}"  # the blanks that only fill it up
    return f"{there} COLLATE UTF8_BINARY AS {there}" if kind.collation != "UTF8_BINARY" else there


def _dtypes(schema: Any) -> Any:
    from ibis.backends.pyspark.datatypes import PySparkType

    return PySparkType.to_ibis(schema)


def _schema_after(frame: Any, work: Mapped) -> Any:
    """The columns that are kept as they are, and those that the work adds."""
    from pyspark.sql import types

    kinds = {"bool": types.BooleanType(), "double": types.DoubleType()}
    kept = [frame.schema[name] for name in work.kept]
    added = [types.StructField(name, kinds[kind]) for name, kind in work.added.items()]
    return types.StructType([*kept, *added])


def _batch(rows: list[Any], names: list[str], schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, schema.field(name).type)
              for name, column in zip(names, columns, strict=True)]  # fmt: skip
    return pa.RecordBatch.from_arrays(arrays, names=names)


def hash_of(text: Any, seed: int) -> Any:
    """Spark's own 64-bit hash, XXH64, of a text."""
    import ibis
    import ibis.expr.datatypes as dt

    @ibis.udf.scalar.builtin(name="xxhash64", signature=((dt.string, dt.int64), dt.int64))
    def xxhash64(text, seed):  # type: ignore[no-untyped-def]
        """Of Spark."""

    return xxhash64(text, ibis.literal(seed % 2**63, "int64"))
