"""Small groups: the Titanic's cells, raw beside modelled figures, ranks, funnel, nobody."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

import isg_audit
from isg_audit.evidence.assemble import published
from isg_audit.measures import Measurement
from isg_audit.stats import newcombe, wilson
from tests.audits import spec_of

CLASSES = ("1st", "2nd", "3rd", "crew")
# Dawson (1995): class, age, sex, died, survived.
TITANIC = (
    ("1st", "child", "man", 0, 5),
    ("1st", "child", "woman", 0, 1),
    ("1st", "adult", "man", 118, 57),
    ("1st", "adult", "woman", 4, 140),
    ("2nd", "child", "man", 0, 11),
    ("2nd", "child", "woman", 0, 13),
    ("2nd", "adult", "man", 154, 14),
    ("2nd", "adult", "woman", 13, 80),
    ("3rd", "child", "man", 35, 13),
    ("3rd", "child", "woman", 17, 14),
    ("3rd", "adult", "man", 387, 75),
    ("3rd", "adult", "woman", 89, 76),
    ("crew", "adult", "man", 670, 192),
    ("crew", "adult", "woman", 3, 20),
)
GROUPS = ("class", "age", "sex")
BY = " × ".join(GROUPS)
GIRLS, MEN = "3rd × child × woman", "2nd × adult × man"


def titanic() -> pd.DataFrame:
    rows = [
        (*who, decided, n)
        for *who, died, saved in TITANIC
        for decided, n in ((0, died), (1, saved))
    ]
    return pd.DataFrame(rows, columns=[*GROUPS, "decision", "n"])


def found(data: pd.DataFrame, groups: Any = GROUPS, **roles: Any) -> isg_audit.Audit:
    return isg_audit.run(spec_of(groups, audit={"checklists": ()}, **roles), data)


def rows(audit: isg_audit.Audit, measure: str) -> dict[tuple[str, str], Measurement]:
    return {
        (one.metric.partition(".")[2], one.group): one
        for one in audit.findings.measured
        if one.measure == f"impact.{measure}"
        and one.by == BY
        and not one.feature
        and one.metric.startswith("favourable_rate")
    }


@pytest.fixture(scope="module")
def audit() -> isg_audit.Audit:
    return found(titanic(), count="n")


def test_groups_as_they_are(audit):
    raw = rows(audit, "small_groups")
    girls, gap = raw["", GIRLS], raw["difference", GIRLS]
    assert (girls.n, girls.value) == (31, 14 / 31)
    assert (girls.low, girls.high) == approx(tuple(map(float, wilson(14, 31))))
    rest = (711 - 14, 2201 - 31)
    assert gap.value == approx(14 / 31 - rest[0] / rest[1])
    assert (gap.low, gap.high) == approx(tuple(map(float, newcombe(14, 31, *rest))))
    assert gap.affected is None
    men = raw["difference", MEN]
    assert men.affected == approx(168 * (697 + 14 - 14) / (2201 - 168) - 14)
    assert men.p_adjusted < 1e-10


def test_they_are_drawn_towards_what_their_attributes_give(audit):
    model = rows(audit, "small_group_model")
    # Maximum likelihood gives .968, .531 and .990; what is not known of the prior draws on.
    for group, value in (("1st × adult × woman", 0.968), (GIRLS, 0.531)):
        one = model["multilevel", group]
        assert one.value == approx(value, abs=0.05)
        assert one.low < value < one.high
    assert model["multilevel", GIRLS].value > 14 / 31
    assert model["interaction", GIRLS].value < -0.1
    assert model["shrunken", "1st × child × woman"].value < 1


def test_what_lies_between_groups_and_what_attributes_explain(audit):
    model = rows(audit, "small_group_model")
    between, beyond = model["variance_partition", ""], model["beyond_attributes", ""]
    assert between.low <= between.value <= between.high
    assert between.value > 0.3
    assert beyond.low <= 0.109 <= beyond.high
    assert model["explained_by_attributes", ""].value == approx(0.7, abs=0.25)


def test_nobody_is_predicted_and_said_to_be(audit):
    model = rows(audit, "small_group_model")
    of_nobody = [group for metric, group in model if metric == "predicted"]
    assert of_nobody == ["crew × child × man", "crew × child × woman"]
    one = model["predicted", "crew × child × woman"]
    assert one.n == 0
    assert "nobody" in one.note


def test_the_worst_off_is_almost_sure_here(audit):
    model = rows(audit, "small_group_model")
    chances = {group: one.value for (name, group), one in model.items() if name[:5] == "worst"}
    assert max(chances, key=chances.__getitem__) == MEN
    assert chances[MEN] > 0.95
    assert sum(chances.values()) == approx(1, abs=0.05)
    rank = model["rank", MEN]
    assert (rank.value, rank.low) == (1, 1)


def test_the_funnel_judges_groups_by_their_size(audit):
    funnel = rows(audit, "funnel_plot")
    men, target = funnel["z", MEN], 711 / 2201
    expected = (14 / 168 - target) / (target * (1 - target) / 168) ** 0.5
    assert men.value == approx(expected, abs=0.006)
    assert "widened" in funnel["overdispersion", ""].note
    curve = [
        one
        for one in audit.findings.measured
        if one.metric == "favourable_rate.limits_95" and one.by == BY
    ]
    widths = [one.high - one.low for one in curve]
    assert widths == sorted(widths, reverse=True)


def test_wrong_denials_need_outcomes(audit):
    reasons = {
        one.measure: one.reason
        for one in audit.findings.not_measured
        if one.metric == "wrong_denial_rate" and one.measure.startswith("impact.")
    }
    assert "no outcome" in reasons["impact.small_groups"]
    assert "no outcome" in reasons["impact.small_group_model"]
    assert "no outcome" in reasons["impact.funnel_plot"]


def test_few_people_are_never_published_with_numbers(audit):
    results = published(audit)
    few = [one for one in results.measurements if one.group == "1st × child × man"]
    assert few
    assert all(one.value is None and one.n is None for one in few)
    shown = [one for one in results.measurements
             if one.measure == "impact.small_groups" and one.value is not None]  # fmt: skip
    assert shown
    # What is predicted of nobody, and of all groups at once, tells of nobody.
    told = {one.metric for one in results.measurements
            if one.measure == "impact.small_group_model" and one.value is not None}  # fmt: skip
    assert {"favourable_rate.predicted", "favourable_rate.variance_partition"} <= told


def test_outcomes_bring_wrong_denials():
    rng = np.random.default_rng(2)
    data = pd.DataFrame({"sex": rng.choice(["f", "m"], 4000), "age": rng.choice(["o", "y"], 4000)})
    data["outcome"] = rng.integers(0, 2, 4000)
    harmed = (data["sex"] == "f") & (data["age"] == "o")
    data["decision"] = (rng.random(4000) < np.where(harmed, 0.4, 0.7)).astype(int)
    audit = found(data, ("sex", "age"), outcome="outcome", outcome_favourable=1)
    ranked = [one for one in audit.findings.measured
              if one.metric == "wrong_denial_rate.worst_probability"]  # fmt: skip
    worst = max(ranked, key=lambda one: one.value)
    assert (worst.group, worst.value) == ("f × o", 1.0)


def test_one_attribute_crosses_nothing():
    data = pd.DataFrame({"group": list("aabb") * 20, "decision": [0, 1, 1, 1] * 20})
    audit = found(data, ("group",))
    reasons = [one.reason for one in audit.findings.not_measured
               if one.metric == "favourable_rate.multilevel"]  # fmt: skip
    assert reasons == ["there is one attribute: nothing crosses"]
    assert any(one.metric == "favourable_rate.shrunken" for one in audit.findings.measured)


def test_too_many_combinations_are_said_to_be(monkeypatch):
    monkeypatch.setattr("isg_audit.measures.plan.MOST_JOINT", 5)
    audit = found(titanic(), count="n")
    why = {
        one.measure: one.reason
        for one in audit.findings.not_measured
        if one.metric == "favourable_rate"
    }
    assert "combinations of all attributes" in why["impact.small_groups"]
    assert "combinations of all attributes" in why["impact.small_group_model"]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.booleans()),
                min_size=1, max_size=60))  # fmt: skip
def test_every_group_that_occurs_has_its_row(people):
    data = pd.DataFrame(people, columns=["one", "two", "decision"]).astype({"decision": int})
    if data["one"].nunique() < 2 or data["two"].nunique() < 2:
        return
    audit = found(data, ("one", "two"))
    raw = {one.group: one for one in audit.findings.measured
           if one.measure == "impact.small_groups" and one.metric == "favourable_rate"}  # fmt: skip
    told = data.groupby(["one", "two"])["decision"].agg(["mean", "size"])
    assert {name: (one.value, one.n) for name, one in raw.items()} == {
        " × ".join(key): (row["mean"], row["size"]) for key, row in told.iterrows()
    }
