"""The specimen of a wrong export is what it says: it loads without a word and decides wrongly."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from isg_audit.sources.models.onnx_file import open_onnx
from tests.wrong_export import wrong_export


def test_the_wrong_export_loads_and_turns_more_than_one_decision_in_twenty() -> None:
    pytest.importorskip("onnxruntime")
    pytest.importorskip("skl2onnx")
    with threadpool_limits(1):
        made = wrong_export()
    model = open_onnx(made.onnx, "wrong.onnx", ())
    assert set(model.features) == set(made.features)
    found = model.predict(made.log).astype(int)
    assert np.mean(found != made.log.decision) > 0.05
    assert np.abs(model.predict_proba(made.log)[:, 1] - made.log.score).max() > 0.3
