"""Delete-a-group jackknife: cluster-robust oracle, coverage under clustering, laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import clustered_cases, delete_a_group, wilson

# cluster data of the methods reference: hits and cases of 8 people
HITS = np.array([3, 0, 1, 5, 2, 0, 4, 1.0])
CASES = np.array([4, 2, 3, 5, 4, 1, 6, 5.0])


def left_out(hits, cases):
    with np.errstate(invalid="ignore"):
        return (hits.sum(axis=0) - hits) / (cases.sum(axis=0) - cases)


def cluster_robust(hits, cases):
    sm = pytest.importorskip("statsmodels.api")
    values = np.concatenate(
        [np.r_[np.ones(int(x)), np.zeros(int(n - x))] for x, n in zip(hits, cases, strict=True)]
    )
    people = np.repeat(np.arange(len(cases)), cases.astype(int))
    fit = sm.OLS(values, np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": people, "df_correction": False}
    )
    return fit.params[0], fit.bse[0]


def test_equal_folds_give_the_cluster_robust_error():
    rng = np.random.default_rng(3)
    hits, cases = rng.binomial(20, rng.beta(2, 3, 30)).astype(float), np.full(30, 20.0)
    value, error = cluster_robust(hits, cases)
    found = delete_a_group(value, left_out(hits, cases))
    assert found.standard_error == approx(error, rel=1e-9)
    assert found.high - value == approx(2.04523 * error, rel=1e-5)  # t with 29 degrees


def test_known_clusters():
    # linearised .120387 (methods reference); people of 1 to 6 cases make the jackknife larger
    value, error = cluster_robust(HITS, CASES)
    assert (value, error) == approx((0.533333, 0.120387), abs=1e-6)
    found = delete_a_group(value, left_out(HITS, CASES))
    assert found.standard_error == approx(error, rel=0.05)
    assert np.isnan([found.low, found.high]).all()  # 8 folds are too few


def draw(rng, samples, persons, cases_each, share, icc):
    weight = (1 - icc) / icc
    chance = rng.beta(share * weight, (1 - share) * weight, (persons, samples))
    return rng.binomial(cases_each, chance).astype(float)


@pytest.mark.parametrize("icc", [0.05, 0.3])
def test_limits_cover_under_clustering(icc):
    """60 people of 20 cases each in 20 folds; simulation error .004 (2 of it allowed below .95)."""
    rng = np.random.default_rng(8)
    hits = draw(rng, 3000, 60, 20, 0.3, icc).reshape(20, 3, 3000).sum(axis=1)
    cases = np.full_like(hits, 60.0)
    value = hits.sum(axis=0) / 1200
    found = delete_a_group(value, left_out(hits, cases), scale="logit")
    effective = clustered_cases(value, found.standard_error, found.folds, 1200)
    score = wilson(value * effective, effective)
    for low, high in ((found.low, found.high), score):
        assert ((low <= 0.3) & (high >= 0.3)).mean() == approx(0.95, abs=0.012)
    naive = wilson(hits.sum(axis=0), 1200)
    assert ((naive.low <= 0.3) & (naive.high >= 0.3)).mean() < 0.87


values = arrays(np.float64, (12, 3), elements=st.floats(0.05, 0.95, allow_subnormal=False))


@given(values, st.floats(0.06, 0.94))
def test_no_order_of_folds_and_no_empty_fold_matters(without, full):
    full = np.full(3, full)
    found = approx(np.stack(delete_a_group(full, without, scale="logit")), nan_ok=True)
    assert np.stack(delete_a_group(full, without[::-1], scale="logit")) == found
    more = np.concatenate([without, np.tile(full, (5, 1))])
    assert np.stack(delete_a_group(full, more, scale="logit")) == found


@given(values)
def test_limits_hold_the_value_and_stay_on_their_scale(without):
    full = without.mean(axis=0)
    for scale, floor, ceiling in (("identity", -np.inf, np.inf), ("log", 0, np.inf)):
        found = delete_a_group(full, without, scale=scale)
        known = np.isfinite(found.low) & np.isfinite(found.high)
        assert (floor <= found.low[known]).all()
        assert (found.high[known] <= ceiling).all()
        assert (found.low[known] <= full[known]).all()
        assert (full[known] <= found.high[known]).all()


@given(values)
def test_shifting_and_stretching_carries_over(without):
    full = without.mean(axis=0)
    found, moved = delete_a_group(full, without), delete_a_group(3 * full + 1, 3 * without + 1)
    real = np.ptp(without, axis=0) > 1e-6
    assert moved.standard_error[real] == approx(3 * found.standard_error[real], rel=1e-6)
    assert moved.low[real] == approx(3 * found.low[real] + 1, rel=1e-6)


def test_empty_folds_can_be_told_apart_from_folds_that_change_nothing():
    full, without = 0.5, np.r_[np.full(6, 0.5), np.linspace(0.45, 0.55, 6)]
    assert delete_a_group(full, without).folds == 6
    told = delete_a_group(full, without, present=np.ones(12, dtype=bool))
    assert told.folds == 12
    assert told.low < 0.5 < told.high


def test_what_one_fold_carries_has_no_error():
    # everybody in the first fold: without it there is nobody left
    hits, cases = np.r_[5.0, np.zeros(19)], np.r_[9.0, np.zeros(19)]
    found = delete_a_group(5 / 9, left_out(hits, cases))
    assert np.isnan([found.low, found.high, found.standard_error]).all()


def test_nothing_moves_nothing_known():
    nobody = delete_a_group(np.nan, np.full(20, np.nan))
    everyone = delete_a_group(1.0, np.ones(20), scale="logit", present=np.ones(20, dtype=bool))
    for found in (nobody, everyone):
        assert np.isnan([found.low, found.high, found.standard_error]).all()
    assert np.isnan(clustered_cases([0, 1, 0.5], [0, 0, 0.1], [20, 20, 9], 50)).all()


def test_seeming_gain_from_clusters_is_not_taken():
    assert clustered_cases(0.5, 1e-4, 1e9, 100) == approx(100)
    assert clustered_cases(0.5, 0.05, 20, 1e6) == approx(100 * (1.959964 / 2.093024) ** 2)


def test_shapes_and_scales_are_checked():
    with pytest.raises(ImpossibleCount, match="shape"):
        delete_a_group([0.5, 0.5], [0.4, 0.5, 0.6])
    with pytest.raises(ImpossibleCount, match="scale"):
        delete_a_group(0.5, np.linspace(0.4, 0.6, 12), scale="probit")
