"""Importance and gaps: laws that hold whoever is explained, and intervals from elsewhere."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from sklearn.linear_model import LogisticRegression

from isg_audit.measures.explain import measure
from isg_audit.measures.explain.attributing import attributed
from isg_audit.measures.measurement import Measurement, NotMeasured

PICK = {"metric": "shap_importance", "by": ""}


def rows(found, **picked):
    return [
        one
        for one in found
        if isinstance(one, Measurement)
        and all(getattr(one, name) == value for name, value in picked.items())
    ]


def of_shap(found):
    return [one for one in rows(found) if one.measure.startswith("explain.shap")]


@pytest.fixture(scope="module")
def linear(people, granted, explaining):
    return explaining(LogisticRegression().fit(people[["income", "debt"]], granted))


@pytest.fixture(scope="module")
def found(linear):
    return measure(linear)


def test_importance_is_the_mean_size_with_students_interval(linear, found):
    size = np.abs(attributed(linear).values)
    for one in rows(found, metric="shap_importance", by=""):
        values = size[:, ["income", "debt"].index(one.feature)]
        low, high = scipy_stats.t.interval(0.95, 119, values.mean(), scipy_stats.sem(values))
        assert (one.value, one.low, one.high) == pytest.approx((values.mean(), low, high))
        assert one.limits(0.95) == pytest.approx((one.low, one.high))
        assert (one.n, one.unit) == (120, "log-odds")


def test_everybody_is_the_mean_of_the_groups(found):
    for feature in ("income", "debt"):
        (everybody,) = rows(found, metric="shap_importance", by="", feature=feature)
        groups = rows(found, metric="shap_importance", by="sex", feature=feature)
        assert {one.group for one in groups} == {"f", "m"}
        assert sum(one.value * one.n for one in groups) / 120 == pytest.approx(everybody.value)


def test_gaps_of_the_inputs_sum_to_the_gap_of_the_score(linear, found):
    scores = linear.model.estimator.decision_function(linear.sample[["income", "debt"]])
    women = linear.groups["sex"] == "f"
    for group, members in (("f", women), ("m", ~women)):
        gap = -(scores[members].mean() - scores[~members].mean())  # "grant" is the first class
        (whole,) = rows(found, metric="score_gap", group=group)
        parts = rows(found, metric="shap_gap", group=group)
        assert whole.value == pytest.approx(gap)
        assert sum(one.value for one in parts) == pytest.approx(gap)
        assert {one.versus for one in parts} == {"rest"}
    theirs = attributed(linear).values[:, 0]
    expected = scipy_stats.ttest_ind(theirs[women], theirs[~women], equal_var=False)
    (income,) = rows(found, metric="shap_gap", group="f", feature="income")
    assert (income.low, income.high) == pytest.approx(tuple(expected.confidence_interval(0.95)))


def test_swapping_the_groups_names_swaps_their_rows(linear, found):
    swapped = np.where(linear.groups["sex"] == "f", "m", "f").astype(object)
    other = measure(replace(linear, groups={"sex": swapped}))
    for metric in ("shap_importance", "shap_gap", "score_gap"):
        for mine, theirs in (("f", "m"), ("m", "f")):
            before = {one.feature: one.value for one in rows(found, metric=metric, group=mine)}
            after = {one.feature: one.value for one in rows(other, metric=metric, group=theirs)}
            assert before == pytest.approx(after)
            assert before


@settings(max_examples=10)
@given(times=st.integers(2, 5))
def test_telling_everybody_twice_changes_no_value_and_narrows_the_interval(times, linear, found):
    more = replace(
        linear,
        sample=pd.concat([linear.sample] * times, ignore_index=True),
        groups={by: np.tile(labels, times) for by, labels in linear.groups.items()},
    )
    again = measure(more)
    for metric in ("shap_importance", "shap_gap"):
        for one, other in zip(rows(found, metric=metric), rows(again, metric=metric), strict=True):
            assert one.key == other.key
            assert one.value == pytest.approx(other.value)
            assert other.high - other.low < one.high - one.low


@settings(max_examples=10)
@given(chance=st.randoms(use_true_random=False))
def test_the_order_of_people_is_of_no_account(chance, linear, found):
    order = list(range(120))
    chance.shuffle(order)
    turned = replace(
        linear,
        sample=linear.sample.iloc[order],
        groups={by: labels[order] for by, labels in linear.groups.items()},
    )
    for one, other in zip(of_shap(found), of_shap(measure(turned)), strict=True):
        assert one.key == other.key
        assert one.value == pytest.approx(other.value)


def test_few_people_are_named_and_not_measured(linear):
    labels = np.array(["f"] * 9 + ["m"] * 61 + [None] * 50, dtype=object)
    found = measure(replace(linear, groups={"sex": labels}))
    reasons = {one.metric: one.reason for one in found if isinstance(one, NotMeasured)}
    assert {name: why for name, why in reasons.items() if name.startswith("shap")} == {
        "shap_importance": "fewer than 10 people explained: f (9)",
        "shap_gap": "fewer than 10 people explained: f (9, against 61), m (61, against 9)",
    }
    assert {one.n for one in rows(found, metric="shap_importance", by="sex")} == {61}
    assert {one.n for one in rows(found, **PICK)} == {120}


def test_an_input_the_model_never_uses_has_no_interval(people, granted, explaining):
    fitted = LogisticRegression().fit(people[["income", "debt"]], granted)
    fitted.coef_[0, 1] = 0.0
    (debt,) = rows(measure(explaining(fitted)), **PICK, feature="debt")
    assert (debt.value, debt.low, debt.high) == (0.0, None, None)
    assert "all values are equal" in debt.note


def test_of_three_classes_the_favourable_is_explained_and_flips_are_counted(people, explaining):
    coded = people.assign(code=(people.sex == "m").astype(float))
    fitted = LogisticRegression().fit(coded[["income", "code"]], people.area)
    found = measure(explaining(fitted, "north", sample=coded[:120], background=coded[120:]))
    silent = {one.measure for one in found if isinstance(one, NotMeasured)}
    assert not {"explain.shap_importance", "explain.shap_gap", "explain.additivity"} & silent
    assert {one.unit for one in rows(found, measure="explain.shap_gap")} == {"softmax margin"}
    assert rows(found, metric="flip_rate")
