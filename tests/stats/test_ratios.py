"""Intervals of the ratio of two shares: known numbers, a slow reference, and laws."""

import time
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx
from scipy.optimize import brentq

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import katz, ratio_score, score_ratio
from isg_audit.stats.bisection import where_falls_to

Z = 1.959963984540054


@st.composite
def tables(draw, most=300):
    """Hits and cases of two groups of at least one person each, with a hit in one at least."""
    cases, others = draw(st.integers(1, most)), draw(st.integers(1, most))
    hits = draw(st.integers(0, cases))
    return hits, cases, draw(st.integers(0 if hits else 1, others)), others


# statsmodels 0.15.0 compare="ratio", method="score"; scipy 1.17.1 relative_risk for Katz
@pytest.mark.parametrize(
    ("method", "table", "low", "high"),
    [
        (score_ratio, (10, 50, 170, 400), 0.261693, 0.789194),
        (score_ratio, (66, 200, 170, 400), 0.614682, 0.969405),
        (score_ratio, (6, 12, 120, 150), 0.315244, 0.945410),
        (score_ratio, (0, 15, 9, 40), 0, 0.973066),
        (katz, (10, 50, 170, 400), 0.267207, 0.828770),
        (katz, (66, 200, 170, 400), 0.618159, 0.975326),
    ],
)
def test_known_intervals(method, table, low, high):
    assert method(*table) == approx((low, high), abs=1e-6)


def test_a_comparator_without_hits_leaves_the_ratio_open_above():
    low, high = score_ratio(10, 10, 0, 10)
    assert low == approx(3.473, abs=5e-4)
    assert np.isinf(high)


def test_score_at_four_fifths():
    assert ratio_score([10, 66], [50, 200], 170, 400, 0.8) == approx(
        [-2.018384, -0.257296], abs=1e-6
    )


def _score(x1, n1, x2, n2, ratio):
    """The textbook formula, one table at a time."""
    a, b, c = (n1 + n2) * ratio, -(n1 * ratio + x1 + n2 + x2 * ratio), x1 + x2
    other = (-b - max(b * b - 4 * a * c, 0.0) ** 0.5) / (2 * a)
    share = ratio * other
    total = n1 + n2
    variance = share * (1 - share) / n1 + ratio * ratio * other * (1 - other) / n2
    return (x1 / n1 - ratio * x2 / n2) / max(variance * total / (total - 1), 1e-300) ** 0.5


def _reference(x1, n1, x2, n2):
    def at(log_ratio, target):
        return _score(x1, n1, x2, n2, float(np.exp(log_ratio))) - target

    middle = np.log(x1 / n1 / (x2 / n2)) if x1 and x2 else (-15.0 if x1 == 0 else 15.0)
    low = np.exp(brentq(at, -15, middle, args=(Z,))) if x1 else 0.0
    high = np.exp(brentq(at, middle, 15, args=(-Z,))) if x2 else np.inf
    return low, high


def test_five_thousand_tables_agree_with_one_at_a_time():
    rng = np.random.default_rng(20221129)
    n1, n2 = rng.integers(2, 500, (2, 5000))
    x1, x2 = rng.binomial(n1, rng.random(5000)), rng.binomial(n2, rng.random(5000))
    began = time.perf_counter()
    low, high = score_ratio(x1, n1, x2, n2)
    assert time.perf_counter() - began < 2, "thousands of tables are a matter of milliseconds"
    nothing = (x1 == 0) & (x2 == 0)
    # where everybody was hit in both groups the textbook root cancels to 0/0
    told = ~nothing & ~((x1 == n1) & (x2 == n2))
    each = zip(*(part[told].tolist() for part in (x1, n1, x2, n2)), strict=True)
    expected = np.array([_reference(*table) for table in each])
    np.testing.assert_allclose(low[told], expected[:, 0], rtol=1e-6)
    np.testing.assert_allclose(high[told], expected[:, 1], rtol=1e-6)
    assert np.isnan(low[nothing]).all()


