"""A pickle opens only where the person who runs the audit says so, and behind every layer."""

import pickle
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from isg_audit.errors import ModelError
from isg_audit.sources import open_model
from isg_audit.sources.child import opening
from isg_audit.spec import read
from tests.shared_data import real_data
from tests.sources.hostile_pickles import joblib_of, trojan

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the lock is Linux's")

FEATURES = ("age_cat_cat", "sex_code", "race_code", "priors_count", "c_charge_degree_cat")


def allowed(source, features=(), folder="."):
    """The model; a skipped test where this system lacks a layer."""
    try:
        return open_model(source, features, folder, allow_pickle=True)
    except ModelError as error:
        if "this system cannot hold it" in str(error):
            pytest.skip(str(error))
        raise


@pytest.mark.parametrize(
    ("file", "score", "close"),
    [
        ("logistic_sklearn.sav", "logistic_proba", 1e-9),
        ("lightgbm_sklearn.joblib.sav", "lightgbm_proba", 1e-9),
        ("xgboost_booster.joblib.sav", "xgboost_proba", 1e-7),
    ],
)
def test_pickles_of_somebody_else_answer_from_the_locked_child(file, score, close):
    folder = real_data("compas_models")
    model = allowed(file, FEATURES, folder)
    assert {"no network", "read-only files", "filtered system calls"} <= set(model.isolation.active)
    people = pd.read_csv(folder / "inputs.csv.gz")
    due = pd.read_csv(folder / "expected_outputs.csv.gz")[score]
    np.testing.assert_allclose(model.predict_proba(people)[:, 1], due, rtol=0, atol=close)
    assert "(pickle" in model.kind
    model.close()


def test_a_pickle_is_not_opened_unasked(tmp_path):
    fitted = LogisticRegression().fit(pd.DataFrame({"a": [0.0, 1.0]}), [0, 1])
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(fitted))
    with pytest.raises(ModelError, match="is a pickle.*--allow-pickle in docs/models.md"):
        open_model("model.pkl", folder=tmp_path)
    model = allowed("model.pkl", folder=tmp_path)
    assert model.features == ("a",)
    model.close()


def test_a_trojan_is_refused_there_too(tmp_path):
    (tmp_path / "model.joblib").write_bytes(joblib_of(trojan(tmp_path / "ran"), 3))
    with pytest.raises(ModelError, match=r"names 'posix.system'"):
        allowed("model.joblib", ("a", "b"), tmp_path)
    assert not (tmp_path / "ran").exists()


def test_where_a_layer_is_missing_it_is_refused_and_the_layer_named(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "NEEDED_WHEN_STRICT", ("a layer that no system has",))
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(LogisticRegression()))
    with pytest.raises(ModelError, match="cannot hold it: a layer that no system has"):
        open_model("model.pkl", ("a",), tmp_path, allow_pickle=True)


def test_a_name_that_promises_another_format_is_a_fault(tmp_path):
    (tmp_path / "model.onnx").write_bytes(pickle.dumps(LogisticRegression()))
    with pytest.raises(ModelError, match=r"is called \.onnx but holds a pickle"):
        open_model("model.onnx", ("a",), tmp_path, allow_pickle=True)


def test_an_audit_file_cannot_ask_for_it(tmp_path):
    (tmp_path / "audit.toml").write_text("[model]\nsource = 'model.pkl'\nallow_pickle = true\n")
    with pytest.raises(Exception, match="allow_pickle"):
        read(tmp_path / "audit.toml")
