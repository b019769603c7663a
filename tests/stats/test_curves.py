"""AUC and calibration from bins: published values, rows written out, laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import (
    auc_interval,
    calibration_error_by_chance,
    calibration_error_interval,
    calibration_in_the_large,
    calibration_z,
    expected_calibration_error,
    observed_over_expected,
    roc_auc,
    wilson,
)

# Hanley & McNeil (1982), Radiology 143:29-36, table I: ratings of 51 diseased and 58 healthy
DISEASED, HEALTHY = [3, 2, 2, 11, 33], [33, 6, 6, 11, 2]
# two groups by four score bins with mean scores .1 .3 .5 .8
CASES = np.array([[200, 150, 100, 50], [60, 40, 20, 10]])
EVENTS = np.array([[18, 48, 47, 41], [10, 15, 13, 9]])
SCORES = CASES * np.array([0.1, 0.3, 0.5, 0.8])

counts = st.lists(st.integers(0, 12), min_size=4, max_size=4)


def rows(positives, negatives):
    bins = np.arange(len(positives))
    scores = np.concatenate([np.repeat(bins, positives), np.repeat(bins, negatives)])
    return np.repeat([1, 0], [sum(positives), sum(negatives)]), scores


def test_hanley_and_mcneil():
    auc = roc_auc(DISEASED, HEALTHY)
    assert auc.value == approx(0.893171, abs=1e-6)
    assert auc.standard_error == approx(0.0307244, abs=1e-7)
    assert (auc.low_bound, auc.high_bound) == approx((0.840771, 0.945572), abs=1e-6)
    limits = auc_interval(auc.value, auc.standard_error, 51, 58)
    assert limits == approx((0.8164, 0.9402), abs=5e-5)


def test_two_groups_and_their_gap():
    auc = roc_auc([[2, 5, 13, 30], [3, 6, 6, 5]], [[40, 30, 20, 10], [10, 12, 6, 2]])
    assert auc.value == approx([0.841, 0.676667], abs=1e-6)
    assert auc.standard_error == approx([0.032797, 0.076261], abs=1e-6)
    gap = auc.value[0] - auc.value[1]
    assert gap / np.hypot(*auc.standard_error) == approx(1.979567, abs=1e-6)


@given(counts.filter(any), counts.filter(any))
def test_value_agrees_with_scikit_learn_and_bounds_hold_it(positives, negatives):
    from sklearn.metrics import roc_auc_score

    auc = roc_auc(positives, negatives)
    assert auc.value == approx(roc_auc_score(*rows(positives, negatives)), abs=1e-12)
    assert auc.low_bound <= auc.value <= auc.high_bound
    assert auc.value == approx((auc.low_bound + auc.high_bound) / 2)


@given(counts.filter(lambda c: sum(c) > 1), counts.filter(lambda c: sum(c) > 1))
def test_standard_error_is_delongs_over_all_pairs(positives, negatives):
    truth, scores = rows(positives, negatives)
    ones, zeros = scores[truth == 1][:, None], scores[truth == 0][None, :]
    wins = (ones > zeros) + 0.5 * (ones == zeros)
    by_one, by_zero = wins.mean(axis=1), wins.mean(axis=0)
    variance = by_one.var(ddof=1) / len(by_one) + by_zero.var(ddof=1) / len(by_zero)
    assert roc_auc(positives, negatives).standard_error == approx(np.sqrt(variance), abs=1e-12)


@given(counts.filter(any), counts.filter(any))
def test_turning_the_score_turns_the_area(positives, negatives):
    there, back = roc_auc(positives, negatives), roc_auc(positives[::-1], negatives[::-1])
    swapped = roc_auc(negatives, positives)
    assert back.value == approx(1 - there.value)
    assert swapped.value == approx(1 - there.value)
    assert back.standard_error == approx(there.standard_error, nan_ok=True)


def test_area_without_a_class_is_not_estimable():
    auc = roc_auc([[0, 0], [0, 1]], [[1, 2], [3, 0]])
    assert np.isnan([auc.value[0], auc.standard_error[0], auc.low_bound[0]]).all()
    assert auc.value[1] == 1
    assert np.isnan(auc.standard_error[1])
    with pytest.raises(ImpossibleCount):
        roc_auc([1, -1], [1, 1])


def test_interval_at_the_edge_rests_on_the_smaller_class():
    low, high = auc_interval([1, 0], 0, 20, 30)
    assert (low[0], high[0]) == (approx(wilson(20, 20).low), 1)
    assert (low[1], high[1]) == (0, approx(wilson(0, 20).high))


def test_interval_needs_ten_of_each_and_some_order():
    low, high = auc_interval([0.8, 0.8, 0.5], [0.1, 0.1, 0.0], [9, 50, 50], [50, 9, 50])
    assert np.isnan([*low, *high]).all()
    with pytest.raises(ImpossibleCount):
        auc_interval(1.2, 0.1, 20, 20)


@given(st.floats(0.01, 0.99), st.floats(0.001, 0.3))
def test_interval_holds_the_area_inside_0_and_1(area, error):
    low, high = auc_interval(area, error, 40, 40)
    assert 0 <= low < area < high <= 1
    wider = auc_interval(area, error, 40, 40, confidence=0.99)
    assert wider.low <= low
    assert wider.high >= high


def test_known_calibration():
    # statsmodels 0.15.0 and simulation for the means by chance (.0282, .0527)
    assert expected_calibration_error(CASES, EVENTS, SCORES) == approx([0.018, 0.0846154], abs=1e-7)
    assert calibration_error_by_chance(CASES, SCORES) == approx([0.0282, 0.0535], abs=5e-5)
    assert calibration_z(CASES, EVENTS, SCORES) == approx([-0.110096, 2.435441], abs=1e-6)
    ratio = observed_over_expected(EVENTS.sum(axis=1), SCORES.sum(axis=1))
    assert ratio.value == approx([0.993548, 1.305556], abs=1e-6)
    assert (ratio.low[1], ratio.high[1]) == approx((0.9593, 1.7361), abs=5e-5)


def test_calibration_by_chance_agrees_with_simulation():
    rng = np.random.default_rng(7)
    events = rng.binomial(CASES[1], [0.1, 0.3, 0.5, 0.8], size=(20000, 4))
    errors = expected_calibration_error(CASES[1], events, SCORES[1])
    assert calibration_error_by_chance(CASES[1], SCORES[1]) == approx(errors.mean(), rel=0.03)


def test_empty_bins_carry_no_weight_and_nobody_is_not_estimable():
    with_empty = [[*CASES[1], 0], [*EVENTS[1], 0], [*SCORES[1], 0]]
    assert expected_calibration_error(*with_empty) == approx(0.0846154, abs=1e-7)
    assert np.isnan(expected_calibration_error([0, 0], [0, 0], [0, 0]))
    assert np.isnan(expected_calibration_error([2, 2], [1, np.nan], [1, 1]))
    assert np.isnan(calibration_in_the_large(0, 0, 0)).all()
    assert np.isnan(observed_over_expected(0, 0)).all()
    with pytest.raises(ImpossibleCount):
        expected_calibration_error([5], [2], [6])


@given(st.integers(0, 60), st.floats(0.1, 80), st.floats(0.5, 0.99))
def test_poisson_limits_turn_the_exact_test(events, announced, confidence):
    from scipy.stats import poisson

    value, low, high = observed_over_expected(events, announced, confidence)
    tail = (1 - confidence) / 2
    assert low <= value <= high
    assert poisson.cdf(events, high * announced) == approx(tail, abs=1e-9)
    if events:
        assert poisson.sf(events - 1, low * announced) == approx(tail, abs=1e-9)


def test_in_the_large_is_the_share_taken_from_the_mean_score():
    value, low, high = calibration_in_the_large(CASES.sum(1), EVENTS.sum(1), SCORES.sum(1))
    assert value == approx([0.002, -0.0846154], abs=1e-7)
    share = wilson(154, 500)
    assert (low[0], high[0]) == approx((0.31 - share.high, 0.31 - share.low))
    # the second group is underrated beyond chance, as the z above says
    assert high[1] < 0


def test_calibration_error_has_limits_that_hold_the_truth():
    """Calibrated and 20 % too high, ten bins of 30: 2000 samples each, simulation error .005."""
    rng = np.random.default_rng(4)
    scores, cases = np.arange(0.05, 1, 0.1), np.full((2000, 10), 30)
    for too_high in (0.0, 0.2):
        events = rng.binomial(30, scores * (1 - too_high), (2000, 10))
        low, high = calibration_error_interval(cases, events, cases * scores)
        true = too_high * scores.mean()
        assert ((low <= true + 1e-12) & (true <= high)).mean() > 0.945
        if not too_high:
            # near the nominal share at no error: the radius is that of the error itself
            assert ((low <= 0) & (true <= high)).mean() < 0.985


def test_one_bin_has_the_limits_of_its_share():
    low, high = calibration_error_interval([[10_000]], [[3500]], [[3000.0]])
    reach = 1.96 * np.sqrt(0.35 * 0.65 / 10_000)
    assert (low[0], high[0]) == approx((0.05 - reach, 0.05 + reach), abs=0.1 * reach)


@given(counts, counts, st.randoms(use_true_random=False))
def test_limits_of_the_calibration_error_hold_it(hits, misses, random):
    cases, scores = np.add(hits, misses), np.array([0.1, 0.3, 0.5, 0.8])
    value = expected_calibration_error(cases, hits, cases * scores)
    low, high = calibration_error_interval(cases, hits, cases * scores)
    if not cases.any():
        assert np.isnan([value, low, high]).all()
        return
    assert 0 <= low <= value <= high <= 1
    order = random.sample(range(4), 4)
    turned = (part[order] for part in (cases, np.array(hits), cases * scores))
    assert calibration_error_interval(*turned) == approx((low, high))
    wider = calibration_error_interval(cases, hits, cases * scores, 0.99)
    assert wider.low <= low
    assert wider.high >= high
