"""The session with Spark: started with patience, or borrowed from the process that runs one.

Imports `errors` and this room; pyspark inside the functions.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from isg_audit.errors import EngineFailed

if TYPE_CHECKING:
    from isg_audit.sources.engine import Mapped, Tell
    from isg_audit.spec.address import Address

PAUSES = (0.5, 1.0, 2.0)
"""Seconds before the second and each further try to reach a master."""

PATIENCE = 10
"""Seconds that one try may take."""

PORT = 7077
"""Of a master, unless the address says otherwise."""

_ON_THIS_COMPUTER = re.compile(r"local(\[[^]]*\]|-cluster\[[^]]*\])?")

_SETTINGS = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true"}
"""Of our own session alone: moments are told in UTC, and a value that does not fit is an error."""


@dataclass(frozen=True, eq=False)
class Session:
    """A session of our own, in a Spark that we started or found running.

    Attributes:
        spark: the session.
        ibis: what compiles expressions for it.
        ours: whether Spark was started for this audit, and stops with it.
    """

    spark: Any
    ibis: Any
    ours: bool

    @property
    def on_this_computer(self) -> bool:
        """Whether the workers see this computer's folders."""
        return _ON_THIS_COMPUTER.fullmatch(str(self.spark.sparkContext.master)) is not None

    def compiled(self, expression: Any) -> str:
        """An Ibis expression as Spark's SQL."""
        return str(self.ibis.compile(expression))

    def on_workers(self, work: Mapped) -> Callable[[Iterable[Any]], Iterator[Any]]:
        """The work as a function that each worker fetches once."""
        from pyspark import cloudpickle

        shared = self.spark.sparkContext.broadcast(cloudpickle.dumps(work))

        def each(batches: Iterable[Any]) -> Iterator[Any]:
            import pickle

            # Our own function, as this process packed it a moment ago.
            return pickle.loads(shared.value)(batches)  # type: ignore[no-any-return]  # noqa: S301

        return each

    def runs(self) -> bool:
        """Whether Spark still runs."""
        return self.spark.sparkContext._jsc is not None

    def stop(self) -> None:
        """Stop Spark if it is ours, and whatever it still does for us; else leave it as it was."""
        if self.ours and self.runs():
            self.spark.stop()


def start(address: Address, tell: Tell) -> Session:
    """A session of our own.

    Raises:
        EngineFailed: pyspark or Java is missing, the master cannot be reached or refuses, or
            another Spark runs in this process.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineFailed(
            "Reading Spark needs the package pyspark: pip install 'isg-audit[spark]'."
        ) from error
    master = master_of(address)
    running = SparkSession.getActiveSession()
    if running is not None:
        there = running.sparkContext.master
        if master not in (None, there):
            raise EngineFailed(f"Spark already runs in this process, with the master {there}.")
        return _session(running, ours=False)
    if master is not None and master.startswith("spark://"):
        _wait_for(address.host, int(address.port or PORT), tell)
    tell("Starting Spark")
    return _session(_started(SparkSession, master), ours=True)


def master_of(address: Address) -> str | None:
    """The master as Spark calls it; None where Spark's own settings name it."""
    if not address.host:
        return None
    if address.host == "local":
        return "local[*]"
    if _ON_THIS_COMPUTER.fullmatch(address.host) or address.host == "yarn":
        return address.host
    return f"spark://{address.host}:{address.port or PORT}"


def _session(running: Any, *, ours: bool) -> Session:
    import ibis

    own = running.newSession()
    for name, value in _SETTINGS.items():
        own.conf.set(name, value)
    return Session(own, ibis.pyspark.connect(own), ours)


def _started(session: Any, master: str | None) -> Any:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    builder = session.builder.appName("isg-audit").config("spark.ui.showConsoleProgress", "false")
    if "ISG_AUDIT_TRACEBACK" not in os.environ:  # what goes wrong is raised, and told once
        builder = builder.config("spark.log.level", "OFF")
    if master is not None:
        builder = builder.master(master)
        if _ON_THIS_COMPUTER.fullmatch(master):
            builder = builder.config("spark.ui.enabled", "false")
            builder = builder.config("spark.driver.host", "127.0.0.1")
            builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
            if "PYSPARK_PYTHON" not in os.environ:
                builder = builder.config("spark.pyspark.python", sys.executable)
    try:
        return builder.getOrCreate()
    except (PySparkException, Py4JError, OSError) as error:
        if "JAVA_GATEWAY" in str(error) or isinstance(error, OSError):
            raise EngineFailed(
                "Spark needs Java 17 or 21, which was not found or did not start. Install it, or "
                "set JAVA_HOME."
            ) from error
        said = str(error).strip().partition("\n")[0][:300]
        raise EngineFailed(f"Spark could not be started: {said}") from error


def _wait_for(host: str, port: int, tell: Tell) -> None:
    """Spark itself waits a minute for a master that is not there; four tries are enough."""
    for pause in (*PAUSES, None):
        try:
            socket.create_connection((host, port), timeout=PATIENCE).close()
        except socket.gaierror as error:
            raise EngineFailed(f"{host}: no computer of this name is known.") from error
        except OSError as error:
            if pause is None:
                raise EngineFailed(
                    f"{host}:{port} does not answer; it was tried {len(PAUSES) + 1} times. Is the "
                    "Spark master running?"
                ) from error
            tell(f"Waiting for Spark at {host}:{port}")
            time.sleep(pause)
        else:
            return
