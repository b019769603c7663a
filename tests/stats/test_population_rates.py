"""Events per head of a population: scipy, statsmodels, laws, nobody."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx
from scipy.stats import chi2

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import events_per_head, poisson_interval, ratio_of_rates


@given(st.integers(0, 5000), st.sampled_from([0.8, 0.95, 0.999]))
def test_garwood_by_chi_square(events, confidence):
    tail = (1 - confidence) / 2
    low, high = poisson_interval(events, confidence)
    assert low == approx(chi2.ppf(tail, 2 * events) / 2 if events else 0.0)
    assert high == approx(chi2.ppf(1 - tail, 2 * events + 2) / 2)


def test_tables_of_the_poisson_distribution():
    # Pearson & Hartley, Biometrika Tables, table 40: 95 % limits
    assert poisson_interval([0, 1, 10]).low == approx([0, 0.0253, 4.80], abs=5e-3)
    assert poisson_interval([0, 1, 10]).high == approx([3.69, 5.57, 18.39], abs=5e-3)


def test_a_rate_per_thousand():
    found = events_per_head(152, 38_000)
    assert found.value == approx(4.0)
    assert found.low == approx(1000 * chi2.ppf(0.025, 304) / 2 / 38_000)
    assert np.isnan(events_per_head(3, 0).value)


def test_the_ratio_by_statsmodels():
    # statsmodels 0.15: confint_poisson_2indep(60, 51477.5, 30, 54308.7, method="score",
    # compare="ratio") gives 1.371488, 3.258869; ours conditions on the sum, as waldccv does nearly
    found = ratio_of_rates(60, 51477.5, 30, 54308.7)
    assert found.value == approx(60 / 51477.5 / (30 / 54308.7))
    assert (found.low, found.high) == approx((1.365962, 3.260092), rel=5e-3)


@given(st.integers(0, 400), st.integers(1, 9000), st.integers(0, 400), st.integers(1, 9000))
def test_turned_round_it_is_the_reciprocal(events, people, others, other_people):
    one = ratio_of_rates(events, people, others, other_people)
    other = ratio_of_rates(others, other_people, events, people)
    if events + others == 0:
        assert np.isnan([one.value, one.low, one.high]).all()
        return
    assert one.low <= one.value <= one.high
    if events and others:
        assert one.value == approx(1 / other.value)
        assert one.low == approx(1 / other.high)
    elif events:
        assert one.value == one.high == np.inf


def test_an_empty_population_and_impossible_counts():
    assert np.isnan(ratio_of_rates(5, 0, 5, 100).value)
    with pytest.raises(ImpossibleCount):
        events_per_head(-1, 10)


def test_an_estimated_population_widens():
    sure, unsure = events_per_head(152, 38_000), events_per_head(152, 38_000, error=0.1)
    assert sure.value == unsure.value
    reach = np.hypot(np.log(sure.high / sure.value), 1.959964 * 0.1)
    assert unsure.high == approx(sure.value * np.exp(reach), rel=1e-6)
    ratio = ratio_of_rates(60, 5000, 30, 5000, error=0.1)
    assert ratio.low < ratio_of_rates(60, 5000, 30, 5000).low
    nobody = events_per_head(0, 1000, error=0.1)
    assert (nobody.value, nobody.low) == (0.0, 0.0)
    assert nobody.high > events_per_head(0, 1000).high
