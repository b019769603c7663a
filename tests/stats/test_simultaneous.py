"""Levels that hold together: printed tables, simulation, laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import (
    all_pairs_confidence,
    bonferroni_confidence,
    common_comparator_confidence,
    critical_value,
    sidak_confidence,
)


@pytest.mark.parametrize(
    ("groups", "known"), [(2, 2.21), (3, 2.35), (4, 2.44), (5, 2.51), (9, 2.69)]
)
def test_dunnetts_table(groups, known):
    # Dunnett (1964), Biometrics 20, table of two-sided 5 % points, infinite degrees of freedom
    level = common_comparator_confidence(np.ones(groups), 1.0)
    assert critical_value(level) == approx(known, abs=0.006)


@pytest.mark.parametrize(("groups", "known"), [(3, 3.31), (5, 3.86), (10, 4.47), (20, 5.01)])
def test_tukeys_table(groups, known):
    # 5 % points of the studentised range, infinite degrees of freedom
    assert critical_value(all_pairs_confidence(groups)) * np.sqrt(2) == approx(known, abs=0.006)


def test_three_groups_as_in_the_methods_reference():
    assert critical_value(all_pairs_confidence(3)) == approx(2.3437, abs=5e-5)
    assert critical_value(bonferroni_confidence(0.95, 3)) == approx(2.3940, abs=5e-5)


def test_unequal_groups_by_simulation():
    own, shared = np.array([0.2, 1.0, 4.0, 9.0]), 2.0
    rng = np.random.default_rng(4)
    z = rng.normal(size=(400_000, 4)) * np.sqrt(own) + rng.normal(size=(400_000, 1)) * shared**0.5
    most = np.abs(z / np.sqrt(own + shared)).max(axis=1)
    critical = critical_value(common_comparator_confidence(own, shared))
    assert (most <= critical).mean() == approx(0.95, abs=0.0012)


@settings(max_examples=50)
@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=12), st.floats(0, 100))
def test_between_one_interval_and_bonferroni(own, shared):
    level = common_comparator_confidence(own, shared)
    sidak = sidak_confidence(0.95, len(own))
    assert 0.95 - 1e-9 <= level <= sidak + 1e-7
    assert sidak <= bonferroni_confidence(0.95, len(own)) + 1e-12
    assert common_comparator_confidence([*own, np.nan], shared) == approx(level)
    assert common_comparator_confidence(own[::-1], shared) == approx(level)


def test_without_a_shared_error_it_is_sidaks():
    assert common_comparator_confidence([1, 2, 3], 0.0) == approx(sidak_confidence(0.95, 3))


def test_one_comparison_needs_nothing_more_and_none_has_no_level():
    assert common_comparator_confidence([3.0], 1.0) == 0.95
    assert all_pairs_confidence(2) == 0.95
    assert sidak_confidence(0.95, 1) == 0.95
    assert np.isnan(common_comparator_confidence([], 1.0))
    assert np.isnan(common_comparator_confidence([np.nan], 1.0))
    with pytest.raises(ImpossibleCount):
        all_pairs_confidence(1)
    with pytest.raises(ImpossibleCount):
        sidak_confidence(0.95, 0)
