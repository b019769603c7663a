"""Halves of a tally: they add up, keep persons together, and know what is left out."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from isg_audit.tally.halves import FIT, MOST_BINS, READ, halves_of
from tests.audits import spec_of, tally_of

ROLES = {"outcome": "outcome", "outcome_favourable": 1, "score": "score"}


def log(rows, **more):
    frame = pd.DataFrame(rows, columns=["group", "outcome", "decision", "score"])
    return tally_of(frame.assign(**more), spec_of(**ROLES, **{name: name for name in more}))


people = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from([0, 1]), st.sampled_from([0, 1]),
              st.sampled_from([0.1, 0.5, 0.9])),
    min_size=30, max_size=120,
)  # fmt: skip
BOTH = [(group, one, one, 0.5) for group in "ab" for one in (0, 1)]


@settings(max_examples=15, deadline=None)
@given(people)
def test_the_halves_add_up_to_everybody_known(rows):
    rows = rows + BOTH
    halves = halves_of(log(rows), "group", 1)
    assert halves.cases.sum() == len(rows)
    assert np.array_equal(halves.cases, halves.weight)
    assert halves.effective == approx([1.0, 1.0])
    counted = pd.DataFrame(rows).groupby([0, 1, 2, 3]).size()
    place = {0.1: 0, 0.5: 1, 0.9: 2}
    scores = sorted({row[3] for row in rows})
    for (group, outcome, decision, score), number in counted.items():
        at = ("ab".index(group), 1 - outcome, 1 - decision, scores.index(score))
        assert halves.cases[(slice(None), *at)].sum() == number
    assert place


def test_about_half_are_in_each_and_the_seed_decides_which():
    tally = log(BOTH * 400)
    one, again, other = (halves_of(tally, "group", seed).cases for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert 700 < one[FIT].sum() < 900


def test_all_decisions_about_a_person_are_in_one_half():
    names = [f"person {at}" for at in range(200)]
    rows = [
        (group, one, one, 0.5) for at in range(200) for one in (0, 1) for group in ["ab"[at % 2]]
    ]
    halves = halves_of(log(rows, person=[name for name in names for _ in (0, 1)]), "group", 1)
    assert halves.by_person
    # Each person has one decision either way, so that each half has as many of both.
    assert np.array_equal(halves.cases[:, :, 0, 0], halves.cases[:, :, 1, 1])
    assert halves.effective == approx([0.5, 0.5])


def test_the_best_score_for_the_person_comes_last():
    rows = [("a", 1, 1, 0.9), ("a", 0, 0, 0.1), ("b", 1, 1, 0.9), ("b", 0, 0, 0.1)] * 20
    frame = pd.DataFrame(rows, columns=["group", "outcome", "decision", "score"])
    for positive, last in (("favourable", 0), ("unfavourable", 1)):
        tally = tally_of(frame, spec_of(**ROLES, positive=positive))
        at_the_end = halves_of(tally, "group", 1).cases[..., -1].sum(axis=(0, 1))
        assert at_the_end[last, last] == 40


def test_people_without_an_outcome_are_counted_as_left_out():
    rows = [*BOTH * 20, *[("a", None, 0, 0.5)] * 7, *[("b", None, 1, None)] * 3]
    halves = halves_of(log(rows), "group", 1)
    assert halves.left_out.tolist() == [7, 3]
    assert halves.refused_known == approx(40 / 47)
    assert halves.granted_known == approx(40 / 43)


def test_weights_keep_their_sum_and_count_for_fewer():
    rows = BOTH * 50
    halves = halves_of(log(rows, weight=[1.0, 3.0] * 100), "group", 1)
    assert halves.weight.sum() == approx(400)
    assert halves.effective == approx([0.4, 0.4])  # Kish: sum of weights by sum of squares
    assert halves.cases[READ].sum() + halves.cases[FIT].sum() == 200


def test_scores_without_end_are_taken_together_and_nobody_is_lost():
    score = np.random.default_rng(2).random(4000).round(5)
    rows = [("ab"[at % 2], at // 2 % 2, at // 4 % 2, one) for at, one in enumerate(score.tolist())]
    halves = halves_of(log(rows), "group", 1)
    bins = halves.cases.sum(axis=(0, 1, 2, 3))
    assert 400 < len(bins) <= MOST_BINS
    assert bins.sum() == 4000
    assert bins.max() < 30
