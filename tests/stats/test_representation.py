"""Who is there against a reference population: known numbers, laws, and nobody at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx
from scipy.stats import chisquare, entropy

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import (
    binomial_test,
    excess_share,
    goodness_of_fit,
    newcombe,
    relative_entropy,
    representation_ratio,
    wilson,
)

SHARES = np.array([0.60, 0.28, 0.09, 0.03])
PEOPLE = np.array([650.0, 250.0, 85.0, 15.0])
LIMITS = [(1.033, 1.132), (0.8005, 0.992), (0.770, 1.155), (0.304, 0.820)]


def test_ratios_of_the_methods_reference():
    found = representation_ratio(PEOPLE, 1000, SHARES)
    assert found.value == approx([1.0833, 0.8929, 0.9444, 0.5], abs=5e-5)
    assert np.column_stack([found.low, found.high]) == approx(np.array(LIMITS), abs=5.1e-4)


def test_one_figure_for_all_groups():
    test = goodness_of_fit(PEOPLE, SHARES)
    assert (float(test.chi_square), float(test.freedom)) == approx((15.15873, 3.0), abs=5e-6)
    assert float(test.p_value) == approx(0.001686, abs=5e-7)
    assert float(relative_entropy(PEOPLE, SHARES)) == approx(0.0084399, abs=5e-8)
    assert binomial_test(PEOPLE, 1000, SHARES) == approx(
        [0.001239, 0.034602, 0.619092, 0.003828], abs=5e-7
    )  # the third is .619119 in the reference; sums of exact fractions give .6190925


@given(st.lists(st.integers(0, 500), min_size=2, max_size=6), st.data())
def test_scipy_agrees(counts, data):
    weights = data.draw(st.lists(st.integers(1, 50), min_size=len(counts), max_size=len(counts)))
    shares = np.array(weights) / sum(weights)
    people = np.array(counts, dtype=float)
    if not people.sum():
        assert np.isnan(goodness_of_fit(people, shares).p_value)
        assert np.isnan(relative_entropy(people, shares))
        return
    other = chisquare(people, people.sum() * shares)
    ours = goodness_of_fit(people, shares)
    assert (ours.chi_square, ours.p_value) == approx((other.statistic, other.pvalue))
    assert relative_entropy(people, shares) == approx(entropy(people, shares), abs=1e-12)


@given(st.integers(0, 300), st.integers(1, 300), st.floats(0.01, 1.0), st.floats(0.0, 0.2))
def test_an_uncertain_population_only_widens(people, more, share, error):
    everybody = people + more
    sure = representation_ratio(people, everybody, share)
    unsure = representation_ratio(people, everybody, share, error)
    assert sure.value == unsure.value == approx(people / everybody / share)
    assert unsure.low <= sure.low + 1e-12 <= sure.value + 1e-9
    assert unsure.high >= sure.high - 1e-12
    low, high = wilson(people, everybody)
    assert (sure.low, sure.high) == approx((low / share, high / share))
    apart = excess_share(people, everybody, share)
    assert (apart.low, apart.high) == approx((low - share, high - share), abs=1e-12)


def test_for_large_counts_it_is_the_delta_method_with_both_errors():
    people, everybody, share, error = 30_000, 100_000, 0.25, 0.004
    found = representation_ratio(people, everybody, share, error)
    p = people / everybody
    reach = 1.959964 * np.sqrt((1 - p) / (everybody * p) + (error / share) ** 2)
    delta = (p / share * np.exp(-reach), p / share * np.exp(reach))
    assert (found.low, found.high) == approx(delta, rel=2e-4)
    apart = excess_share(people, everybody, share, error)
    reach = 1.959964 * np.sqrt(p * (1 - p) / everybody + error**2)
    assert (apart.low, apart.high) == approx((0.05 - reach, 0.05 + reach), abs=5e-6)


def test_both_errors_cover():
    """A survey of 2,000 people beside 3,000 decisions, both of a population of known shares."""
    random = np.random.default_rng(20221129)
    truth, here, survey = 0.12, 3000, 2000
    for ratio in (0.5, 1.0):
        people = random.binomial(here, truth * ratio, 4000)
        shares = random.binomial(survey, truth, 4000) / survey
        error = np.sqrt(shares * (1 - shares) / survey)
        found = representation_ratio(people, here, shares, error)
        covered = ((found.low <= ratio) & (ratio <= found.high)).mean()
        assert covered == approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 4000))


def test_a_group_of_nobody_has_the_ratio_0_and_an_upper_limit():
    found = representation_ratio(0, 400, 0.02, 0.005)
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high > wilson(0, 400).high / 0.02
    assert binomial_test(0, 400, 0.02) == approx(2 * 0.98**400, rel=0.5)


def test_nobody_and_no_share_are_not_estimable():
    for found in (representation_ratio(0, 0, 0.5), representation_ratio(5, 10, 0.0)):
        assert np.isnan([found.value, found.low, found.high]).all()
    assert np.isnan(binomial_test(0, 0, 0.5))
    assert np.isnan(goodness_of_fit([5.0], [1.0]).p_value)
    assert np.isnan(goodness_of_fit([5.0, 4.0], [1.0, 0.0]).p_value)
    assert relative_entropy([5.0, 4.0], [1.0, 0.0]) == np.inf


def test_effective_counts_have_the_score_test():
    hits, cases, share = 30.5, 200.25, 0.2
    z = (hits - cases * share) / np.sqrt(cases * share * (1 - share))
    from statistics import NormalDist

    assert binomial_test(hits, cases, share) == approx(2 * NormalDist().cdf(-abs(z)))


@pytest.mark.parametrize("wrong", [(5, 4, 0.5), (1, 4, 1.5), (1, 4, -0.1)])
def test_what_cannot_be(wrong):
    with pytest.raises(ImpossibleCount):
        representation_ratio(*wrong)
    with pytest.raises(ImpossibleCount):
        representation_ratio(1, 4, 0.5, error=-0.1)
    with pytest.raises(ImpossibleCount):
        goodness_of_fit([1.0, 2.0], [0.5, 0.3, 0.2])


def test_missing_inputs_of_the_methods_reference():
    assert newcombe(30, 200, 20, 400) == approx((0.049886, 0.158695), abs=5e-7)
