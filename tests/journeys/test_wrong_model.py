"""Models that do not fit, do not answer or answer what cannot be true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import isg_audit
from isg_audit.errors import ModelError, ModelFailed, SpecError
from isg_audit.measures.subject import MODEL_FAILED
from tests.audits import spec_of
from tests.journeys.journey import audit_toml, files_in, typed
from tests.shared_data import real_data

# Ibis 12 asks DuckDB for batches by a name that DuckDB is giving up.

INPUTS = ["income", "debt"]


@pytest.fixture(scope="module")
def loans() -> pd.DataFrame:
    draw = np.random.default_rng(5)
    frame = pd.DataFrame({name: draw.normal(50, 10, 300) for name in INPUTS})
    frame["sex"] = draw.choice(["F", "M"], 300)
    frame["decision"] = (frame.income + draw.normal(0, 8, 300) > 50).astype(int)
    return frame


class Raises(LogisticRegression):
    def predict(self, X: Any) -> Any:
        raise RuntimeError("out of memory on device 0\nmore")


class Exits(LogisticRegression):
    def predict(self, X: Any) -> Any:
        raise SystemExit(0)


class OneShort(LogisticRegression):
    def predict(self, X: Any) -> Any:
        return super().predict(X)[:-1]


class OtherLabels(LogisticRegression):
    def predict(self, X: Any) -> Any:
        return np.where(super().predict(X) == 1, "yes", "no")


class Percent(LogisticRegression):
    def predict_proba(self, X: Any) -> Any:
        return 100 * super().predict_proba(X)


class NotANumber(LogisticRegression):
    def predict_proba(self, X: Any) -> Any:
        shares = super().predict_proba(X)
        shares[7] = np.nan
        return shares


class Once(LogisticRegression):
    """Answers while people are scored, and never again."""

    asked = 0

    def predict_proba(self, X: Any) -> Any:
        type(self).asked += 1
        if self.asked > 3:
            raise RuntimeError("out of memory on device 0")
        return super().predict_proba(X)


class LogOdds(LogisticRegression):
    def predict_proba(self, X: Any) -> Any:
        return super().decision_function(X)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Raises, r"failed in predict with RuntimeError: out of memory on device 0\.$"),
        (Exits, r"failed in predict with SystemExit: 0\.$"),
        (OneShort, "299 came back as labels, one a row was due"),
        (OtherLabels, "label '(yes|no)' came back; its classes are 0, 1"),
        (Percent, "came back as a probability"),
        (NotANumber, "1 rows came back with a probability that is no number"),
        (LogOdds, "300 came back as probabilities, 300 x 2 were due"),
    ],
)
def test_what_a_model_may_not_answer(kind: type, words: str, loans: pd.DataFrame) -> None:
    fitted = kind().fit(loans[INPUTS], loans.decision)
    with pytest.raises(ModelFailed, match=words) as told:
        isg_audit.run(spec_of(["sex"], decision=None), loans, fitted)
    assert told.value.exit_code == 3
    assert str(told.value).startswith(f"{kind.__name__}, batch 1 (300 rows)")


def test_a_model_that_fails_leaves_the_findings_of_the_log(loans: pd.DataFrame) -> None:
    fitted = Raises().fit(loans[INPUTS], loans.decision)
    spec = spec_of(["sex"], audit={"checklists": ["people-oriented"]})
    audit = isg_audit.run(spec, loans, fitted)
    alone = isg_audit.run(spec, loans)
    assert audit.failed.endswith("RuntimeError: out of memory on device 0.")
    # Which of the model's inputs people lack is told besides: it needs no answer of the model.
    lacking = "coverage.missing_inputs"
    assert [one for one in audit.findings.measured if one.measure != lacking] == [
        one for one in alone.findings.measured if one.measure != lacking
    ]
    assert audit.limits[0].startswith("The model failed")
    words = {item.id: item.word for item in audit.verdicts[0].items}
    # What was asked of the model as well is not passed for want of its answers.
    assert words["MOD-01"] == "not assessed"
    assert not {"FAIR-01", "ACC-01"} & {name for name, word in words.items() if word == "pass"}


def test_a_model_that_fails_when_it_is_examined(loans: pd.DataFrame) -> None:
    fitted = Once().fit(loans[INPUTS], loans.decision)
    audit = isg_audit.run(spec_of(["sex"]), loans, fitted)
    assert "failed in predict" in audit.failed
    assert [one.reason for one in audit.findings.not_measured
            if one.measure == "explain.shap_importance"] == [MODEL_FAILED]  # fmt: skip
    assert any(one.measure == "fairness.model_favourable_rate" for one in audit.findings.measured)


def test_columns_that_the_data_lacks(loans: pd.DataFrame) -> None:
    fitted = LogisticRegression().fit(loans[INPUTS], loans.decision)
    renamed = loans.rename(columns={"income": "incomes"}).drop(columns="debt")
    with pytest.raises(ModelError) as told:
        isg_audit.run(spec_of(["sex"]), renamed, fitted)
    assert [fault.what for fault in told.value.faults] == [
        "the model reads a column 'income', which the data lacks.",
        "the model reads a column 'debt', which the data lacks.",
    ]
    assert "Did you mean 'incomes'?" in str(told.value)


def test_a_favourable_value_that_the_model_does_not_know(loans: pd.DataFrame) -> None:
    fitted = LogisticRegression().fit(loans[INPUTS], loans.decision)
    spec = spec_of(["sex"], decision=None, favourable="granted")
    with pytest.raises(ModelError, match="'granted' is none of the model's classes"):
        isg_audit.run(spec, loans, fitted)


@pytest.mark.parametrize("model", [LogisticRegression(), LogisticRegression, len, 7])
def test_what_is_no_fitted_classifier(model: object, loans: pd.DataFrame) -> None:
    with pytest.raises(ModelError, match=r"no method `predict`|no `classes_`"):
        isg_audit.run(spec_of(["sex"]), loans, model)


def ran(folder: Path, loans: pd.DataFrame, model: str) -> tuple[int, str]:
    """A run with a model file: exit code and message; nothing may be left."""
    loans.to_csv(folder / "log.csv", index=False)
    audit = audit_toml(
        folder,
        decisions='decision = "decision"\nfavourable = 1',
        rest=f'[model]\nsource = "{model}"\n',
    )
    before = files_in(folder)
    told = typed("run", audit, "--out", folder / "out", "--quiet")
    assert files_in(folder) == before
    return told.exit_code, told.stderr


def test_pickles_are_refused_unopened(tmp_path: Path, loans: pd.DataFrame) -> None:
    opened = tmp_path / "opened"
    evil = f"cposix\nsystem\n(S'touch {opened}'\ntR.".encode()
    for name in ("model.pkl", "model.onnx", "model.skops"):
        (tmp_path / name).write_bytes(evil)
        code, words = ran(tmp_path, loans, name)
        assert code == 2
        assert f"{name}: is a pickle. It is not opened: a pickle can run any code" in words
    assert not opened.exists()


@pytest.mark.shared
def test_real_pickles_of_recidivism_models_are_refused(tmp_path: Path, loans: pd.DataFrame) -> None:
    for path in sorted(real_data("compas_models").glob("*.sav")):
        (tmp_path / path.name).write_bytes(path.read_bytes())
        code, words = ran(tmp_path, loans, path.name)
        assert (code, "is a pickle" in words) == (2, True)


def test_models_that_are_not_there_or_no_models(tmp_path: Path, loans: pd.DataFrame) -> None:
    (tmp_path / "model.txt").write_text("weights", encoding="utf-8")
    for name, words in [
        ("model.onnx", "there is no such model file"),
        ("model.txt", "is of no known format. Read are: skops, ONNX, XGBoost JSON"),
        ("python:os:system", "an audit file may not name code to be run"),
        ("https://example.org/m", "an address needs the table"),
    ]:
        code, told = ran(tmp_path, loans, name)
        assert code == 2
        assert words in told


def test_an_onnx_file_whose_probabilities_are_none(tmp_path: Path, loans: pd.DataFrame) -> None:
    """Three times the probabilities; the labels are sound."""
    onnx = pytest.importorskip("onnx")
    helper, kinds = onnx.helper, onnx.TensorProto
    skl2onnx = pytest.importorskip("skl2onnx")
    fitted = LogisticRegression().fit(loans[INPUTS].to_numpy(np.float32), loans.decision)
    shape = [("X", skl2onnx.common.data_types.FloatTensorType([None, 2]))]
    model = skl2onnx.to_onnx(fitted, initial_types=shape, options={id(fitted): {"zipmap": False}})
    graph = model.graph
    last = next(node for node in graph.node if "probabilities" in node.output)
    last.output[list(last.output).index("probabilities")] = "shares"
    graph.initializer.append(helper.make_tensor("three", kinds.FLOAT, [1], [3.0]))
    graph.node.append(helper.make_node("Mul", ["shares", "three"], ["probabilities"]))
    (tmp_path / "model.onnx").write_bytes(model.SerializeToString())
    loans.to_csv(tmp_path / "log.csv", index=False)
    audit = audit_toml(
        tmp_path,
        decisions='decision = "decision"\nfavourable = 1',
        rest='[model]\nsource = "model.onnx"\nfeatures = ["income", "debt"]',
    )
    told = typed("gate", audit, "--quiet")
    assert told.exit_code == 3
    assert "model.onnx, batch 1 (300 rows): " in told.stderr
    assert "came back as a probability" in told.stderr
    assert "Traceback" not in told.output


def test_neither_decisions_nor_a_model(loans: pd.DataFrame) -> None:
    with pytest.raises(SpecError, match="neither a column of decisions, nor a model, nor a score"):
        isg_audit.run(spec_of(["sex"], decision=None, favourable=None), loans)
