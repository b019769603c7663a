"""Opens what `decisions.source` names: the catalogue of databases, or else files.

To add a database, write a module with `open_...(part, folder, tell)`, add one line to `OPENERS`
and its scheme to `spec/address.py`. Imports `errors`, `spec` and this room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from isg_audit.errors import DataError, Fault, SpecError
from isg_audit.sources.duckdb_engine import DuckDBEngine, connect
from isg_audit.sources.duckdb_file import open_duckdb_file
from isg_audit.sources.engine import Opened, Tell
from isg_audit.sources.files import files_of, open_files
from isg_audit.sources.fingerprint import of_files
from isg_audit.sources.postgres import open_postgres
from isg_audit.sources.spark import open_spark
from isg_audit.spec.address import address_faults, is_address, is_database, read_address
from isg_audit.spec.audit_file import DecisionsPart

Opener = Callable[[DecisionsPart, Path, Tell], Opened]

OPENERS: Mapping[str, Opener] = {
    "duckdb": open_duckdb_file,
    "postgres": open_postgres,
    "spark": open_spark,
}


def open_source(
    part: DecisionsPart, folder: Path, as_text: Iterable[str], tell: Tell
) -> Opened:  # fmt: skip
    """Open files, or a database by its address.

    Args:
        part: the source, and the table or the query of a database.
        folder: where relative paths start.
        as_text: columns of a CSV file to take as they are written.
        tell: told of what is being waited for.

    Raises:
        SpecError: an address with a password, or keys that do not fit it.
        DataError: what is named is not there, or is not what it should be.
        EngineFailed: the engine cannot be reached, or not be used.
    """
    faults = [Fault(".".join(map(str, one.path)), one.what, one.advice)
              for one in address_faults(part)]  # fmt: skip
    if faults:
        raise SpecError(faults)
    if is_database(part.source):
        return OPENERS[read_address(part.source).scheme](part, folder, tell)
    if is_address(part.source):
        scheme = part.source.partition("://")[0]
        there = ", ".join(f"{one}://" for one in OPENERS)
        raise DataError(
            Fault(
                "decisions.source",
                f"'{scheme}://' cannot be read.",
                f"There is: {there} and files (csv, csv.gz, parquet, arrow).",
            )
        )
    paths = files_of(part.source, folder)
    engine = DuckDBEngine(connect())
    table = open_files(engine.connection, part.source, folder, as_text)
    return Opened(engine, table, of_files(paths))
