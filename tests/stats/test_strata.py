"""Mantel-Haenszel: Berkeley's published numbers, statsmodels, matched pairs, laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import (
    breslow_day,
    cochran_mantel_haenszel,
    mantel_haenszel_difference,
    mantel_haenszel_odds_ratio,
    mantel_haenszel_ratio,
)

# Bickel, Hammel & O'Connell (1975): admitted and applied, men and women, departments A to F
MEN, MEN_ALL = np.array([512, 353, 120, 138, 53, 22]), np.array([825, 560, 325, 417, 191, 373])
WOMEN, WOMEN_ALL = np.array([89, 17, 202, 131, 94, 24]), np.array([108, 25, 593, 375, 393, 341])
BERKELEY = (MEN, MEN_ALL, WOMEN, WOMEN_ALL)
EVERY = (mantel_haenszel_odds_ratio, mantel_haenszel_ratio, mantel_haenszel_difference)
TESTS = (cochran_mantel_haenszel, breslow_day)


@st.composite
def strata(draw):
    count = draw(st.integers(2, 5))
    cases = [draw(st.integers(1, 40)) for _ in range(2 * count)]
    hits = [draw(st.integers(0, most)) for most in cases]
    return tuple(np.array(part) for part in (hits[::2], cases[::2], hits[1::2], cases[1::2]))


def test_berkeley():
    assert mantel_haenszel_odds_ratio(*BERKELEY) == approx((0.904697, 0.771907, 1.060330), abs=1e-6)
    assert cochran_mantel_haenszel(*BERKELEY) == approx((1.524607, 1, 0.216924), abs=1e-6)
    assert breslow_day(*BERKELEY) == approx((18.825501, 5, 0.002071), abs=1e-6)
    gap, low, high = mantel_haenszel_difference(WOMEN, WOMEN_ALL, MEN, MEN_ALL)
    assert gap == approx(0.018425, abs=1e-6)
    # large strata: binomial variances with the same weights give .014619
    assert (high - low) / 2 / 1.959964 == approx(0.014619, rel=0.02)


@given(strata())
def test_statsmodels_gives_the_same(tables):
    tables_of = pytest.importorskip("statsmodels.stats.contingency_tables")
    x, n, y, m = tables
    theirs = tables_of.StratifiedTable(np.array([[x, n - x], [y, m - y]]).astype(float))
    agree = {"rel": 1e-6, "nan_ok": True, "abs": 1e-9}
    with np.errstate(all="ignore"):
        odds = mantel_haenszel_odds_ratio(*tables)
        if odds.value > 0 and np.isfinite(odds.value):
            assert odds.value == approx(theirs.oddsratio_pooled, **agree)
            assert (odds.low, odds.high) == approx(theirs.oddsratio_pooled_confint(), **agree)
            if breslow_day(*tables).freedom == len(x) - 1:
                found = breslow_day(*tables)
                known = theirs.test_equal_odds(adjust=True)
                assert found.chi_square == approx(known.statistic, rel=1e-4, abs=1e-6)
        if mantel_haenszel_ratio(*tables).value > 0:
            assert mantel_haenszel_ratio(*tables).value == approx(theirs.riskratio_pooled, **agree)
        found = cochran_mantel_haenszel(*tables)
        if not np.isnan(found.chi_square) and ((n + m) > 1).all():
            assert found.chi_square == approx(theirs.test_null_odds().statistic, **agree)


def test_matched_pairs_give_mcnemar():
    """One case of each group in a stratum: the difference and error of paired tests (AUDIT)."""
    first = np.repeat([1, 1, 0, 0], [40, 46, 14, 141])
    second = np.repeat([1, 0, 1, 0], [40, 46, 14, 141])
    gap, low, high = mantel_haenszel_difference(first, 1, second, 1)
    assert gap == approx(32 / 241)
    assert (high - low) / 2 / 1.959964 == approx(np.sqrt(60 - 32**2 / 241) / 241, rel=1e-6)
    assert mantel_haenszel_odds_ratio(first, 1, second, 1).value == approx(46 / 14)
    assert cochran_mantel_haenszel(first, 1, second, 1).chi_square == approx(32**2 / 60)


def test_one_stratum_is_its_own_ratio():
    # log risk ratio of one table has the error of Katz
    value, low, high = mantel_haenszel_ratio([10], [50], [170], [400])
    assert (value, low, high) == approx((0.470588, 0.267207, 0.828770), abs=1e-6)


@pytest.mark.parametrize("large", [True, False])
def test_the_difference_covers_in_few_large_and_many_small_strata(large):
    """Difference .1 in every stratum; 4000 samples, simulation error .0035."""
    rng = np.random.default_rng(6)
    base = np.linspace(0.2, 0.6, 4 if large else 80)
    n, m = (80, 50) if large else (2, 3)
    hits = rng.binomial(n, base + 0.1, (4000, len(base)))
    others = rng.binomial(m, base, (4000, len(base)))
    _, low, high = mantel_haenszel_difference(hits, n, others, m)
    assert ((low <= 0.1) & (high >= 0.1)).mean() == approx(0.95, abs=0.011)


@given(strata(), st.randoms(use_true_random=False))
def test_no_order_and_no_empty_stratum_matters(tables, random):
    order = random.sample(range(len(tables[0])), len(tables[0]))
    turned = [part[order] for part in tables]
    more = [
        np.append(part, [extra, extra]) for part, extra in zip(tables, (0, 0, 1, 3), strict=True)
    ]
    for method in (*EVERY, *TESTS):
        found = approx(method(*tables), nan_ok=True, rel=1e-6, abs=1e-9)
        assert method(*turned) == found
        assert method(*more) == found


@given(strata())
def test_swapping_the_groups_turns_the_figure(tables):
    x, n, y, m = tables
    for method in EVERY[:2]:
        one, other = method(x, n, y, m), method(y, m, x, n)
        if np.isfinite(one.low) and one.value > 0:
            assert other.value == approx(1 / one.value)
            assert other.low == approx(1 / one.high)
    one, other = mantel_haenszel_difference(x, n, y, m), mantel_haenszel_difference(y, m, x, n)
    assert other == approx((-one.value, -one.high, -one.low), nan_ok=True, abs=1e-9)


def test_nobody_says_nothing():
    for method in (*EVERY, *TESTS):
        found = method([0, 0], [0, 5], [2, 0], [9, 0])
        assert np.isnan(found[0])
        assert np.isnan(found[2])
    alone = breslow_day([3], [9], [4], [8])
    assert (alone.freedom, np.isnan(alone.p_value)) == (0, True)
    with pytest.raises(ImpossibleCount):
        mantel_haenszel_ratio([9], [5], [1], [5])
