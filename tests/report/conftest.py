"""The documents of the hand-made audit, rendered once for all tests of this room."""

from __future__ import annotations

import pytest

from isg_audit.report.publish import Documents, documents_of
from tests.report.specimen import results


@pytest.fixture(scope="session")
def documents() -> Documents:
    return documents_of(results())
