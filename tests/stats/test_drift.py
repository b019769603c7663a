"""The stability index: the worked numbers, its law without drift, and its limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import merged_bins, stability_index, stability_limits

BEFORE = np.array([0.1, 0.2, 0.3, 0.25, 0.15])
AFTER = np.array([0.15, 0.25, 0.28, 0.20, 0.12])
counts = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12)


def test_known_numbers():
    found = stability_index(500 * BEFORE, 500 * AFTER)
    assert (found.value, found.critical) == approx((0.050662, 0.037951), abs=5e-7)
    assert stability_index(1e4 * BEFORE, 300 * AFTER).critical == approx(0.032574, abs=1e-6)
    # A group of 40 with ten bins against very many: 0.226 is expected, 0.425 the critical value.
    few = stability_index(np.full(10, 1e12), np.full(10, 4.0))
    assert few.critical == approx(0.423, abs=0.003)


@given(counts)
def test_merging_keeps_everybody_and_leaves_no_bin_empty(rows):
    before, after = (np.array(one, dtype=float) for one in zip(*rows, strict=True))
    first, second = merged_bins(before, after)
    assert (first.sum(), second.sum()) == (before.sum(), after.sum())
    if len(first) > 1:
        assert first.min() > 0
        assert second.min() > 0
        assert stability_index(first, second).value >= -1e-12


@given(counts)
def test_before_and_after_may_change_places(rows):
    before, after = merged_bins(*zip(*rows, strict=True))
    if len(before) > 1:
        here, there = stability_index(before, after), stability_index(after, before)
        assert here.value == approx(there.value)


def test_without_drift_few_are_above_the_critical_value_and_limits_hold():
    generator = np.random.default_rng(5)
    drawn = generator.multinomial(300, BEFORE, 400), generator.multinomial(200, BEFORE, 400)
    found = [stability_index(one, two) for one, two in zip(*drawn, strict=True)]
    assert np.mean([one.value > one.critical for one in found]) < 0.05 + 3 * np.sqrt(0.05 / 400)
    moved = generator.multinomial(400, AFTER, 400)
    true = float(((AFTER - BEFORE) * np.log(AFTER / BEFORE)).sum())
    held = []
    for one, two in zip(generator.multinomial(600, BEFORE, 400), moved, strict=True):
        index = stability_index(one, two)
        low, high = stability_limits(index.value, 5, 600, 400)
        held.append(low <= true <= high)
    assert np.mean(held) > 0.95 - 3 * np.sqrt(0.05 * 0.95 / 400)


def test_limits_are_zero_where_chance_explains_the_value():
    low, high = stability_limits(0.02, 5, 500, 500)
    assert low == 0.0
    assert high > 0.02
    assert stability_limits(0.2, 5, 1000, 1000).low > 0.1
    # Where the exact distribution gives way to its normal approximation there is no jump.
    here, there = stability_limits(0.399999, 5, 50000, 50000), stability_limits(
        0.400001, 5, 50000, 50000
    )  # fmt: skip
    assert here.low == approx(there.low, rel=1e-3)
    assert here.high == approx(there.high, rel=1e-3)


def test_nothing_to_see():
    assert np.isnan(stability_index([5.0], [9.0]).value)
    assert np.isnan(stability_limits(np.nan, 1, 5, 9).low)
    assert len(merged_bins([], [])[0]) == 0
    with pytest.raises(ImpossibleCount, match="empty"):
        stability_index([0.0, 3.0], [1.0, 2.0])
