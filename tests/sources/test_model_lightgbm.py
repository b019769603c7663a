"""LightGBM's text files: the origin's own predictions, and trees that add up to its margins."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isg_audit.errors import ModelError, ModelFailed
from isg_audit.sources.models.lightgbm_file import open_lightgbm
from isg_audit.sources.models.open_model import open_model
from tests.shared_data import real_data
from tests.sources.boosted import answers, as_logged, people, summed

lightgbm = pytest.importorskip("lightgbm")


def fitted(frame: pd.DataFrame, labels: Any, **more: Any) -> Any:
    chosen = {"n_estimators": 6, "num_leaves": 12, "min_child_samples": 5, "verbose": -1}
    small = {"min_data_per_group": 3, "cat_smooth": 1.0, "n_jobs": 1}
    return lightgbm.LGBMClassifier(**(chosen | small | more)).fit(frame, labels)


def opened(origin: Any, features: Any = ()) -> Any:
    return open_lightgbm(origin.booster_.model_to_string().encode(), "model.txt", features)


@pytest.mark.parametrize("classes", [2, 3])
def test_a_file_gives_what_its_model_gives(classes: int, tmp_path: Any) -> None:
    frame = people(400)
    origin = fitted(frame, answers(frame, classes))
    origin.booster_.save_model(tmp_path / "model.txt")
    model = open_model("model.txt", folder=tmp_path)
    assert model.kind == "LightGBM (text)"
    assert model.features == ("income", "debt", "priors", "area")
    assert model.classes == tuple(range(classes))
    new = people(500, seed=9)
    new["area"] = new["area"].cat.add_categories(["q"])
    new.loc[::7, "area"] = "q"  # unseen: LightGBM takes it for missing
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
            {}, {"max_cat_to_onehot": 1}, {"use_missing": False}, {"zero_as_missing": True},
            {"sigmoid": 2.5}, {"boosting_type": "dart"}, {"min_child_samples": 1000},
            {"boosting_type": "rf", "bagging_freq": 1, "bagging_fraction": 0.6},
        ]
    ),
)  # fmt: skip
def test_the_trees_add_up_to_the_margin(seed: int, classes: int, more: dict[str, Any]) -> None:
    frame = people(200, seed)
    origin = fitted(frame, answers(frame, classes, seed), n_estimators=4, random_state=seed, **more)
    model = opened(origin)
    inside = model.inside()
    assert inside is not None
    new = on_thresholds(inside.made_of, people(200, seed + 1))
    margin = model.margins(new)
    found = summed(inside.made_of, model.prepared(new))
    np.testing.assert_allclose(found, margin, atol=1e-12, rtol=1e-12)
    shares = origin.predict_proba(new)
    np.testing.assert_array_equal(model.predict_proba(new), shares)
    odds = np.log(shares[:, 1:] / shares[:, :1])
    due = margin if classes == 2 else margin[:, 1:] - margin[:, :1]
    np.testing.assert_allclose(due, odds, atol=1e-9)


def on_thresholds(trees: Any, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with many of its numbers moved onto thresholds, one step beside, or near zero."""
    draw = np.random.default_rng(3)
    for place, name in enumerate(["income", "debt"]):
        there = [t.threshold[(t.left >= 0) & (t.feature == place)] for t in trees.trees]
        known = np.concatenate([*there, [0.0, -0.0, 1e-35, -1e-35, 2e-35, -2e-35]])
        chosen = draw.choice(known, len(frame))
        beside = np.nextafter(chosen, draw.choice([-np.inf, np.inf], len(frame)))
        moved = np.where(draw.random(len(frame)) < 0.5, chosen, beside)
        frame[name] = np.where(draw.random(len(frame)) < 0.6, moved, frame[name])
    return frame


