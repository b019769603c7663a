"""What verdicts say: plain, with their uncertainty, and nothing that may not be published."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isg_audit.judge import JudgedGroup, judge, retell, words
from isg_audit.judge.ahead import could_show
from tests.judge.audits import T1, checklist, context, findings, measured_item, rows

TODAY = date(2026, 11, 23)
RATIO = {"metric": "favourable_rate.ratio", "versus": "best"}


def verdict(item, found=None, about=None):
    versus = item["versus"] if item["versus"] != "reference" else ""
    found = rows(T1, "A", versus=versus) if found is None else found
    (one,) = judge([checklist(item)], findings(*found), about or context(), None, TODAY)
    return one.items[0]


def test_a_failed_ratio_in_whole():
    assert verdict(measured_item(**RATIO, at_least=0.9)).sentence == (
        "The gap stands for about 11 people (95% interval 4 to 16): for C (race), the share who "
        "got the favourable decision is 0.47 of that of A (95% interval 0.26 to 0.79); allowing "
        "for 3 comparisons, the whole interval (0.23 to 0.87) lies below 0.90. If 10 more of "
        "the 50 had been given the favourable decision, the ratio would have reached 0.90. "
        "Comparisons allowed for: 3; a fail is decided at 98.3% confidence."
    )


def test_a_failed_difference_puts_people_first():
    item = measured_item(at_least=-0.05)
    found = [row for row in rows(T1, "A") if row.group != "B"]
    assert verdict(item, found).sentence == (
        "The gap stands for about 11 people (95% interval 4 to 16): for C (race), the share who "
        "got the favourable decision is 22.5 percentage points lower than that of A (95% "
        "interval −32.5 to −8.6 percentage points); the whole interval lies below −5 percentage "
        "points. Comparisons allowed for: 1; a fail is decided at 95% confidence."
    )


def test_an_open_one_in_whole():
    item = measured_item(within=[-0.15, 0.15])
    found = rows({"A": (4250, 10_000), "B": (33, 100)}, "A")
    about = context({"A": (4250, 10_000), "B": (33, 100)})
    assert verdict(item, found, about).sentence == (
        "For B (race), the share who got the favourable decision is 9.5 percentage points lower "
        "than that of A (95% interval −18.0 to 0.2 percentage points); part of the interval lies "
        "inside the limit of −15 to 15 percentage points, part outside. About 490 more people of "
        "this group would probably settle it. With so few people, only a gap of about 13 "
        "percentage points or more would probably have shown. Comparisons allowed for: 1; a fail "
        "is decided at 95% confidence."
    )


def test_several_that_pass():
    assert verdict(measured_item(at_least=-0.9)).sentence == (
        "All 2 comparisons lie inside the limit of at least −90 percentage points, uncertainty "
        "included. The closest: for C (race), the share who got the favourable decision is 22.5 "
        "percentage points lower than that of A (95% interval −32.5 to −8.6 percentage points). "
        "Comparisons allowed for: 2; a fail is decided at 97.5% confidence."
    )


def test_a_condition_that_does_not_hold():
    told = verdict(
        measured_item(at_least=0.0, only_if={"has": ["score"], "reason": "there is none"})
    )
    assert (told.word, told.sentence) == ("not applicable", "Not applicable: there is none.")


def test_a_group_below_the_minimum_cell_is_in_no_sentence():
    counts = {"A": (300, 400), "Nuu": (0, 9)}
    told = verdict(measured_item(at_least=-0.05), rows(counts, "A"), context(counts))
    assert told.word == "fail"
    assert told.sentence == (
        "1 of 1 comparisons fail: a group too small to publish. Comparisons allowed for: 1; a fail "
        "is decided at 95% confidence."
    )


@pytest.mark.parametrize("limit", [-0.01, -0.15, -0.9])
def test_what_is_withheld_later_leaves_the_sentence(limit):
    told = verdict(measured_item(at_least=limit))
    hidden = told.model_copy(
        update={
            "groups": tuple(
                group.model_copy(
                    update={
                        "withheld": True, "value": None, "low": None, "high": None, "n": None,
                        "fail_low": None, "fail_high": None, "cases_needed": None,
                        "affected": None, "smallest_gap": None,
                    }
                )
                for group in told.groups
            )
        }
    )  # fmt: skip
    again, unnamed = retell(hidden, 0.95), retell(hidden, 0.95, {("race", "B"), ("race", "C")})
    assert again.word == unnamed.word == told.word
    # A group of any size may go without numbers; only one too small to publish has no name.
    assert "%" not in again.sentence.replace("decided at 97.5%", "")
    assert "interval" not in again.sentence
    if told.word != "pass":
        assert "C (race), numbers not published" in again.sentence
        assert "a group too small to publish" in unnamed.sentence
    assert "(race)" not in unnamed.sentence
    assert retell(told, 0.95) == told


def test_a_waiver_is_told_again_too():
    told = verdict(measured_item(at_least=-0.9))
    assert retell(retell(told, 0.95), 0.95) == told


@given(st.floats(0, 2), st.floats(0.01, 1.5))
def test_no_figure_is_rounded_onto_a_limit_it_misses(value, limit):
    said = words.number("favourable_rate.ratio", value, [limit])
    shown = round(limit, len(said.partition(".")[2]))
    if abs(value - limit) > 1e-5:
        assert float(said) != shown or value == limit


@pytest.mark.parametrize(
    ("people", "said"),
    [(3.4, "3"), (46.2, "46"), (243, "240"), (6834, "6,800"), (12_345, "12,300")],
)
def test_people_are_rounded_as_people_are_told(people, said):
    assert words.about(people) == said


@pytest.mark.parametrize(
    ("by", "group", "said"),
    [
        ("race", "Black", "Black (race)"),
        ("single", "yes", "single = yes"),
        ("sex × race", "Female × Black", "Female × Black (sex × race)"),
        ("single × race", "no × Black", "single = no and Black (race)"),
        ("region", "7", "region = 7"),
        ("age", "25 to 40", "25 to 40 (age)"),
    ],
)
def test_groups_are_named_so_that_the_value_means_something(by, group, said):
    assert words.named(by, group) == said


def test_many_names_are_counted():
    assert words.listed("abc") == "a, b and c"
    assert words.listed(map(str, range(8))) == "0, 1, 2, 3, 4 and 3 more"


@pytest.mark.parametrize(
    ("confidence", "said"),
    [(0.95, "95%"), (0.975, "97.5%"), (1 - 0.05 / 3, "98.3%"), (1 - 0.05 / 12, "99.58%"),
     (1 - 0.05 / 1326, "99.9962%"), (0.9, "90%")],
)  # fmt: skip
def test_a_confidence_never_rounds_to_certainty(confidence, said):
    assert words.strict(confidence) == said


def open_(**changed):
    values = {
        "by": "race", "group": "B", "versus": "best", "measure": "fairness.favourable_rate",
        "metric": "favourable_rate.difference", "word": "inconclusive", "value": -0.05,
        "low": -0.2, "high": 0.1, "fail_low": -0.2, "fail_high": 0.1, "smallest_gap": 0.21,
    }  # fmt: skip
    return JudgedGroup(**{**values, **changed})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "With so few people, only a gap of about 21 percentage points or more would probably "
         "have shown."),
        ({"smallest_gap": 0.043}, "With so few people, only a gap of about 4.3 percentage points "
         "or more would probably have shown."),
        ({"metric": "favourable_rate.ratio", "fail_low": 0.5, "fail_high": 1.2},
         "With so few people, only a ratio of about 0.79 or less would probably have shown."),
        ({"fail_high": -0.01}, "With this many people a gap of about 21 percentage points or more "
         "would probably show. This one does; open is only on which side of the limit it lies."),
        ({"smallest_gap": 1.0}, "With so few people, a gap of no size would have shown."),
        ({"metric": "mean_score.difference", "smallest_gap": 1.5},
         "With so few people, only a gap of about 1.500 or more would probably have shown."),
        ({"metric": "unknown_share", "versus": "", "smallest_gap": 0.02},
         "With so few people, only a value about 2.0 percentage points or more beyond the limit "
         "would probably have shown."),
        ({"smallest_gap": None}, "How large a gap so few people could show cannot be worked out."),
    ],
)  # fmt: skip
def test_what_an_open_comparison_could_have_shown(changed, said):
    assert could_show(open_(**changed)) == said
