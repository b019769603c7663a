"""The checklists that come with the toolkit: what they hold, and what they promise."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pandas as pd
import pytest

import isg_audit
from isg_audit.judge import KNOWN, MeasuredItem, checklist_ids, judge, read_checklist
from isg_audit.judge.known_impact import IMPACT
from isg_audit.measures import catalogue
from tests.audits import spec_of
from tests.judge.audits import context, findings

ITEMS = {
    "community": {"measured": 8, "answered": 6},
    "education": {"measured": 8, "answered": 5},
    "elderly-care": {"measured": 8, "answered": 5},
    "environment": {"measured": 10, "answered": 4},
    "explanations": {"measured": 14},
    "health": {"measured": 9, "answered": 4},
    "marginalised-groups": {"measured": 42, "answered": 13},
    "people-oriented": {"measured": 12, "answered": 10},
    "sports": {"measured": 9, "answered": 5},
    "urban": {"measured": 8, "answered": 5},
    "us-nyc-ll144": {"measured": 3, "answered": 8},
    "us-ugesp": {"measured": 4, "answered": 2},
}


def test_these_come_with_the_toolkit():
    assert set(ITEMS) <= set(checklist_ids())
    assert {id_: Counter(item.kind for item in read_checklist(id_).checklist.items)
            for id_ in ITEMS} == ITEMS  # fmt: skip


@pytest.mark.parametrize("id_", checklist_ids())
def test_each_checklist_is_named_after_its_file_and_dated(id_):
    checklist = read_checklist(id_).checklist
    assert checklist.id == id_
    assert checklist.as_of <= date.today()
    assert all(item.does_not_show for item in checklist.items if isinstance(item, MeasuredItem))
    assert all(source.dated for item in checklist.items for source in item.sources)


def test_the_city_law_sets_no_pass_mark():
    items = read_checklist("us-nyc-ll144").checklist.items
    assert [item.tolerance for item in items if isinstance(item, MeasuredItem)] == [None] * 3


def test_the_four_fifths_rule_is_strict_and_leaves_out_small_groups():
    rule = read_checklist("us-ugesp").checklist.items[0]
    assert (rule.at_least, rule.smallest_share, rule.versus) == (0.80, 0.02, "best")


@pytest.mark.parametrize("domain", ["community", "employment"])
def test_a_law_about_hiring_applies_to_hiring_only(domain):
    read = read_checklist("us-nyc-ll144")
    (verdict,) = judge([read], findings(), context(domain=domain), None, date(2026, 11, 23))
    words = {item.word for item in verdict.items}
    # Scoring rates are asked only where there is a score; nothing measured is no pass.
    expected = {"not applicable", "not assessed", "unanswered"}
    assert words == (expected if domain == "employment" else {"not applicable"})


@pytest.mark.parametrize("id_", checklist_ids())
def test_an_audit_that_measured_nothing_passes_nothing(id_):
    (verdict,) = judge([read_checklist(id_)], findings(), context(), None, date(2026, 11, 23))
    assert "pass" not in {item.word for item in verdict.items}


def test_every_counted_measure_that_may_be_asked_for_is_one_the_engine_gives():
    counted = {f"{one.family}.{name}{one.id or one.name}" for one in catalogue.METRICS
               for name in ("", "model_")}  # fmt: skip
    made = {"fairness.equalized_odds", "fairness.model_equalized_odds",
            "fairness.favourable_rate_within",
            "fairness.model_favourable_rate_within", "fairness.exposure"}  # fmt: skip
    asked = {
        measure for measure in KNOWN if not measure.startswith("explain.") and measure not in IMPACT
    }
    asked -= {"impact.worst_off", "impact.model_worst_off"}
    assert asked == {measure for measure in counted if measure not in IMPACT} | made


def test_every_measure_of_impact_and_coverage_that_may_be_asked_for_is_tried_by_the_engine():
    """Each audit tells of each of them: by its figures, or why there are none."""
    data = pd.DataFrame(
        {"group": ["a", "b"] * 60, "decision": [0, 1, 1] * 40, "outcome": [1, 0, 0, 1] * 30}
    )
    audit = isg_audit.run(spec_of(outcome="outcome", outcome_favourable=1), data)
    tried = {one.measure for one in audit.findings}
    asked = {measure for measure in IMPACT if ".model_" not in measure}
    assert asked <= tried
