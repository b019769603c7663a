"""Shares of classes: hand-made numbers of methods.md A9, scipy's test, a permutation, laws."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.stats import (
    class_homogeneity,
    total_variation,
    total_variation_by_chance,
    total_variation_limits,
)

A, B = (170, 60, 170), (66, 54, 80)

counts = st.lists(st.integers(0, 60), min_size=4, max_size=4)


def test_by_hand():
    assert total_variation(A, B) == approx(0.12)
    found = class_homogeneity([A, B])
    assert found.statistic == approx(13.364585, abs=5e-7)
    assert found.p_value == approx(0.001253, abs=5e-7)
    assert found.cramers_v == approx(0.149246, abs=5e-7)
    assert found.freedom == 2


@given(st.lists(counts, min_size=2, max_size=5))
def test_homogeneity_agrees_with_scipy(rows):
    from scipy.stats import chi2_contingency

    table = np.array(rows)
    kept = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    ours = class_homogeneity(table)
    if min(kept.shape) < 2:
        assert np.isnan(ours.p_value)
        return
    theirs = chi2_contingency(kept, correction=False)
    assert ours.statistic == approx(theirs.statistic)
    assert ours.p_value == approx(theirs.pvalue)
    assert ours.smallest == approx(theirs.expected_freq.min())


@given(counts, counts)
def test_total_variation_is_a_distance_and_the_largest_gap_of_any_set_of_classes(ours, theirs):
    found = total_variation(ours, theirs)
    if not sum(ours) or not sum(theirs):
        assert np.isnan(found)
        return
    p, q = np.array(ours) / sum(ours), np.array(theirs) / sum(theirs)
    gaps = [(p - q)[[bool(sets & 1 << k) for k in range(4)]].sum() for sets in range(16)]
    assert found == approx(max(gaps), abs=1e-12)
    assert found == approx(total_variation(theirs, ours))
    assert 0 <= found <= 1 + 1e-12


def test_what_chance_gives_is_what_a_permutation_gives():
    rng = np.random.default_rng(2)
    labels = np.repeat([0, 1, 2], np.array(A) + np.array(B))
    drawn = []
    for _ in range(1_000):
        rng.shuffle(labels)
        ours, theirs = (np.bincount(part, minlength=3) for part in np.split(labels, [sum(A)]))
        drawn.append(total_variation(ours, theirs))
    error = np.std(drawn) / np.sqrt(len(drawn))
    assert total_variation_by_chance(A, B) == approx(np.mean(drawn), abs=4 * error)


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1)), min_size=2))
def test_limits_hold_every_distance_that_the_differences_allow(parts):
    gaps, down, up = np.array(parts).T
    low, high = total_variation_limits(gaps - down, gaps + up)
    assert low - 1e-12 <= min(np.abs(gaps).sum() / 2, 1.0) <= high + 1e-12


def test_nobody_has_no_shares():
    assert np.isnan(total_variation((0, 0), (3, 4)))
    assert np.isnan(total_variation_by_chance((0, 0), (3, 4)))
    assert np.isnan(class_homogeneity([(3, 4)]).cramers_v)
