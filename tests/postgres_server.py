"""A PostgreSQL for tests: in a temporary folder, on this computer alone, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

PASSWORD = "correct horse battery"  # noqa: S105 - of a server that lives for a minute
USER = "auditor"


@dataclass(frozen=True)
class Server:
    """Where the server is. Its programs run as another user where we are root."""

    folder: Path
    port: int
    programs: Path

    @property
    def source(self) -> str:
        return f"postgres://127.0.0.1:{self.port}/postgres"

    @property
    def environment(self) -> dict[str, str]:
        return {"PGUSER": USER, "PGPASSWORD": PASSWORD}

    def connect(self, **more: Any) -> psycopg.Connection[Any]:
        """A connection that may do everything, for tests to prepare and to look."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, dbname="postgres", user=USER, password=PASSWORD,
            autocommit=True, **more,
        )  # fmt: skip

    def control(self, *words: str) -> None:
        """`pg_ctl`."""
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off "
            f"-c unix_socket_directories={self.folder} -c max_connections=20"
        )
        log = self.folder / "log"
        run(
            self.programs / "pg_ctl",
            "-D",
            self.folder / "data",
            "-l",
            log,
            "-o",
            options,
            "-w",
            *words,
        )


def programs() -> Path | None:
    """The newest PostgreSQL on this computer."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: float(one.parent.name)
    )
    found = [one for one in debian if (one / "initdb").is_file()]
    if found:
        return found[-1]
    there = shutil.which("initdb")
    return None if there is None else Path(there).resolve().parent


@contextmanager
def postgres_server() -> Iterator[Server]:
    """Start a server, and stop it."""
    where = programs()
    assert where is not None
    with tempfile.TemporaryDirectory(prefix="isg-pg-", dir="/tmp") as name:  # noqa: S108 - short: a socket's path
        folder = Path(name)
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
            shutil.chown(folder / "password", "postgres")
        run(
            where / "initdb", "-D", folder / "data", "-A", "scram-sha-256", "-U", USER,
            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", f"--pwfile={folder / 'password'}",
        )  # fmt: skip
        server = Server(folder, free_port(), where)
        server.control("start")
        try:
            yield server
        finally:
            server.control("-m", "immediate", "stop")


def run(*words: object) -> None:
    """A program of PostgreSQL, which root may not run."""
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    command = [*(as_user if os.getuid() == 0 else []), *map(str, words)]
    subprocess.run(
        command, check=True, capture_output=True, cwd="/", stdin=subprocess.DEVNULL, timeout=60
    )


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
