"""Funnel limits: exact binomial numbers, over-dispersion, laws, nobody."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import funnel_limits, funnel_z, overdispersion

HITS = [170, 66, 12, 30, 9, 3, 0, 2]
CASES = [400, 200, 40, 110, 25, 12, 5, 4]


def test_limits_of_three_sizes():
    warning, action = funnel_limits(0.378, [50, 200, 25]), funnel_limits(0.378, [50, 200], 0.998)
    assert warning.low == approx([0.2357, 0.3088, 0.1709], abs=5e-5)
    assert warning.high == approx([0.5050, 0.4434, 0.5533], abs=5e-5)
    assert action.low == approx([0.1645, 0.2714], abs=5e-5)
    assert action.high == approx([0.5853, 0.4831], abs=5e-5)


def test_eight_cells_spread_more_than_chance():
    z = funnel_z(HITS, CASES, 0.378)
    assert z == approx([1.939, -1.400, -1.017, -2.277, -0.186, -0.914, -1.743, 0.503], abs=5e-4)
    found = overdispersion(z)
    assert (found.plain_factor, found.factor) == approx((2.0126, 1.4565), abs=5e-5)
    assert found.widened
    assert found.root == approx(1.4565**0.5, abs=1e-4)
    wide, narrow = funnel_limits(0.378, 50, root=found.root), funnel_limits(0.378, 50)
    assert wide.low < narrow.low < 0.378 < narrow.high < wide.high


def test_units_that_differ_by_chance_alone_do_not_widen_limits():
    rng = np.random.default_rng(1)
    cases = np.full(400, 60)
    z = funnel_z(rng.binomial(cases, 0.3), cases, 0.3)
    found = overdispersion(z)
    assert found.plain_factor == approx(1, abs=0.2)
    assert found.root == 1
    low, high = funnel_limits(0.3, cases)
    outside = np.mean((z < 0) & (rng.binomial(cases, 0.3) / cases < low))
    assert outside < 0.05
    assert np.all(low < high)


@given(st.floats(0.02, 0.98), st.integers(1, 5000), st.floats(1, 3))
def test_limits_hold_the_target_and_the_outer_hold_the_inner(target, cases, root):
    inner, outer = funnel_limits(target, cases), funnel_limits(target, cases, 0.998)
    wide = funnel_limits(target, cases, root=root)
    assert 0 <= outer.low <= inner.low <= inner.high <= outer.high <= 1
    assert wide.low <= inner.low <= inner.high <= wide.high


def test_nobody_and_no_target():
    assert np.isnan(funnel_limits(0.4, [0, 10]).low).tolist() == [True, False]
    assert np.isnan(funnel_z([0], [0], 0.4)).all()
    assert not overdispersion([1.0]).widened
    with pytest.raises(ImpossibleCount, match="target"):
        funnel_limits(1.0, 10)
    with pytest.raises(ImpossibleCount, match="infinite"):
        overdispersion([np.inf, 1])
