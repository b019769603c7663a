"""XGBoost's files: the origin's own predictions, and trees that add up to its margins."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from isg_audit.errors import ModelError, ModelFailed
from isg_audit.sources.models.open_model import open_model
from isg_audit.sources.models.xgboost_file import open_xgboost
from tests.shared_data import real_data
from tests.sources.boosted import answers, as_logged, people, summed

xgboost = pytest.importorskip("xgboost")


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Any:
    """Small fits wait for threads on a busy machine."""
    with threadpool_limits(1), xgboost.config_context(nthread=1):
        yield


def fitted(frame: pd.DataFrame, labels: Any, **settings_: Any) -> Any:
    chosen = {"n_estimators": 6, "max_depth": 4, "enable_categorical": True} | settings_
    return xgboost.XGBClassifier(n_jobs=1, **chosen).fit(frame, labels)


@pytest.mark.parametrize("suffix", ["json", "ubj"])
@pytest.mark.parametrize("classes", [2, 3])
def test_a_file_gives_what_its_model_gives(classes: int, suffix: str, tmp_path: Any) -> None:
    frame = people(400)
    origin = fitted(frame, answers(frame, classes), max_cat_to_onehot=1)
    origin.save_model(tmp_path / f"model.{suffix}")
    model = open_model(f"model.{suffix}", folder=tmp_path)
    assert model.kind == f"XGBoost ({suffix.upper()})"
    assert model.features == ("income", "debt", "priors", "area")
    assert model.classes == tuple(range(classes))
    new = people(500, seed=9)
    np.testing.assert_array_equal(model.predict_proba(as_logged(new)), origin.predict_proba(new))
    np.testing.assert_array_equal(model.predict(as_logged(new)), origin.predict(new))
    again = pickle.loads(pickle.dumps(model))  # noqa: S301 - our own, made a line above
    np.testing.assert_array_equal(again.predict_proba(new), origin.predict_proba(new))


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**16),
    classes=st.integers(2, 3),
    more=st.sampled_from(
        [
            {}, {"max_cat_to_onehot": 1}, {"booster": "dart", "rate_drop": 0.5},
            {"num_parallel_tree": 3}, {"tree_method": "exact", "enable_categorical": False},
            {"base_score": 0.2}, {"grow_policy": "lossguide", "gamma": 3.0},
        ]
    ),
)  # fmt: skip
def test_the_trees_add_up_to_the_margin(seed: int, classes: int, more: dict[str, Any]) -> None:
    frame = people(150, seed)
    if "enable_categorical" in more:
        frame["area"] = frame["area"].cat.codes
    if "base_score" in more and classes == 3:
        more = {}
    origin = fitted(frame, answers(frame, classes, seed), n_estimators=4, random_state=seed, **more)
    model = open_xgboost(bytes(origin.get_booster().save_raw("ubj")), "model.ubj", ())
    inside = model.inside()
    assert inside is not None
    assert inside.direct
    at_thresholds = on_thresholds(inside.made_of, people(150, seed + 1), frame)
    margin = model.margins(at_thresholds)
    found = summed(inside.made_of, model.prepared(at_thresholds))
    np.testing.assert_allclose(found, margin, atol=2e-6, rtol=2e-6)
    scores = origin.predict(at_thresholds[list(frame)].astype(frame.dtypes), output_margin=True)
    np.testing.assert_array_equal(margin, scores.reshape(margin.shape).astype(np.float64))


def on_thresholds(trees: Any, frame: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """The frame with many of its numbers moved onto thresholds, or one step beside them."""
    draw = np.random.default_rng(3)
    frame = frame.astype({"area": like["area"].dtype}) if like["area"].dtype == "category" else (
        frame.assign(area=frame["area"].cat.codes)
    )  # fmt: skip
    for place, name in enumerate(["income", "debt"]):
        there = [t.threshold[(t.left >= 0) & (t.feature == place)] for t in trees.trees]
        known = np.concatenate([*there, [0.0]])
        chosen = draw.choice(known, len(frame)).astype(np.float32)
        step = draw.integers(-1, 2, len(frame))
        beside = np.nextafter(chosen, np.where(step < 0, -np.inf, np.inf).astype(np.float32))
        moved = np.where(step == 0, chosen, beside).astype(np.float64)
        frame[name] = np.where(draw.random(len(frame)) < 0.6, moved, frame[name])
    return frame


def test_codes_without_names_may_be_new_negative_or_missing() -> None:
    """Of categories that are handed over as codes the file holds no names."""
    draw = np.random.default_rng(0)
    columns = np.column_stack([draw.normal(size=300), draw.integers(0, 9, 300)])
    labels = (columns[:, 0] + np.isin(columns[:, 1], [1, 4, 7]) > 0.5).astype(int)
    data = xgboost.DMatrix(columns, labels, feature_types=["q", "c"], enable_categorical=True)
    booster = xgboost.train(
        {"objective": "binary:logistic", "max_cat_to_onehot": 1, "nthread": 1}, data, 5
    )
    model = open_xgboost(bytes(booster.save_raw("json")), "model.json", ["a", "b"])
    frame = pd.DataFrame({"a": draw.normal(size=300), "b": draw.integers(0, 400, 300) * 1.0})
    frame.loc[::5, "b"] = np.nan
    frame.loc[::2, "b"] = draw.integers(0, 9, 150)
    inside = model.inside()
    assert inside is not None
    found = summed(inside.made_of, model.prepared(frame))
    np.testing.assert_allclose(found, model.margins(frame), atol=1e-6)
    with_types = xgboost.DMatrix(
        frame.to_numpy(), feature_types=["q", "c"], enable_categorical=True
    )
    np.testing.assert_array_equal(model.predict_proba(frame)[:, 1], booster.predict(with_types))


def test_a_category_that_the_model_was_never_trained_on_is_refused() -> None:
    """xgboost 3.2 itself takes it for another category, or refuses it, by its place in a list."""
    frame = people(200)
    origin = fitted(frame, answers(frame))
    model = open_xgboost(bytes(origin.get_booster().save_raw("ubj")), "model.ubj", ())
    new = as_logged(frame).assign(area="z")
    with pytest.raises(ModelFailed, match=r"'area' holds 'z' \(200 rows\), .* never trained on"):
        model.predict_proba(new)
    with pytest.raises(xgboost.core.XGBoostError, match="not in the training set"):
        origin.predict_proba(frame.assign(area=pd.Categorical(["z"] * 200)))
    with pytest.raises(ModelFailed, match="'debt' must hold numbers"):
        model.predict(as_logged(frame).assign(debt="much"))


def test_stopping_early_counts_where_the_origin_counts_it(tmp_path: Any) -> None:
    """XGBClassifier decides with its best rounds, a plain booster with all of them."""
    frame, other = people(200), people(100, seed=5)
    origin = xgboost.XGBClassifier(
        n_estimators=60, learning_rate=0.9, early_stopping_rounds=20, enable_categorical=True
    ).fit(frame, answers(frame), eval_set=[(other, answers(other))], verbose=False)
    assert origin.best_iteration < origin.get_booster().num_boosted_rounds() - 1
    origin.save_model(tmp_path / "model.json")
    model = open_model(tmp_path / "model.json")
    np.testing.assert_array_equal(model.predict_proba(other), origin.predict_proba(other))
    inside = model.inside()  # type: ignore[attr-defined]
    found = summed(inside.made_of, model.prepared(other))  # type: ignore[attr-defined]
    np.testing.assert_allclose(found, model.margins(other), atol=1e-5)  # type: ignore[attr-defined]
    booster = origin.get_booster()
    plain = open_xgboost(bytes(booster.save_raw("json")), "model.json", ())
    data = xgboost.DMatrix(other, enable_categorical=True)
    np.testing.assert_array_equal(plain.predict_proba(other)[:, 1], booster.predict(data))


@pytest.mark.parametrize(
    ("objective", "said"),
    [("reg:squarederror", "gives no probabilities"), ("rank:pairwise", "gives no probabilities")],
)
def test_what_decides_nothing_is_refused_in_plain_words(objective: str, said: str) -> None:
    data = xgboost.DMatrix(np.eye(4), np.array([0, 1, 0, 1]))
    booster = xgboost.train({"objective": objective}, data, 1)
    with pytest.raises(ModelError, match=said):
        open_xgboost(bytes(booster.save_raw("json")), "model.json", list("abcd"))


def test_softmax_is_asked_for_its_probabilities() -> None:
    draw = np.random.default_rng(0)
    columns, labels = draw.normal(size=(200, 2)), draw.integers(0, 3, 200)
    data = xgboost.DMatrix(columns, labels)
    trained = {"num_class": 3, "nthread": 1}
    hard = xgboost.train(trained | {"objective": "multi:softmax"}, data, 3)
    soft = xgboost.train(trained | {"objective": "multi:softprob"}, data, 3)
    model = open_xgboost(bytes(hard.save_raw("json")), "model.json", ["a", "b"])
    frame = pd.DataFrame(columns, columns=["a", "b"])
    np.testing.assert_array_equal(model.predict_proba(frame), soft.predict(data))
    np.testing.assert_array_equal(model.predict(frame), hard.predict(data))


def test_unnamed_columns_are_named_by_hand_and_damage_is_told() -> None:
    booster = xgboost.train(
        {"objective": "binary:logistic"}, xgboost.DMatrix(np.eye(4), np.array([0, 1, 0, 1])), 1
    )
    content = bytes(booster.save_raw("json"))
    with pytest.raises(ModelError, match="does not name the 4 columns"):
        open_xgboost(content, "model.json", ())
    with pytest.raises(ModelError, match="reads 4 columns, model.features has 2"):
        open_xgboost(content, "model.json", ("a", "b"))
    with pytest.raises(ModelError, match="xgboost cannot read it"):
        open_xgboost(content[: len(content) // 2], "model.json", list("abcd"))


@pytest.mark.shared
def test_somebody_elses_booster_gives_its_published_probabilities() -> None:
    folder = real_data("compas_models")
    rows = pd.read_csv(folder / "inputs.csv.gz")
    due = pd.read_csv(folder / "expected_outputs.csv.gz")["xgboost_proba"]
    features = ["age_cat_cat", "sex_code", "race_code", "priors_count", "c_charge_degree_cat"]
    model: Any = open_model(folder / "xgboost_compas.json", features)
    found = model.predict_proba(rows)[:, 1]
    np.testing.assert_allclose(found, due, atol=6e-10, rtol=6e-8)
    summed_up = summed(model.inside().made_of, model.prepared(rows))
    np.testing.assert_allclose(summed_up, model.margins(rows), atol=2e-6)
