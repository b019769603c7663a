"""Shares of stages in a final ratio: a bootstrap from counts, laws, silent cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import stage_shares

OURS = ([720, 360, 120], [900, 720, 360])
THEIRS = ([1840, 1288, 644], [2000, 1840, 1288])


def test_worked_by_hand():
    found = stage_shares(*OURS, *THEIRS)
    assert found.ratio == approx([0.8 / 0.92, 0.5 / 0.7, (1 / 3) / 0.5])
    whole = np.log((120 / 900) / (644 / 2000))
    assert found.share == approx(np.log(found.ratio) / whole)
    assert found.share.sum() == approx(1)


def test_limits_are_those_of_a_bootstrap_from_counts():
    rng = np.random.default_rng(11)
    draws = 20_000
    shares = np.zeros((draws, 3))
    logs = np.zeros((draws, 3))
    for sign, (passed, reached) in ((1, OURS), (-1, THEIRS)):
        come = np.full(draws, reached[0])
        for stage in range(3):
            on = rng.binomial(come, passed[stage] / reached[stage])
            logs[:, stage] += sign * np.log(on / come)
            come = on
    shares = logs / logs.sum(axis=1, keepdims=True)
    found = stage_shares(*OURS, *THEIRS)
    assert found.limits.low == approx(np.quantile(shares, 0.025, axis=0), abs=0.012)
    assert found.limits.high == approx(np.quantile(shares, 0.975, axis=0), abs=0.012)


@st.composite
def ways(draw):
    """People who came to each of three stages, falling."""
    reached = [draw(st.integers(50, 500))]
    for _ in range(3):
        reached.append(draw(st.integers(max(1, reached[-1] // 3), reached[-1])))
    return reached[1:], reached[:-1]


@given(ways(), ways())
def test_ratios_multiply_to_the_final_one_and_shares_add_to_one(ours, theirs):
    found = stage_shares(*ours, *theirs)
    final = (ours[0][-1] / ours[1][0]) / (theirs[0][-1] / theirs[1][0])
    assert found.ratio.prod() == approx(final)
    if not np.isnan(found.share).any():
        assert found.share.sum() == approx(1)
    turned = stage_shares(*theirs, *ours)
    assert turned.share == approx(found.share, nan_ok=True)
    assert turned.limits.low == approx(found.limits.low, nan_ok=True)


def test_without_a_gap_no_stage_makes_it():
    same = stage_shares([50, 20], [100, 50], [100, 40], [200, 100])
    assert same.ratio == approx([1, 1]) and np.isnan(same.share).all()
    little = stage_shares([50, 20], [100, 50], [98, 39], [200, 98])
    assert np.isnan(little.limits.low).all() and not np.isnan(little.share).any()


def test_nobody_at_the_end_leaves_no_ratio():
    none = stage_shares([50, 0], [100, 50], [100, 40], [200, 100])
    assert np.isnan(none.share).all() and none.ratio[1] == 0
    with pytest.raises(ImpossibleCount):
        stage_shares([50], [40], [1], [2])
