"""Flip count: the known seven, a search by hand over every count, silent cases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import flip_count, newcombe, score_ratio


@st.composite
def two_groups(draw):
    cases, other_cases = draw(st.integers(1, 60)), draw(st.integers(1, 60))
    return (
        draw(st.integers(0, cases)), cases, draw(st.integers(0, other_cases)), other_cases
    )  # fmt: skip


def test_seven_more_and_the_ratio_is_four_fifths():
    # methods reference A4: 10 of 50 against 170 of 400
    assert flip_count(10, 50, 170, 400, 0.8) == 7
    assert flip_count(17, 50, 170, 400, 0.8) == -1
    assert flip_count(10, 50, 170, 400, 0.8, side="at most") == 8


def test_on_intervals_one_more_makes_it_inconclusive():
    # methods reference A4: [.2617, .7892] lies below .8, for 11 of 50 no more
    assert score_ratio(11, 50, 170, 400).high > 0.8
    assert flip_count(10, 50, 170, 400, 0.8, judged_on="interval") == 1
    assert np.isnan(flip_count(66, 200, 170, 400, 0.8, judged_on="interval"))
    both = {"judged_on": "interval", "fail_confidence": 1 - 0.05 / 3}
    assert np.isnan(flip_count(10, 50, 170, 400, 0.8, **both))


def by_hand(x, n, y, m, limit, comparison, side, judged_on):
    """Every count in turn, in order of distance."""

    def found(hits):
        if judged_on == "point":
            # whole numbers on both sides, so that nothing is lost in rounding; limits are k / 100
            hundredths = round(limit * 100)
            gap = (
                100 * hits * m - hundredths * y * n
                if comparison == "ratio"
                else 100 * (hits * m - y * n) - hundredths * n * m
            )
            if side == "at most":
                gap = -gap
            return "in" if gap >= 0 else "out"
        low, high = (score_ratio if comparison == "ratio" else newcombe)(hits, n, y, m)
        if side == "at least":
            return "in" if low >= limit else "out" if high < limit else "?"
        return "in" if high <= limit else "out" if low > limit else "?"

    first = found(x)
    if first == "?" or (comparison == "ratio" and y == 0):
        return np.nan
    up = (first == "out") == (side == "at least")
    for step in range(1, n + 1):
        hits = x + step if up else x - step
        if not 0 <= hits <= n:
            break
        if found(hits) != first:
            return hits - x
    return np.inf if up else -np.inf


@settings(max_examples=300)
@given(
    two_groups(),
    st.integers(1, 130),
    st.sampled_from(["ratio", "difference"]),
    st.sampled_from(["at least", "at most"]),
    st.sampled_from(["point", "interval"]),
)
def test_it_is_the_first_count_that_turns(counts, hundredths, comparison, side, judged_on):
    limit = hundredths / 100 if comparison == "ratio" else hundredths / 100 - 0.65
    expected = by_hand(*counts, limit, comparison, side, judged_on)
    found = flip_count(*counts, limit, comparison=comparison, side=side, judged_on=judged_on)
    np.testing.assert_equal(float(found), float(expected))


def test_groups_go_side_by_side():
    alone = [flip_count(x, n, 170, 400, 0.8) for x, n in ((10, 50), (66, 200), (0, 0))]
    np.testing.assert_equal(flip_count([10, 66, 0], [50, 200, 0], 170, 400, 0.8), alone)


def test_what_nobody_can_turn_is_infinite():
    assert flip_count(3, 4, 9, 10, 1.2, comparison="ratio") == np.inf
    assert flip_count(0, 4, 9, 10, 0.0) == -np.inf
    assert flip_count(0, 3, 90, 100, 0.2, comparison="difference") == np.inf


def test_nobody_and_no_ratio_have_no_finding():
    assert np.isnan(flip_count(0, 0, 9, 10, 0.8))
    assert np.isnan(flip_count(1, 5, 0, 0, 0.8))
    assert np.isnan(flip_count(1, 5, 0, 9, 0.8))
    assert np.isnan(flip_count(1, 5, 0, 9, 0.8, judged_on="interval"))


def test_only_whole_decisions_turn():
    with pytest.raises(ImpossibleCount, match="whole"):
        flip_count(1.5, 5, 3, 9, 0.8)
    with pytest.raises(ImpossibleCount, match="point, interval"):
        flip_count(1, 5, 3, 9, 0.8, judged_on="feeling")
