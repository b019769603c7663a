"""Whether the columns hold what their roles need: numbers, times, any value at all.

Imports `errors` and this room.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from isg_audit.errors import DataError, Fault, nearest

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import Spec

ROLES = (
    "decision", "outcome", "score", "position", "list", "time", "person", "weight", "count",
)  # fmt: skip
NUMBERS = ("score", "position", "weight", "count")

_DAY = (
    r"(\d{4}-(0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|\d{4}-(0[469]|11)-(0[1-9]|[12]\d|30)"
    r"|\d{4}-02-(0[1-9]|1\d|2[0-8])"
    r"|(\d\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)"
)
_HOUR = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"
_ISO_TIME = rf"^{_DAY}([ T]{_HOUR}(Z|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)?)?$"
"""A day that exists or a time on it, with or without an offset; every engine reads it alike."""


def check_roles(decisions: Decisions, spec: Spec) -> None:
    """Check every column that the audit file names.

    Raises:
        DataError: no rows; columns that are missing, or hold no numbers or times where they must.
    """
    faults = list(_missing(decisions, spec))
    present = set(decisions.table.columns)
    numbers = (*NUMBERS, "outcome") if decisions.roles.task == "number" else NUMBERS
    for role in numbers:
        column = getattr(decisions.roles, role)
        if column in present and not decisions.table[column].type().is_numeric():
            faults.append(_no_numbers(decisions, role, column))
    if faults:
        raise DataError(faults)
    if not decisions.ask(n=decisions.table.count())["n"]:
        raise DataError(Fault(decisions.name, "has a header but no rows."))
    if decisions.roles.time is not None:
        faults = list(_time_faults(decisions, decisions.roles.time))
    if faults:
        raise DataError(faults)


def moment(column: Any) -> Any:
    """A column of times as an Ibis expression of times; null where a text is no time.

    Times with an offset are moments: they are taken in UTC, whatever the computer's own zone.
    """
    kind = column.type()
    if kind.is_string():
        # PostgreSQL has no cast that may fail, so a text is looked at first; DuckDB has read more
        # forms than ISO 8601 from the beginning.
        text = column.nullif("")
        if not _in_duckdb(column):
            text = text.re_search(_ISO_TIME).ifelse(text, None)
        column = text.try_cast("timestamp('UTC')")
    return column if kind.is_date() else column.cast("timestamp")


def _in_duckdb(column: Any) -> bool:
    import ibis

    try:
        return str(column.get_backend().name) == "duckdb"
    except ibis.common.exceptions.IbisError:  # the table of an engine that runs the SQL itself
        return False


def _missing(decisions: Decisions, spec: Spec) -> Iterator[Fault]:
    there = list(decisions.table.columns)
    wanted = [(f"groups.{name}", column) for name, column in decisions.columns.items()]
    for role in ROLES:
        column = getattr(decisions.roles, role)
        if column is not None:
            wanted.append((f"decisions.{role}", column))
    wanted += spec.further_columns
    for where, column in wanted:
        if column not in there:
            what = f"{decisions.name} has no column '{column}'."
            yield Fault(where, what, nearest(column, there))


def _no_numbers(decisions: Decisions, role: str, column: str) -> Fault:
    where, values = f"decisions.{role}", decisions.table[column]
    known = decisions.ask(n=values.count(), rows=values.isnull().count())
    if known["rows"] and not known["n"]:
        return Fault(where, f"column '{column}' has no value in any row.")
    return Fault(where, f"column '{column}' holds {_type(values)}, not numbers.")


def _time_faults(decisions: Decisions, column: str) -> Iterator[Fault]:
    values = decisions.table[column]
    kind = values.type()
    if not (kind.is_timestamp() or kind.is_date() or kind.is_string()):
        yield Fault(
            "decisions.time",
            f"column '{column}' holds {_type(values)}, not times.",
            "Write days as 2024-01-31, or times as 2024-01-31 18:00:00.",
        )
        return
    time = moment(values)
    given = values.nullif("") if kind.is_string() else values
    strange = given.notnull() & time.isnull()
    known = decisions.ask(
        n=time.count(), strange=strange.sum(), one=strange.ifelse(given, None).min()
    )
    if known["strange"]:
        yield Fault(
            "decisions.time",
            f"column '{column}' holds no time in {known['strange']:,} rows, such as "
            f"'{known['one']}'.",
            "Write days as 2024-01-31, and leave those that are not known empty.",
        )
    elif not known["n"]:
        yield Fault("decisions.time", f"column '{column}' has no value in any row.")


def _type(values: Any) -> str:
    kind = values.type()
    if kind.is_string():
        return "text"
    if kind.is_boolean():
        return "true and false"
    return "numbers" if kind.is_numeric() else str(kind)