def _in_fifty_digits(x1, n1, x2, n2):
    """The textbook formula, halved to its ends in fifty digits: as slow as it is sure."""
    x1, n1, x2, n2, z = (Decimal(float(number)) for number in (x1, n1, x2, n2, Z))
    total = n1 + n2

    def score(ratio):
        linear = n1 * ratio + x1 + n2 + x2 * ratio
        root = max(linear * linear - 4 * total * ratio * (x1 + x2), Decimal(0)).sqrt()
        other = (linear - root) / (2 * total * ratio)
        share = ratio * other
        variance = share * (1 - share) / n1 + ratio * ratio * other * (1 - other) / n2
        return (x1 / n1 - ratio * x2 / n2) / (variance * total / (total - 1)).sqrt()

    def where(target, low, high):
        for _ in range(160):
            middle = (low + high) / 2
            low, high = (middle, high) if score(middle.exp()) >= target else (low, middle)
        return float(low.exp())

    centre = (x1 / n1 / (x2 / n2)).ln()
    return where(z, centre - 80, centre), where(-z, centre, centre + 80)


@pytest.mark.parametrize(
    "table",
    [
        (3, 10_000_000, 40, 10_000_000),
        (1, 7, 2, 9),
        (1.245565572672489e-08, 111549.95512790908, 0.5114223313678875, 1.3339223417060915),
        (1.1082970784161865, 1.1082970790605293, 3311519.8, 3311519.9),
        (1.3782239324121575, 1.3782239324121577, 1.8966994640931525, 112.53612964874172),
        (6713.792657326902, 6922.149358899692, 1.1888560077667851, 1.1896386610833594),
        (999_999_999, 1_000_000_000, 1, 2),
    ],
)
def test_digits_survive_rare_events_fractions_and_nearly_everybody(table):
    with localcontext(prec=50):
        expected = _in_fifty_digits(*table)
    assert score_ratio(*table) == approx(expected, rel=1e-13, abs=0)


def test_five_thousand_tables_agree_with_the_search_of_the_score():
    """Whole and effective counts, none and all of them hits, against bisection."""
    rng = np.random.default_rng(20221129)
    cases, others = np.exp(rng.uniform(0.7, 9, (2, 5000)))
    cases[:2000], others[:2000] = np.rint(cases[:2000]), np.rint(others[:2000])
    hits = np.minimum(rng.choice([0, 0.01, 0.3, 0.9, 1], 5000) * cases, cases)
    other_hits = np.minimum(rng.choice([0, 0.02, 0.4, 0.95, 1], 5000) * others, others)
    hits[:2000], other_hits[:2000] = np.rint(hits[:2000]), np.rint(other_hits[:2000])
    table = hits, cases, other_hits, others
    low, high = score_ratio(*table)

    def score(log_ratio):
        return ratio_score(*table, np.exp(log_ratio))

    told = (hits > 0) | (other_hits > 0)
    centre = np.full(5000, np.nan)
    both = (hits > 0) & (other_hits > 0)
    np.log(hits / cases / np.where(both, other_hits / others, 1), out=centre, where=both)
    floor, ceiling = np.where(told, -30.0, np.nan), np.where(told, 30.0, np.nan)
    expected = where_falls_to(Z, score, floor, np.where(both, centre, ceiling))
    everybody = (hits == cases) & (other_hits == others)  # where the search loses digits
    reached = (hits > 0) & ~everybody
    np.testing.assert_allclose(low[reached], np.exp(expected[reached]), rtol=1e-10)
    total = (cases + others)[everybody]
    corrected = Z**2 * total / (total - 1)
    np.testing.assert_allclose(
        low[everybody], cases[everybody] / (cases[everybody] + corrected), rtol=1e-13
    )
    assert (low[told & (hits == 0)] == 0).all()
    expected = where_falls_to(-Z, score, np.where(both, centre, floor), ceiling)
    reached = (other_hits > 0) & ~everybody
    np.testing.assert_allclose(high[reached], np.exp(expected[reached]), rtol=1e-10)
    assert np.isinf(high[told & (other_hits == 0)]).all()
    assert np.isnan(low[~told]).all()
    assert np.isnan(high[~told]).all()


