"""Paired changes and levelling down: worked tables, simulated coverage, laws, silent cases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import best_thresholds, closure, levelling_down, newcombe_paired, paired_change

GOOD = np.array([[18, 48, 47, 41], [10, 15, 13, 9]])
BAD = np.array([[200, 150, 100, 50], [60, 40, 20, 10]]) - GOOD


def before_and_after(limit):
    return best_thresholds(GOOD, BAD), best_thresholds(GOOD, BAD, limit, 0.0)


def rng():
    return np.random.default_rng(5)


def moved(*groups):
    """Groups of (stay granted, gain, lose, stay refused)."""
    people = np.array(groups, dtype=float)
    before = np.broadcast_to([1.0, 0.0, 1.0, 0.0], people.shape)
    after = np.broadcast_to([1.0, 1.0, 0.0, 0.0], people.shape)
    return people, before, after


def test_equalised_odds_on_the_worked_table_closes_the_gap_mostly_by_taking_away():
    before, after = before_and_after("both_rates")
    gap = closure(before.right, after.right)
    assert (gap.before, gap.after) == approx((0.2018, 0.0), abs=1e-4)
    assert (gap.raised, gap.lowered) == approx((0.22, 0.78), abs=5e-3)


def test_equal_opportunity_on_the_worked_table_takes_nothing_away():
    before, after = before_and_after("right_grant_rate")
    gap = closure(before.right, after.right)
    assert (gap.raised, gap.lowered) == approx((1.0, 0.0), abs=1e-5)


@pytest.mark.parametrize(
    ("limit", "state"), [("both_rates", "shown"), ("right_grant_rate", "excluded")]
)
def test_the_warning_on_the_worked_table_a_hundred_times_as_large(limit, state):
    before, after = before_and_after(limit)
    found = levelling_down(100 * GOOD, before.granted, after.granted, rng())
    assert found.state == state
    assert (found.signs["mostly_losses"] == "shown") == (state == "shown")
    assert found.lowered.low < found.lowered.value < found.lowered.high or state == "excluded"


def test_on_the_worked_table_itself_there_are_too_few_people_to_exclude_it():
    before, after = before_and_after("both_rates")
    assert levelling_down(GOOD, before.granted, after.granted, rng()).state != "excluded"


def test_the_warning_fires_where_it_is_meant_to_and_not_where_everyone_gains():
    taken = levelling_down(*moved((500, 0, 0, 500), (500, 0, 300, 200)), rng())
    assert taken.state == "shown"
    assert taken.signs == {
        "everybody_falls": "excluded", "only_losses": "shown",
        "least_not_raised": "shown", "mostly_losses": "shown",
    }  # fmt: skip
    assert taken.lowered.value == approx(1.0)
    gained = levelling_down(*moved((500, 250, 0, 250), (700, 60, 0, 240)), rng())
    assert gained.state == "excluded"
    assert gained.lowered.value < 0
    everybody = levelling_down(*moved((500, 0, 100, 400), (700, 0, 250, 50)), rng())
    assert everybody.signs["everybody_falls"] == "shown"


def test_few_people_are_no_proof_of_anything():
    assert levelling_down(*moved((5, 1, 0, 4), (8, 0, 1, 1)), rng()).state == "open"


def test_nothing_changes():
    found = levelling_down(*moved((500, 0, 0, 500), (800, 0, 0, 200)), rng())
    assert found.state == "excluded"
    assert np.isnan(found.lowered.value)


def test_a_paired_interval_agrees_with_newcombe_on_many_people():
    people, before, after = moved((400, 130, 60, 410))
    ours = paired_change(people, before, after)
    theirs = newcombe_paired(400, 130, 60, 410)
    assert float(ours.value[0]) == approx(0.07)
    assert (float(ours.low[0]), float(ours.high[0])) == approx(
        (float(theirs.low), float(theirs.high)), abs=2e-3
    )


def test_a_paired_interval_by_hand():
    """Agresti & Min (2005): half a case for each discordant cell, a sample larger by two."""
    people, before, after = moved((10, 6, 2, 12))
    low, high = (4 / 32 + side * 1.959964 * np.sqrt(9 - 16 / 32) / 32 for side in (-1, 1))
    found = paired_change(people, before, after)
    assert (float(found.low[0]), float(found.high[0])) == approx((low, high), abs=1e-6)


def test_paired_intervals_cover_the_truth_at_least_as_often_as_they_say():
    chances, draws = np.array([0.5, 0.12, 0.04, 0.34]), np.random.default_rng(11)
    people = draws.multinomial(60, chances, size=4000).astype(float)
    shape = people.shape
    low, high = paired_change(
        people, np.broadcast_to([1.0, 0, 1, 0], shape), np.broadcast_to([1.0, 1, 0, 0], shape)
    )[1:]
    assert ((low <= 0.08) & (high >= 0.08)).mean() > 0.94


@given(
    st.integers(2, 6).flatmap(
        lambda n: st.tuples(*[st.lists(st.floats(0, 1), min_size=n, max_size=n)] * 2)
    )
)
def test_the_two_shares_of_a_closing_gap_make_one(pair):
    found = closure(*pair)
    if found.before > found.after + 1e-9:
        assert found.raised + found.lowered == approx(1.0)


@settings(max_examples=20)
@given(st.permutations(range(3)))
def test_the_order_of_groups_changes_no_figure(order):
    people, before, after = moved((500, 80, 20, 400), (640, 10, 90, 260), (300, 40, 40, 100))
    one = levelling_down(people, before, after, rng())
    other = levelling_down(people[order], before[order], after[order], rng())
    assert other.closed.value == approx(one.closed.value)
    assert other.lowered.value == approx(one.lowered.value)


@given(st.integers(1, 300), st.integers(0, 300), st.integers(0, 300))
def test_gains_and_losses_turned_round_turn_the_interval_round(stay, gain, lose):
    there = paired_change(*moved((stay, gain, lose, stay)))
    back = paired_change(*moved((stay, lose, gain, stay)))
    assert there.low == approx(-back.high)
    assert there.high == approx(-back.low)


def test_nobody():
    assert np.isnan(paired_change(*moved((0, 0, 0, 0))).value).all()
    with pytest.raises(ImpossibleCount, match="Two groups"):
        levelling_down(*moved((1, 2, 3, 4)), rng())
    with pytest.raises(ImpossibleCount, match="Two groups"):
        levelling_down(*moved((1, 2, 3, 4), (0, 0, 0, 0)), rng())
    with pytest.raises(ImpossibleCount, match="between 0 and 1"):
        paired_change([[1.0]], [[1.5]], [[0.0]])


def test_where_no_gap_closes_nothing_is_levelled_but_losses_are_still_told():
    found = levelling_down(*moved((500, 0, 200, 300), (800, 0, 0, 200)), rng())
    assert found.state == "excluded"
    assert found.signs["only_losses"] == "shown"
    assert found.closed.value < 0
