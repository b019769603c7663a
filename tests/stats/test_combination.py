"""MOVER: known special cases, and the equation that its ratio solves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.stats import difference_of, mean_of_two, newcombe, ratio_of, score_ratio, wilson


@st.composite
def estimates(draw, least=0.0):
    """A value of 0 or more with limits around it."""
    value = draw(st.floats(least, 100))
    low = draw(st.just(0.0) | st.floats(1e-9, 1)) * value
    return value, low, value + draw(st.floats(0.001, 50))


@st.composite
def shares(draw):
    cases = draw(st.integers(1, 300))
    hits = draw(st.integers(0, cases))
    return hits, cases


@given(shares(), shares())
def test_difference_over_wilson_limits_is_newcombe(here, there):
    parts = [(hits / cases, *wilson(hits, cases)) for hits, cases in (here, there)]
    assert difference_of(*parts[0], *parts[1]) == approx(newcombe(*here, *there), abs=1e-15)


def test_normal_limits_give_the_normal_difference():
    # equal to value +- z * sqrt(se1^2 + se2^2) where both intervals are symmetric
    low, high = difference_of(5, 5 - 3, 5 + 3, 1, 1 - 4, 1 + 4)
    assert (low, high) == (4 - 5, 4 + 5)
    assert mean_of_two(5, 5 - 3, 5 + 3, 1, 1 - 4, 1 + 4) == (3 - 2.5, 3 + 2.5)


@given(estimates(), estimates())
def test_difference_holds_the_gap_and_turns(here, there):
    low, high = difference_of(*here, *there)
    assert low <= here[0] - there[0] <= high
    assert difference_of(*there, *here) == approx((-high, -low), abs=1e-12)


@given(estimates(), estimates())
def test_mean_is_half_a_sum(here, there):
    low, high = mean_of_two(*here, *there)
    turned = (-there[0], -there[2], -there[1])
    halves = difference_of(*here, *turned)
    assert (low, high) == approx((halves.low / 2, halves.high / 2), abs=1e-9)
    assert low <= (here[0] + there[0]) / 2 <= high


@given(estimates(least=0.01), estimates(least=0.01))
def test_ratio_limits_are_where_the_difference_reaches_zero(here, there):
    """Donner & Zou: r is a limit where value - r * other has 0 as a limit."""
    low, high = ratio_of(*here, *there)
    assert 0 <= low <= here[0] / there[0] * (1 + 1e-12)
    scale = here[2] + there[2]
    scaled = [low * part for part in there]
    assert difference_of(*here, *scaled).low == approx(0, abs=1e-6 * scale * (1 + low))
    if there[1] > 1e-3 * there[0]:
        assert high >= here[0] / there[0] * (1 - 1e-12)
        scaled = [high * part for part in there]
        assert difference_of(*here, *scaled).high == approx(0, abs=1e-6 * scale * (1 + high))


@given(estimates(least=0.01), estimates(least=0.01))
def test_swapping_inverts_the_ratio(here, there):
    low, high = ratio_of(*here, *there)
    swapped = ratio_of(*there, *here)
    assert swapped.low == approx(0 if np.isinf(high) else 1 / high, rel=1e-6)
    assert swapped.high == (np.inf if low == 0 else approx(1 / low, rel=1e-6))


def test_ratio_of_shares_is_near_the_score_interval():
    # T1: 10/50 against 170/400, Miettinen-Nurminen .2617 to .7892
    ratio = ratio_of(0.2, *wilson(10, 50), 0.425, *wilson(170, 400))
    assert ratio == approx(score_ratio(10, 50, 170, 400), abs=0.002)


def test_a_limit_next_to_nothing_leaves_the_ratio_open():
    assert ratio_of(2, 0, 3, 1, 1e-308, 2) == (0, np.inf)


def test_ratio_where_the_other_may_be_nothing():
    values = ([0.5, 0.5, 0.0, 0.0], [0.4, 0.3, 0.0, 0.0], [0.6, 0.7, 0.2, 0.1])
    others = ([0.5, 0.0, 0.5, 0.0], [-0.1, 0.0, 0.4, 0.0], [0.8, 0.1, 0.6, 0.2])
    low, high = ratio_of(*values, *others)
    assert high[0] == high[1] == np.inf
    assert low[0] > 0
    # from nothing at all, the ratio is at least sqrt(l(2v-l))/u
    assert low[1] == approx(np.sqrt(0.3 * 0.7) / 0.1)
    assert low[2] == 0
    assert high[2] == approx(0.2 / np.sqrt(0.4 * 0.6))
    assert np.isnan([low[3], high[3]]).all()


@pytest.mark.parametrize("rule", [difference_of, mean_of_two, ratio_of])
def test_missing_limits_stay_missing(rule):
    low, high = rule([0.5, np.nan], [np.nan, 0.1], [np.nan, 0.3], 0.4, 0.3, 0.6)
    assert np.isnan([*low, *high]).all()


def test_ratio_of_what_may_be_negative_is_not_estimable():
    assert np.isnan(ratio_of(-1, -2, 3, 1, 0.5, 2)).all()
    assert np.isnan(ratio_of(1, 0.5, 2, -1, -2, 3)).all()
