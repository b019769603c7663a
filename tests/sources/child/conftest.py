"""Opens hostile models in the locked child."""

from pathlib import Path

import pandas as pd
import pytest

from isg_audit.sources.child import process
from isg_audit.sources.child.limits import Limits
from isg_audit.sources.child.opening import open_in_child

START = Path(__file__).parents[2] / "specimens" / "child" / "hostile_start.py"
ROWS = pd.DataFrame({"x": [-1.0, 0.5, 2.0]})


@pytest.fixture
def hostile(monkeypatch):
    """Opens a model that does what the text says; its process is ended afterwards."""
    made = []

    def opened(harm, strict=False, **limits):
        monkeypatch.setattr(process, "START", START)
        model = open_in_child(
            harm.encode(), "model.bin", ("x",), strict, "hostile", limits=Limits(**limits)
        )
        made.append(model)
        return model

    yield opened
    for one in made:
        one.close()
