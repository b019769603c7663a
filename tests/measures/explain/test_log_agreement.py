"""Is the model that was handed over the one that decided? Held against plain pandas."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

import isg_audit
from isg_audit.measures.measurement import Measurement, NotMeasured
from tests.audits import spec_of

MEASURE = "explain.log_agreement"


class ByIncome:
    """Decides by one number; its score is that number, squeezed into 0..1."""

    classes_ = np.array([0, 1])
    feature_names_in_ = np.array(["income"], dtype=object)

    def __init__(self, cut):
        self.cut = cut

    def predict(self, frame):
        return (frame.income.to_numpy() >= self.cut).astype(int)

    def predict_proba(self, frame):
        share = frame.income.to_numpy() / 100
        return np.column_stack([1 - share, share])


@pytest.fixture(scope="module")
def log():
    draw = np.random.default_rng(4)
    income = draw.integers(0, 101, 3_000).astype(float)
    group = draw.choice(["a", "b", "c"], 3_000)
    decision = (income >= 50).astype(int)
    turned = draw.random(3_000) < np.where(group == "a", 0.01, 0.05)
    when = pd.to_datetime("2025-01-01") + pd.to_timedelta(draw.integers(0, 300, 3_000), "D")
    return pd.DataFrame({
        "income": income, "group": group, "when": when,
        "decision": np.where(turned, 1 - decision, decision),
    })  # fmt: skip


def rows(frame, model, **roles):
    found = isg_audit.run(spec_of(audit={"checklists": []}, **roles), frame, model).findings
    return [one for one in found if one.measure == MEASURE]


def chosen(found, metric, **where):
    asked = {"by": "", "group": "", "versus": "", "window": ""} | where
    return [
        one for one in found if isinstance(one, Measurement) and one.metric == metric
        and all(getattr(one, key) == value for key, value in asked.items())
    ]  # fmt: skip


def test_counts_whom_the_log_decided_otherwise_by_group_and_window(log):
    found = rows(log, ByIncome(50), time="when")
    own = (log.income >= 50).astype(int)
    differs = own != log.decision
    (overall,) = chosen(found, "disagreement_rate")
    low, high = proportion_confint(differs.sum(), len(log), method="wilson")
    assert (overall.value, overall.low, overall.high) == pytest.approx((differs.mean(), low, high))
    for group, part in log.groupby("group"):
        (one,) = chosen(found, "disagreement_rate", by="group", group=group)
        assert one.value == pytest.approx(differs[part.index].mean())
        (one,) = chosen(found, "overruled_against_rate", by="group", group=group)
        assert one.value == pytest.approx((part.decision[own[part.index] == 1] == 0).mean())
        (one,) = chosen(found, "overruled_in_favour_rate", by="group", group=group)
        assert one.value == pytest.approx((part.decision[own[part.index] == 0] == 1).mean())
    quarters = log.when.dt.year.astype(str) + " Q" + log.when.dt.quarter.astype(str)
    for quarter, part in log.groupby(quarters):
        (one,) = chosen(found, "disagreement_rate", window=quarter)
        assert one.value == pytest.approx(differs[part.index].mean())
    (gap,) = chosen(found, "disagreement_rate.difference", by="group", group="a", versus="rest")
    assert gap.high < 0


def test_a_risk_flag_is_read_the_other_way_round(log):
    flagged = log.assign(decision=1 - log.decision)

    class Flags(ByIncome):
        def predict(self, frame):
            return 1 - super().predict(frame)

        def predict_proba(self, frame):
            return super().predict_proba(frame)[:, ::-1]

    ours = rows(log, ByIncome(50))
    theirs = rows(flagged, Flags(50), favourable=0, positive="unfavourable")
    for metric in ("disagreement_rate", "overruled_against_rate", "overruled_in_favour_rate"):
        assert chosen(ours, metric)[0].value == chosen(theirs, metric)[0].value


def test_the_threshold_that_decided_is_recovered(log):
    asked = log.assign(decision=(log.income >= 37).astype(int))
    found = rows(asked, ByIncome(50))
    (cut,) = chosen(found, "threshold_recovered")
    assert (cut.low, cut.high) == pytest.approx((0.36, 0.37))
    assert chosen(found, "threshold_disagreement")[0].value == 0
    assert chosen(found, "disagreement_rate")[0].value == pytest.approx(
        log.income.between(37, 49).mean()
    )


def test_another_threshold_for_one_group_is_seen(log):
    needed = np.where(log.group == "b", 70, 50)
    found = rows(log.assign(decision=(log.income >= needed).astype(int)), ByIncome(50))
    cuts = {
        group: chosen(found, "threshold_recovered", by="group", group=group)[0].high
        for group in "abc"
    }
    assert cuts == pytest.approx({"a": 0.5, "b": 0.7, "c": 0.5})


def test_a_model_that_decided_alone_agrees_with_itself(log):
    found = rows(log.assign(decision=(log.income >= 50).astype(int)), ByIncome(50))
    (overall,) = chosen(found, "disagreement_rate")
    assert (overall.value, overall.low) == (0, 0)
    assert overall.high < 0.002


def test_without_a_log_it_says_so(log):
    found = rows(log, ByIncome(50), decision=None)
    assert found == [
        NotMeasured(MEASURE, "there is no logged decision to hold the model's against")
    ]


def test_doubling_one_group_changes_no_other(log):
    once = rows(log, ByIncome(50))
    twice = rows(pd.concat([log, log[log.group == "c"]], ignore_index=True), ByIncome(50))
    for group in "ab":
        where = {"by": "group", "group": group}
        assert chosen(once, "disagreement_rate", **where) == chosen(
            twice, "disagreement_rate", **where
        )
