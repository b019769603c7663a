"""What the model wants and what the data has: every difference told before anybody is scored."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

import isg_audit
from isg_audit.errors import ModelError
from isg_audit.sources import check_contract, open_decisions
from isg_audit.sources.models.contract import Wanted
from isg_audit.sources.models.onnx_file import open_onnx
from isg_audit.sources.models.wanted_estimator import wanted_by_estimator
from isg_audit.spec import AuditFile
from tests.audits import spec_of

INPUTS = ["income", "debt", "area", "work"]


@pytest.fixture(scope="module")
def log():
    draw = np.random.default_rng(2)
    return pd.DataFrame({
        "income": draw.normal(40, 8, 400), "debt": draw.gamma(2, 3, 400),
        "area": draw.choice(["north", "south"], 400), "work": draw.choice(["yes", "no"], 400),
        "group": draw.choice(["a", "b"], 400), "decision": draw.integers(0, 2, 400),
    })  # fmt: skip


@pytest.fixture(scope="module")
def strict(log):
    """Fails on missing numbers and on texts it was not fitted on."""
    words = OneHotEncoder(handle_unknown="error")
    parts = [("words", words, ["area", "work"]), ("rest", "passthrough", ["income", "debt"])]
    return make_pipeline(ColumnTransformer(parts), LogisticRegression()).fit(
        log[INPUTS], log.decision
    )


def faults(frame, model):
    with pytest.raises(ModelError) as told:
        isg_audit.run(spec_of(audit={"checklists": []}), frame, model)
    assert told.value.exit_code == 2
    return [str(fault) for fault in told.value.faults]


def test_a_model_that_fits_the_data_passes(log, strict):
    assert isg_audit.run(spec_of(audit={"checklists": []}), log, strict).model is not None


def test_every_difference_is_told_at_once(log, strict):
    wrong = log.assign(
        income=log.income.mask(log.index < 7), debt=log.debt.mask(log.index < 3),
        area=np.where(log.index < 5, "Zürich", log.area),
        work=np.where(log.index < 9, "retired", log.work),
    )  # fmt: skip
    told = faults(wrong, strict)
    assert len(told) == 4
    assert "column 'income' has 7 cases without a value, on which it fails" in told[0]
    assert "column 'debt' has 3 cases without a value" in told[1]
    assert "column 'area' holds 'Zürich', on which the model fails" in told[2]
    assert "column 'work' holds 'retired'" in told[3]


def test_types_are_compared_as_the_encoders_declare_them(log, strict):
    (told,) = faults(log.assign(area=(log.area == "north").astype(int)), strict)
    assert "wants text in column 'area', the data holds int64" in told
    assert "It knows: 'north', 'south'." in told


def test_missing_values_that_the_model_can_take_are_no_fault(log):
    gaps = log.assign(income=log.income.mask(log.index < 7))
    model = HistGradientBoostingClassifier(max_iter=5).fit(gaps[["income", "debt"]], gaps.decision)
    assert isg_audit.run(spec_of(audit={"checklists": []}), gaps, model).model is not None


def test_an_encoder_behind_an_imputer_is_read():
    frame = pd.DataFrame({"n": [1.0, 2.0, np.nan], "w": ["x", "y", None]})
    words = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder())
    parts = [("w", words, [False, True]), ("n", SimpleImputer(), [True, False])]
    model = make_pipeline(ColumnTransformer(parts), LogisticRegression()).fit(frame, [0, 1, 0])
    assert wanted_by_estimator(model, ("n", "w")) == (
        Wanted("n"), Wanted("w", "text", ("x", "y")),
    )  # fmt: skip


def test_text_for_a_file_that_takes_numbers(log):
    skl2onnx = pytest.importorskip("skl2onnx")
    numbers = log[["income", "debt"]].to_numpy(dtype=np.float32)
    model = LogisticRegression().fit(numbers, log.decision)
    content = skl2onnx.to_onnx(model, numbers[:1]).SerializeToString()
    opened = open_onnx(content, "model.onnx", ["income", "debt"])
    assert [one.kind for one in opened.wanted] == ["number", "number"]
    given = AuditFile.in_memory(spec_of())
    decisions = open_decisions(given, log.assign(income="much"))
    with pytest.raises(ModelError, match="wants numbers in column 'income', the data holds text"):
        check_contract(opened, decisions, 1, 0)