def test_one_case_in_both_groups_together_bounds_nothing():
    assert np.isnan(score_ratio([0.2, 0, 0.5], 0.5, [0.4, 0.5, 0], 0.5)).all()


@given(tables())
def test_limits_hold_the_ratio_and_swapping_inverts_them(table):
    x1, n1, x2, n2 = table
    low, high = score_ratio(*table)
    ratio = (x1 / n1) / (x2 / n2) if x2 else np.inf
    assert 0 <= low <= ratio * (1 + 1e-9)
    assert ratio * (1 - 1e-9) <= high
    swapped = score_ratio(x2, n2, x1, n1)
    assert swapped.low == approx(0 if np.isinf(high) else 1 / high, rel=1e-6)
    assert swapped.high == (np.inf if low == 0 else approx(1 / low, rel=1e-6))


@given(tables())
def test_the_score_turns_at_the_limits(table):
    low, high = score_ratio(*table)
    if low > 0:
        assert ratio_score(*table, low) == approx(Z, abs=1e-5)
    if np.isfinite(high):
        assert ratio_score(*table, high) == approx(-Z, abs=1e-5)


@given(tables())
def test_more_confidence_is_never_narrower(table):
    inner, outer = score_ratio(*table, confidence=0.9), score_ratio(*table, confidence=0.999)
    assert outer.low <= inner.low * (1 + 1e-9)
    assert outer.high >= inner.high * (1 - 1e-9)


def test_arrays_broadcast_and_equal_one_by_one():
    hits, cases = np.array([0, 3, 10.5]), np.array([15, 12, 50])
    others = np.array([[170], [9]]), np.array([[400], [40]])
    together = score_ratio(hits, cases, *others)
    for row, column in np.ndindex(2, 3):
        alone = score_ratio(hits[column], cases[column], others[0][row, 0], others[1][row, 0])
        assert together.low[row, column] == approx(alone.low, rel=1e-12)
        assert together.high[row, column] == approx(alone.high, rel=1e-12)


@pytest.mark.parametrize("method", [score_ratio, katz])
def test_nothing_over_nothing_is_not_estimable(method):
    low, high = method([0, 0, 1, 1], [5, 0, 2, 2], [0, 1, 0, np.nan], [7, 3, 0, 4])
    assert np.isnan([*low, *high]).all()
    with pytest.raises(ImpossibleCount):
        method(1, 2, 5, 4)


def test_rare_events_among_millions():
    low, high = score_ratio(3, 10_000_000, 40, 10_000_000)
    assert 0 < low < 3 / 40 < high < 1


def test_coverage_by_enumeration():
    from scipy.stats import binom

    small, large = np.arange(16)[:, None], np.arange(41)[None, :]
    low, high = score_ratio(small, 15, large, 40)
    for share in (0.2, 0.4, 0.6):
        for other in (0.2, 0.4, 0.6):
            chance = binom.pmf(small, 15, share) * binom.pmf(large, 40, other)
            coverage = chance[(low <= share / other) & (share / other <= high)].sum()
            assert 0.935 <= coverage <= 0.975


@given(tables())
def test_katz_agrees_with_scipy(table):
    from scipy.stats.contingency import relative_risk

    x1, n1, x2, n2 = table
    if x1 == 0 or x2 == 0:
        assert np.isnan(katz(*table)).all()
        return
    theirs = relative_risk(*table).confidence_interval(0.95)
    assert katz(*table) == approx((theirs.low, theirs.high), rel=1e-9)