def test_codes_without_names_may_be_new_negative_or_missing() -> None:
    draw = np.random.default_rng(0)
    columns = np.column_stack([draw.normal(size=3000), draw.integers(0, 300, 3000)])
    labels = (columns[:, 0] + (columns[:, 1] % 3 == 1) > 0.5).astype(int)
    origin = lightgbm.LGBMClassifier(
        n_estimators=6, min_data_per_group=3, cat_smooth=1, max_bin=500, n_jobs=1, verbose=-1
    )
    origin.fit(columns, labels, categorical_feature=[1])
    model = opened(origin, ["a", "b"])
    new = pd.DataFrame({"a": draw.normal(size=600), "b": draw.integers(-3, 900, 600) * 1.0})
    new.loc[::5, "b"] = np.nan
    inside = model.inside()
    assert max(len(one) for t in inside.made_of.trees for one in t.left_categories.values()) > 256
    found = summed(inside.made_of, model.prepared(new))
    np.testing.assert_allclose(found, model.margins(new), atol=1e-12)
    np.testing.assert_array_equal(model.predict_proba(new), origin.predict_proba(new.to_numpy()))


def test_spaces_in_names_come_back_where_they_are_named() -> None:
    frame = people(200).rename(columns={"income": "yearly income"})
    origin = fitted(frame, answers(frame.rename(columns={"yearly income": "income"})))
    assert opened(origin).features[0] == "yearly_income"
    model = opened(origin, list(frame))
    assert model.features[0] == "yearly income"
    np.testing.assert_array_equal(model.predict_proba(frame), origin.predict_proba(frame))


def test_unnamed_columns_are_named_by_hand() -> None:
    columns = np.random.default_rng(0).normal(size=(200, 2))
    origin = fitted(columns, (columns[:, 0] > 0).astype(int))
    with pytest.raises(ModelError, match="does not name the 2 columns"):
        opened(origin)
    with pytest.raises(ModelError, match=r"reads 2 columns, model\.features has 1"):
        opened(origin, ["a"])
    assert opened(origin, ["a", "b"]).features == ("a", "b")
    with pytest.raises(ModelFailed, match="'a' must hold numbers"):
        opened(origin, ["a", "b"]).predict(pd.DataFrame({"a": ["x"], "b": [1.0]}))


def test_leaves_that_hold_lines_are_scored_but_not_taken_apart() -> None:
    columns = np.random.default_rng(0).normal(size=(300, 2))
    origin = fitted(columns, (columns[:, 0] > 0).astype(int), linear_tree=True)
    model = opened(origin, ["a", "b"])
    assert model.inside() is None
    new = pd.DataFrame(columns, columns=["a", "b"])
    np.testing.assert_array_equal(model.predict_proba(new), origin.predict_proba(columns))


@pytest.mark.parametrize("objective", ["regression", "multiclassova", "cross_entropy"])
def test_what_gives_no_probabilities_of_classes_is_refused(objective: str) -> None:
    columns = np.random.default_rng(0).normal(size=(200, 2))
    more = {"num_class": 2} if objective == "multiclassova" else {}
    booster = lightgbm.train(
        {"objective": objective, "verbose": -1, "num_threads": 1} | more,
        lightgbm.Dataset(columns, (columns[:, 0] > 0).astype(int)),
        2,
    )
    with pytest.raises(ModelError, match="gives no probabilities of classes"):
        open_lightgbm(booster.model_to_string().encode(), "model.txt", ["a", "b"])


def test_damage_and_categories_that_cannot_be_told_apart_are_named() -> None:
    frame = people(200)
    frame["priors"] = pd.Categorical(frame.priors, ordered=True)  # its codes are numbers to it
    origin = fitted(frame, answers(frame))
    with pytest.raises(ModelError, match="categories of 2 columns without saying which"):
        opened(origin)
    content = fitted(people(200), answers(people(200))).booster_.model_to_string().encode()
    with pytest.raises(ModelError, match="lightgbm cannot read it"):
        open_lightgbm(content[:300], "model.txt", ())


@pytest.mark.shared
def test_somebody_elses_booster_gives_its_published_probabilities() -> None:
    folder = real_data("compas_models")
    rows = pd.read_csv(folder / "inputs.csv.gz")
    due = pd.read_csv(folder / "expected_outputs.csv.gz")
    model: Any = open_model(folder / "lightgbm_compas.txt")
    found = model.predict_proba(rows)[:, 1]
    np.testing.assert_allclose(found, due["lightgbm_proba"], atol=6e-10, rtol=0)
    np.testing.assert_array_equal(model.predict(rows), due["lightgbm_label"])
    inside = model.inside()
    np.testing.assert_allclose(
        summed(inside.made_of, model.prepared(rows)), model.margins(rows), atol=1e-12
    )
