"""Rubin's rules by hand, and imputation from counts against what it stands for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import cell_prior, impute_counts, rubin


def test_rubins_rules_by_hand():
    found = rubin([1.0, 2.0, 3.0], [0.5, 0.5, 0.5])
    # between 1, added 4/3, in all 11/6, increase 8/3, freedom 2 (1 + 3/8)^2
    assert found == approx((2.0, 11 / 6, 8 / 3, 2 * (11 / 8) ** 2))


def test_nothing_between_leaves_the_ordinary_variance():
    found = rubin([[0.2, np.nan]] * 4, [[0.01, np.nan]] * 4)
    assert found.variance[0] == approx(0.01)
    assert np.isinf(found.freedom[0]) and np.isnan(found.value[1])


@given(st.lists(st.tuples(*[st.integers(0, 6)] * 3), min_size=1, max_size=5), st.integers(0, 99))
def test_everybody_is_given_to_one_group(cells, seed):
    known = np.array([cell[:2] for cell in cells], dtype=float)
    unknown = np.array([cell[2] for cell in cells], dtype=float)
    prior = cell_prior(known, np.zeros(len(cells), dtype=int))
    assert prior.sum(axis=1) == approx(1.0)
    added = impute_counts(known, unknown, prior, np.random.default_rng(seed))
    assert (added >= 0).all() and np.array_equal(added.sum(axis=1), unknown)


def test_the_spread_is_that_of_drawing_the_shares_and_then_the_people():
    """Of 100 unknown in a cell of 30 and 70: beta-binomial, mean and variance in closed form."""
    rng = np.random.default_rng(1)
    drawn = np.array(
        [impute_counts([[30, 70]], [100], [[0.5, 0.5]], rng)[0, 0] for _ in range(4000)]
    )
    a, b = 30.5, 70.5
    variance = 100 * a * b * (a + b + 100) / ((a + b) ** 2 * (a + b + 1))
    assert drawn.mean() == approx(100 * a / (a + b), abs=3 * np.sqrt(variance / 4000))
    assert drawn.var() == approx(variance, rel=0.1)


def test_what_cannot_be_is_refused():
    with pytest.raises(ImpossibleCount):
        rubin([1.0], [1.0])
    with pytest.raises(ImpossibleCount):
        rubin([1.0, 1.0], [1.0, -1.0])
    with pytest.raises(ImpossibleCount):
        impute_counts([[1.5, 1]], [1], [[1, 1]], np.random.default_rng(0))
    with pytest.raises(ImpossibleCount):
        impute_counts([[1, 1]], [1], [[0, 1]], np.random.default_rng(0))
