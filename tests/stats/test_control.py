"""Control charts: published run lengths, scipy, simulation, and laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import (
    control_limits,
    cusum_limit,
    cusum_path,
    cusum_run_length,
    cusum_steps,
)


def test_known_run_lengths():
    assert cusum_steps(0.1, 0.2) == approx((0.693147, -0.117783), abs=5e-7)
    for limit, false, true in ((2.5, 335, 41.8), (3, 646, 53.7), (4, 1862, 74.9)):
        assert cusum_run_length(limit, 0.1, 0.1, 0.2, states=2000) == approx(false, rel=2e-3)
        assert cusum_run_length(limit, 0.2, 0.1, 0.2, states=2000) == approx(true, rel=2e-3)


def test_a_limit_gives_the_run_length_asked_for():
    assert cusum_limit(0.1, 0.2, 335.0) == approx(2.5, abs=0.1)
    far = cusum_limit(0.1, 0.2, 1e5)
    assert cusum_run_length(far, 0.1, 0.1, 0.2, states=2000) == approx(1e5, rel=0.05)


def test_case_by_case_simulation_agrees_with_the_chain():
    generator = np.random.default_rng(3)
    lengths = []
    for _ in range(300):
        path = cusum_path(generator.random(4000) < 0.2, np.ones(4000), 0.1, 0.2)
        lengths.append(int(np.argmax(path >= 3.0)) + 1)
    error = np.std(lengths) / np.sqrt(300)
    assert np.mean(lengths) == approx(53.7, abs=3 * error)


def test_limits_are_those_of_the_binomial():
    # methods B4: 0.378 of 50 interpolated .2357 and .5050; without it the next whole cases.
    low, high = control_limits(0.378, 50, 0.95)
    assert (low, high) == approx((12 / 50, 26 / 50))
    assert np.isnan(control_limits(0.4, 0).low)


@given(st.floats(0.01, 0.99), st.integers(1, 400), st.floats(0.6, 0.999))
def test_chance_leaves_the_limits_no_more_often_than_said(target, cases, confidence):
    from scipy.stats import binom

    low, high = control_limits(target, cases, confidence)
    outside = binom.cdf(np.rint(low * cases) - 1, cases, target) + binom.sf(
        np.rint(high * cases), cases, target
    )
    assert outside <= 1 - confidence + 1e-9


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(20, 40)), min_size=1, max_size=20))
def test_one_window_of_all_is_never_above_the_highest_on_the_way(rows):
    hits, cases = (np.array(one, dtype=float) for one in zip(*rows, strict=True))
    path = cusum_path(hits, cases, 0.3, 0.5)
    assert cusum_path([hits.sum()], [cases.sum()], 0.3, 0.5)[-1] <= path.max() + 1e-9
    assert cusum_path([*hits, 0], [*cases, 0], 0.3, 0.5)[-1] == approx(path[-1])


def test_what_cannot_be():
    with pytest.raises(ImpossibleCount):
        cusum_steps(0.2, 0.2)
    with pytest.raises(ImpossibleCount):
        cusum_run_length(0.0, 0.1, 0.1, 0.2)
    with pytest.raises(ImpossibleCount):
        control_limits(1.2, 10)
