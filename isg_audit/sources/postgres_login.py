"""The connection to PostgreSQL: made with patience where that may help, and read only.

Imports `errors` and this room; the driver inside the functions.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from isg_audit.errors import EngineFailed
from isg_audit.sources.postgres_words import login_refused, only

if TYPE_CHECKING:
    import psycopg

    from isg_audit.sources.engine import Tell
    from isg_audit.spec.address import Address

PAUSES = (0.5, 1.0, 2.0)
"""Seconds before the second and each further try."""

PATIENCE = 10
"""Seconds that one try may take, unless the address or PGCONNECT_TIMEOUT says otherwise."""

_SESSION = (
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "SET default_transaction_read_only = on",
    "SET TimeZone = 'UTC'",
    "SET DateStyle = 'ISO'",
    "SET IntervalStyle = 'postgres'",
    "SET extra_float_digits = 1",
    # Not behind somebody who changes the table; while a model is explained, nothing is asked.
    "SET lock_timeout = '30s'",
    "SET idle_in_transaction_session_timeout = 0",
)

_ALIVE = "SET client_connection_check_interval = '5s'"
"""The server stops working for us when we have gone; known from PostgreSQL 14 on."""


def connect(address: Address, tell: Tell) -> psycopg.Connection[Any]:
    """A connection inside a read-only transaction, on one snapshot of the data.

    A server that does not answer, or is starting up, is tried four times within four seconds of
    waiting; one that says no is not asked again.

    Raises:
        DataError: there is no such database.
        EngineFailed: the package is missing, the server cannot be reached, or it refuses us.
    """
    driver = _driver()
    known = known_of(address)
    for pause in (*PAUSES, None):
        try:
            connection: psycopg.Connection[Any] = driver.connect(**known)
            break
        except driver.OperationalError as error:
            may_pass = _may_pass(known)
            if pause is None or not may_pass:
                raise login_refused(error, address, tries=len(PAUSES) + 1 if may_pass else 1) from (
                    only(error)
                )
            tell(f"Waiting for PostgreSQL at {address.host or 'its usual place'}")
            time.sleep(pause)
    try:
        _begin(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def known_of(address: Address) -> dict[str, Any]:
    """What the address says, in the words of libpq; it finds the rest in the environment."""
    known: dict[str, Any] = {
        "host": address.host,
        "port": address.port,
        "user": address.user,
        "dbname": address.path,
        **address.options,
    }
    known = {name: value for name, value in known.items() if value}
    if "PGCONNECT_TIMEOUT" not in os.environ:
        known.setdefault("connect_timeout", PATIENCE)
    return known | {"application_name": "isg-audit", "client_encoding": "utf8"}


def _driver() -> Any:
    try:
        import psycopg
    except ImportError as error:
        raise EngineFailed(
            "Reading PostgreSQL needs the package psycopg: pip install 'isg-audit[postgres]'."
        ) from error
    return psycopg


def _may_pass(known: dict[str, Any]) -> bool:
    """Whether nobody answers, or somebody who is starting up; asked without a user's name."""
    from psycopg import pq
    from psycopg.conninfo import make_conninfo

    told = pq.PGconn.ping(make_conninfo(**known).encode())
    return told in (pq.Ping.NO_RESPONSE, pq.Ping.REJECT)


def _begin(connection: psycopg.Connection[Any]) -> None:
    import psycopg

    connection.autocommit = True
    for setting in _SESSION:
        connection.execute(setting.encode())
    if connection.info.server_version >= 140000:
        connection.execute(_ALIVE.encode())
    connection.autocommit = False
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
