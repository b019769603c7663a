"""Harm in people: worked tables, laws, risk flags, weights, nobody."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

import isg_audit
from isg_audit.measures import Measurement
from isg_audit.measures.impact.family import measure
from isg_audit.stats import miettinen_nurminen, newcombe, wilson
from tests.audits import spec_of, tally_of

# True positives, false negatives, false positives, true negatives of three groups.
T1 = {"A": (120, 30, 50, 200), "B": (36, 14, 30, 120), "C": (6, 6, 4, 34)}


def log(cells: dict[str, tuple[int, int, int, int]] = T1) -> pd.DataFrame:
    rows = [
        (group, decision, outcome, n)
        for group, counts in cells.items()
        for (outcome, decision), n in zip(((1, 1), (1, 0), (0, 1), (0, 0)), counts, strict=True)
        if n
    ]
    return pd.DataFrame(rows, columns=["group", "decision", "outcome", "n"])


def spec(groups: Any = None, **roles: Any) -> Any:
    asked = {"outcome": "outcome", "outcome_favourable": 1, "count": "n"} | roles
    groups = groups or {"group": {"reference": "A"}}
    return spec_of(groups, audit={"checklists": (), "minimum_cell": 1}, **asked)


def found(data: pd.DataFrame, name: str, **roles: Any) -> dict[tuple[str, ...], Measurement]:
    audit = isg_audit.run(spec(**roles), data)
    return {
        (one.metric, one.group, one.versus, *([one.feature] if one.feature else [])): one
        for one in audit.findings.measured
        if one.measure == f"impact.{name}"
    }


@pytest.fixture(scope="module")
def harmed() -> dict[tuple[str, ...], Measurement]:
    return found(log(), "people_harmed")


def ends(one: Measurement) -> tuple[float, float]:
    assert one.low is not None
    assert one.high is not None
    return one.low, one.high


def test_wrong_denials_are_people(harmed):
    one = harmed["wrong_denials", "C", ""]
    assert (one.value, one.n, one.unit) == (6, 12, "people")
    assert ends(one) == approx(tuple(12 * x for x in wilson(6, 12)))
    assert harmed["wrong_approvals", "C", ""].value == 4
    assert harmed["denials", "C", ""].value == 40


def test_excess_over_the_reference(harmed):
    one = harmed["wrong_denials.excess", "C", "A"]
    assert one.value == approx(3.6)
    assert ends(one) == approx(tuple(12 * x for x in newcombe(6, 12, 30, 150)))
    # By Miettinen and Nurminen, whose limits differ little, it is .51 to 6.68.
    assert tuple(12 * x for x in miettinen_nurminen(6, 12, 30, 150)) == approx(
        (0.51, 6.68), abs=0.005
    )
    assert (one.affected, one.affected_low, one.affected_high) == (one.value, one.low, one.high)
    assert one.limits(one.confidence) == approx((one.low, one.high))


def test_excess_denials_of_a_published_log():
    # Hunter & Walker (1996), mortgages in Boston: approved of others and of white people.
    cells = {"white": (1527, 0, 0, 154), "others": (218, 0, 0, 90)}
    data = log(cells).drop(columns="outcome")
    rows = found(data, "people_harmed", outcome=None, outcome_favourable=None,
                 groups={"group": {"reference": "white"}})  # fmt: skip
    one = rows["denials.excess", "others", "white"]
    assert one.value == approx(61.8, abs=0.05)
    assert ends(one) == approx((46.3, 78.6), abs=0.05)
    assert ("wrong_denials", "others", "") not in rows


def test_the_attributable_share(harmed):
    one = harmed["wrong_denials.attributable_share", "C", "A"]
    assert one.value == approx((0.5 - 0.2) / 0.5)
    assert one.low < one.value < one.high < 1
    better = harmed["wrong_denials.attributable_share", "A", "rest"]
    assert better.value < 0


def test_flags_speak_of_wrong_accusations():
    rows = found(
        log(), "people_harmed", favourable=0, outcome_favourable=0, positive="unfavourable"
    )
    names = {metric.partition(".")[0] for metric, *_ in rows}
    assert names == {"flags", "wrong_accusations", "missed_cases"}
    assert rows["wrong_accusations", "B", ""].value == 30
    assert rows["missed_cases", "B", ""].value == approx(14)


def test_the_burden_of_being_checked():
    rows = found(log(), "burden", favourable=0, outcome_favourable=0, positive="unfavourable")
    one = rows["wrong_checks_per_1000", "C", ""]
    assert one.value == approx(1000 * 4 / 38)
    assert ends(one) == approx(tuple(1000 * x for x in wilson(4, 38)))
    assert ends(one) == approx((41.7, 241.3), abs=0.05)
    gap = rows["wrong_checks_per_1000.difference", "C", "A"]
    assert gap.value == approx(1000 * (4 / 38 - 0.2))
    assert ends(gap) == approx(tuple(1000 * x for x in newcombe(4, 38, 50, 250)))
    per_case = rows["checks_per_case_found", "B", ""]
    assert per_case.value == approx(66 / 36)
    assert ends(per_case) == approx(tuple(sorted(1 / x for x in wilson(36, 66))))
    ratio = rows["checks_per_case_found.ratio", "B", "A"]
    assert ratio.value == approx((66 / 36) / (170 / 120))
    assert ratio.low < ratio.value < ratio.high
    assert ratio.limits(ratio.confidence) == approx((ratio.low, ratio.high))


def test_no_case_found_is_no_number():
    cells = {**T1, "C": (0, 12, 4, 34)}
    rows = found(log(cells), "burden", favourable=0, outcome_favourable=0, positive="unfavourable")
    one = rows["checks_per_case_found", "C", ""]
    assert (one.value, one.high) == (None, None)
    assert one.note == "no case was found"


def test_welfare_of_three_groups():
    cells = {"a": (320, 0, 0, 80), "b": (144, 0, 0, 56), "c": (25, 0, 0, 25)}
    rows = found(log(cells), "welfare", groups=("group",))
    assert rows["favourable_rate.least", "", ""].value == 0.5
    low, high = ends(rows["favourable_rate.least", "", ""])
    assert low == approx(float(wilson(25, 50)[0]))
    assert high == approx(float(wilson(25, 50, 1 - 0.05 / 3)[1]))
    for feature, lost in (("0.5", 0.003367), ("1", 0.007081), ("2", 0.015687)):
        one = rows["favourable_rate.atkinson", "", "", feature]
        assert one.value == approx(lost, abs=5e-7)
        assert one.low <= one.value <= one.high
    equal = rows["favourable_rate.equivalent", "", "", "1"]
    assert equal.value == approx(0.746980, abs=5e-7)
    assert equal.low < equal.value < equal.high


def test_weights_come_from_outside_and_grave_errors_count_for_more():
    from dataclasses import replace

    from isg_audit.measures import plan_of
    from isg_audit.measures.further import Further

    asked = spec()
    tally = tally_of(log(), asked)
    further = replace(Further(), harm_weights={"wrong_denial": 3.0, "wrong_approval": 1.0})
    rows = {
        (one.metric, one.group, one.versus): one
        for one in measure(tally, plan_of(asked, tally), further)
        if isinstance(one, Measurement) and one.measure == "impact.severity_weighted_harm"
    }
    one = rows["severity_weighted_harm", "C", ""]
    assert one.value == approx((3 * 6 + 1 * 4) / 50)
    assert one.method.endswith("weights: wrong denial 3, wrong approval 1")
    gap = rows["severity_weighted_harm.difference", "C", "A"]
    assert gap.value == approx(22 / 50 - (3 * 30 + 50) / 400)
    assert gap.low < gap.value < gap.high


def test_without_weights_nothing_is_weighed():
    audit = isg_audit.run(spec(), log())
    why = {one.measure: one.reason for one in audit.findings.not_measured}
    assert "[[harm]]" in why["impact.severity_weighted_harm"]


def test_without_outcomes_nobody_can_say_which_denial_was_wrong():
    data = log().drop(columns="outcome")
    audit = isg_audit.run(spec(outcome=None, outcome_favourable=None), data)
    why = {(one.measure, one.metric): one.reason for one in audit.findings.not_measured}
    assert "no outcome" in why["impact.people_harmed", "wrong_denials"]
    assert "no outcome" in why["impact.welfare", "due_rate"]
    assert (
        "unfavourable" in why["impact.burden", "checks_per_case_found"]
        or "outcome" in why["impact.burden", "checks_per_case_found"]
    )


def test_predicted_numbers_harm_nobody_by_a_decision():
    data = pd.DataFrame({"group": list("ab") * 30, "guess": np.arange(60.0)})
    asked = spec_of(["group"], task="number", decision=None, score="guess", favourable=None,
                    audit={"checklists": ()})  # fmt: skip
    audit = isg_audit.run(asked, data)
    why = {one.measure for one in audit.findings.not_measured}
    assert {"impact.people_harmed", "impact.burden", "impact.welfare"} <= why


counts = st.tuples(*(st.integers(0, 30) for _ in range(4)))


@settings(max_examples=15, deadline=None)
@given(st.lists(counts, min_size=2, max_size=4))
def test_wrong_denials_of_groups_add_up_to_those_of_everybody(several):
    cells = {f"g{at}": one for at, one in enumerate(several)}
    data = log(cells)
    if data["group"].nunique() < 2 or data["decision"].nunique() < 2:
        return
    if data["outcome"].nunique() < 2:
        return
    rows = found(data, "people_harmed", groups=("group",))
    of_groups = [one.value or 0.0 for (metric, group, _), one in rows.items()
                 if metric == "wrong_denials" and group]  # fmt: skip
    assert sum(of_groups) == approx(rows["wrong_denials", "", ""].value or 0.0)


def test_outcomes_of_those_let_through_alone_say_nothing_of_wrong_denials():
    data = log({"A": (60, 0, 20, 0), "B": (30, 0, 20, 0)})
    refused = pd.DataFrame(
        [("A", 0, None, 40), ("B", 0, None, 70)], columns=["group", "decision", "outcome", "n"]
    )
    rows = found(pd.concat([data, refused]), "people_harmed")
    for kind in ("wrong_denials", "wrong_approvals"):
        assert rows[kind, "A", ""].value is None
        assert "no outcome is known" in rows[kind, "A", ""].note
    assert rows["denials", "A", ""].value == 40
