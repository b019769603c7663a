"""Times people wait: published tables, statsmodels, coverage, laws, silent cases."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import kaplan_meier, quantile_of_counts, still_waiting, survival_quantile

REMISSION = (
    [6, 7, 9, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 34, 35],
    [3, 1, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0],
    [1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 2, 1, 1],
)
"""Weeks in remission under 6-MP, ended and open: Freireich et al. (1963), Blood 21:699-716."""


def test_the_published_curve():
    curve = kaplan_meier(*REMISSION)
    assert curve.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    # Printed with its standard errors in Kleinbaum & Klein, Survival Analysis, chapter 2.
    assert curve.still == approx([0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=5e-5)
    errors = curve.still * np.sqrt(curve.log_variance)
    assert errors == approx([0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346], abs=5e-5)
    median = survival_quantile(*REMISSION)
    assert (median.value, median.high) == (23, math.inf)
    assert still_waiting(*REMISSION, after=12).value == approx(0.7529, abs=5e-5)
    assert still_waiting(*REMISSION, after=5) == approx((1.0, 0.025 ** (1 / 21), 1.0))


@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=5, max_size=120).filter(
        lambda each: any(over for _, over in each)
    ),
    st.sampled_from([0.25, 0.5, 0.9]),
)
def test_curve_and_limits_agree_with_statsmodels(each, share):
    from statsmodels.duration.survfunc import SurvfuncRight

    days, over = (np.array(one) for one in zip(*each, strict=True))
    times = np.unique(days)
    ended = [int((over & (days == one)).sum()) for one in times]
    waiting = [int((~over & (days == one)).sum()) for one in times]
    theirs = SurvfuncRight(days, over.astype(int))
    kept = np.isin(theirs.surv_times, times[np.array(ended) > 0])
    curve = kaplan_meier(times, ended, waiting)
    assert curve.still == approx(theirs.surv_prob[kept], abs=1e-12)
    errors = curve.still[curve.still > 0] * np.sqrt(curve.log_variance[curve.still > 0])
    assert errors == approx(theirs.surv_prob_se[kept][curve.still > 0], abs=1e-9)
    ours = survival_quantile(times, ended, waiting, share)
    with np.errstate(all="ignore"):
        logs = np.log(-np.log(theirs.surv_prob[kept])) - math.log(-math.log(1 - share))
        bend = 1 / (theirs.surv_prob[kept] * np.log(theirs.surv_prob[kept]))
        inside = np.abs(logs / (bend * theirs.surv_prob_se[kept])) <= 1.959964
    if inside.any() and curve.still.min() > 0:
        low, high = theirs.quantile_ci(share)
        assert ours.low == low
        assert ours.high == high or not inside[np.flatnonzero(inside)[0] :].all()


# Conover (1999), table A3: ranks of the 95 % limits of the median
@pytest.mark.parametrize(("people", "low", "high"), [(10, 2, 9), (15, 4, 12), (20, 6, 15)])
def test_limits_of_a_median_are_the_published_ranks(people, low, high):
    found = quantile_of_counts(np.arange(1, people + 1), np.ones(people))
    assert (found.low, found.high) == (low, high)


def test_five_people_have_no_limits_and_nobody_has_nothing():
    few = quantile_of_counts([1, 2, 3], [2, 1, 2])
    assert few == (2, -math.inf, math.inf)
    assert np.isnan(quantile_of_counts([], [])).all()
    assert np.isnan(survival_quantile([3], [0], [9])).all()
    assert np.isnan(still_waiting([], [], [], after=1)).all()


def test_who_is_mostly_open_has_no_median():
    found = survival_quantile([5, 30], [10, 0], [0, 90])
    assert found.value == math.inf and found.high == math.inf


@given(st.lists(st.integers(1, 60), min_size=8, max_size=80), st.integers(2, 5))
def test_without_open_cases_the_curve_is_the_share_that_waits(days, scale):
    times, counts = np.unique(days, return_counts=True)
    curve = kaplan_meier(times, counts, np.zeros(len(times)))
    assert curve.still == approx(1 - np.cumsum(counts) / len(days), abs=1e-12)
    median = quantile_of_counts(times, counts)
    assert survival_quantile(times, counts, np.zeros(len(times))).value == median.value
    assert median.low <= median.value <= median.high
    slower = quantile_of_counts(times * scale, counts)
    assert slower == approx(tuple(np.array(median) * scale))
    more = quantile_of_counts(times, counts * 4)
    assert more.low >= median.low and more.high <= median.high


def test_limits_hold_the_true_quantile_often_enough():
    rng = np.random.default_rng(3)
    held = {"counts": 0, "open": 0}
    for _ in range(400):
        wait, look = rng.geometric(0.05, 60), rng.geometric(0.02, 60)
        times, counts = np.unique(wait, return_counts=True)
        low, high = quantile_of_counts(times, counts)[1:]
        held["counts"] += low <= 14 <= high  # 1 - 0.95**13 = 0.487, 1 - 0.95**14 = 0.512
        days, over = np.minimum(wait, look), wait <= look
        times = np.unique(days)
        ended = [(over & (days == one)).sum() for one in times]
        waiting = [(~over & (days == one)).sum() for one in times]
        low, high = survival_quantile(times, ended, waiting)[1:]
        held["open"] += low <= 14 <= high
    assert all(one / 400 > 0.95 - 3 * math.sqrt(0.05 * 0.95 / 400) for one in held.values()), held


def test_what_cannot_be_is_refused():
    for times, counts in (([2, 1], [1, 1]), ([1, 2], [1, -1]), ([1, 2], [1])):
        with pytest.raises(ImpossibleCount):
            quantile_of_counts(times, counts)
