"""Real decision data beside the checkout: used where present, skipped with a reason where not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[2] / "shared" / "data"


def real_data(name: str) -> Path:
    """The folder of a data set, or a skipped test."""
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"the data set {name} is not beside the checkout")
    return folder


def oracles(name: str) -> dict[str, Any]:
    """Verified numbers of a data set by id."""
    text = (real_data(name) / "oracles.json").read_text(encoding="utf-8")
    return {one["id"]: one["value"] for one in json.loads(text)}
