"""Reads records of consultations: a row for each meeting and kind of people who were heard there.

Imports `errors` and this room.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from isg_audit.errors import DataError, Fault, nearest
from isg_audit.sources.duckdb_engine import connect
from isg_audit.sources.files import files_of, open_files
from isg_audit.sources.fingerprint import of_files
from isg_audit.sources.values import as_text

MOST_RECORDS = 100_000
"""Records above which a file is no record of consultations."""

COUNTS = ("people", "statements", "answered")
DAYS = ("date", "answered_on")
TEXTS = ("id", "phase", "open", "channel", "stakeholder", "dissent", "changed")


@dataclass(frozen=True)
class Consultation:
    """People of one kind who were heard at one meeting.

    Attributes:
        meeting: which meeting; empty where the records do not tell them apart.
        groups: text of the group by attribute, None where it is not recorded.
        people: how many.
        statements: what they said, counted; 0 where nothing tells.
        answered: statements that were answered.
        held_on: when.
        answered_on: when they were answered.
        texts: what is written under `phase`, `open`, `channel`, `stakeholder`, `dissent`,
            `changed`; None where nothing is.
    """

    meeting: str
    groups: Mapping[str, str | None]
    people: float
    statements: float
    answered: float
    held_on: date | None
    answered_on: date | None
    texts: Mapping[str, str | None]


@dataclass(frozen=True)
class Records:
    """Consultations, and which columns the file has.

    Attributes:
        records: in the order of the file.
        columns: those of the file that mean something here.
        attributes: attributes of which the file has a column.
        fingerprint: hash of the file.
    """

    records: tuple[Consultation, ...]
    columns: frozenset[str]
    attributes: tuple[str, ...]
    fingerprint: str


def read_consultations(source: str, folder: Path, attributes: Sequence[str]) -> Records:
    """Read the file that the audit file names.

    Args:
        source: a path.
        folder: where relative paths start.
        attributes: names of the declared attributes.

    Raises:
        DataError: no such file, not a table, no column `people`, or values that are no counts or
            dates; all faults at once.
    """
    where = "voice.consultations.source"
    table = open_files(connect(), source, folder, [*attributes, *TEXTS])
    there = list(table.columns)
    if "people" not in there:
        what = f"{source} has no column 'people'."
        raise DataError(Fault(where, what, nearest("people", there)))
    known = [name for name in (*COUNTS, *DAYS, *TEXTS, *attributes) if name in there]
    rows = table.select(known).limit(MOST_RECORDS + 1).to_pyarrow().to_pylist()
    if len(rows) > MOST_RECORDS:
        raise DataError(Fault(where, f"{source} has more than {MOST_RECORDS:,} rows."))
    faults = [fault for at, row in enumerate(rows) for fault in _faults(source, at + 1, row)]
    if faults:
        raise DataError(faults[:20])
    named = tuple(name for name in attributes if name in there)
    return Records(
        tuple(_record(row, named) for row in rows),
        frozenset(known) - set(named),
        named,
        of_files(files_of(source, folder)),
    )


def _faults(source: str, at: int, row: Mapping[str, Any]) -> list[Fault]:
    faults = []
    for name in COUNTS:
        value = row.get(name)
        if (name == "people" or not _nothing(value)) and not _is_count(value):
            faults.append(
                Fault(
                    f"{source}, record {at:,}",
                    f"'{name}' is {as_text(value)!r}, which is no count.",
                    "Write a whole number, 0 or more.",
                )
            )
    for name in DAYS:
        if not _nothing(row.get(name)) and _day(row[name]) is None:
            what = f"'{name}' is {as_text(row[name])!r}, which is no date."
            faults.append(Fault(f"{source}, record {at:,}", what, "Write days as 2024-01-31."))
    if not faults and _number(row.get("answered")) > _number(row.get("statements")):
        what = "more statements were answered than made."
        faults.append(Fault(f"{source}, record {at:,}", what))
    return faults


def _record(row: Mapping[str, Any], attributes: Sequence[str]) -> Consultation:
    return Consultation(
        meeting=_text(row.get("id")) or "",
        groups={name: _text(row[name]) for name in attributes},
        people=_number(row["people"]),
        statements=_number(row.get("statements")),
        answered=_number(row.get("answered")),
        held_on=_day(row.get("date")),
        answered_on=_day(row.get("answered_on")),
        texts={name: _text(row.get(name)) for name in TEXTS if name != "id"},
    )


def _text(value: object) -> str | None:
    text = as_text(value)
    return text.strip() or None if text is not None else None


def _nothing(value: object) -> bool:
    return _text(value) is None


def _is_count(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and value >= 0 and value == math.floor(value)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not math.isnan(value) else 0.0


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
