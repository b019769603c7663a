"""What would settle it: known answers, and the interval that the answer promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import cases_needed, smallest_detectable_difference


def variance(share, cases):
    return share * (1 - share) / cases


def test_known_detectable_differences():
    gaps = smallest_detectable_difference(0.425, [50, 200], 400)
    assert gaps == approx([0.2077, 0.1199], abs=5e-5)


def test_against_a_very_large_comparator():
    cases = [10, 20, 50, 100, 200, 500, 1000, 5000]
    known = [0.41, 0.29, 0.18, 0.13, 0.09, 0.057, 0.041, 0.018]
    assert smallest_detectable_difference(0.3, cases, 1e12) == approx(known, abs=5e-3)


def test_known_cases_needed():
    # gap -.095 of 66/200 against 170/400, limit .15
    here, there = variance(0.33, 200), variance(0.425, 400)
    flip = cases_needed(0.15 - 0.095, here, there, 200, power=0.5)
    assert flip == (1253, approx(2.18, abs=5e-3))
    sure = cases_needed(0.15 - 0.095, here, there, 200, power=0.8)
    assert sure == (np.inf, approx(4.45, abs=5e-3))


@given(st.floats(0.01, 0.3), st.floats(0.05, 0.95), st.integers(5, 5000))
def test_as_many_cases_bring_the_limit_as_near_as_promised(distance, share, cases):
    here, there = variance(share, cases), variance(0.4, 20_000)
    needed, multiplier = cases_needed(distance, here, there, cases, power=0.5)
    assert np.sqrt((here + there) / multiplier) * 1.959964 == approx(distance, rel=1e-5)
    if np.isfinite(needed):
        reach = 1.959964 * np.sqrt([variance(share, needed + 1) + there])
        assert reach <= distance * (1 + 1e-5)
        if needed > 1:
            fewer = 1.959964 * np.sqrt(variance(share, needed - 1) + there)
            assert fewer >= distance * (1 - 1e-5)


def test_nothing_settles_an_estimate_on_the_limit():
    assert cases_needed(0, 0.001, 0.001, 50) == (np.inf, np.inf)


def test_missing_stays_missing():
    needed = cases_needed([0.1, np.nan, 0.1], [0.01, 0.01, np.nan], 0.001, [0, 5, 5])
    assert np.isnan(needed).all()
    assert np.isnan(smallest_detectable_difference(0.3, [0, 10], [10, 0])).all()


@pytest.mark.parametrize("power", [0.2, 1.0, 80])
def test_power_is_a_share_from_a_half(power):
    with pytest.raises(ImpossibleCount, match="power"):
        smallest_detectable_difference(0.3, 10, 10, power=power)
