"""What PostgreSQL says when it cannot go on, as one plain sentence and the right kind of error.

Imports `errors` and `spec.address`; the driver inside the functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from isg_audit.errors import AuditError, DataError, EngineFailed, Fault, nearest

if TYPE_CHECKING:
    import psycopg

    from isg_audit.spec.address import Address
    from isg_audit.spec.audit_file import DecisionsPart

_WHERE = "decisions.source"

_TOLD = {
    "57014": "stopped it: it took longer than the server's statement_timeout allows. Raise that "
             "for this user, or count fewer columns",
    "55P03": "waited 30 s for somebody who is changing the table. Try again later",
    "42501": "does not permit it",
    "53300": "has no connection left",
    "53100": "has no room left on its disk",
    "53200": "has no memory left",
    "57P01": "was shut down by its administrator",
    "25006": "refused to change anything for an audit",
}  # fmt: skip
"""SQLSTATE to what the server did; none of these is the user's input."""

_DATA = ("22", "42", "21", "0A")
"""Classes of SQLSTATE for which a value, a name or the SQL itself is at fault."""


def login_refused(error: Exception, address: Address, tries: int) -> AuditError:
    """The error for a connection that was not made.

    Args:
        error: what the driver raised; never repeated word by word where it may quote the login.
        address: where to.
        tries: how often it was tried.
    """
    text = str(error)
    there = f"{address.host or 'PostgreSQL'}{':' + address.port if address.port else ''}"
    if "does not exist" in text and "database" in text:
        return DataError(Fault(_WHERE, f"{there} has no database '{address.path}'."))
    if any(word in text for word in ("password", "authentication", "no pg_hba.conf entry")):
        return EngineFailed(
            f"{there} refused the login. Set PGUSER, and PGPASSWORD, PGPASSFILE or PGSERVICE."
        )
    if any(word in text for word in ("translate host name", "Name or service", "resolve")):
        return EngineFailed(f"{there}: no computer of this name is known.")
    if "role" in text and "does not exist" in text:
        return EngineFailed(f"{there} does not know this user. Set PGUSER.")
    if tries > 1:
        return EngineFailed(f"{there} does not answer; it was tried {tries} times. Is it running?")
    return EngineFailed(f"{there} refused the connection: {_first_line(text)}")


def only(error: Exception) -> Exception:
    """The error without what it was caused by."""
    return error.with_traceback(None)


@contextmanager
def refused(what: str) -> Iterator[None]:
    """Turns what the driver raises into our own errors.

    Args:
        what: was asked, in words.
    """
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise _told(error, what) from error


@contextmanager
def said(
    connection: psycopg.Connection[Any], part: DecisionsPart, where: str
) -> Iterator[None]:  # fmt: skip
    """The same for a first look at the table or the query: what is wrong in it is the user's."""
    import psycopg

    try:
        yield
    except psycopg.errors.UndefinedTable as error:
        what = f"there is no table '{part.table}'." if part.table else _sentence(error)
        raise DataError(Fault(where, what, nearest(part.table or "", _tables(connection)))) from (
            error
        )
    except psycopg.Error as error:
        if (error.sqlstate or "").startswith("42") and error.sqlstate not in _TOLD:
            raise DataError(Fault(where, f"cannot be run: {_sentence(error)}")) from error
        raise _told(error, "look at the table") from error


def _told(error: psycopg.Error, what: str) -> AuditError:
    import psycopg

    state = error.sqlstate or ""
    if state in _TOLD:
        detail = f": {_first_line(error.diag.message_primary)}" if state == "42501" else ""
        return EngineFailed(f"PostgreSQL could not {what}: it {_TOLD[state]}{detail}.")
    if not state and isinstance(error, psycopg.DataError):
        return DataError(
            Fault(_WHERE, f"holds a value that has no place in a calendar or a number: {error}.")
        )
    if state.startswith(_DATA):
        return DataError(Fault(_WHERE, f"PostgreSQL could not {what}: {_sentence(error)}"))
    if not state or state.startswith("08"):
        return EngineFailed(f"The connection to PostgreSQL was lost. It could not {what}.")
    return EngineFailed(f"PostgreSQL could not {what}: {_sentence(error)}")


def _sentence(error: psycopg.Error) -> str:
    primary = _first_line(error.diag.message_primary or str(error)).rstrip(".")
    hint = _first_line(error.diag.message_hint)
    return f"{primary}. {hint}".strip() if hint else f"{primary}."


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0][:300]


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    """Tables and views that this user may see, without those of the system."""
    found = connection.execute(
        "SELECT CASE WHEN table_schema = current_schema() THEN table_name::text "
        "ELSE table_schema || '.' || table_name END FROM information_schema.tables "
        "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 LIMIT 1000"
    )
    return [str(row[0]) for row in found.fetchall()]
