"""Welfare that counts the worst-off for more: worked numbers, laws, nobody."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import (
    atkinson_index,
    atkinson_interval,
    equally_distributed_equivalent,
    equivalent_interval,
    least_interval,
    wilson,
)

LEVELS, PEOPLE = [0.80, 0.72, 0.50], [400, 200, 50]
levels = st.lists(st.floats(0.01, 1), min_size=1, max_size=6)


def test_three_groups():
    assert equally_distributed_equivalent(LEVELS, PEOPLE, 0) == approx(0.752308, abs=5e-7)
    assert equally_distributed_equivalent(LEVELS, PEOPLE, 1) == approx(0.746980, abs=5e-7)
    for aversion, lost in ((0.5, 0.003367), (1, 0.007081), (2, 0.015687)):
        assert atkinson_index(LEVELS, PEOPLE, aversion) == approx(lost, abs=5e-7)


@given(levels, st.floats(0, 20))
def test_between_the_worst_off_and_the_mean_and_no_better_with_more_aversion(values, aversion):
    people = np.arange(1, len(values) + 1)
    here = equally_distributed_equivalent(values, people, aversion)
    mean = equally_distributed_equivalent(values, people, 0)
    assert min(values) - 1e-9 <= here <= mean + 1e-9
    assert equally_distributed_equivalent(values, people, aversion + 1) <= here + 1e-9


@given(st.floats(0.01, 1), st.floats(0, 5))
def test_equal_groups_lose_nothing(value, aversion):
    assert atkinson_index([value] * 3, [1, 5, 9], aversion) == approx(0, abs=1e-9)


def test_nothing_makes_up_for_nothing():
    assert equally_distributed_equivalent([0, 1], [1, 99], 1) == 0
    assert equally_distributed_equivalent([0, 1], [1, 99], 2) == 0
    assert equally_distributed_equivalent([0, 1], [1, 99], 0.5) > 0.9


def test_nobody_and_nonsense():
    assert np.isnan(equally_distributed_equivalent([np.nan], [5], 1))
    assert np.isnan(atkinson_index([0, 0], [1, 2], 1))
    assert np.isnan(least_interval(lambda _: wilson([0.0], [0.0])).low)
    with pytest.raises(ImpossibleCount, match="aversion"):
        atkinson_index(LEVELS, PEOPLE, -1)


def test_the_least_of_three():
    hits, cases = [120, 36, 6], [150, 50, 12]
    found = least_interval(lambda confidence: wilson(hits, cases, confidence))
    low, _ = wilson(6, 12)
    _, high = wilson(hits, cases, 1 - 0.05 / 3)
    assert found.low == approx(low)
    assert found.high == approx(min(high))


def test_the_least_of_equal_groups_covers():
    rng, held = np.random.default_rng(3), []
    for _ in range(300):
        hits = rng.binomial(40, 0.6, 8)
        low, high = least_interval(lambda c, hits=hits: wilson(hits, 40, c))
        held.append(low <= 0.6 <= high)
    assert np.mean(held) > 0.93


def test_intervals_of_the_summaries_hold_what_is_true():
    """A short run of benchmarks/small_group_coverage.py, whose numbers stand in docs/."""
    rng, held = np.random.default_rng(4), []
    true, cases = np.array([0.8, 0.72, 0.5, 0.5]), np.array([400, 200, 50, 90])
    loss = atkinson_index(true, cases, 1)
    level = equally_distributed_equivalent(true, cases, 1)
    for _ in range(60):
        hits = rng.binomial(cases, true)
        lost = atkinson_interval(hits, cases, cases, 1, rng)
        equal = equivalent_interval(hits, cases, cases, 1, rng)
        held.append((lost.low <= loss <= lost.high, equal.low <= level <= equal.high))
    assert np.mean(held, axis=0).min() > 0.85


def test_equal_groups_may_be_equal():
    rng = np.random.default_rng(5)
    low, high = atkinson_interval([30, 31, 29], [60, 60, 60], [60, 60, 60], 1, rng)
    assert low == 0 < high
    low, high = atkinson_interval([30, 30, 30], [60, 60, 60], [60, 60, 60], 1, rng)
    assert low == 0 < high < 0.05
    assert np.isnan(atkinson_interval([3], [6], [6], 1, rng).low)
    assert np.isnan(equivalent_interval([], [], [], 1, rng).low)
