"""Bounds with people of unknown group: the printed numbers, brute force, coverage."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import (
    extreme_allocations,
    imbens_manski_confidence,
    least_top,
    newcombe,
    partly_known_limits,
    wilson,
)

small = st.integers(0, 4)


def test_the_printed_bounds():
    # C 10 of 50 known, 40 unknown of whom 10 were selected: from 10/80 to 20/60
    least, most = extreme_allocations(10, 50, 10, 40)
    assert (least.share, most.share) == approx((0.125, 1 / 3))


@given(small, small, small, small, small, small)
def test_no_allocation_goes_further(a, b, c, d, hits, misses):
    """Every way of giving the unknown to two groups, and their difference, lies within."""
    ours, theirs = (extreme_allocations(x, x + y, hits, hits + misses) for x, y in ((a, b), (c, d)))
    gaps, shares = [], []
    for mine, its in product(range(hits + 1), range(misses + 1)):
        among = a + b + mine + its
        others = c + d + hits + misses - mine - its
        if among:
            shares.append((a + mine) / among)
        if among and others:
            gaps.append((a + mine) / among - (c + hits - mine) / others)
    if a + b and shares:
        assert min(shares) == approx(float(ours.least.share))
        assert max(shares) == approx(float(ours.most.share))
    if a + b and c + d:
        assert min(gaps) == approx(float(ours.least.share - theirs.most.share))
        assert max(gaps) == approx(float(ours.most.share - theirs.least.share))


@given(st.lists(st.tuples(small, small), min_size=1, max_size=3), st.integers(0, 5))
def test_the_top_is_brought_down_as_far_as_misses_go(groups, misses):
    hits = np.array([a for a, _ in groups])
    cases = np.array([a + b for a, b in groups])
    found = least_top(hits, cases, misses)
    if not cases.any():
        assert np.isnan(found.share)
        return
    hits, cases = hits[cases > 0], cases[cases > 0]
    tops = [
        max(hits / (cases + np.array(given_to)))
        for given_to in product(range(misses + 1), repeat=len(hits))
        if sum(given_to) == misses
    ]
    assert found.share <= min(tops) + 1e-12  # parts of a case may be given
    # the level at which the groups above it would take all the misses
    levels = np.linspace(1e-6, 1, 4001)[:, None]
    taken = np.maximum(hits / levels - cases, 0).sum(axis=1)
    reached = levels[taken <= misses + 1e-9].min() if (taken <= misses + 1e-9).any() else 1.0
    assert found.share == approx(reached, abs=1e-3) or not hits.any()


def test_nobody_unknown_leaves_the_ordinary_interval():
    least, most = extreme_allocations(np.array([10, 0]), np.array([50, 0]), 0, 0)
    limits = partly_known_limits(
        least.share, most.share, lambda c: wilson(*least, c), lambda c: wilson(*most, c)
    )
    assert (limits.low[0], limits.high[0]) == approx(tuple(map(float, wilson(10, 50))))
    assert np.isnan(limits.low[1])


def test_far_apart_one_end_alone_can_miss():
    assert imbens_manski_confidence(np.inf, 0.01) == approx(0.90, abs=1e-6)
    assert imbens_manski_confidence(0.0, 0.01) == approx(0.95, abs=1e-6)
    assert imbens_manski_confidence(0.0, 0.0) == approx(0.95, abs=1e-6)
    rising = imbens_manski_confidence(np.array([0.05, 0.02, 0.01, 0.0]), 0.01)
    assert (np.diff(rising) > 0).all()


def test_the_truth_is_covered_wherever_the_unknown_stand():
    """10,000 logs; the unknown of the group are those with hits, those without, or any."""
    rng = np.random.default_rng(20221129)
    for hide_hit, hide_miss in ((0.6, 0.02), (0.02, 0.6), (0.3, 0.3), (0.0, 0.01)):
        people, other = 300, 500
        hits, theirs = rng.binomial(people, 0.5, 10_000), rng.binomial(other, 0.6, 10_000)
        known = rng.binomial(hits, 1 - hide_hit), rng.binomial(people - hits, 1 - hide_miss)
        others = rng.binomial(theirs, 0.8), rng.binomial(other - theirs, 0.9)
        gone = hits - known[0] + theirs - others[0]
        gone_misses = people - hits - known[1] + other - theirs - others[1]
        ours = extreme_allocations(known[0], known[0] + known[1], gone, gone + gone_misses)
        its = extreme_allocations(others[0], others[0] + others[1], gone, gone + gone_misses)
        low, high = partly_known_limits(
            ours.least.share - its.most.share,
            ours.most.share - its.least.share,
            lambda c, o=ours, i=its: newcombe(*o.least, *i.most, c),
            lambda c, o=ours, i=its: newcombe(*o.most, *i.least, c),
        )
        assert ((low <= -0.1) & (high >= -0.1)).mean() >= 0.945


def test_what_cannot_be_is_refused():
    with pytest.raises(ImpossibleCount):
        extreme_allocations(5, 4, 0, 0)
    with pytest.raises(ImpossibleCount):
        extreme_allocations(1, 4, 3, 2)
    with pytest.raises(ImpossibleCount):
        imbens_manski_confidence(-1.0, 0.1)
    with pytest.raises(ImpossibleCount):
        least_top([1], [2], -1)
