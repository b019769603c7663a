"""Intervals of one share: published numbers, other implementations, and laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import clopper_pearson, effective_cases, jeffreys, wilson

METHODS = [wilson, clopper_pearson, jeffreys]


@st.composite
def groups(draw, most=400):
    """Hits and cases of one group of at least one person."""
    cases = draw(st.integers(1, most))
    return draw(st.integers(0, cases)), cases


# statsmodels 0.15.0 proportion_confint and scipy 1.17.1 binomtest; the last four also Newcombe 1998
@pytest.mark.parametrize(
    ("method", "hits", "cases", "low", "high"),
    [
        (wilson, 170, 400, 0.377494, 0.473932),
        (wilson, 66, 200, 0.268574, 0.397833),
        (wilson, 10, 50, 0.112438, 0.330371),
        (wilson, 6, 12, 0.253782, 0.746218),
        (wilson, 4, 38, 0.041703, 0.241305),
        (clopper_pearson, 170, 400, 0.376018, 0.475100),
        (clopper_pearson, 10, 50, 0.100302, 0.337183),
        (jeffreys, 170, 400, 0.377240, 0.473841),
        (jeffreys, 10, 50, 0.107734, 0.325827),
    ],
)
def test_known_intervals(method, hits, cases, low, high):
    assert method(hits, cases) == approx((low, high), abs=1e-6)


# Newcombe (1998), Statistics in Medicine 17:857-872, table I
@pytest.mark.parametrize(
    ("hits", "cases", "score", "exact"),
    [
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), None),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_published_intervals(hits, cases, score, exact):
    assert wilson(hits, cases) == approx(score, abs=5.1e-5)
    if exact:
        assert clopper_pearson(hits, cases) == approx(exact, abs=5.1e-5)


def test_nobody_of_fifty_has_the_exact_one_sided_limit():
    assert clopper_pearson(0, 50, confidence=0.90).high == approx(0.0582, abs=5e-5)


@given(groups(), st.floats(0.5, 0.999))
def test_exact_limits_agree_with_scipy(group, confidence):
    from scipy.stats import binomtest

    test = binomtest(*group)
    for method, name in ((clopper_pearson, "exact"), (wilson, "wilson")):
        theirs = test.proportion_ci(confidence, method=name)
        assert method(*group, confidence) == approx((theirs.low, theirs.high), abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
@given(group=groups())
def test_limits_hold_the_share_and_mirror_it(method, group):
    hits, cases = group
    low, high = method(hits, cases)
    assert 0 <= low <= hits / cases <= high <= 1
    assert low < high
    assert method(cases - hits, cases) == approx((1 - high, 1 - low), abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
@given(group=groups(), levels=st.tuples(st.floats(0.5, 0.9), st.floats(0.91, 0.9999)))
def test_more_confidence_is_never_narrower(method, group, levels):
    inner, outer = (method(*group, confidence=level) for level in levels)
    assert outer.low <= inner.low + 1e-12
    assert outer.high >= inner.high - 1e-12


@pytest.mark.parametrize("method", METHODS)
@given(st.lists(groups(), min_size=1, max_size=6))
def test_arrays_equal_one_by_one(method, several):
    hits, cases = np.array(several).T
    together = method(hits, cases)
    for place, group in enumerate(several):
        alone = method(*group)
        assert (together.low[place], together.high[place]) == (alone.low, alone.high)


@pytest.mark.parametrize("method", METHODS)
def test_edges_are_exact_and_nobody_is_not_estimable(method):
    low, high = method([0, 7, 0, np.nan], [7, 7, 0, 7])
    assert (low[0], high[1]) == (0, 1)
    assert np.isnan([low[2], high[2], low[3], high[3]]).all()


@pytest.mark.parametrize("method", METHODS)
def test_counts_need_not_be_whole(method):
    low, high = method([2.0, 2.5, 3.0], 6.081)
    assert (np.diff(low) > 0).all()
    assert (np.diff(high) > 0).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("hits", "cases"), [(-1, 5), (6, 5), (0, -1), (1, np.inf), (1, 0)])
def test_impossible_counts_are_refused(method, hits, cases):
    with pytest.raises(ImpossibleCount, match="hits among"):
        method([0, hits], [1, cases])


@pytest.mark.parametrize("confidence", [0, 1, 95, np.nan])
def test_a_confidence_is_a_share(confidence):
    with pytest.raises(ImpossibleCount, match="confidence"):
        wilson(1, 2, confidence)


def test_rounding_of_weights_is_forgiven():
    assert wilson(1e6 + 1e-7, 1e6).high == 1


# Exact enumeration over true shares .01 to .99; the means are those of the methods reference (A1),
# the least of Wilson at 10 cases is the known .84 of Brown, Cai & DasGupta (2001)
@pytest.mark.parametrize(
    ("method", "cases", "mean", "least"),
    [
        (wilson, 10, 0.954, 0.84),
        (wilson, 50, 0.952, 0.895),
        (clopper_pearson, 10, 0.983, 0.961),
        (clopper_pearson, 50, 0.969, 0.953),
        (jeffreys, 10, 0.953, 0.868),
        (jeffreys, 50, 0.950, 0.884),
    ],
)
def test_coverage_by_enumeration(method, cases, mean, least):
    from scipy.stats import binom

    hits = np.arange(cases + 1)
    low, high = method(hits, cases)
    shares = np.linspace(0.01, 0.99, 981)[:, None]
    covered = (low <= shares) & (shares <= high)
    coverage = (binom.pmf(hits, cases, shares) * covered).sum(axis=1)
    assert coverage.mean() == approx(mean, abs=1.5e-3)
    assert coverage.min() == approx(least, abs=3e-3)


def test_effective_cases_of_weights():
    weights = np.array([1, 1, 2, 3, 1, 4, 2, 1])
    assert effective_cases(weights.sum(), (weights**2).sum()) == approx(6.081081, abs=1e-6)
    assert np.isnan(effective_cases(0, 0))
    assert effective_cases(30, 30) == 30
    with pytest.raises(ImpossibleCount):
        effective_cases(-1, 1)
