"""Beta-binomial shrinkage: published fits, the likelihood of scipy, laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import beta_binomial_fit, shrunken_share

# Tarone (1982): tumours in 71 groups of rats; Gelman et al., Bayesian Data Analysis, table 5.1
TUMOURS = np.array(
    [0] * 14 + [1] * 8 + [2] * 9 + [1, 5, 2, 5, 3, 2, 7, 7, 3, 3, 2, 9, 10] + [4] * 7
    + [10, 4, 4, 4, 5, 11, 12, 5, 5, 6, 5] + [6] * 4 + [16, 15, 15, 9, 4]
)  # fmt: skip
RATS = np.array(
    [20] * 7 + [19] * 4 + [18] * 2 + [17] + [20] * 4 + [19] * 2 + [18] * 2 + [25, 24, 23]
    + [20] * 6 + [10, 49, 19, 46, 27, 17, 49, 47, 20, 20, 13, 48, 50] + [20] * 7
    + [48, 19, 19, 19, 22, 46, 49, 20, 20, 23, 19, 22, 20, 20, 20, 52, 46, 47, 24, 14]
)  # fmt: skip
HITS = np.array([170, 66, 12, 30, 9, 3, 0, 2])
CASES = np.array([400, 200, 40, 110, 25, 12, 5, 4])


def test_the_data_are_whole():
    assert (len(TUMOURS), TUMOURS.sum(), RATS.sum()) == (71, 267, 1739)


def test_rats():
    from scipy.stats import betabinom

    alpha, beta = beta_binomial_fit(TUMOURS, RATS)
    assert (alpha, beta) == approx((2.3416, 14.1148), abs=5e-4)
    assert betabinom.logpmf(TUMOURS, RATS, alpha, beta).sum() == approx(-156.56893, abs=1e-5)
    assert shrunken_share(4, 14, alpha, beta).value == approx(0.208219, abs=1e-5)


def test_published_posterior():
    value, low, high = shrunken_share(4, 14, 1.4, 8.6)
    assert (value, low, high) == approx((0.225, 0.0854, 0.4078), abs=5e-5)


def test_eight_cells():
    prior = beta_binomial_fit(HITS, CASES)
    assert prior == approx((31.0803, 60.6705), abs=5e-4)
    assert prior.varies
    shrunk = [0.4089, 0.3328, 0.3270, 0.3028, 0.3433, 0.3285, 0.3212, 0.3455]
    assert shrunken_share(HITS, CASES, *prior).value == approx(shrunk, abs=5e-5)


def test_no_neighbour_is_likelier():
    from scipy.stats import betabinom

    alpha, beta = beta_binomial_fit(HITS, CASES)
    best = betabinom.logpmf(HITS, CASES, alpha, beta).sum()
    for up, down in ((1.02, 1), (0.98, 1), (1, 1.02), (1, 0.98), (1.05, 1.05), (0.95, 0.95)):
        assert betabinom.logpmf(HITS, CASES, alpha * up, beta * down).sum() <= best + 1e-9


def test_groups_that_do_not_differ():
    prior = beta_binomial_fit([40, 41, 39, 40], [100] * 4)
    assert not prior.varies
    assert prior.alpha + prior.beta == approx(1e6)
    assert shrunken_share([0, 5], [5, 5], *prior).value == approx([0.4, 0.4], abs=1e-4)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=8))
def test_shrunken_shares_lie_between_the_raw_and_the_common_one(several):
    hits, misses = np.array(several, dtype=float).T
    cases = hits + misses
    prior = beta_binomial_fit(hits, cases)
    if np.isnan(prior.alpha):
        assert (cases > 0).sum() < 2 or hits.sum() == 0 or misses.sum() == 0
        return
    common = prior.alpha / (prior.alpha + prior.beta)
    value, low, high = shrunken_share(hits, cases, *prior)
    assert np.isnan(value[cases == 0]).all()
    seen = cases > 0
    raw = hits[seen] / cases[seen]
    assert (value[seen] >= np.minimum(raw, common) - 1e-9).all()
    assert (value[seen] <= np.maximum(raw, common) + 1e-9).all()
    assert (low[seen] <= high[seen]).all()


@pytest.mark.parametrize(
    ("hits", "cases"), [([3], [9]), ([3, 0], [9, 0]), ([0, 0], [5, 5]), ([5, 5], [5, 5])]
)
def test_nothing_to_fit(hits, cases):
    prior = beta_binomial_fit(hits, cases)
    assert np.isnan(prior).all()
    assert np.isnan(shrunken_share(hits, cases, *prior).value).all()


def test_impossible_counts_are_refused():
    with pytest.raises(ImpossibleCount):
        beta_binomial_fit([3, 9], [4, 8])
