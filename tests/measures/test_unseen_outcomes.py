"""Outcomes that are known after one decision alone: no false figures, bounds that hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pytest import approx

from isg_audit.measures import measure_counts
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from tests.audits import spec_of, tally_of

OUTCOME = {"outcome": "outcome", "outcome_favourable": 1}


def log(seen_of_refused: float, people: int = 1000, seed: int = 1, positive: str = "favourable"):
    """1,000 cases, 600 approved with 60 bad outcomes; of those refused so many are seen."""
    random = np.random.default_rng(seed)
    decision = np.r_[np.ones(600), np.zeros(people - 600)]
    outcome = np.ones(people)
    outcome[:60] = 0
    outcome[600:] = random.random(people - 600) < 0.6
    truth = outcome.copy()
    outcome[600:][random.random(people - 600) >= seen_of_refused] = np.nan
    group = np.where(np.arange(people) % 3 == 0, "a", "b")
    frame = pd.DataFrame({"group": group, "decision": decision, "outcome": outcome})
    return frame, truth


def found_of(frame, **roles):
    tally = tally_of(frame, spec_of(**OUTCOME, **roles))
    return list(measure_counts(tally, Plan(("group",))))


def row(found, measure, metric, group="", versus="", feature=""):
    return next(
        one for one in found
        if isinstance(one, Measurement) and one.measure == measure and one.metric == metric
        and (one.group, one.versus, one.feature) == (group, versus, feature)
    )  # fmt: skip


@pytest.mark.parametrize("positive", ["favourable", "unfavourable"])
def test_error_rates_of_those_let_through_alone_are_not_given(positive):
    found = found_of(log(0.0)[0], positive=positive)
    for metric in ("true_positive_rate", "false_positive_rate", "false_negative_rate",
                   "true_negative_rate", "accuracy", "f1_score", "balanced_accuracy"):  # fmt: skip
        for group in ("", "a", "b"):
            one = row(found, f"fairness.{metric}", metric, group)
            assert one.value is None, metric
            assert "no outcome is known of anybody with the unfavourable decision" in one.note
        assert row(found, f"fairness.{metric}", f"{metric}.range").value is None
    assert row(found, "impact.wrong_denials", "wrong_denial_rate", "a").value is None
    odds = row(found, "fairness.equalized_odds", "equalized_odds.range")
    assert (odds.value, odds.limits) == (None, None)
    assert row(found, "fairness.selection_rate", "selection_rate", "a").value is not None


def test_what_is_said_of_those_seen_says_so():
    found = found_of(log(0.3)[0])
    for measure, metric in (("fairness.true_positive_rate", "true_positive_rate"),
                            ("fairness.precision", "precision"),
                            ("fairness.base_rate", "base_rate.range")):  # fmt: skip
        note = row(found, measure, metric).note
        assert "of those seen only" in note
        assert "100% of favourable" in note
    assert "of those seen" not in row(found, "fairness.selection_rate", "selection_rate").note
    whole = found_of(log(1.0)[0])
    assert "of those seen" not in row(whole, "fairness.base_rate", "base_rate").note


def test_the_bounds_of_the_methods_reference():
    found = found_of(log(0.0)[0], positive="unfavourable")
    base = row(found, "coverage.selective_labels", "base_rate_bounds")
    assert "between 0.0600 and 0.4600" in base.note
    assert base.value == approx(0.26)
    gap = row(found, "coverage.selective_labels", "known_outcome_gap")
    assert (gap.value, gap.low) == (approx(-1.0), approx(-1.0))


@pytest.mark.parametrize("seen", [0.0, 0.3, 0.9])
def test_the_true_figures_lie_inside(seen):
    """With the outcomes of everybody known, what the bounds said before turns out to hold."""
    for seed in range(5):
        frame, truth = log(seen, seed=seed)
        found = found_of(frame)
        whole = found_of(frame.assign(outcome=truth))
        for metric in ("base_rate", "true_positive_rate", "false_positive_rate",
                       "false_negative_rate", "precision"):  # fmt: skip
            for group in ("", "a", "b"):
                bounds = row(found, "coverage.selective_labels", f"{metric}_bounds", group)
                true = row(whole, f"fairness.{metric}", metric, group).value
                assert bounds.low <= true <= bounds.high
                assert bounds.limits(0.999)[0] <= bounds.low
            name = f"{metric}_bounds.difference"
            bounds = row(found, "coverage.selective_labels", name, "a", "rest")
            true = row(whole, f"fairness.{metric}", f"{metric}.difference", "a", "rest").value
            assert bounds.low <= true <= bounds.high


def test_with_every_outcome_known_there_is_nothing_to_bound():
    found = found_of(log(1.0)[0])
    assert row(found, "coverage.selective_labels", "known_outcome_gap").value == 0
    reasons = [
        one.reason
        for one in found
        if isinstance(one, NotMeasured) and one.measure == "coverage.selective_labels"
    ]
    assert len(reasons) == 1
    assert "nothing to bound" in reasons[0]


def test_one_group_alone_that_was_not_seen_has_no_value_and_neither_has_the_range():
    frame, _ = log(1.0)
    frame.loc[(frame.group == "a") & (frame.decision == 0), "outcome"] = np.nan
    found = found_of(frame)
    assert row(found, "fairness.accuracy", "accuracy", "a").value is None
    assert row(found, "fairness.accuracy", "accuracy", "b").value is not None
    assert row(found, "fairness.accuracy", "accuracy.range").value is None


def test_without_outcomes_it_is_not_measured():
    frame, _ = log(1.0)
    tally = tally_of(frame.drop(columns="outcome"), spec_of())
    found = list(measure_counts(tally, Plan(("group",))))
    assert any(one.measure == "coverage.selective_labels" and isinstance(one, NotMeasured)
               for one in found)  # fmt: skip
