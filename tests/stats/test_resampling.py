"""Bootstrap tables: what every draw keeps, and what the percentiles are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import (
    generator_of,
    percentile_interval,
    poisson_counts,
    poisson_sums,
    resample_counts,
)

tables = arrays(np.int64, (3, 2, 2), elements=st.integers(0, 50))


@given(tables, st.integers(0, 1000))
def test_every_draw_keeps_the_cases_of_each_group(table, seed):
    drawn = resample_counts(table, 5, np.random.default_rng(seed))
    assert drawn.shape == (5, 3, 2, 2)
    assert (drawn >= 0).all()
    assert (drawn.sum(axis=(2, 3)) == table.sum(axis=(1, 2))).all()
    assert (drawn[:, table == 0] == 0).all()


def test_the_same_seed_draws_the_same():
    first, second = (resample_counts([[3, 4]], 9, np.random.default_rng(5)) for _ in range(2))
    assert (first == second).all()


def test_moments_of_the_draws_are_multinomial():
    drawn = resample_counts([[30, 70]], 20000, np.random.default_rng(1))[:, 0, 0]
    assert drawn.mean() == approx(30, abs=3 * np.sqrt(21 / 20000))
    assert drawn.var() == approx(21, rel=0.04)


def test_brier_score_of_a_group_has_an_interval():
    # T2 A: Brier score from bins .1630; its standard error by the delta method on cells
    cases, events = np.array([200, 150, 100, 50]), np.array([18, 48, 47, 41])
    loss = np.stack(
        [(1 - np.array([0.1, 0.3, 0.5, 0.8])) ** 2, np.array([0.1, 0.3, 0.5, 0.8]) ** 2]
    )
    table = np.stack([events, cases - events])
    brier = (table * loss).sum() / table.sum()
    assert brier == approx(0.1630, abs=5e-5)
    drawn = resample_counts(table[None], 4000, np.random.default_rng(2))
    low, high, dropped = percentile_interval((drawn[:, 0] * loss).sum(axis=(1, 2)) / 500)
    error = np.sqrt(((table * loss**2).sum() / 500 - brier**2) / 500)
    assert (low, high) == approx((brier - 1.96 * error, brier + 1.96 * error), abs=0.2 * error)
    assert dropped == 0


@pytest.mark.parametrize("counts", [[[1.5, 2]], [[-1, 2]], [[np.nan, 2]], 3])
def test_only_whole_counts_are_drawn(counts):
    with pytest.raises(ImpossibleCount):
        resample_counts(counts, 10, np.random.default_rng(0))


def test_percentiles_are_numpys():
    values = np.random.default_rng(3).normal(size=(400, 2))
    low, high, dropped = percentile_interval(values, 0.9)
    assert low == approx(np.quantile(values, 0.05, axis=0))
    assert high == approx(np.quantile(values, 0.95, axis=0))
    assert (dropped == 0).all()


def test_one_in_a_hundred_may_be_missing_and_no_more():
    values = np.tile(np.arange(200.0)[:, None], 3)
    values[:2, 1] = np.nan
    values[:3, 2] = np.inf
    low, high, dropped = percentile_interval(values)
    assert dropped == approx([0, 0.01, 0.015])
    assert np.isfinite([low[1], high[1]]).all()
    assert np.isnan([low[2], high[2]]).all()


def test_too_few_replicates_have_no_outer_percentiles():
    with pytest.raises(ImpossibleCount, match="40 are the fewest"):
        percentile_interval(np.arange(39.0))
    assert percentile_interval(np.arange(40.0)).low < 1


def test_replicates_that_are_all_alike_give_no_limits():
    low, high, dropped = percentile_interval(np.full((100, 2), [0.5, np.nan]))
    assert np.isnan([low, high]).all()
    assert dropped == approx([0, 1])


def test_moments_of_poisson_draws():
    drawn = poisson_counts([[0, 40]], 20_000, np.random.default_rng(1))
    assert (drawn[:, 0, 0] == 0).all()
    assert drawn[:, 0, 1].mean() == approx(40, abs=3 * np.sqrt(40 / 20_000))
    assert drawn[:, 0, 1].var() == approx(40, rel=0.04)


def test_replicates_of_parts_add_up_to_a_replicate_of_the_whole():
    """Share of 60/200 and 20/40 in one: standard error as of 80/240 drawn at once."""
    parts = np.array([[60, 140], [20, 20]])
    added = sum(
        poisson_counts(part, 8000, generator_of(7, f"part {at}")) for at, part in enumerate(parts)
    )
    whole = poisson_counts(parts.sum(axis=0), 8000, generator_of(7, "whole"))
    for drawn in (added, whole):
        share = drawn[:, 0] / drawn.sum(axis=1)
        assert share.std() == approx(np.sqrt(1 / 3 * 2 / 3 / 240), rel=0.03)
        assert share.mean() == approx(1 / 3, abs=0.002)


def test_weighted_sums_have_the_moments_of_their_weights():
    weights = np.array([1, 1, 2, 3, 1, 4, 2, 1.0])
    drawn = poisson_sums(weights.sum(), (weights**2).sum(), 40_000, np.random.default_rng(2))
    assert drawn.mean() == approx(15, abs=3 * np.sqrt(37 / 40_000))
    assert drawn.var() == approx(37, rel=0.04)
    same = poisson_sums([5.0, 0], [5.0, 0], 9, np.random.default_rng(3))
    assert (same == poisson_counts([5, 0], 9, np.random.default_rng(3))).all()


@given(st.permutations(["a", "b", "c"]), st.integers(0, 99))
def test_a_group_draws_the_same_in_any_company(order, seed):
    def drawn(name):
        return poisson_counts([30, 4], 5, generator_of(seed, name))

    among = {name: drawn(name) for name in order}
    assert (among["b"] == drawn("b")).all()
    assert (among["a"] != among["b"]).any()


def test_counts_can_stand_for_the_name():
    first, second = (generator_of(1, np.array(counts)).random() for counts in ([3, 4], [3.0, 4.0]))
    assert first == second
    assert generator_of(1, np.array([3, 4])).random() != generator_of(1, np.array([4, 3])).random()
    assert generator_of(1, "a", "bc").random() != generator_of(1, "ab", "c").random()


def test_what_cannot_be_drawn_is_refused():
    for counts in ([1.5], [-1], [np.nan]):
        with pytest.raises(ImpossibleCount):
            poisson_counts(counts, 5, np.random.default_rng(0))
    for sums in (([1.0], [0.0]), ([0.0], [1.0]), ([np.nan], [1.0])):
        with pytest.raises(ImpossibleCount):
            poisson_sums(*sums, 5, np.random.default_rng(0))
