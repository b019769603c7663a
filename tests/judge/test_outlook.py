"""What an open comparison could have shown: against planning formulas, laws, and where nothing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isg_audit.judge import Tolerance
from isg_audit.judge.comparison import Limits
from isg_audit.judge.outlook import Outlook, outlook
from isg_audit.measures.measurement import Measurement
from isg_audit.stats import (
    bonferroni_confidence,
    newcombe,
    range_interval,
    score_ratio,
    smallest_detectable_difference,
)

ALLOWED = Tolerance(within=(-0.05, 0.05))


def difference(here, there, comparisons=1):
    low, high = (float(one) for one in newcombe(*here, *there, 0.95))
    rate = here[0] / here[1]
    row = Measurement(
        "fairness.favourable_rate", "favourable_rate.difference", rate - there[0] / there[1],
        low, high, by="race", group="B", versus="A", unit="difference",
    )  # fmt: skip
    levels = (0.95, bonferroni_confidence(0.95, comparisons))
    return outlook(row, Limits(low, high), ALLOWED, levels, (here[1], there[1]), rate)


@pytest.mark.parametrize("comparisons", [1, 12])
def test_the_smallest_gap_is_that_of_the_planning_formula(comparisons):
    ahead = difference((160, 400), (160, 400), comparisons)
    level = bonferroni_confidence(0.95, comparisons)
    exact = float(smallest_detectable_difference(0.4, 400, 400, level, 0.8))
    assert ahead.smallest_gap == pytest.approx(exact, rel=0.01)


def test_the_smallest_ratio_is_that_of_its_logarithm():
    low, high = (float(one) for one in score_ratio(160, 400, 160, 400, 0.95))
    row = Measurement(
        "fairness.favourable_rate", "favourable_rate.ratio", 1.0, low, high, by="race", group="B",
        versus="A", unit="ratio",
    )  # fmt: skip
    ahead = outlook(row, Limits(low, high), Tolerance(at_least=0.8), (0.95, 0.95), (400, 400), 0.4)
    error = math.sqrt(2 * (1 - 0.4) / 160)  # delta method
    assert ahead.smallest_gap == pytest.approx(1 - math.exp(-2.801585 * error), rel=0.02)


def test_a_range_allows_for_every_pair():
    counts = ([40, 42, 44], [100, 100, 100])
    low, high = (float(one) for one in range_interval(*counts, 0.95))
    row = Measurement(
        "fairness.equalized_odds", "equalized_odds.range", 0.04, low, high, by="race",
        unit="difference",
    )  # fmt: skip
    ahead = outlook(
        row, Limits(low, high), Tolerance(at_most=0.1), (0.95, 0.95), (None, 0), None, 3
    )
    exact = float(smallest_detectable_difference(0.42, 100, 100, 1 - 0.05 / 3, 0.8))
    assert ahead.smallest_gap == pytest.approx(exact, rel=0.05)
    assert ahead.cases_needed is None


@given(st.integers(2, 40), st.integers(2, 5))
def test_more_people_never_hide_a_gap(cases, times):
    few = difference((cases // 2, cases), (cases // 2, cases))
    many = difference((cases // 2 * times, cases * times), (cases // 2 * times, cases * times))
    assert many.smallest_gap <= few.smallest_gap


@given(st.integers(1, 30), st.integers(1, 300))
def test_more_comparisons_never_show_a_smaller_gap(cases, comparisons):
    assert (
        difference((0, cases), (1, 60), comparisons).smallest_gap
        >= difference((0, cases), (1, 60)).smallest_gap
    )


def test_three_people_could_show_nothing():
    assert difference((1, 3), (2, 3)).smallest_gap == 1.0


def test_without_an_error_nothing_can_be_said():
    row = Measurement(
        "fairness.favourable_rate", "favourable_rate.ratio", 0.0, 0.0, 1.4, by="race", group="B",
        versus="A", unit="ratio",
    )  # fmt: skip
    levels = (0.95, 0.95)
    ahead = outlook(row, Limits(0.0, 1.4), Tolerance(at_least=0.8), levels, (9, 90), 0.0)
    assert ahead == Outlook()
