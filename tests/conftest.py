"""Servers that several tests ask for; each starts once a process, when first asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator

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
