"""Tests of equal shares against scipy and statsmodels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import fisher_exact, homogeneity, two_sample_z


@st.composite
def tables(draw):
    cases, others = draw(st.integers(1, 60)), draw(st.integers(1, 60))
    return draw(st.integers(0, cases)), cases, draw(st.integers(0, others)), others


def test_known():
    # scipy 1.17.1; pairs C-A, B-A, C-B
    z, p_value = two_sample_z(10, 50, 170, 400)
    assert (z, p_value) == approx((-3.061862, 0.002200), abs=1e-6)
    exact = fisher_exact([10, 66, 10], [50, 200, 50], [170, 170, 66], [400, 400, 200])
    assert exact == approx([0.002041, 0.026774, 0.086314], abs=1e-6)
    assert fisher_exact(10, 50, 170, 400, mid=True) == approx(0.001714, abs=1e-6)


@given(tables())
def test_fisher_agrees_with_scipy(table):
    from scipy.stats import fisher_exact as theirs

    x1, n1, x2, n2 = table
    expected = theirs([[x1, n1 - x1], [x2, n2 - x2]]).pvalue
    assert fisher_exact(*table) == approx(expected, abs=1e-9)


@given(tables())
def test_z_agrees_with_statsmodels(table):
    from statsmodels.stats.proportion import proportions_ztest

    x1, n1, x2, n2 = table
    if x1 + x2 in (0, n1 + n2):
        assert np.isnan(two_sample_z(*table)).all()
        return
    assert two_sample_z(*table) == approx(proportions_ztest([x1, x2], [n1, n2]), abs=1e-9)


@given(tables())
def test_swapping_keeps_p_and_turns_z(table):
    x1, n1, x2, n2 = table
    for mid in (False, True):
        swapped = fisher_exact(x2, n2, x1, n1, mid=mid)
        assert fisher_exact(*table, mid=mid) == approx(swapped, abs=1e-9)
        assert 0 <= swapped <= 1
    assert two_sample_z(*table).z == approx(-two_sample_z(x2, n2, x1, n1).z, nan_ok=True)


@given(tables())
def test_mid_p_is_twice_the_mean_of_the_strict_and_the_wide_tail(table):
    from scipy.stats import hypergeom

    x1, n1, x2, n2 = table
    law = hypergeom(n1 + n2, x1 + x2, n1)
    lower, upper = (law.cdf(x1) + law.cdf(x1 - 1)) / 2, (law.sf(x1 - 1) + law.sf(x1)) / 2
    expected = min(1, 2 * min(lower, upper))
    assert fisher_exact(*table, mid=True) == approx(expected, abs=1e-9)


def test_nobody_is_not_tested_and_weights_are_refused():
    assert np.isnan(fisher_exact([0, 1], [0, 2], [1, 0], [3, 0])).all()
    assert np.isnan(two_sample_z(0, 0, 1, 3)).all()
    with pytest.raises(ImpossibleCount, match="whole"):
        fisher_exact(1.5, 3, 1, 3)


def test_known_homogeneity():
    assert homogeneity([170, 66, 10], [400, 200, 50]) == approx((12.449439, 2, 0.001980), abs=1e-6)
    cells = homogeneity([170, 66, 12, 30, 9, 3, 0, 2], [400, 200, 40, 110, 25, 12, 5, 4])
    assert cells == approx((15.8707, 7, 0.0263), abs=5e-5)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), min_size=2, max_size=6))
def test_homogeneity_agrees_with_scipy_and_leaves_nobody_out(groups):
    from scipy.stats import chi2_contingency

    hits = np.array([hit for hit, _ in groups])
    cases = hits + np.array([miss for _, miss in groups])
    found = homogeneity(hits, cases)
    assert homogeneity([0, *hits], [0, *cases]) == approx(found, nan_ok=True)
    if hits.any():
        known = chi2_contingency([hits, cases - hits], correction=False)
        assert found == approx((known.statistic, known.dof, known.pvalue), abs=1e-9)


def test_homogeneity_of_two_groups_is_the_squared_z():
    assert homogeneity([10, 170], [50, 400]).chi_square == approx(3.061862**2, rel=1e-6)


def test_nothing_to_tell_apart():
    for hits, cases in (([3], [9]), ([0, 0], [4, 5]), ([4, 5], [4, 5]), ([0, 3], [0, 9])):
        found = homogeneity(hits, cases)
        assert np.isnan([found.chi_square, found.p_value]).all()
