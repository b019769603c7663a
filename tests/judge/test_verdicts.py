"""The one rule of judging, against the worked verdicts of the methods reference and as laws."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from isg_audit.judge import Tolerance, judge
from isg_audit.judge.comparison import Limits
from isg_audit.judge.outlook import outlook
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.stats import score_ratio
from tests.judge.audits import T1, checklist, context, findings, measured_item, rows

TODAY = date(2026, 11, 23)


def verdict(found, item, about=None):
    (one,) = judge([checklist(item)], findings(*found), about or context(), None, TODAY)
    return one.items[0]


def pair(group):
    return {"A": T1["A"], group: T1[group]}


@pytest.mark.parametrize(
    ("group", "tolerance", "word"),
    [("C", 0.10, "inconclusive"), ("C", 0.05, "fail"), ("B", 0.10, "inconclusive"),
     ("B", 0.20, "pass")],
)  # fmt: skip
def test_worked_verdicts_on_differences(group, tolerance, word):
    # methods.md 0.2: C-A [-.3253, -.0862], B-A [-.1735, -.0122], Newcombe 95 %.
    item = measured_item(within=[-tolerance, tolerance])
    assert verdict(rows(pair(group), "A"), item).word == word


@pytest.mark.parametrize(("group", "word"), [("C", "fail"), ("B", "inconclusive")])
def test_worked_verdicts_on_four_fifths(group, word):
    # methods.md A4: C/A upper limit .789, B/A [.615, .969].
    item = measured_item(metric="favourable_rate.ratio", at_least=0.8)
    assert verdict(rows(pair(group), "A"), item).word == word


def test_point_estimate_below_the_limit_is_no_fail():
    # methods.md A4: loanapp nonwhite/white .779 [.7198, .8336] fails on the point alone.
    counts = {"White": (1527, 1681), "Nonwhite": (218, 308)}
    item = measured_item(metric="favourable_rate.ratio", at_least=0.8)
    about = context(counts, references={"race": "White"})
    assert verdict(rows(counts, "White"), item, about).word == "inconclusive"


def test_a_fail_allows_for_every_pair_the_best_group_could_have_come_from():
    # C/A fails alone (z at 0.8 is -2.018), not when picked out of three pairs (needs 2.394).
    item = measured_item(metric="favourable_rate.ratio", versus="best", at_least=0.8)
    told = verdict(rows(T1, "A", versus="best"), item)
    assert told.comparisons == 3
    assert told.fail_confidence == pytest.approx(1 - 0.05 / 3)
    assert {group.group: group.word for group in told.groups} == {
        "B": "inconclusive", "C": "inconclusive",
    }  # fmt: skip
    assert told.groups[1].compared_with == "A"


def test_against_a_reference_each_row_is_one_comparison():
    assert verdict(rows(T1, "A"), measured_item(at_least=-0.5)).comparisons == 2


def test_a_comparison_that_needs_more_people_says_how_many():
    # methods.md A13: B-A, limit 0.15, 80 %: impossible by growing B alone.
    item = measured_item(within=[-0.15, 0.15])
    (group,) = verdict(rows(pair("B"), "A"), item).groups
    assert group.cases_needed == float("inf")
    assert group.smallest_gap == pytest.approx(0.1199, abs=0.005)
    # With a larger comparison group it is possible: p_g(1-p_g)/(SE*^2 - V_ref).
    counts = {"A": (4250, 10_000), "B": (33, 100)}
    (group,) = verdict(rows(counts, "A"), item, context(counts)).groups
    exact = 0.33 * 0.67 / ((0.055 / 2.801585) ** 2 - 0.425 * 0.575 / 10_000) - 100
    assert group.cases_needed == pytest.approx(exact, rel=0.1)


def test_the_comparators_own_share_decides_how_much_it_can_help():
    # A13 with unequal variances: p_g(1-p_g)/(SE*^2 - V_ref) cases, on the log scale for a ratio.
    # Black and White applicants of the demo, four fifths, limits for 12 comparisons.
    low, high = (float(one) for one in score_ratio(133, 197, 1527, 1681))
    row = Measurement(
        "fairness.favourable_rate", "favourable_rate.ratio", (133 / 197) / (1527 / 1681),
        low=low, high=high, by="race", group="Black", versus="White", unit="ratio",
    )  # fmt: skip
    strict = 1 - 0.05 / 12
    ahead = outlook(
        row, Limits(low, high), Tolerance(at_least=0.8), (0.95, strict), (197, 1681), 133 / 197
    )
    reach = norm.isf((1 - strict) / 2) + norm.ppf(0.8)
    allowed = (math.log(0.8 / row.value) / reach) ** 2
    exact = (64 / 197) / (133 / 197) / (allowed - (154 / 1681) / 1527) - 197
    assert ahead.cases_needed == pytest.approx(exact, rel=0.06)


def test_a_missing_interval_never_passes_and_a_fail_still_counts():
    blind = Measurement(
        "fairness.favourable_rate", "favourable_rate.difference", None, by="race", group="D",
        versus="A", note="not estimable: nobody to count",
    )  # fmt: skip
    item = measured_item(within=[-0.9, 0.9])
    told = verdict([*rows(T1, "A"), blind], item)
    assert told.word == "not assessed"
    assert "nobody to count" in told.sentence
    item = measured_item(at_least=-0.01)
    assert verdict([*rows(T1, "A"), blind], item).word == "fail"


def test_without_limits_at_another_confidence_a_comparison_is_not_assessed():
    bare = [
        Measurement(row.measure, row.metric, row.value, row.low, row.high, by=row.by,
                    group=row.group, versus=row.versus)
        for row in rows(T1, "A")
    ]  # fmt: skip
    told = verdict(bare, measured_item(within=[-0.9, 0.9]))
    assert told.word == "not assessed"
    assert "no interval at the stricter confidence" in told.sentence


def test_nothing_measured_is_not_assessed_with_the_reason():
    why = NotMeasured("fairness.favourable_rate", "no decision is recorded")
    told = verdict([why], measured_item(at_least=0.0))
    assert told.word == "not assessed"
    assert told.sentence == (
        "Not assessed. No decision is recorded. This does not mean that the requirement is met."
    )


def test_an_attribute_without_figures_is_a_gap_not_a_pass():
    about = context(attributes=("race", "sex"), references={"race": "A", "sex": "Male"})
    told = verdict(rows(T1, "A"), measured_item(within=[-0.9, 0.9]), about)
    assert told.word == "not assessed"
    assert "sex" in told.sentence


def test_groups_under_the_smallest_share_are_shown_and_do_not_decide():
    counts = {**T1, "D": (0, 9)}
    item = measured_item(at_least=-0.4, smallest_share=0.02)
    told = verdict(rows(counts, "A"), item, context(counts))
    small = next(group for group in told.groups if group.group == "D")
    assert told.word == "pass"
    assert (small.word, small.decides) == ("not assessed", False)
    assert small.value == pytest.approx(-0.425)
    assert "D (race)" not in told.sentence  # 9 people: below the minimum cell
    assert "a group too small to publish" in told.sentence


def test_only_small_groups_decide_nothing():
    item = measured_item(at_least=-0.9, smallest_share=0.9)
    assert verdict(rows(T1, "A"), item).word == "not assessed"


def test_a_rule_without_a_pass_mark_gives_figures_and_no_verdict():
    item = measured_item(metric="favourable_rate.ratio", versus="best", pass_mark=False)
    told = verdict(rows(T1, "A", versus="best"), item)
    assert (told.word, told.tolerance, told.comparisons) == ("not applicable", None, 0)
    assert "no pass mark" in told.sentence
    assert "The lowest: the gap stands for about 11 people" in told.sentence
    assert "for C (race), the share" in told.sentence
    assert verdict([], item).word == "not assessed"


def test_the_models_own_decisions_are_judged_in_the_same_item():
    twin = rows({"A": (300, 400), "B": (20, 200)}, "A", measure="fairness.model_favourable_rate")
    item = measured_item(at_least=-0.30, also_model=True)
    log = rows(pair("B"), "A")
    assert verdict(log, item).word == "pass"
    told = verdict([*log, *twin], item)
    assert (told.word, told.comparisons) == ("fail", 2)
    assert "by the model's own decisions" in told.sentence


def test_rows_of_another_confidence_are_brought_to_the_audits():
    item = measured_item(at_least=-0.09)
    wide = context(confidence=0.90)
    told = verdict(rows(pair("B"), "A"), item, wide)
    # methods.md A12: Newcombe 90 % for B-A.
    assert (told.groups[0].low, told.groups[0].high) == pytest.approx((-0.161316, -0.025649), 1e-4)


def test_what_is_read_off_is_told_without_an_interval():
    def flag(by, value):
        return Measurement(
            "explain.reliance", "uses_protected_attribute", value, value, value, by=by,
            unit="yes/no", limits=lambda _: (value, value),
        )  # fmt: skip

    item = measured_item(
        measure="explain.reliance", metric="uses_protected_attribute", versus="",
        at_most=0.0,
    )  # fmt: skip
    about = context(attributes=("race", "sex"))
    assert verdict([flag("race", 0.0), flag("sex", 0.0)], item, about).word == "pass"
    told = verdict([flag("race", 0.0), flag("sex", 1.0)], item, about)
    assert told.word == "fail"
    assert told.sentence.startswith("The model takes sex as an input; the requirement is at most 0")


ORDER = {"fail": 0, "inconclusive": 1, "not assessed": 1, "pass": 2}

counts = st.dictionaries(
    st.sampled_from("BCDEF"),
    st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
    max_size=4,
)


@given(counts, st.floats(0.0, 0.5), st.floats(0.0, 0.5), st.sampled_from(["reference", "best"]))
def test_a_wider_tolerance_never_makes_a_verdict_worse(some, tolerance, more, versus):
    groups = {"A": T1["A"], **some}
    found = rows(groups, "A", versus="best" if versus == "best" else "")
    words = [
        verdict(found, measured_item(versus=versus, within=[-wide, wide]), context(groups)).word
        for wide in (tolerance + 0.01, tolerance + more + 0.01)
    ]
    assert ORDER[words[0]] <= ORDER[words[1]]


@given(counts, st.floats(0.0, 0.5))
def test_a_further_group_makes_no_other_group_fail_or_pass(some, tolerance):
    item = measured_item(within=[-tolerance - 0.01, tolerance + 0.01])
    groups = {"A": T1["A"], **some}
    before = verdict(rows(groups, "A"), item, context(groups))
    wider = {**groups, "Z": (4, 9)}
    after = verdict(rows(wider, "A"), item, context(wider))
    words = {group.group: group.word for group in after.groups}
    for group in before.groups:
        assert ORDER[words[group.group]] >= ORDER[group.word]
        assert (words[group.group] == "pass") == (group.word == "pass")


@given(counts, st.floats(0.0, 0.5))
def test_an_item_passes_only_if_every_group_does(some, tolerance):
    groups = {"A": T1["A"], **some}
    item = measured_item(within=[-tolerance - 0.01, tolerance + 0.01])
    told = verdict(rows(groups, "A"), item, context(groups))
    words = {group.word for group in told.groups}
    assert (told.word == "pass") == (words == {"pass"})
    assert (told.word == "fail") == ("fail" in words)
    for group in told.groups:
        assert group.fail_low <= group.low <= group.high <= group.fail_high


def test_the_declared_reference_is_the_yardstick_where_there_is_one_and_else_the_best_off():
    both = [*rows(T1, "B"), *rows(T1, "A", versus="best")]
    item = measured_item(versus="declared", at_least=-0.3)
    declared = verdict(both, item, context(references={"race": "B"}))
    assert {group.versus for group in declared.groups} == {"B"}
    assert declared.comparisons == 2  # each group against the one that was named beforehand
    undeclared = verdict(both, item, context(references={}))
    assert {group.versus for group in undeclared.groups} == {"best"}
    assert undeclared.comparisons == 3  # every pair: the best-off was picked from the data
