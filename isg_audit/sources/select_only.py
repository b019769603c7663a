"""Whether a query of the audit file is one SELECT and nothing else.

Imports `errors`. A first guard, with a message for people; that the engine is read only is the one
that holds.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from isg_audit.errors import DataError, Fault

_WHERE = "decisions.query"
_INSTEAD = "A view in the database can be named as 'table' instead."


def check_select(query: str, dialect: str) -> None:
    """Refuse everything that is not one SELECT.

    Args:
        query: as the audit file has it.
        dialect: of the engine, as sqlglot calls it.

    Raises:
        DataError: not SQL, several statements, or one that changes, locks or makes something.
    """
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        with _silent(logging.getLogger("sqlglot")):
            statements = [one for one in sqlglot.parse(query, read=dialect) if one is not None]
    except (SqlglotError, RecursionError) as error:
        said = str(error).partition("\n")[0].partition(". Line")[0]
        raise DataError(Fault(_WHERE, f"cannot be read as SQL: {said}.", _INSTEAD)) from error
    if len(statements) != 1:
        raise DataError(Fault(_WHERE, f"is {len(statements)} statements.", "Write one SELECT."))
    changing = (
        exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.DDL, exp.Drop, exp.Alter, exp.Command,
        exp.Into, exp.Lock, exp.Copy, exp.Set,
    )  # fmt: skip
    (statement,) = statements
    inside = next((one for one in statement.find_all(*changing) if not _is_query(one)), None)
    if not _is_query(statement) or inside is not None:
        what = (inside or statement).key.upper()
        raise DataError(Fault(_WHERE, f"holds {what}; it must only select.", _INSTEAD))


def _is_query(statement: object) -> bool:
    from sqlglot import exp

    return isinstance(statement, exp.Query)


@contextmanager
def _silent(logger: logging.Logger) -> Iterator[None]:
    """What is refused is told once, as our own message."""
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before
