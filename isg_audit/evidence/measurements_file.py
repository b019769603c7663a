"""`measurements.parquet`: the published rows as a table, columns in the order of the contract.

Imports this room's `results`, `errors`; pyarrow when used.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from isg_audit.errors import BundleError, Fault
from isg_audit.evidence.results import Row

ORDER = (
    "measure", "metric", "by", "group", "versus", "feature", "window", "value", "low", "high",
    "confidence", "n", "people", "affected", "affected_low", "affected_high", "p_value",
    "p_adjusted", "unit", "method", "note",
)  # fmt: skip
WHOLE = ("n", "people")
TEXT = ("measure", "metric", "by", "group", "versus", "feature", "window", "unit", "method", "note")


def _schema() -> Any:
    import pyarrow as pa

    kinds = {**dict.fromkeys(TEXT, pa.string()), **dict.fromkeys(WHOLE, pa.int64())}
    return pa.schema([(name, kinds.get(name, pa.float64())) for name in ORDER])


def write_measurements(rows: Sequence[Row], path: Path) -> None:
    """Write the rows, in order."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist([row.model_dump() for row in rows], schema=_schema())
    pq.write_table(table, path, compression="zstd")


def read_measurements(path: Path) -> tuple[Row, ...]:
    """The rows, in order.

    Raises:
        BundleError: not such a file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        if tuple(table.column_names) != ORDER:
            columns = ", ".join(table.column_names)
            raise BundleError(Fault(path.name, f"has the columns {columns}."))
        return tuple(Row.model_validate(row) for row in table.to_pylist())
    except (pa.ArrowException, ValueError) as error:
        raise BundleError(Fault(path.name, f"is no table of measurements: {error}.")) from error
