"""Intervals of the difference of two shares: known numbers and laws.

No score interval of statsmodels 0.15.0 serves as oracle here: its restricted likelihood is wrong
for differences (its issue 10269). The Miettinen-Nurminen numbers come from likelihoods maximised
one by one.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from scipy.optimize import brentq

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import difference_score, miettinen_nurminen, newcombe, newcombe_paired

METHODS = [newcombe, miettinen_nurminen]


@st.composite
def tables(draw, most=200):
    """Hits and cases of two groups of at least one person each."""
    cases, others = draw(st.integers(1, most)), draw(st.integers(1, most))
    return draw(st.integers(0, cases)), cases, draw(st.integers(0, others)), others


# statsmodels 0.15.0 confint_proportions_2indep(method="newcomb", compare="diff"); 56/70 to 10/10
# also Newcombe (1998), Statistics in Medicine 17:873-890, table II
@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((10, 50, 170, 400), -0.325307, -0.086243),
        ((66, 200, 170, 400), -0.173533, -0.012186),
        ((10, 50, 236, 600), -0.289453, -0.057456),
        ((6, 12, 120, 150), -0.552542, -0.043710),
        ((4, 38, 50, 250), -0.178111, 0.048516),
        ((36, 50, 120, 150), -0.227741, 0.047045),
        ((0, 15, 9, 40), -0.375031, 0.002903),
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((10, 10, 0, 10), 0.6075, 1),
    ],
)
def test_newcombe_known(table, low, high):
    assert newcombe(*table) == approx((low, high), abs=5.1e-5)


def test_newcombe_at_the_level_of_an_equivalence_test():
    assert newcombe(10, 50, 170, 400, confidence=0.9) == approx((-0.311830, -0.110456), abs=1e-6)
    assert newcombe(66, 200, 170, 400, confidence=0.9) == approx((-0.161316, -0.025649), abs=1e-6)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((10, 50, 170, 400), -0.327672, -0.086722),
        ((66, 200, 170, 400), -0.174196, -0.012183),
        ((6, 12, 120, 150), -0.556283, -0.042545),
        ((4, 38, 50, 250), -0.181654, 0.048013),
        ((36, 50, 120, 150), -0.229390, 0.048191),
        ((56, 70, 48, 80), 0.05283, 0.33817),
        ((9, 10, 3, 10), 0.170025, 0.840650),
        ((7, 34, 1, 34), 0.027042, 0.345291),
        ((0, 15, 9, 40), -0.376534, -0.005488),
        ((10, 10, 0, 10), 0.663642, 1),
        ((0, 10, 0, 10), -0.287934, 0.287934),
    ],
)
def test_miettinen_nurminen_known(table, low, high):
    assert miettinen_nurminen(*table) == approx((low, high), abs=5e-6)


def test_score_at_a_margin():
    scores = difference_score([10, 10, 66], [50, 50, 200], 170, 400, [-0.05, -0.10, -0.10])
    assert scores == approx([-2.428849, -1.787598, 0.120756], abs=1e-6)


@given(tables(most=60), st.integers(-95, 95).map(lambda percent: percent / 100))
def test_score_maximises_the_restricted_likelihood(table, difference):
    x1, n1, x2, n2 = table

    def slope(share):
        other = share - difference
        return (
            (x1 / share if x1 else 0)
            - ((n1 - x1) / (1 - share) if n1 > x1 else 0)
            + ((x2 / other if x2 else 0) - ((n2 - x2) / (1 - other) if n2 > x2 else 0))
        )

    first, last = max(0, difference) + 1e-11, min(1, 1 + difference) - 1e-11
    if slope(first) <= 0:
        share = first
    elif slope(last) >= 0:
        share = last
    else:
        share = brentq(slope, first, last, xtol=1e-15)
    other = share - difference
    total = n1 + n2
    variance = (share * (1 - share) / n1 + other * (1 - other) / n2) * total / (total - 1)
    expected = (x1 / n1 - x2 / n2 - difference) / np.sqrt(variance)
    assert difference_score(*table, difference) == approx(expected, rel=1e-4, abs=1e-4)


def test_score_limits_of_rare_events_are_those_of_poisson_counts():
    """With shares near 0 the binomial score is the Poisson one, which has a closed form at 0."""
    low, high = miettinen_nurminen(3, 10**8, 8, 10**8)
    # equal exposure: score at 0 is (3 - 8) / sqrt(3 + 8), within the limits
    assert difference_score(3, 10**8, 8, 10**8, 0) == approx(-5 / np.sqrt(11), rel=1e-6)
    for limit, z in ((low, 1.959964), (high, -1.959964)):
        share = brentq(
            lambda q, d=limit: 3 / q + 8 / (q - d) - 2e8, max(limit, 0) + 1e-12, 1e-6, xtol=1e-20
        )
        score = (-5e-8 - limit) / np.sqrt((2 * share - limit) / 1e8)
        assert score == approx(z, abs=1e-5)


@given(tables())
def test_score_limits_are_where_the_test_turns(table):
    low, high = miettinen_nurminen(*table)
    if low > -1 + 1e-9:
        assert difference_score(*table, low) == approx(1.959964, abs=1e-4)
    if high < 1 - 1e-9:
        assert difference_score(*table, high) == approx(-1.959964, abs=1e-4)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=50)
@given(table=tables())
def test_limits_hold_the_gap_and_swapping_turns_them(method, table):
    x1, n1, x2, n2 = table
    low, high = method(*table)
    assert -1 <= low <= x1 / n1 - x2 / n2 + 1e-9
    assert x1 / n1 - x2 / n2 - 1e-9 <= high <= 1
    assert low < high
    assert method(x2, n2, x1, n1) == approx((-high, -low), abs=1e-7)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=50)
@given(table=tables())
def test_more_confidence_is_never_narrower(method, table):
    inner, outer = method(*table, confidence=0.9), method(*table, confidence=0.99)
    assert outer.low <= inner.low + 1e-9
    assert outer.high >= inner.high - 1e-9


@pytest.mark.parametrize("method", METHODS)
def test_arrays_broadcast_and_equal_one_by_one(method):
    hits, cases = np.array([0, 3, 10]), np.array([15, 12, 50])
    others = np.array([[170], [9], [0]]), np.array([[400], [40], [5]])
    together = method(hits, cases, *others)
    assert together.low.shape == (3, 3)
    for row in range(3):
        for column in range(3):
            alone = method(hits[column], cases[column], others[0][row, 0], others[1][row, 0])
            assert together.low[row, column] == approx(alone.low, abs=1e-12)
            assert together.high[row, column] == approx(alone.high, abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_a_group_of_nobody_has_no_gap(method):
    low, high = method([1, 0], [2, 0], [0, 1], [0, 3])
    assert np.isnan([*low, *high]).all()
    with pytest.raises(ImpossibleCount):
        method(3, 2, 1, 2)


@pytest.mark.parametrize("method", METHODS)
def test_coverage_with_a_small_group(method):
    """Exact enumeration, 12 against 150 people: .950 to .962 in nine pairs of shares."""
    from scipy.stats import binom

    small, large = np.arange(13)[:, None], np.arange(151)[None, :]
    low, high = method(small, 12, large, 150)
    for share in (0.2, 0.4, 0.6):
        for other in (0.2, 0.4, 0.6):
            chance = binom.pmf(small, 12, share) * binom.pmf(large, 150, other)
            gap = share - other
            coverage = chance[(low <= gap) & (gap <= high)].sum()
            assert 0.94 <= coverage <= 0.975


def test_paired_known():
    # testers of Wooldridge's `audit` data; and Newcombe (1998), Statistics in Medicine 17:2635
    assert newcombe_paired(40, 46, 14, 141) == approx((0.071104, 0.193402), abs=1e-6)
    assert newcombe_paired(36, 12, 2, 0) == approx((0.0569, 0.3404), abs=5.1e-5)


@given(*[st.integers(0, 60)] * 4)
def test_paired_limits_hold_the_gap_and_swapping_turns_them(both, first, second, neither):
    low, high = newcombe_paired(both, first, second, neither)
    pairs = both + first + second + neither
    if pairs == 0:
        assert np.isnan([low, high]).all()
        return
    assert -1 <= low <= (first - second) / pairs <= high <= 1
    assert newcombe_paired(both, second, first, neither) == approx((-high, -low), abs=1e-12)


def test_agreeing_pairs_tell_more_than_separate_groups():
    paired = newcombe_paired(45, 10, 5, 40)
    apart = newcombe(55, 100, 50, 100)
    assert paired.high - paired.low < apart.high - apart.low
    with pytest.raises(ImpossibleCount):
        newcombe_paired(1, -1, 2, 3)
