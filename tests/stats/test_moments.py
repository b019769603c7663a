"""Means from sums against scipy's tests on the same values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx
from scipy.stats import chi2

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import (
    mean_difference,
    mean_interval,
    mean_square_interval,
    mean_test,
)

samples = st.lists(st.floats(-50, 50), min_size=2, max_size=40).filter(
    lambda values: np.ptp(values) > 0.01
)


def sums(values):
    return np.sum(values), np.sum(np.square(values)), len(values)


@given(samples, st.floats(0.5, 0.999))
def test_mean_agrees_with_scipy(values, confidence):
    from scipy.stats import ttest_1samp

    theirs = ttest_1samp(values, 0).confidence_interval(confidence)
    width = theirs.high - theirs.low
    assert mean_interval(*sums(values), confidence) == approx(
        (theirs.low, theirs.high), abs=1e-6 * width
    )


@given(samples, samples)
def test_difference_agrees_with_scipy_and_turns(values, others):
    from scipy.stats import ttest_ind

    theirs = ttest_ind(values, others, equal_var=False).confidence_interval(0.95)
    ours = mean_difference(*sums(values), *sums(others))
    assert ours == approx((theirs.low, theirs.high), abs=1e-6 * (theirs.high - theirs.low))
    turned = mean_difference(*sums(others), *sums(values))
    assert turned == approx((-ours.high, -ours.low))


def test_known_welch_interval():
    # scipy 1.17.1: t 1.466833, df 134.442, p .144757
    assert mean_difference(60, 1500, 100, -4, 4000, 400) == approx((-0.2125, 1.4325), abs=5e-5)


def test_arrays_equal_one_by_one():
    low, high = mean_interval([60, -4], [1500, 4000], [100, 400])
    assert (low[0], high[0]) == mean_interval(60, 1500, 100)
    assert (low[1], high[1]) == mean_interval(-4, 4000, 400)


def test_too_little_is_not_estimable():
    # one case; no case; five equal values; missing
    low, high = mean_interval([5, 0, 5, np.nan], [25, 0, 5, 1], [1, 0, 5, 3])
    assert np.isnan([*low, *high]).all()
    assert np.isnan(mean_difference(5, 5, 5, 60, 1500, 100)).all()
    assert np.isnan(mean_interval(0, 0, 10)).all()


def test_equal_values_that_do_not_add_up_exactly_have_no_spread():
    values = [0.1] * 1000
    assert np.isnan(mean_interval(*sums(values))).all()


@pytest.mark.parametrize(("total", "squares", "cases"), [(10, 5, 5), (1, -1, 3), (1, 1, -2)])
def test_impossible_sums_are_refused(total, squares, cases):
    with pytest.raises(ImpossibleCount):
        mean_interval(total, squares, cases)


def test_welch_by_hand():
    # methods.md A9: A n=400, sum -4, squares 4000; B n=100, sum 60, squares 1500.
    a, b = (-4.0, 4000.0, 400), (60.0, 1500.0, 100)
    assert mean_difference(*b, *a) == approx((-0.2125, 1.4325), abs=5e-5)
    assert mean_test(*b, *a) == approx(0.144757, abs=5e-7)


@given(samples, samples)
def test_welch_test_agrees_with_scipy_and_with_its_interval(values, others):
    from scipy.stats import ttest_ind

    p = mean_test(*sums(values), *sums(others))
    assert p == approx(ttest_ind(values, others, equal_var=False).pvalue, abs=1e-7)
    low, high = mean_difference(*sums(values), *sums(others), 0.95)
    if abs(p - 0.05) > 1e-6:
        assert (low > 0 or high < 0) == (p < 0.05)


@given(samples, st.floats(0.1, 10))
def test_the_mean_square_lies_within_its_limits_which_go_with_the_unit(values, unit):
    squares = np.square(values)
    low, high = mean_square_interval(*sums(squares))
    if np.isnan(mean_interval(*sums(squares)).low):
        assert np.isnan([low, high]).all()
        return
    assert 0 <= low <= np.mean(squares) * (1 + 1e-12) <= high * (1 + 2e-12)
    if np.ptp(squares) > 1e-3 * np.mean(squares) and high < 1e100:
        assert mean_square_interval(*sums(unit * squares)) == approx(
            (unit * low, unit * high), rel=1e-6
        )


@pytest.mark.parametrize("cases", [20, 50])
def test_the_mean_square_of_normal_errors_is_covered(cases):
    """6000 samples, simulation error .003. Exact limits exist here: chi square's."""
    squares = np.random.default_rng(7).normal(size=(6000, cases)) ** 2
    given = squares.sum(axis=1), (squares**2).sum(axis=1), np.full(6000, cases)
    low, high = mean_square_interval(*given)
    assert ((low <= 1) & (high >= 1)).mean() == approx(0.945, abs=0.009)
    usual = mean_interval(*given)
    assert ((usual.low <= 1) & (usual.high >= 1)).mean() < 0.93
    exact = cases / chi2.ppf([0.975, 0.025], cases)
    assert np.median(low / given[0] * cases) == approx(exact[0], rel=0.1)
    assert np.median(high / given[0] * cases) == approx(exact[1], rel=0.1)


def test_nobody_has_no_test_and_no_mean_square():
    assert np.isnan(mean_test(0, 0, 0, 3, 5, 3))
    assert np.isnan(mean_square_interval(4, 16, 1)).all()
