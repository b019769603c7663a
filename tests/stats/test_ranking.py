"""Exposure and the divergence of the first places: published numbers, laws, enumeration."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from isg_audit import stats
from isg_audit.errors import ImpossibleCount

LIST = "AABABAABAC"


def counts_of(order: str) -> np.ndarray:
    return np.array([[float(one == group) for one in order] for group in sorted(set(order))])


def by_hand(order: str) -> float:
    groups = sorted(set(order))
    whole = [order.count(group) / len(order) for group in groups]
    weights = [1 / np.log2(1 + place) for place in range(1, len(order) + 1)]
    firsts = [
        [order[:place].count(group) / place for group in groups]
        for place in range(1, len(order) + 1)
    ]
    return float(np.average([entropy(first, whole) for first in firsts], weights=weights))


def test_exposure_and_divergence_are_those_of_the_worked_list() -> None:
    places = np.arange(1, 11)
    counts, seen = counts_of(LIST), stats.exposure(places)
    means = counts @ seen / counts.sum(axis=1)
    assert means == pytest.approx([0.508696, 0.400773, 0.289065], abs=5e-7)
    assert means[1:] / means[0] == pytest.approx([0.787843, 0.568247], abs=1e-6)
    assert counts @ seen / seen.sum() == pytest.approx([0.671759, 0.264620, 0.063621], abs=5e-7)
    assert stats.ndkl(counts, places) == pytest.approx(0.247234, abs=5e-7)
    assert stats.ndkl(counts, places) / np.log(2) == pytest.approx(0.356684, abs=5e-7)


@given(st.text("ABCD", min_size=1, max_size=30))
def test_the_divergence_is_that_of_scipy_on_every_beginning(order: str) -> None:
    found = float(stats.ndkl(counts_of(order), np.arange(1, len(order) + 1)))
    assert found == pytest.approx(by_hand(order), abs=1e-12)
    assert found >= -1e-12
    assert float(stats.ndkl(3 * counts_of(order), np.arange(1, len(order) + 1))) == pytest.approx(
        found, abs=1e-12
    )


@pytest.mark.parametrize("order", ["AAB", "AABBC", "AABABC"])
def test_chance_is_the_mean_over_all_orders(order: str) -> None:
    every = np.mean([by_hand("".join(one)) for one in permutations(order)])
    found = stats.ndkl_by_chance(counts_of(order), np.arange(1, len(order) + 1))
    assert found == pytest.approx(every, rel=1e-9)


def test_what_is_approximated_for_many_entries_is_near_what_is_summed() -> None:
    rng = np.random.default_rng(2)
    counts = np.stack([np.bincount(rng.integers(0, 40, size), minlength=40) for size in (900, 600)])
    exact = stats.ndkl_by_chance(counts / 20, np.arange(1, 41))  # not whole: approximated
    assert np.isfinite(exact)
    several = stats.ndkl_by_chance(counts, np.arange(1, 41))
    orders = rng.permuted(np.tile(np.repeat([0, 1], [900, 600]), (300, 1)), axis=1)
    ends = np.cumsum(counts.sum(axis=0))
    weights = stats.exposure(np.arange(1, 41))
    first = np.cumsum(orders == 0, axis=1)[:, ends - 1] / ends
    whole = 0.6
    divergence = first * np.log(first / whole) + (1 - first) * np.log((1 - first) / (1 - whole))
    drawn = (np.nan_to_num(divergence) @ weights / weights.sum()).mean()
    assert several == pytest.approx(drawn, rel=0.15)


def test_nobody_is_no_value_and_one_group_cannot_differ() -> None:
    places = np.array([1.0, 2, 5])
    assert np.isnan(stats.ndkl(np.zeros((2, 3)), places))
    assert np.isnan(stats.ndkl_by_chance(np.zeros((2, 3)), places))
    assert stats.ndkl(np.ones((1, 3)), places) == 0
    assert stats.ndkl_by_chance(np.ones((1, 3)), places) == pytest.approx(0, abs=1e-12)
    with pytest.raises(ImpossibleCount, match="below 1"):
        stats.exposure(0)
    with pytest.raises(ImpossibleCount, match="must rise"):
        stats.ndkl(np.ones((2, 2)), [2, 1])
    with pytest.raises(ImpossibleCount, match="shape"):
        stats.ndkl(np.ones((2, 2)), [1, 2, 3])
