"""One audit for the tests of this room, with and without withheld groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from isg_audit.evidence import keep
from isg_audit.run import Audit
from tests.evidence.made import audit_of, frame


@pytest.fixture(scope="session")
def audit() -> Audit:
    """An audit with a group of three people and a few undecided cases."""
    return audit_of(frame())


@pytest.fixture(scope="session")
def kept(audit: Audit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its bundle; tests that change it copy it first."""
    folder = tmp_path_factory.mktemp("kept") / "bundle"
    keep(audit, folder)
    return folder


@pytest.fixture(scope="session")
def kept_whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle from which nothing is withheld."""
    folder = tmp_path_factory.mktemp("whole") / "bundle"
    keep(audit_of(frame(), minimum_cell=1), folder)
    return folder
