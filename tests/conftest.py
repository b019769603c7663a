"""Servers that several tests ask for; each starts once a process, when first asked for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from tests.postgres_server import Server, postgres_server, programs


@pytest.fixture(scope="session")
def _postgres_server() -> Iterator[Server]:
    if programs() is None:
        assert "CI" not in os.environ, "PostgreSQL is missing: scripts/system_libraries.sh --tests"
        pytest.skip("no PostgreSQL here: scripts/system_libraries.sh --tests")
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres(_postgres_server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A PostgreSQL server; the environment holds who may log in."""
    for name, value in _postgres_server.environment.items():
        monkeypatch.setenv(name, value)
    return _postgres_server


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A Spark of two threads in this process, which audits of `spark://` borrow."""
    if java_version() < 17:
        assert "CI" not in os.environ, "Java 17 is missing: scripts/system_libraries.sh --tests"
        pytest.skip("no Java 17 here: scripts/system_libraries.sh --tests")
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYSPARK_PYTHON", sys.executable)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # pyspark leaves a pipe to Java open
            session = started(SparkSession.builder.master("local[2]"))
        yield session
        session.stop()


def started(builder: Any) -> Any:
    """Small and quiet."""
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
        "spark.driver.memory": "1g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.default.parallelism": "2",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def java_version() -> int:
    """Of the Java that Spark would start; 0 without one."""
    program = f"{os.environ['JAVA_HOME']}/bin/java" if "JAVA_HOME" in os.environ else "java"
    try:
        told = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    found = re.search(r'version "(\d+)', told.stderr)
    return int(found[1]) if found else 0
