"""What stands beside a comparison in the report: never missing where it is open, else not there."""

from __future__ import annotations

from itertools import count

import pytest

from isg_audit.evidence import JudgedGroup
from isg_audit.report.ahead import (
    by_chance,
    confidence_in_words,
    could_show,
    could_show_all,
    could_show_briefly,
    turned,
    turned_briefly,
)
from isg_audit.report.findings import findings_of
from isg_audit.report.lookup import Lookup, lookup_of
from isg_audit.report.method import method_section
from isg_audit.report.summary import summary_of
from tests.report.specimen import results


@pytest.fixture(scope="module")
def look() -> Lookup:
    return lookup_of(results())


def judged(**changed: object) -> JudgedGroup:
    values: dict[str, object] = {
        "by": "race", "group": "Black", "versus": "best", "measure": "fairness.favourable_rate",
        "metric": "favourable_rate.ratio", "word": "inconclusive", "value": 0.8, "low": 0.6,
        "high": 1.1, "fail_low": 0.5, "fail_high": 1.2, "n": 50, "smallest_gap": 0.28,
    }  # fmt: skip
    return JudgedGroup.model_validate({**values, **changed})


@pytest.mark.parametrize(
    ("changed", "said", "brief"),
    [
        ({}, "With so few people, only a rate lower by about 28% or more would probably have "
         "shown.", "0.72 would show"),
        ({"metric": "favourable_rate.difference", "fail_low": -0.3, "smallest_gap": 0.14},
         "With so few people, only a gap of about 14\u00a0points or more would probably have "
         "shown.", "14\u00a0points would show"),
        ({"metric": "favourable_rate.difference", "fail_low": -0.3, "smallest_gap": 1.0},
         "With so few people, a gap of no size would have shown.", "no gap would show"),
        ({"fail_high": 0.95}, "With this many people a rate lower by about 28% or more would "
         "probably show. This gap does; open is only on which side of the limit it lies.",
         "0.72 would show"),
        ({"metric": "unknown_share", "versus": "", "smallest_gap": 0.02}, "With so few people, "
         "only a value about 2.0\u00a0points or more beyond the limit would probably have shown.",
         "2.0\u00a0points would show"),
        ({"smallest_gap": None}, "How large a gap so few people could show cannot be worked out.",
         "what would show is not known"),
        ({"word": "pass"}, "", ""),
        ({"withheld": True, "value": None, "smallest_gap": None}, "", ""),
    ],
)  # fmt: skip
def test_what_so_few_people_could_have_shown(
    look: Lookup, changed: dict[str, object], said: str, brief: str
) -> None:
    one = judged(**changed)
    assert could_show(one, look) == said
    assert could_show_briefly(one, look) == brief


def test_each_open_comparison_of_each_table_says_what_would_show(look: Lookup) -> None:
    found = findings_of(look, count(1), count(1))
    cells = [
        cell
        for finding in found
        for table in finding.tables
        for row in table.rows
        for cell in row.cells
        if cell.verdict == "inconclusive" and row.cells[-1] is cell
    ]
    assert cells
    assert all("would show" in cell.below for cell in cells)


def test_each_measured_finding_says_how_many_comparisons_it_made(look: Lookup) -> None:
    pairs = [
        (finding, finding.tables)
        for finding in findings_of(look, count(1), count(1))
        if finding.tables
    ]
    for finding, tables in pairs:
        facts = [fact for fact in finding.facts if fact.label == "Comparisons allowed for"]
        assert len(facts) == 1
        assert facts[0].note.startswith("A fail is decided at")
        assert all(f"allow for {facts[0].said} comparison" in table.note for table in tables)


def test_the_method_page_gives_the_total_and_why_not_stepwise(look: Lookup) -> None:
    made = [item for _, item in look.items if item.comparisons]
    said = " ".join(method_section(look, "", count(1)).blocks[0].paragraphs)
    assert f"decided on {sum(item.comparisons for item in made)} comparisons in all" in said
    assert "Holm" in said and "80% power" in said


def test_the_summary_says_it_in_plain_words(look: Lookup) -> None:
    notes = [note for note in summary_of(look, most=9).found if note.verdict.word == "inconclusive"]
    assert notes
    assert all("would probably" in note.said or "would have shown" in note.said for note in notes)


def test_a_matrix_says_it_of_all_its_cells(look: Lookup) -> None:
    groups = [judged(smallest_gap=gap) for gap in (0.1, 0.4)]
    assert could_show_all(groups, look) == (
        "Of those too close to call, ratios of 0.90 or less (most people) to 0.60 or less "
        "(fewest) would have shown."
    )
    assert could_show_all([judged(word="pass")], look) == ""


@pytest.mark.parametrize(
    ("flips", "said", "brief"),
    [
        (7, "If 7 more of the 50 had been approved, the ratio would have reached 0.80.",
         "turns with 7 more"),
        (-4, "If 4 fewer of the 50 had been approved, the ratio would have fallen below 0.80.",
         "turns with 4 fewer"),
        (None, "", ""),
    ],
)  # fmt: skip
def test_how_many_decisions_would_turn_it(
    look: Lookup, flips: int | None, said: str, brief: str
) -> None:
    item = next(item for _, item in look.items if item.tolerance and item.tolerance.at_least == 0.8)
    one = judged(flip_count=flips)
    assert turned(one, item, look) == said
    assert turned_briefly(one, look) == brief
    hidden = judged(flip_count=None, withheld=True, value=None)
    assert turned(hidden, item, look) == turned_briefly(hidden, look) == ""


@pytest.mark.parametrize(
    ("confidence", "said"),
    [(0.95, "95%"), (1 - 0.05 / 12, "99.58%"), (1 - 0.05 / 3, "98.3%"), (0.975, "97.5%")],
)
def test_a_confidence_never_rounds_to_certainty(look: Lookup, confidence: float, said: str) -> None:
    assert confidence_in_words(confidence, look) == said


def test_a_range_that_is_not_there_says_nothing(look: Lookup) -> None:
    assert by_chance(judged(metric="equalized_odds.range", group="", versus=""), look) == ""
