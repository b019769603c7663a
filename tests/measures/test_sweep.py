"""The sweep of thresholds against fairlearn at each threshold, and what it says of the worst."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from fairlearn import metrics as fl
from hypothesis import given, settings
from hypothesis import strategies as st

from isg_audit.errors import SpecError
from isg_audit.measures import Findings, Measurement, Plan, measure_counts
from isg_audit.spec import AuditFile, Spec
from isg_audit.tally.parts import thresholds_of
from tests.audits import spec_of, tally_of
from tests.shared_data import oracles, real_data

SWEEP = "fairness.threshold_sweep"


def score_spec(groups: object = ("group",), **roles: object) -> Spec:
    return spec_of(groups, decision=None, favourable=None, **({"score": "score"} | roles))


def frame(rows: int = 2_000, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    group = rng.choice(["a", "b", "c"], rows, p=[0.5, 0.3, 0.2])
    outcome = rng.integers(0, 2, rows)
    score = np.round(rng.normal(outcome + (group == "a") * 0.5, 1), 1)
    return pd.DataFrame({"group": group, "outcome": outcome, "score": score})


def swept(found: Findings, metric: str, group: str = "") -> dict[str, Measurement]:
    return {
        one.feature: one
        for one in found.measured
        if (one.measure, one.metric, one.group, one.versus) == (SWEEP, metric, group, "")
        if one.by == ("group" if group or "." in metric else "")
    }


def test_each_threshold_is_the_metric_frame_of_those_at_or_above_it() -> None:
    rows = frame()
    spec = score_spec(outcome="outcome", outcome_favourable=1)
    found = measure_counts(tally_of(rows, spec), Plan(("group",)))
    everybody = swept(found, "selection_rate")
    assert len(everybody) == 9
    for threshold in everybody:
        cut = float(threshold.removeprefix("score >= "))
        theirs = fl.MetricFrame(
            metrics={
                "selection_rate": fl.selection_rate,
                "true_positive_rate": fl.true_positive_rate,
                "false_positive_rate": fl.false_positive_rate,
            },
            y_true=rows["outcome"],
            y_pred=rows["score"] >= cut,
            sensitive_features=rows["group"],
        )
        for metric in ("selection_rate", "true_positive_rate", "false_positive_rate"):
            for group, value in theirs.by_group[metric].items():
                assert swept(found, metric, str(group))[threshold].value == pytest.approx(value)
            gap = swept(found, f"{metric}.range")[threshold].value
            assert gap == pytest.approx(theirs.difference()[metric])


def test_the_furthest_threshold_is_the_furthest_and_its_lower_limit_allows_for_the_search() -> None:
    found = measure_counts(tally_of(frame(), score_spec()), Plan(("group",)))
    for metric, furthest in (("selection_rate.range", max), ("selection_rate.least_ratio", min)):
        rows = swept(found, metric)
        worst = rows.pop("")
        assert worst.value == furthest(one.value for one in rows.values())
        assert "9 thresholds" in worst.method
        lows, highs = [one.low for one in rows.values()], [one.high for one in rows.values()]
        if furthest is max:
            assert worst.low < max(lows)
            assert worst.high == max(highs)
        else:
            assert worst.low == min(lows)
            assert worst.high > min(highs)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=80))
def test_thresholds_rise_and_leave_somebody_out(values: list[int]) -> None:
    scores, cases = np.unique(np.array(values, dtype=float), return_counts=True)
    found = thresholds_of(scores, cases.astype(float))
    assert (np.diff(found) > 0).all()
    assert len(found) <= 9
    for one in found:
        assert one in scores
        assert one > scores.min()


def test_equal_scores_have_no_threshold_and_decisions_no_sweep() -> None:
    rows = frame(50).assign(score=1.0)
    found = measure_counts(tally_of(rows, score_spec()), Plan(("group",)))
    reasons = {one.measure: one.reason for one in found.not_measured}
    assert reasons[SWEEP] == "all scores are the same: no threshold divides people"
    assert "this audit is of a score without decisions" in reasons["fairness.favourable_rate"]
    decided = frame(50).assign(decision=lambda one: one["outcome"])
    found = measure_counts(tally_of(decided, spec_of(score="score")), Plan(("group",)))
    reasons = {one.measure: one.reason for one in found.not_measured}
    assert "the measure is of a score without decisions" in reasons[SWEEP]


def test_people_without_a_score_are_left_out_and_counted() -> None:
    rows = frame(400)
    rows.loc[:99, "score"] = None
    found = measure_counts(tally_of(rows, score_spec()), Plan(("group",)))
    assert all(one.n == 300 for one in swept(found, "selection_rate").values())
    (missing,) = (
        one for one in found.measured if one.metric == "missing_score_rate" and not one.group
        if not one.by
    )  # fmt: skip
    assert missing.value == 0.25


def test_a_score_that_is_named_and_not_there_is_a_fault() -> None:
    with pytest.raises(SpecError, match="'score' is missing"):
        AuditFile.in_memory(score_spec(task="score", score=None))


@pytest.mark.shared
def test_compas_at_the_threshold_of_medium_risk() -> None:
    rows = pd.read_csv(real_data("compas") / "data.csv.gz")
    spec = score_spec(
        {"race": {}}, score="decile_score", outcome="two_year_recid", outcome_favourable=0,
        positive="unfavourable",
    )  # fmt: skip
    found = measure_counts(tally_of(rows, spec), Plan(("race",)))
    for race, published in (("African-American", 44.85), ("Caucasian", 23.45)):
        (rate,) = (
            one
            for one in found.measured
            if (one.metric, one.group, one.versus) == ("false_positive_rate", race, "")
            if one.feature == "score >= 5"
        )
        ours = rows[(rows["race"] == race) & (rows["two_year_recid"] == 0)]
        assert rate.value == pytest.approx((ours["decile_score"] >= 5).mean())
        assert 100 * rate.value == pytest.approx(published, abs=0.01)
    assert oracles("compas")
