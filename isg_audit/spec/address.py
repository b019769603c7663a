"""The address of a database, as `decisions.source` gives it: read apart, and free of secrets.

Imports `errors` and `faults`. Opens nothing. The audit file goes into the bundle and is handed on,
so a password in it is a fault, and no message here repeats an address that may hold one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from isg_audit.errors import nearest
from isg_audit.spec.audit_file import DecisionsPart
from isg_audit.spec.faults import Found

SCHEMES = ("duckdb", "postgres", "postgresql", "spark")
"""What may stand before `://`; everything without `://` is a file."""

OPTIONS = {
    "postgres": (
        "host", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "service",
        "target_session_attrs", "gssencmode", "channel_binding",
    ),
}  # fmt: skip
"""What may stand after `?`: names of libpq, none of which is a secret or a command."""

FROM_ENVIRONMENT = (
    "Credentials come from the environment alone (PGPASSWORD, PGPASSFILE or PGSERVICE for "
    "PostgreSQL): this file goes into the evidence."
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is.

    Attributes:
        scheme: one of `SCHEMES`, `postgresql` told as `postgres`.
        user: who asks, empty where the environment says so.
        host: a name, an address, or what stands in its place for Spark; may be empty.
        port: as it is written; may be empty.
        path: what follows the first `/`, decoded; may be empty.
        options: what follows `?`, decoded.
    """

    scheme: str
    user: str = ""
    host: str = ""
    port: str = ""
    path: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


def is_address(source: str) -> bool:
    """Whether a source is an address and not a path."""
    return "://" in source


def is_database(source: str) -> bool:
    """Whether a source is the address of a database that this toolkit reads."""
    return is_address(source) and source.partition("://")[0] in SCHEMES


def read_address(source: str) -> Address:
    """An address taken apart. Whether it is one that may stand there, `address_faults` says."""
    scheme, _, rest = source.partition("://")
    rest, _, query = rest.partition("?")
    if scheme == "duckdb":
        return Address(scheme, path=unquote(rest), options=dict(_options(query)))
    place, _, path = rest.partition("/")
    login, _, server = place.rpartition("@")
    host, port = _host_and_port(server)
    return Address(
        scheme="postgres" if scheme == "postgresql" else scheme,
        user=unquote(login.partition(":")[0]),
        host=unquote(host),
        port=port,
        path=unquote(path),
        options=dict(_options(query)),
    )


def address_faults(part: DecisionsPart) -> Iterator[Found]:
    """What is wrong with the source and with the keys that belong to it."""
    source, where = part.source, ("decisions", "source")
    if not is_address(source):
        for key in ("table", "query"):
            if source and getattr(part, key) is not None:
                yield Found(("decisions", key), f"'{key}' belongs to a database; the source is a "
                            "file.", "Remove it, or give the address of a database.")  # fmt: skip
        return
    # Up to the last "@" of all: a password may hold "/" and "?", although it should not.
    login = source.partition("://")[2].rpartition("@")[0]
    if ":" in login and not source.startswith("duckdb://"):
        yield Found(where, "a password stands in the address.", FROM_ENVIRONMENT)
        return
    if not is_database(source):
        return  # said when it is opened, with what there is
    yield from _option_faults(read_address(source))
    if (part.table is None) == (part.query is None):
        what = "'table' and 'query' exclude each other." if part.table else "'table' is missing."
        yield Found(("decisions", "query" if part.table else "table"), what,
                    'Name the table, such as table = "schema.name", or write one SELECT as '
                    "'query'.")  # fmt: skip


def _option_faults(address: Address) -> Iterator[Found]:
    where, known = ("decisions", "source"), OPTIONS.get(address.scheme, ())
    for name in address.options:
        if "pass" in name.lower() or name.lower() in ("pwd", "token", "secret"):
            yield Found(where, f"the address holds a secret ('{name}').", FROM_ENVIRONMENT)
        elif name not in known:
            there = nearest(name, known) if known else "Nothing may stand after '?' here."
            yield Found(where, f"the address has no option '{name}'.", there)
    if address.port and not address.port.isdigit():
        yield Found(where, "the port is not a number.", "Write host:port.")
    if address.scheme == "spark" and address.path.strip("/"):
        yield Found(where, "the address of a Spark master ends with the port.",
                    "Name the data as 'table', such as table = \"parquet.`path`\".")  # fmt: skip
    if address.scheme == "duckdb" and not address.path.strip("/"):
        yield Found(where, "the address names no file.", "Write duckdb://path/to/file.duckdb.")


def _host_and_port(server: str) -> tuple[str, str]:
    """`host:port`; in `[::1]:5432` the colons of the address belong to the host."""
    if server.startswith("["):
        host, _, port = server[1:].partition("]")
        return host, port.removeprefix(":")
    host, _, port = server.partition(":")
    return host, port


def _options(query: str) -> Iterator[tuple[str, str]]:
    yield from parse_qsl(query, keep_blank_values=True)
