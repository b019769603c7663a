"""How much of a range is luck: against control charts, drawing, and laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import (
    corrected_extremes,
    expected_range,
    luck_of_range,
    luck_of_shares,
    range_expected_without_gap,
)

shares = st.lists(
    st.tuples(st.integers(0, 80), st.integers(1, 80)).filter(lambda one: one[0] <= one[1]),
    min_size=2, max_size=8,
)  # fmt: skip


@pytest.mark.parametrize(
    ("groups", "d2"),
    # ASTM Manual 7A (Manual on Presentation of Data and Control Chart Analysis), table 49.
    [(2, 1.128), (3, 1.693), (4, 2.059), (5, 2.326), (10, 3.078), (25, 3.931)],
)
def test_equal_errors_give_the_d2_of_control_charts(groups, d2):
    assert expected_range(np.zeros(groups), np.ones(groups)) == pytest.approx(d2, abs=6e-4)


def test_two_normals_have_a_closed_form():
    # |X - Y| is folded normal: mean of |N(0.3, 0.5)|.
    spread = math.hypot(0.3, 0.4)
    mean = spread * math.sqrt(2 / math.pi) * math.exp(-(0.3**2) / (2 * spread**2))
    mean += 0.3 * math.erf(0.3 / (spread * math.sqrt(2)))
    assert expected_range([0.1, 0.4], [0.3, 0.4]) == pytest.approx(mean, rel=1e-6)
    assert expected_range([0.1, 0.4], [1e-4, 0.5]) == pytest.approx(
        expected_range([0.1, 0.4], [0.0, 0.5]), rel=1e-3
    )


@pytest.mark.parametrize(
    "counts",
    [([40, 42, 44], [100, 100, 100]), ([170, 66, 10], [400, 200, 50]), ([400, 9], [2000, 17]),
     ([50, 60, 30, 20, 10, 4, 3, 8, 100, 80, 70, 20],
      [100, 100, 60, 50, 20, 15, 10, 12, 160, 150, 120, 40])],
)  # fmt: skip
def test_what_chance_gives_is_what_permuting_gives(counts):
    drawn = range_expected_without_gap(*counts, 4000, np.random.default_rng(1)).expected
    assert luck_of_shares(*counts).by_chance == pytest.approx(drawn, rel=0.06)


def test_without_luck_it_lies_between_draws_from_the_posterior_and_the_raw_range():
    # A spread by maximum likelihood is on average too small with few groups (see the simulation).
    counts = ([50, 60, 30, 20, 10, 4, 3, 8, 100, 80, 70, 20],
              [100, 100, 60, 50, 20, 15, 10, 12, 160, 150, 120, 40])  # fmt: skip
    drawn = corrected_extremes(*counts, 2000, np.random.default_rng(1)).difference
    raw = float(np.ptp(np.divide(*counts)))
    assert drawn < luck_of_shares(*counts).corrected < raw


def test_the_correction_takes_the_upward_bias_away():
    """Groups whose true range is 0.1: the raw range exceeds it on average, the other does not."""
    rng = np.random.default_rng(7)
    truth = np.linspace(0.4, 0.5, 8)
    cases = np.full(8, 120)
    raw, left = [], []
    for _ in range(400):
        hits = rng.binomial(cases, truth)
        raw.append(np.ptp(hits / cases))
        left.append(luck_of_shares(hits, cases).corrected)
    assert np.mean(raw) > 0.15
    assert abs(np.mean(left) - 0.1) < 0.4 * (np.mean(raw) - 0.1)


@given(shares)
def test_neither_number_is_below_nothing_and_order_does_not_matter(counts):
    hits, cases = (np.array(one) for one in zip(*counts, strict=True))
    luck = luck_of_shares(hits, cases)
    again = luck_of_shares(hits[::-1], cases[::-1])
    assert luck.by_chance >= 0
    assert luck.corrected >= 0
    assert luck == pytest.approx(again, rel=1e-6, abs=1e-9)


@given(shares, st.floats(0.1, 10), st.floats(-3, 3))
def test_the_unit_does_not_matter(counts, scale, shift):
    hits, cases = (np.array(one, dtype=float) for one in zip(*counts, strict=True))
    errors = 1 / np.sqrt(cases)
    one = luck_of_range(hits / cases, errors, errors)
    other = luck_of_range(shift + scale * hits / cases, scale * errors, scale * errors)
    assert other.by_chance == pytest.approx(scale * one.by_chance, rel=1e-6)
    assert other.corrected == pytest.approx(scale * one.corrected, rel=1e-3, abs=1e-4 * scale)


def test_large_groups_leave_the_range_as_it_is():
    luck = luck_of_shares([400_000, 500_000], [1_000_000, 1_000_000])
    assert luck.corrected == pytest.approx(0.1, abs=1e-4)
    assert luck.by_chance < 1e-3


def test_equal_groups_have_nothing_but_luck():
    assert luck_of_shares([40, 42, 44], [100, 100, 100]).corrected == 0.0


def test_one_group_has_no_range():
    for luck in (
        luck_of_shares([4], [9]),
        luck_of_shares([4, 0], [9, 0]),
        luck_of_range([], [], []),
    ):
        assert all(map(math.isnan, luck))
    assert math.isnan(expected_range([1.0], [1.0]))
    assert math.isnan(luck_of_range([0.1, math.nan], [0.1, 0.1], [0.1, 0.1]).corrected)


def test_a_negative_error_is_refused():
    with pytest.raises(ImpossibleCount):
        expected_range([0, 1], [1, -1])
