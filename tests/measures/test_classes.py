"""Decisions into classes against scikit-learn and pandas, on generated and on real data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sk

from isg_audit.errors import DataError, SpecError
from isg_audit.measures import Findings, Measurement, Plan, measure_counts
from isg_audit.spec import AuditFile, Spec
from isg_audit.stats import newcombe, wilson
from tests.audits import spec_of, tally_of
from tests.shared_data import real_data

CLASSES = "fairness.classes"
NAMES = ["accepted", "refused", "waiting list"]


def class_spec(groups: object = ("group",), **roles: object) -> Spec:
    named = {"favourable": None, "task": "classes", "outcome": "outcome"} | roles
    return spec_of(groups, **named)


def frame(rows: int = 900, seed: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    group = rng.choice(["a", "b", "c"], rows, p=[0.5, 0.3, 0.2])
    outcome = rng.choice(NAMES, rows, p=[0.4, 0.35, 0.25])
    other = rng.choice(NAMES, rows)
    decision = np.where(rng.random(rows) < np.where(group == "a", 0.7, 0.5), outcome, other)
    return pd.DataFrame({"group": group, "outcome": outcome, "decision": decision})


def row(
    found: Findings, metric: str, group: str = "", feature: str = "", versus: str = ""
) -> Measurement:
    (one,) = (
        one
        for one in found.measured
        if one.measure == CLASSES
        and (one.metric, one.group, one.feature, one.versus) == (metric, group, feature, versus)
    )
    return one


def test_each_class_is_scikit_learns_recall_and_precision_of_it() -> None:
    rows = frame()
    found = measure_counts(tally_of(rows, class_spec()), Plan(("group",)))
    for group, ours in [("", rows), *((str(name), part) for name, part in rows.groupby("group"))]:
        recall = sk.recall_score(ours["outcome"], ours["decision"], labels=NAMES, average=None)
        right = sk.precision_score(ours["outcome"], ours["decision"], labels=NAMES, average=None)
        for at, name in enumerate(NAMES):
            rate = row(found, "class_rate", group, name)
            hits = int((ours["decision"] == name).sum())
            assert rate.value == pytest.approx(hits / len(ours))
            assert (rate.low, rate.high) == pytest.approx(wilson(hits, len(ours)))
            assert row(found, "true_positive_rate", group, name).value == pytest.approx(recall[at])
            assert row(found, "precision", group, name).value == pytest.approx(right[at])
        accuracy = sk.accuracy_score(ours["outcome"], ours["decision"])
        assert row(found, "accuracy", group).value == pytest.approx(accuracy)


def test_comparisons_of_a_class_are_those_of_any_share() -> None:
    rows = frame()
    found = measure_counts(tally_of(rows, class_spec()), Plan(("group",), (), {"group": "a"}))
    gap = row(found, "class_rate.difference", "b", "refused", "a")
    counts = rows.assign(hit=rows["decision"] == "refused").groupby("group")["hit"]
    hits, cases = counts.sum(), counts.count()
    expected = newcombe(hits["b"], cases["b"], hits["a"], cases["a"])
    assert (gap.low, gap.high) == pytest.approx(expected)
    shares = pd.crosstab(rows["group"], rows["decision"], normalize="index")
    apart = row(found, "total_variation", "b", versus="a")
    assert apart.value == pytest.approx((shares.loc["b"] - shares.loc["a"]).abs().sum() / 2)
    assert apart.low is not None
    assert apart.high is not None
    assert apart.low <= apart.value <= apart.high
    assert "expected by chance alone" in apart.note


def test_a_favourable_class_gives_the_measures_of_decisions_too() -> None:
    rows = frame()
    roles = {"favourable": "accepted", "outcome_favourable": "accepted"}
    ours = measure_counts(tally_of(rows, class_spec(**roles)), Plan(("group",)))
    yes_or_no = rows.replace({"waiting list": "refused"})
    spec = spec_of(favourable="accepted", outcome="outcome", outcome_favourable="accepted")
    theirs = {one.key: one for one in measure_counts(tally_of(yes_or_no, spec), Plan(("group",)))
              .measured}  # fmt: skip
    shared = [one for one in ours.measured if one.measure != CLASSES]
    assert len(shared) > 100
    assert all(one == theirs[one.key] for one in shared)


def test_without_a_favourable_class_the_reason_is_said() -> None:
    found = measure_counts(tally_of(frame(), class_spec(outcome=None)), Plan(("group",)))
    reasons = {one.metric: one.reason for one in found.not_measured}
    assert reasons["favourable_rate"] == "no class of decision is named as favourable"
    assert "what really happened is not known" in reasons["accuracy"]
    (undecided,) = (one for one in found.measured if one.metric == "undecided_rate" and not one.by)
    assert undecided.value == 0


def test_parts_merge_whatever_classes_they_have() -> None:
    rows, spec = frame(400), class_spec()
    rows.loc[:9, "decision"] = None
    one, other = rows[:200].replace({"waiting list": "refused"}), rows[200:]
    whole = tally_of(pd.concat([one, other]), spec)
    assert tally_of(one, spec) + tally_of(other, spec) == whole
    assert whole.roll_up(["group"]) == whole
    table = whole.table(("group",))
    assert table.parts["classes"][0].sum() == 400
    assert table.parts["classes"][0, ..., -1].sum() == 10


def test_faults_of_classes_are_said() -> None:
    many = frame(200).assign(decision=lambda one: one.index % 40)
    with pytest.raises(DataError, match="40 classes|43 classes"):
        tally_of(many, class_spec())
    with pytest.raises(DataError, match="'granted' never occurs"):
        tally_of(frame(60), class_spec(favourable="granted"))
    with pytest.raises(DataError, match="has 1 class"):
        tally_of(frame(60).assign(decision="accepted"), class_spec())
    with pytest.raises(SpecError, match="'score' means nothing"):
        AuditFile.in_memory(class_spec(score="score"))


@pytest.mark.shared
def test_bands_of_marks_of_students() -> None:
    rows = pd.read_csv(real_data("student_performance") / "data.csv.gz")
    for column, mark in (("decision", "G1"), ("outcome", "G2")):
        rows[column] = pd.cut(rows[mark], [-1, 9, 13, 20], labels=["low", "middle", "high"])
        rows[column] = rows[column].astype(str)
    found = measure_counts(tally_of(rows, class_spec(("sex",))), Plan(("sex",)))
    for sex, ours in rows.groupby("sex"):
        known = sk.accuracy_score(ours["outcome"], ours["decision"])
        assert row(found, "accuracy", str(sex)).value == pytest.approx(known)
        for name in ("low", "middle", "high"):
            share = (ours["decision"] == name).mean()
            assert row(found, "class_rate", str(sex), name).value == pytest.approx(share)
