"""CatBoost's binary files: the origin's own predictions, and its own SHAP values."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest

from isg_audit.errors import ModelError, ModelFailed
from isg_audit.sources.models.catboost_file import open_catboost
from isg_audit.sources.models.open_model import open_model
from tests.sources.boosted import answers, as_logged, people

catboost = pytest.importorskip("catboost")

CALM = {"verbose": 0, "allow_writing_files": False, "thread_count": 1, "iterations": 8}


def applicants(rows: int, seed: int = 0) -> pd.DataFrame:
    frame = people(rows, seed)
    return frame.assign(area=frame["area"].astype(object).where(frame["area"].notna(), "none"))


@pytest.fixture(scope="module", params=[2, 3], ids=["two", "three"])
def origin(request: Any) -> Any:
    frame = applicants(400)
    labels = np.array(["bad", "good", "fine"])[answers(frame, request.param)]
    chosen = {"cat_features": ["priors", "area"], "depth": 3} | CALM
    return catboost.CatBoostClassifier(**chosen).fit(frame, labels)


def test_a_file_gives_what_its_model_gives(origin: Any, tmp_path: Any) -> None:
    origin.save_model(tmp_path / "model.cbm")
    model = open_model("model.cbm", folder=tmp_path)
    assert model.kind == "CatBoost (cbm)"
    assert model.features == ("income", "debt", "priors", "area")
    assert model.classes == tuple(sorted(["bad", "good", "fine"][: len(origin.classes_)]))
    new = applicants(300, seed=9)
    new.loc[::9, "area"] = "unseen"
    logged = as_logged(new).astype({"priors": float})  # as a log with gaps elsewhere has it
    np.testing.assert_array_equal(model.predict_proba(logged), origin.predict_proba(new))
    np.testing.assert_array_equal(model.predict(logged), np.ravel(origin.predict(new)))
    again = pickle.loads(pickle.dumps(model))  # noqa: S301 - our own, made a line above
    np.testing.assert_array_equal(again.predict_proba(new), origin.predict_proba(new))


def test_its_contributions_add_up_to_its_margins(origin: Any, tmp_path: Any) -> None:
    origin.save_model(tmp_path / "model.cbm")
    model: Any = open_model("model.cbm", folder=tmp_path)
    new = applicants(200, seed=3)
    parts, margins = model.contributions(new), model.margins(new)
    assert parts.shape == (*margins.shape, len(model.features) + 1)
    np.testing.assert_allclose(parts.sum(axis=2), margins, atol=1e-9)
    shares = model.predict_proba(new)
    odds = np.log(shares[:, 1:] / shares[:, :1])
    due = margins if shares.shape[1] == 2 else margins[:, 1:] - margins[:, :1]
    np.testing.assert_allclose(due, odds, atol=1e-9)
    assert model.inside().made_of.game == "path"
    with pytest.raises(ModelFailed, match="not taken apart"):
        model.prepared(new)


@pytest.mark.parametrize("labels", [[0, 1], [False, True], [1.5, 2.5]])
def test_labels_keep_their_type(labels: list[Any], tmp_path: Any) -> None:
    frame = applicants(200)[["income", "debt"]]
    made = np.array(labels)[answers(applicants(200))]
    origin = catboost.CatBoostClassifier(**CALM).fit(frame, made)
    origin.set_probability_threshold(0.3)  # stored in the file; labels follow it
    origin.save_model(tmp_path / "model.cbm")
    model = open_model("model.cbm", folder=tmp_path)
    assert model.classes == tuple(labels)
    assert [type(one) for one in model.classes] == [type(one) for one in labels]
    np.testing.assert_array_equal(model.predict(frame), origin.predict(frame))


def test_what_cannot_be_a_category_is_told(origin: Any, tmp_path: Any) -> None:
    origin.save_model(tmp_path / "model.cbm")
    model = open_model("model.cbm", folder=tmp_path)
    new = applicants(50)
    with pytest.raises(ModelFailed, match="'area' has 50 missing values; CatBoost takes none"):
        model.predict(new.assign(area=None))
    with pytest.raises(ModelFailed, match="'priors' has fractions"):
        model.predict(new.assign(priors=1.5))
    with pytest.raises(ModelFailed, match="'debt' must hold numbers"):
        model.predict_proba(new.assign(debt="much"))


def test_unnamed_columns_regressors_and_damage_are_told(tmp_path: Any) -> None:
    columns = np.random.default_rng(0).normal(size=(100, 2))
    labels = (columns[:, 0] > 0).astype(int)
    made = {}
    for name, kind, more in [
        ("classes", catboost.CatBoostClassifier, {}),
        ("number", catboost.CatBoostRegressor, {}),
        ("apart", catboost.CatBoostClassifier, {"loss_function": "MultiClassOneVsAll"}),
    ]:
        kind(**(CALM | more)).fit(columns, labels).save_model(tmp_path / name)
        made[name] = (tmp_path / name).read_bytes()
    with pytest.raises(ModelError, match="does not name the 2 columns"):
        open_catboost(made["classes"], "model.cbm", ())
    assert open_catboost(made["classes"], "model.cbm", ("a", "b")).features == ("a", "b")
    for name, said in [("number", "'RMSE'"), ("apart", "'MultiClassOneVsAll'")]:
        with pytest.raises(ModelError, match=f"was trained for {said}"):
            open_catboost(made[name], "model.cbm", ("a", "b"))
    with pytest.raises(ModelError, match="catboost cannot read it"):
        open_catboost(made["classes"][:200], "model.cbm", ("a", "b"))
