"""Shares whose outcomes were partly never seen: the bounds hold, and are attained."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import Seen, difference_between, newcombe, share_between, wilson

counts = st.integers(0, 40)
seen = st.builds(Seen, counts, counts, counts, counts, counts)


def test_the_base_rate_of_the_methods_reference():
    """1,000 cases, 600 approved with 60 bad outcomes, nothing known of the 400 refused."""
    found = share_between(Seen(60, 540, either=400))
    assert (found.least, found.most) == approx((0.06, 0.46))
    assert (found.low, found.high) == approx((wilson(60, 1000).low, wilson(460, 1000).high))


def test_unknown_group_bounds_of_the_methods_reference():
    """10 of 50 known selected, and of 40 more 10 selected who may be of the group or not."""
    found = share_between(Seen(10, 40, may_be_hits=10, may_be_misses=30))
    assert (found.least, found.most) == approx((0.125, 20 / 60))


def _every_share(one):
    for hit in range(one.may_be_hits + 1):
        for miss in range(one.may_be_misses + 1):
            for either in range(one.either + 1):
                cases = one.hits + one.misses + hit + miss + one.either
                if cases:
                    yield (one.hits + hit + either) / cases


small = st.integers(0, 5)


@given(st.builds(Seen, small, small, small, small, small))
def test_the_bounds_are_the_extremes_of_all_allocations(one):
    every = list(_every_share(one))
    found = share_between(one)
    if not every:
        assert np.isnan([found.least, found.most]).all()
        return
    assert found.least <= min(every) + 1e-12
    assert found.most >= max(every) - 1e-12
    if one.hits + one.misses + one.either:
        assert (found.least, found.most) == approx((min(every), max(every)))


@given(seen, seen)
def test_bounds_of_a_difference_are_attained_in_each_group(one, other):
    ours, theirs = share_between(one), share_between(other)
    found = difference_between(one, other)
    if np.isnan(ours.least) or np.isnan(theirs.least):
        assert np.isnan(found.least)
        return
    assert (found.least, found.most) == approx((ours.least - theirs.most, ours.most - theirs.least))
    assert -1 <= found.low <= found.least + 1e-9 <= found.most + 2e-9
    assert found.most - 1e-9 <= found.high <= 1
    turned = difference_between(other, one)
    assert (turned.low, turned.high) == approx((-found.high, -found.low), abs=1e-9)


@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 60), st.integers(1, 60))
def test_with_everything_seen_it_is_wilson_and_newcombe(hits, misses, others, others_missed):
    one, other = Seen(hits, misses), Seen(others, others_missed)
    found = share_between(one)
    assert found.least == found.most == approx(hits / (hits + misses))
    assert (found.low, found.high) == approx(wilson(hits, hits + misses))
    apart = difference_between(one, other)
    assert (apart.low, apart.high) == approx(
        newcombe(hits, hits + misses, others, others + others_missed)
    )


def test_more_that_is_not_seen_never_narrows():
    found = [share_between(Seen(30, 70, may_be_misses=unseen)) for unseen in (0, 10, 100)]
    assert [one.most for one in found] == approx([0.3] * 3)
    assert found[0].least > found[1].least > found[2].least


def test_the_interval_holds_both_bounds_in_simulations():
    """Outcomes of the refused are hidden; the true rate of all lies inside more than 95 %."""
    random = np.random.default_rng(7)
    people, approved, bad_seen, bad_unseen = 800, 0.6, 0.1, 0.35
    seen_people = random.binomial(people, approved, 4000)
    bad = random.binomial(seen_people, bad_seen)
    found = share_between(Seen(bad, seen_people - bad, either=people - seen_people))
    truth = approved * bad_seen + (1 - approved) * bad_unseen
    assert ((found.low <= truth) & (truth <= found.high)).all()
    lower, upper = approved * bad_seen, approved * bad_seen + 1 - approved
    both = (found.low <= lower) & (upper <= found.high)
    assert both.mean() >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 4000)


def test_nobody_and_impossible_counts():
    found = share_between(Seen(0, 0))
    assert np.isnan([found.least, found.most, found.low, found.high]).all()
    assert np.isnan(share_between(Seen(np.nan, 5, either=3)).least)
    with pytest.raises(ImpossibleCount):
        share_between(Seen(-1, 5))
