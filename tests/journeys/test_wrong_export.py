"""A model file that loads without a word and decides wrongly is caught by the first finding."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

import isg_audit
from isg_audit.measures.measurement import Measurement
from isg_audit.report import publish
from tests.wrong_export import wrong_export

AUDIT = """
isg_audit = 1
[system]
name = "Loans"
[decisions]
source = "log.csv"
decision = "decision"
favourable = 1
score = "score"
[groups.sex]
[audit]
checklists = ["people-oriented"]
[model]
source = "wrong.onnx"
features = ["income", "debt", "job", "area"]
"""


@pytest.fixture(scope="module")
def made():
    pytest.importorskip("onnxruntime")
    pytest.importorskip("skl2onnx")
    with threadpool_limits(1):
        return wrong_export()


@pytest.fixture(scope="module")
def audit(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wrong")
    made.log.to_csv(folder / "log.csv", index=False)
    (folder / "wrong.onnx").write_bytes(made.onnx)
    (folder / "audit.toml").write_text(AUDIT)
    assert tomllib.loads(AUDIT)["isg_audit"] == 1
    return isg_audit.run(folder / "audit.toml")


def first(audit, measure, metric):
    return next(
        one for one in audit.findings
        if isinstance(one, Measurement) and (one.measure, one.metric) == (measure, metric)
        and not (one.by or one.window)
    )  # fmt: skip


def test_the_log_shows_that_the_file_decides_otherwise(made, audit):
    from isg_audit.sources.models.onnx_file import open_onnx

    own = open_onnx(made.onnx, "wrong.onnx", ()).predict(made.log).astype(int)
    share = float(np.mean(own != made.log.decision))
    found = first(audit, "explain.log_agreement", "disagreement_rate")
    assert found.value == pytest.approx(share) and found.low > 0.05
    assert first(audit, "explain.log_agreement", "threshold_disagreement").low > 0.02
    assert first(audit, "explain.score_agreement", "largest_distance").value > 0.3
    item = next(one for part in audit.verdicts for one in part.items if one.id == "MOD-01")
    assert item.word == "fail"


def test_the_report_says_so_before_it_says_anything_else_of_the_model(audit, tmp_path):
    published = publish(audit, tmp_path / "out")
    page = Path(published.report_html).read_text(encoding="utf-8")
    assert page.index("Is it the model that decided?") < page.index("weighs most")
    kept = json.loads((tmp_path / "out" / "bundle" / "results.json").read_text(encoding="utf-8"))
    assert any(one["measure"] == "explain.log_agreement" for one in kept["measurements"])


def test_the_model_that_decided_is_not_accused(made):
    from tests.audits import spec_of

    spec = spec_of(["sex"], audit={"checklists": ["people-oriented"]}, score="score")
    audit = isg_audit.run(spec, made.log, made.fitted)
    assert first(audit, "explain.log_agreement", "disagreement_rate").value == 0
    assert first(audit, "explain.score_agreement", "largest_distance").value < 1e-9
