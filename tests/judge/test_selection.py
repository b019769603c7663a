"""What an item speaks of: rows and gaps, never silence."""

from __future__ import annotations

import pytest

from isg_audit.judge.checklist import MeasuredItem
from isg_audit.judge.selection import Found, select
from isg_audit.measures.measurement import Findings, Measurement, NotMeasured
from tests.judge.audits import T1, context, measured_item, rows

CROSSED = {"A × Old": (40, 80), "A × Young": (90, 100), "B × Old": (30, 70)}
TWO = context(
    people={**{("race", group): n for group, (_, n) in T1.items()},
            ("age", "Old"): 150, ("age", "Young"): 100,
            **{("race × age", group): n for group, (_, n) in CROSSED.items()}},
    attributes=("race", "age"),
    references={"race": "A", "age": "Young"},
)  # fmt: skip


def chosen(found, about=TWO, **item):
    asked = MeasuredItem.model_validate(measured_item(at_least=0.0, **item))
    selected = select(asked, Found.of(Findings.of(found)), about)
    return [row.group for row in selected.rows], [gap.reason for gap in selected.gaps]


EVERY = [*rows(T1, "A"), *rows(T1, "A", versus="best"),
         *rows(CROSSED, "A × Young", by="race × age")]  # fmt: skip


@pytest.mark.parametrize(
    ("over", "groups", "gaps"),
    [
        ("intersections", ["A × Old", "B × Old"], []),
        (
            "attributes",
            ["B", "C"],
            ["the audit gave no figure of fairness.favourable_rate for age"],
        ),
        (["race"], ["B", "C"], []),
        (["race", "race × age"], ["B", "C", "A × Old", "B × Old"], []),
        (["gender"], [], ["the audit declares no groups named gender"]),
        ("any", ["B", "C", "A × Old", "B × Old"], []),
    ],
)
def test_over_says_which_groups(over, groups, gaps):
    assert chosen(EVERY, over=over) == (groups, gaps)


def test_everybody_is_one_figure():
    row = Measurement("fairness.favourable_rate", "favourable_rate", 0.5, 0.4, 0.6)
    item = {"over": "everybody", "versus": "", "metric": "favourable_rate"}
    assert chosen([row, *EVERY], **item) == ([""], [])
    assert chosen(EVERY, **item) == (
        [], ["the audit gave no figure of fairness.favourable_rate"],
    )  # fmt: skip


def test_versus_best_takes_no_row_of_the_reference():
    assert chosen(EVERY, over=["race"], versus="best") == (["B", "C"], [])
    assert chosen(rows(T1, "A"), over=["race"], versus="best")[0] == []


def test_without_a_declared_reference_there_is_nothing_to_compare_with():
    about = context(references={})
    assert chosen(EVERY, about) == ([], ["no reference group is declared for race"])


def test_a_lone_group_is_said_to_be_alone():
    about = context({"A": (1, 2)})
    said = "fewer than two groups of race hold anybody"
    assert chosen([], about, versus="best") == ([], [said])


def test_without_groups_or_combinations_that_is_said():
    alone = context(attributes=(), people={})
    assert chosen([], alone)[1] == ["the audit declares no group of people"]
    said = "the audit declares no combination of attributes"
    assert chosen([], alone, over="intersections")[1] == [said]


def test_a_window_of_time_is_not_the_whole():
    row = rows(T1, "A")[2]
    window = Measurement(row.measure, row.metric, row.value, row.low, row.high, by="race",
                         group="B", versus="A", window="1990 Q1")  # fmt: skip
    assert chosen([window], over=["race"])[0] == []


def test_a_familys_reason_serves_its_measures():
    why = NotMeasured("explain.shap_importance", "there is no model to explain")
    item = {"measure": "explain.reliance", "metric": "flip_rate", "versus": ""}
    assert chosen([why], **item)[1] == ["there is no model to explain"]


def test_a_part_that_is_missing_beside_rows_is_a_gap():
    why = NotMeasured(
        "fairness.favourable_rate", "not counted", "favourable_rate.difference", "race"
    )
    assert chosen([*rows(T1, "A"), why], over=["race"]) == (["B", "C"], ["not counted"])
