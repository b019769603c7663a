"""What is attached to the PDF: the results as JSON, the measurements as CSV.

Imports `evidence`. The CSV cannot run formulas in a spreadsheet.
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from isg_audit.evidence import Results, Row

RESULTS, MEASUREMENTS = "results.json", "measurements.csv"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside the PDF."""

    name: str
    description: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Its fingerprint, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


def attachments_of(results: Results, folder: Path | None) -> tuple[Attached, ...]:
    """The two files.

    Args:
        results: what the audit found.
        folder: of the bundle; its own `results.json` is attached byte for byte. None: written anew.
    """
    kept = folder / RESULTS if folder is not None else None
    json = kept.read_bytes() if kept is not None else results.model_dump_json(indent=1).encode()
    return (
        Attached(RESULTS, "Everything the audit found, as published", json),
        Attached(MEASUREMENTS, "The table of measurements", measurements_csv(results)),
    )


def measurements_csv(results: Results) -> bytes:
    """The table of measurements, UTF-8, one header line; missing values are empty.

    Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers stay numbers.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    names = list(Row.model_fields)
    writer.writerow(names)
    for row in results.measurements:
        writer.writerow([_cell(getattr(row, name)) for name in names])
    return written.getvalue().encode("utf-8")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return (
            f"'{value}"
            if value.lstrip().startswith(DANGEROUS) or value.startswith(DANGEROUS)
            else value
        )
    return repr(value)
