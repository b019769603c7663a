"""Best-off against worst-off: known interval, coverage by enumeration, laws."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import (
    Bounds,
    bonferroni_confidence,
    corrected_extremes,
    least_ratio_interval,
    least_ratio_of,
    newcombe,
    range_expected_without_gap,
    range_interval,
    range_of,
    score_ratio,
    wilson,
)

HITS, CASES = np.array([170, 66, 10]), np.array([400, 200, 50])


@st.composite
def groups(draw):
    cases = np.array(draw(st.lists(st.integers(1, 80), min_size=2, max_size=5)))
    return np.array([draw(st.integers(0, int(most))) for most in cases]), cases


def test_known_range():
    assert range_interval(HITS, CASES) == approx((0.052295, 0.325307), abs=1e-6)


def test_least_ratio_is_the_plain_low_and_the_cautious_high():
    low, high = least_ratio_interval(HITS, CASES)
    assert low == approx(score_ratio(10, 50, 170, 400).low)
    assert high == approx(score_ratio(10, 50, 170, 400, 1 - 0.05 / 3).high)


@given(groups())
def test_range_of_wilson_limits_is_the_range_of_shares(several):
    hits, cases = several
    general = range_of(hits / cases, lambda level: wilson(hits, cases, level))
    assert general == approx(range_interval(hits, cases), abs=1e-12)


@settings(max_examples=40)
@given(groups())
def test_intervals_hold_what_was_seen(several):
    hits, cases = several
    shares = hits / cases
    low, high = range_interval(hits, cases)
    assert 0 <= low <= np.ptp(shares) + 1e-12
    assert np.ptp(shares) - 1e-12 <= high <= 1
    if hits.any():
        seen = shares.min() / shares.max()
        for ratio in (
            least_ratio_interval(hits, cases),
            least_ratio_of(shares, lambda level: wilson(hits, cases, level)),
        ):
            assert 0 <= ratio.low <= seen + 1e-9
            assert seen - 1e-9 <= ratio.high <= 1


@settings(max_examples=40)
@given(groups(), st.randoms(use_true_random=False))
def test_order_of_the_groups_does_not_matter(several, random):
    hits, cases = several
    order = random.sample(range(len(hits)), len(hits))
    assert range_interval(hits[order], cases[order]) == approx(range_interval(hits, cases))
    assert least_ratio_interval(hits[order], cases[order]) == approx(
        least_ratio_interval(hits, cases), nan_ok=True, rel=1e-6
    )


def test_two_groups_are_their_plain_pair():
    low, high = newcombe(170, 400, 10, 50)
    assert range_interval([10, 170], [50, 400]) == approx((low, high))
    assert range_interval([0, 0], [10, 20]).low == 0


def test_groups_of_nobody_are_left_out():
    assert range_interval([170, 0, 66, 10], [400, 0, 200, 50]) == range_interval(HITS, CASES)
    values = np.array([0.425, np.nan, 0.33, 0.2])
    cases, hits = np.array([400, 0, 200, 50]), np.array([170, 0, 66, 10])
    assert range_of(values, lambda level: wilson(hits, cases, level)) == approx(
        range_interval(HITS, CASES)
    )


def test_a_lone_group_has_no_gap():
    def limits(level):
        return Bounds(np.array([0.1]), np.array([level]))

    for lone in (
        range_interval([5], [10]),
        range_interval([5, 0], [10, 0]),
        least_ratio_interval([5], [10]),
        range_of([0.5], limits),
        least_ratio_of([0.5], limits),
    ):
        assert np.isnan(lone).all()
    assert np.isnan(least_ratio_interval([0, 0], [10, 20])).all()


def test_pairs_without_hits_do_not_hide_the_rest():
    low, high = least_ratio_interval([0, 0, 300], [100, 100, 400])
    assert low == 0
    assert high == approx(score_ratio(0, 100, 300, 400, bonferroni_confidence(0.95, 3)).high)


def _coverage(method, sizes, shares, truth):
    from scipy.stats import binom

    chances = [
        binom.pmf(np.arange(size + 1), size, share)
        for size, share in zip(sizes, shares, strict=True)
    ]
    covered = 0.0
    for hits in itertools.product(*(range(size + 1) for size in sizes)):
        low, high = method(hits, sizes)
        if np.isnan(low) or low - 1e-12 <= truth <= high + 1e-12:
            covered += np.prod([chance[hit] for chance, hit in zip(chances, hits, strict=True)])
    return covered


@pytest.mark.parametrize("shares", [(0.4, 0.4, 0.4), (0.2, 0.4, 0.6)])
def test_range_covers_by_enumeration(shares):
    assert _coverage(range_interval, (9, 10, 12), shares, max(shares) - min(shares)) >= 0.95


@pytest.mark.parametrize("shares", [(0.5, 0.5, 0.5), (0.3, 0.5, 0.8)])
def test_least_ratio_covers_by_enumeration(shares):
    assert _coverage(least_ratio_interval, (4, 5, 6), shares, min(shares) / max(shares)) >= 0.95


def test_range_by_chance_known():
    # a simulation of the methods reference: .0766, p .0046
    chance = range_expected_without_gap(HITS, CASES, 200_000, np.random.default_rng(11))
    assert chance.expected == approx(0.0766, abs=5e-4)
    assert chance.p_value == approx(0.0046, abs=6e-4)
    assert np.isnan(range_expected_without_gap([1], [2], 10, np.random.default_rng(0))).all()


def test_range_by_chance_of_two_groups_is_the_exact_permutation():
    """All hypergeometric tables written out."""
    from scipy.stats import hypergeom

    first = np.arange(8)
    chance = hypergeom.pmf(first, 20, 7, 8)
    gaps = np.abs(first / 8 - (7 - first) / 12)
    ours = range_expected_without_gap([5, 2], [8, 12], 100_000, np.random.default_rng(4))
    assert ours.expected == approx((chance * gaps).sum(), abs=2e-3)
    assert ours.p_value == approx(chance[gaps >= gaps[5] - 1e-12].sum(), abs=3e-3)


def test_only_whole_counts_are_permuted():
    with pytest.raises(ImpossibleCount, match="whole"):
        range_expected_without_gap([1.5, 2], [3, 4], 10, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("groups", "cases", "raw", "corrected"), [(10, 100, 0.150, 0.031), (5, 50, 0.162, 0.035)]
)
def test_equal_groups_lose_most_of_the_gap_that_chance_opens(groups, cases, raw, corrected):
    """Methods reference A5, from 300 simulations; here 60: standard errors about .004."""
    rng = np.random.default_rng(3)
    hits = rng.binomial(cases, 0.4, (60, groups))
    found = [corrected_extremes(one, np.full(groups, cases), 400, rng).difference for one in hits]
    assert np.ptp(hits / cases, axis=1).mean() == approx(raw, abs=0.015)
    assert np.mean(found) == approx(corrected, abs=0.015)


def test_a_real_gap_stays_and_a_lone_deviant_is_pulled_in():
    rng = np.random.default_rng(5)
    large = corrected_extremes([700, 800, 800, 800, 900], [2000] * 5, 4000, rng)
    assert 0.08 < large.difference < 0.1
    # methods reference: raw .224 becomes about .154, which is why it never stands alone
    lone = corrected_extremes([200, 200, 200, 200, 20], [500] * 4 + [100], 4000, rng)
    assert 0.08 < lone.difference < 0.19
    assert 0.5 < lone.ratio < 0.8


@settings(max_examples=25)
@given(groups(), st.integers(0, 99))
def test_corrected_extremes_are_shares_and_the_seed_decides(several, seed):
    hits, cases = several
    one, again = (
        corrected_extremes(hits, cases, 50, np.random.default_rng(seed)) for _ in range(2)
    )
    assert one == approx(again, nan_ok=True)
    if not np.isnan(one.difference):
        assert 0 <= one.difference <= 1
        assert 0 <= one.ratio <= 1


def test_without_two_groups_nothing_is_corrected():
    rng = np.random.default_rng(0)
    for hits, cases in (([5], [9]), ([5, 0], [9, 0]), ([0, 0], [9, 9]), ([], [])):
        assert np.isnan(corrected_extremes(hits, cases, 10, rng)).all()
    with pytest.raises(ImpossibleCount):
        corrected_extremes(HITS, CASES, 0, rng)
