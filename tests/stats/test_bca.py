"""BCa: a published example, scipy on the rows, coverage of a skewed mean, laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pytest import approx
from scipy import stats as scipy_stats

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import (
    acceleration,
    bca_interval,
    one_case_fewer,
    percentile_interval,
    resample_counts,
)

# Efron & Tibshirani (1993), table 14.1: spatial test, task A, 26 children
SPATIAL = [
    48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26,
    30, 41,
]  # fmt: skip
LEVELS, TIMES = np.unique(SPATIAL, return_counts=True)


def spread(tables):
    """Variance with division by n: a figure that leans low and has a skewed bootstrap."""
    cases = tables.sum(axis=-1)
    mean = tables @ LEVELS / cases
    return tables @ LEVELS**2 / cases - mean**2


def bca_of(counts, figure, replicates, rng, confidence):
    drawn = resample_counts(counts[None], replicates, rng)[:, 0]
    pace = acceleration(figure(one_case_fewer(counts)), counts)
    return bca_interval(figure(drawn), figure(counts), pace, confidence)


def test_published_example():
    # their chapter 14: estimate 171.5, acceleration .061, 90 % limits 115.8 and 259.6 from 2000
    assert spread(TIMES) == approx(171.5, abs=0.05)
    assert acceleration(spread(one_case_fewer(TIMES)), TIMES) == approx(0.061, abs=5e-4)
    low, high, dropped = bca_of(TIMES, spread, 20_000, np.random.default_rng(1), 0.9)
    assert (low, high) == approx((115.8, 259.6), rel=0.025)
    assert dropped == 0


def test_scipy_on_the_rows_gives_the_same():
    found = bca_of(TIMES, spread, 40_000, np.random.default_rng(2), 0.95)
    theirs = scipy_stats.bootstrap(
        (SPATIAL,), lambda x, axis: np.var(x, axis=axis), n_resamples=40_000, vectorized=True,
        method="BCa", rng=np.random.default_rng(3),
    ).confidence_interval  # fmt: skip
    assert (found.low, found.high) == approx((theirs.low, theirs.high), rel=0.01)


def test_without_bias_and_acceleration_it_is_the_percentile_interval():
    values = np.concatenate([np.arange(-500.0, 0), np.arange(1, 501.0)])
    low, high, _ = bca_interval(values, 0.0, 0.0)
    plain = percentile_interval(values)
    assert (low, high) == approx((plain.low, plain.high))


@pytest.mark.parametrize("cases", [20, 60])
def test_mean_of_a_skewed_figure_covers_no_worse_than_percentiles(cases):
    """Values 0..4, mostly 0 (mean .75): 1000 samples; simulation error .008."""
    rng = np.random.default_rng(5)
    chances, at = np.array([0.6, 0.2, 0.1, 0.05, 0.05]), np.arange(5.0)
    samples = rng.multinomial(cases, chances, 1000)
    drawn = resample_counts(samples, 1000, rng) @ at / cases
    without = np.stack([one @ at / one.sum(axis=-1) for one in one_case_fewer(samples)])
    pace = acceleration(without, samples.T)
    found = bca_interval(drawn, samples @ at / cases, pace)
    usual = percentile_interval(drawn)
    covers, covered = (
        ((low <= 0.75) & (high >= 0.75)).mean()
        for low, high in ((found.low, found.high), (usual.low, usual.high))
    )
    assert covers >= covered - 0.005
    assert covers > (0.91 if cases == 20 else 0.93)


@given(arrays(np.int64, 5, elements=st.integers(0, 30)))
def test_acceleration_over_cells_is_that_over_rows(counts):
    at = np.array([0.0, 1, 3, 4, 10])
    rows = np.repeat(at, counts)
    if len(np.unique(rows)) < 2 or len(rows) < 2:
        return
    left = (rows.sum() - rows) / (len(rows) - 1)
    away = left.mean() - left
    with np.errstate(invalid="ignore", divide="ignore"):
        tables = one_case_fewer(counts)
        ours = acceleration(tables @ at / tables.sum(axis=-1), counts)
    assert ours == approx((away**3).sum() / (6 * (away**2).sum() ** 1.5), abs=1e-9)


def test_turning_the_figure_round_turns_the_limits():
    rng = np.random.default_rng(9)
    values = rng.gamma(3, size=(2000, 4))
    low, high, _ = bca_interval(values, 2.9, 0.03)
    turned = bca_interval(-values, -2.9, -0.03)
    assert -turned.high == approx(low)
    assert -turned.low == approx(high)


def test_what_says_nothing_has_no_limits():
    alike = bca_interval(np.full(100, 0.4), 0.4, np.nan)
    beyond = bca_interval(np.arange(100.0), 200.0, 0.0)
    gaps = bca_interval(np.r_[np.full(2, np.nan), np.arange(98.0)], 50.0, 0.0)
    for found in (alike, beyond, gaps):
        assert np.isnan([found.low, found.high]).all()
    assert np.isnan(acceleration([0.5, 0.5], [3, 4]))
    assert np.isnan(acceleration([np.nan, 0.5], [3, 4]))
    assert np.isnan(acceleration(np.zeros((3, 1)), np.zeros((3, 1)))).all()
    assert acceleration([np.nan, 0.4, 0.6], [0, 3, 4]) == acceleration([0.4, 0.6], [3, 4])


def test_a_number_is_no_table():
    with pytest.raises(ImpossibleCount):
        one_case_fewer(3)
    with pytest.raises(ImpossibleCount):
        bca_interval(np.arange(39.0), 20.0, 0.0)
