"""What the keys of [population] must be to one another. Imports `audit_file`, `faults`."""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.spec.audit_file import Spec
from isg_audit.spec.faults import Found


def population(spec: Spec) -> Iterator[Found]:
    """Every fault in [population] that one key alone cannot show."""
    part = spec.population
    if part is None:
        return
    for key, column in (("people", part.people), ("error", part.error)):
        if column is not None and column in spec.groups:
            yield Found(
                ("population", key),
                f"'{column}' is also an attribute that is declared.",
                "Name the column of numbers.",
            )
    if part.error is not None and part.error == part.people:
        yield Found(("population", "error"), "'error' and 'people' name one column.")
    if "://" in part.source:
        yield Found(
            ("population", "source"),
            "an address cannot be read here.",
            "Name a file: csv, csv.gz, parquet or arrow.",
        )
