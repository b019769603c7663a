"""Reads a table of chances by signal: P(group | signals), or P(signals | group).

Imports `errors` and this room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from isg_audit.errors import DataError, Fault, nearest
from isg_audit.sources.duckdb_engine import DuckDBEngine, connect
from isg_audit.sources.files import files_of, open_files
from isg_audit.sources.fingerprint import of_files
from isg_audit.sources.values import as_text

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

MOST_ROWS = 2_000_000
"""Rows of a table of chances above which it is not read."""

OFF = 0.01
"""How far the chances of a row may miss 1, as rounded tables do; then they are scaled to 1."""


@dataclass(frozen=True, eq=False)
class Chances:
    """A table of chances in memory.

    Attributes:
        keys: for each signal the text of every row, shape (rows,) each; see `as_text`.
        groups: names of the groups.
        chances: shape (rows, groups).
        people: on how many people each row rests, shape (rows,); None where not said.
        file: its path as the audit file has it, and its fingerprint.
    """

    keys: tuple[tuple[str, ...], ...]
    groups: tuple[str, ...]
    chances: NDArray[np.float64]
    people: NDArray[np.float64] | None
    file: str


@dataclass(frozen=True)
class WantedChances:
    """What is asked of a table of chances.

    Attributes:
        where: the table of the audit file that names it, such as "unobserved.race".
        source: path or glob.
        signals: its columns of signals.
        groups: its columns of groups; empty: all other columns.
        people: its column of how many people a row rests on.
        adds_up: whether each row has to add up to 1.
    """

    where: str
    source: str
    signals: Sequence[str]
    groups: Sequence[str]
    people: str | None = None
    adds_up: bool = True


def read_chances(wanted: WantedChances, folder: Path) -> Chances:
    """The table, checked whole.

    Args:
        wanted: the file and its columns.
        folder: where its path starts from.

    Raises:
        DataError: it cannot be read, lacks columns, holds what no chance can be, has a signal
            twice, or rows that do not add up to 1; all at once.
    """
    engine = DuckDBEngine(connect())
    try:
        table = open_files(engine.connection, wanted.source, folder, wanted.signals)
        if faults := list(_columns(wanted, table)):
            raise DataError(faults)
        groups = _groups(wanted, table)
        asked = [*wanted.signals, *groups, *([wanted.people] if wanted.people else [])]
        rows = engine.answer(table.select(*asked).limit(MOST_ROWS + 1), "read the chances")
    finally:
        engine.close()
    if rows.num_rows > MOST_ROWS:
        what = f"has more than {MOST_ROWS:,} rows."
        raise DataError(Fault(wanted.source, what, "Leave out signals that nobody in the log has."))
    file = f"{wanted.source}, {of_files(files_of(wanted.source, folder))}"
    return _checked(wanted, groups, rows, file)


def _groups(wanted: WantedChances, table: Table) -> tuple[str, ...]:
    left = {*wanted.signals, wanted.people}
    return tuple(wanted.groups) or tuple(name for name in table.columns if name not in left)


def _columns(wanted: WantedChances, table: Table) -> Iterator[Fault]:
    there = list(table.columns)
    groups = _groups(wanted, table)
    named = [("signals", one) for one in wanted.signals]
    named += [("groups", one) for one in wanted.groups]
    named += [("people", wanted.people)] if wanted.people else []
    for key, column in named:
        if column not in there:
            what = f"{wanted.source} has no column '{column}'."
            yield Fault(f"{wanted.where}.{key}", what, nearest(column, there))
    for column in (*groups, *([wanted.people] if wanted.people else [])):
        if column in there and not table[column].type().is_numeric():
            yield Fault(
                f"{wanted.where}.{'people' if column == wanted.people else 'groups'}",
                f"column '{column}' of {wanted.source} holds no numbers.",
                "Name the columns of groups in 'groups', if there are others.",
            )
    if len(groups) < 2:
        what = f"{wanted.source} has fewer than two columns of groups."
        yield Fault(f"{wanted.where}.table", what, f"There is: {', '.join(there[:20])}.")


def _checked(wanted: WantedChances, groups: tuple[str, ...], rows: pa.Table, file: str) -> Chances:
    def numbers(name: str) -> NDArray[np.float64]:
        return np.asarray(rows[name].to_numpy(zero_copy_only=False), dtype=float)

    keys = tuple(
        tuple(as_text(one) or "" for one in rows[name].to_pylist()) for name in wanted.signals
    )
    chances = np.column_stack([numbers(name) for name in groups])
    people = numbers(wanted.people) if wanted.people else None
    if faults := list(_values(wanted, groups, keys, chances, people)):
        raise DataError(faults)
    if wanted.adds_up:
        chances = chances / chances.sum(axis=1, keepdims=True)
    return Chances(keys, groups, chances, people, file)


def _values(
    wanted: WantedChances, groups: tuple[str, ...], keys: tuple[tuple[str, ...], ...],
    chances: NDArray[np.float64], people: NDArray[np.float64] | None,
) -> Iterator[Fault]:  # fmt: skip
    where, source = wanted.where, wanted.source
    if not len(chances):
        yield Fault(f"{where}.table", f"{source} has a header but no rows.")
    for at, name in enumerate(groups):
        column = chances[:, at]
        missing, outside = int(np.isnan(column).sum()), int(((column < 0) | (column > 1)).sum())
        if missing:
            what = f"'{name}' is missing in {missing:,} rows of {source}."
            yield Fault(f"{where}.groups", what, "Leave those rows out: their people are unknown.")
        if outside:
            what = f"'{name}' lies outside 0 to 1 in {outside:,} rows of {source}."
            yield Fault(f"{where}.groups", what, "Chances are shares, not percentages.")
    total = chances.sum(axis=1)
    off = int((np.abs(total - 1.0) > OFF).sum()) if wanted.adds_up else 0
    if off:
        what = f"the groups do not add up to 1 in {off:,} rows of {source}."
        yield Fault(f"{where}.table", what, "Every group needs a column, 'other' among them.")
    twice = len(chances) - len(set(zip(*keys, strict=True)))
    if twice:
        what = f"{twice:,} rows of {source} have signals that stood there before."
        yield Fault(f"{where}.signals", what, "Each combination of signals has one row.")
    if people is not None and not (people > 0).all():
        what = (
            f"'{wanted.people}' is missing, 0 or negative in {int((~(people > 0)).sum()):,} rows."
        )
        yield Fault(f"{where}.people", what)
