"""The page on metrics of one's own does what it says and prints what it shows."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.docs.blocks import TOP, follow


def test_the_page_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    try:
        assert follow(TOP / "docs" / "own-metric.md") >= 3
    finally:
        sys.modules.pop("costs", None)
