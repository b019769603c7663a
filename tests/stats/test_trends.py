"""Windows of time together: the worked numbers, statsmodels, and laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import (
    anytime_reach,
    cochran_armitage,
    known_variance_trend,
    longest_run,
    pooled,
)

GAPS = [0.05, 0.06, 0.08, 0.09, 0.11, 0.12]
ERRORS = [0.02, 0.02, 0.025, 0.02, 0.02, 0.03]
shares = st.lists(st.tuples(st.integers(0, 50), st.integers(50, 90)), min_size=3, max_size=9)


def test_known_numbers():
    line = known_variance_trend(GAPS, ERRORS, np.arange(6))
    # Printed as .014750 and .005415; statsmodels agrees with the digits here (see below).
    assert (line.slope, line.slope_error) == approx((0.014746, 0.005413), abs=1e-6)
    assert (line.z, line.p_value) == approx((2.7241, 0.006447), abs=5e-5)
    assert line.intercept == approx(0.048167, abs=5e-6)
    together = pooled(GAPS, ERRORS)
    assert (together.value, together.error) == approx((0.081530, 0.008870), abs=5e-7)
    assert (together.q, together.p_value) == approx((7.498, 0.1862), abs=5e-4)
    test = cochran_armitage([20, 24, 30, 36], [100] * 4, np.arange(4))
    assert (test.z, test.p_value) == approx((2.704229, 0.006846), abs=1e-6)


def test_the_line_agrees_with_statsmodels_once_its_scale_is_fixed():
    import statsmodels.api as sm

    at = np.array([0.0, 0.3, 1.1, 2.0, 2.2, 3.5])
    model = sm.WLS(GAPS, sm.add_constant(at), weights=1 / np.square(ERRORS)).fit(
        cov_type="fixed scale"
    )
    line = known_variance_trend(GAPS, ERRORS, at)
    assert (line.intercept, line.slope) == approx(tuple(model.params))
    assert line.slope_error == approx(float(model.bse[1]))


def test_four_sites_agree_with_published_meta_analysis():
    # methods C4: Q 7.514230, DerSimonian-Laird tau squared .001555
    found = pooled([-0.05, -0.12, -0.02, -0.15], [0.02, 0.04, 0.03, 0.05])
    assert (found.q, found.between) == approx((7.514230, 0.001555), abs=1e-6)


def test_cochran_armitage_is_the_ordinal_test_of_statsmodels_but_for_one_case():
    from statsmodels.stats.contingency_tables import Table

    hits, cases = np.array([20, 24, 30, 36]), np.full(4, 100)
    theirs = Table(np.array([cases - hits, hits])).test_ordinal_association()
    ours = cochran_armitage(hits, cases, np.arange(4))
    assert abs(theirs.zscore) == approx(float(ours.z) * np.sqrt(399 / 400), abs=1e-6)


@given(shares, st.floats(-2000, 2000))
def test_shifting_all_windows_leaves_a_trend_unchanged(rows, shift):
    hits, cases = (np.array(one, dtype=float) for one in zip(*rows, strict=True))
    at = np.arange(len(rows), dtype=float)
    share = hits / cases
    error = np.sqrt((hits + 1) * (cases - hits + 1) / (cases + 2) ** 3)
    here, there = known_variance_trend(share, error, at), known_variance_trend(
        share, error, at + shift
    )  # fmt: skip
    assert here.slope == approx(there.slope, abs=1e-9)
    assert here.slope_error == approx(there.slope_error, rel=1e-6)
    test, other = cochran_armitage(hits, cases, at), cochran_armitage(hits, cases, at + shift)
    assert test.z == approx(other.z, abs=1e-6, nan_ok=True)


@given(shares)
def test_windows_of_nobody_change_nothing(rows):
    hits, cases = (np.array(one, dtype=float) for one in zip(*rows, strict=True))
    at = np.arange(len(rows), dtype=float)
    more = cochran_armitage([*hits, 0], [*cases, 0], [*at, 99.0])
    assert more.z == approx(cochran_armitage(hits, cases, at).z, nan_ok=True)
    share, error = hits / cases, np.full(len(rows), 0.1)
    with_gap = pooled([*share, np.nan], [*error, 0.1])
    assert with_gap.value == approx(pooled(share, error).value)


def test_nothing_to_see():
    assert np.isnan(pooled([np.nan], [0.1]).value)
    assert np.isnan(pooled([0.3], [0.1]).p_value)
    assert np.isnan(known_variance_trend([0.1, 0.2], [0.1, 0.1], [3.0, 3.0]).slope)
    assert np.isnan(cochran_armitage([0, 0], [9, 9], [0, 1]).z)
    with pytest.raises(ImpossibleCount):
        pooled([0.1], [-1.0])


@given(st.lists(st.booleans(), max_size=30))
def test_longest_run(flags):
    words = "".join("x" if one else " " for one in flags).split()
    assert longest_run(flags) == max((len(word) for word in words), default=0)


def test_looking_again_and_again():
    reach = anytime_reach([100, 500, 2000], 500)
    assert reach == approx([0.336389, 0.135739, 0.069924], abs=5e-7)
    # 400 series of 1,000 tosses, looked at after every one from the 50th on.
    tosses = np.random.default_rng(11).random((400, 1000)) < 0.4
    at = np.arange(1, 1001)
    share = tosses.cumsum(axis=1) / at
    missed = np.abs(share - 0.4) > np.sqrt(share * (1 - share)) * anytime_reach(at, 500)
    assert missed[:, 49:].any(axis=1).mean() < 0.06
    plain = np.abs(share - 0.4) > 1.96 * np.sqrt(share * (1 - share) / at)
    assert plain[:, 49:].any(axis=1).mean() > 0.2
    with pytest.raises(ImpossibleCount):
        anytime_reach(10, 0.0)
