"""Errors of predicted numbers against scikit-learn, scipy and fairlearn on the same rows."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from fairlearn import metrics as fl
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_1samp, ttest_ind
from sklearn import metrics as sk

from isg_audit import stats
from isg_audit.errors import DataError
from isg_audit.measures import Findings, Measurement, Plan, measure_counts
from isg_audit.spec import Spec
from isg_audit.tally import Tally
from tests.audits import spec_of, tally_of
from tests.shared_data import oracles, real_data

ERRORS = {
    "mean_absolute_error": sk.mean_absolute_error,
    "root_mean_squared_error": sk.root_mean_squared_error,
    "mean_score": fl.mean_prediction,
    "mean_outcome": lambda true, predicted: true.mean(),
    "mean_error": lambda true, predicted: (predicted - true).mean(),
}


def number_spec(groups: object = ("group",), **roles: object) -> Spec:
    named = {"task": "number", "score": "predicted", "outcome": "true"} | roles
    return spec_of(groups, decision=None, favourable=None, **named)


def frame(rows: int = 900, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    group = rng.choice(["a", "b", "c"], rows, p=[0.6, 0.3, 0.1])
    true = rng.normal(30_000, 9_000, rows)
    predicted = true + rng.normal(500, 3_000, rows) * np.where(group == "b", 2, 1)
    return pd.DataFrame({"group": group, "predicted": predicted, "true": true})


def row(found: Findings, metric: str, group: str = "", versus: str = "") -> Measurement:
    (one,) = (
        one
        for one in found.measured
        if (one.metric, one.group, one.versus) == (metric, group, versus)
    )
    return one


def test_every_figure_equals_the_metric_frame_on_rows() -> None:
    rows = frame()
    found = measure_counts(tally_of(rows, number_spec()), Plan(("group",)))
    theirs = fl.MetricFrame(
        metrics=ERRORS,
        y_true=rows["true"],
        y_pred=rows["predicted"],
        sensitive_features=rows["group"],
    )
    for metric in ERRORS:
        assert row(found, metric).value == pytest.approx(theirs.overall[metric], rel=1e-12)
        for group, value in theirs.by_group[metric].items():
            assert row(found, metric, str(group)).value == pytest.approx(value, rel=1e-10)
        gap = theirs.by_group[metric].max() - theirs.by_group[metric].min()
        assert row(found, f"{metric}.range").value == pytest.approx(gap, rel=1e-10)


def test_intervals_and_tests_are_those_of_scipy() -> None:
    rows = frame()
    found = measure_counts(tally_of(rows, number_spec()), Plan(("group",)))
    error = rows["predicted"] - rows["true"]
    ours, theirs = error[rows["group"] == "b"], error[rows["group"] != "b"]
    one = row(found, "mean_error", "b")
    assert (one.low, one.high) == pytest.approx(tuple(ttest_1samp(ours, 0).confidence_interval()))
    gap = row(found, "mean_error.difference", "b", "rest")
    welch = ttest_ind(ours, theirs, equal_var=False)
    assert (gap.low, gap.high) == pytest.approx(tuple(welch.confidence_interval()), rel=1e-9)
    assert gap.p_value == pytest.approx(welch.pvalue, rel=1e-8)
    assert gap.method == "welch"
    size = row(found, "root_mean_squared_error", "b")
    # on the log scale, since Student's own limits of skewed squares are too short
    squares = stats.mean_square_interval((ours**2).sum(), (ours**4).sum(), len(ours))
    assert (size.low, size.high) == pytest.approx(tuple(np.sqrt(squares)))
    assert size.method == "roots of student t on the log scale"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 59))
def test_parts_merge_and_an_interval_holds_its_estimate(seed: int, cut: int) -> None:
    rows, spec = frame(60, seed), number_spec()
    whole = tally_of(rows, spec)
    parts = [part for part in (rows[:cut], rows[cut:]) if part["group"].nunique() > 1]
    if len(parts) == 2:
        added: Tally = tally_of(parts[0], spec) + tally_of(parts[1], spec)
        assert added == whole
    for one in measure_counts(whole, Plan(("group",))).measured:
        assert one.value is not None or one.note
        if one.value is not None and one.low is not None and one.high is not None:
            slack = 1e-9 * max(1.0, abs(one.value))
            assert one.low - slack <= one.value <= one.high + slack, one


def test_what_is_not_there_is_not_measured_and_says_why() -> None:
    rows = frame(200)
    found = measure_counts(tally_of(rows, number_spec(outcome=None)), Plan(("group",)))
    reasons = {one.metric: one.reason for one in found.not_measured}
    assert "what really happened is not known" in reasons["mean_error"]
    assert reasons["favourable_rate"] == (
        "this audit is of predicted numbers; the measure is of decisions for or against people or "
        "decisions into classes"
    )
    assert row(found, "mean_score").value == pytest.approx(rows["predicted"].mean())


def test_one_case_and_equal_errors_have_no_interval_and_nobody_no_value() -> None:
    rows = pd.DataFrame(
        {
            "group": ["a"] * 5 + ["b", "c"],
            "predicted": [2.0, 3, 4, 5, 6, 1, 4],
            "true": [1.0, 2, 3, 4, 5, 9, None],
        }
    )
    found = measure_counts(tally_of(rows, number_spec()), Plan(("group",)))
    equal, lone, nobody = (row(found, "mean_error", group) for group in "abc")
    assert (equal.value, equal.low) == (1.0, None)
    assert "no interval" in equal.note
    assert (lone.value, lone.low, lone.n) == (-8.0, None, 1)
    assert (nobody.value, nobody.n) == (None, 0)
    assert row(found, "missing_outcome_rate", "c").value == 1.0


def test_weights_count_and_ratios_of_negative_numbers_are_not_given() -> None:
    rows = frame(300).assign(w=lambda one: np.where(one["group"] == "a", 2.0, 0.5))
    found = measure_counts(tally_of(rows, number_spec(weight="w")), Plan(("group",)))
    error = rows["predicted"] - rows["true"]
    assert row(found, "mean_error").value == pytest.approx(np.average(error, weights=rows["w"]))
    below = rows.assign(predicted=-rows["predicted"])
    found = measure_counts(tally_of(below, number_spec()), Plan(("group",)))
    ratio = row(found, "mean_score.ratio", "a", "rest")
    assert ratio.value is None
    assert "negative" in ratio.note


def test_numbers_that_are_none_are_faults() -> None:
    rows = frame(50).assign(predicted=lambda one: one["predicted"].where(one.index > 0, math.inf))
    with pytest.raises(DataError, match="infinite or too large in 1 rows"):
        tally_of(rows, number_spec())
    with pytest.raises(DataError, match="not numbers"):
        tally_of(frame(50).assign(true="much"), number_spec())


@pytest.mark.shared
def test_judges_of_figure_skating_overrate_their_own_country() -> None:
    rows = pd.read_csv(real_data("figure_skating") / "data.csv.gz")
    rows = rows.dropna(subset=["judge_country"]).assign(
        predicted=lambda one: one["points"] - one["deductions"],
        group=lambda one: np.where(one["judge_country"] == one["nation"], "own", "other"),
    )
    each = rows.groupby("performance_id")["predicted"]
    rows["true"] = (each.transform("sum") - rows["predicted"]) / (each.transform("count") - 1)
    found = measure_counts(tally_of(rows, number_spec()), Plan(("group",)))
    known = oracles("figure_skating")
    gap = row(found, "mean_error.difference", "own", "rest")
    assert gap.value == pytest.approx(known["raw.pref"], rel=1e-9)
    assert gap.low is not None
    assert gap.low > 3
    assert [row(found, "mean_error", group).n for group in ("own", "other")] == [
        known["n.same"],
        known["n.other"],
    ]
