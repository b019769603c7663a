"""Likeness of explanations: closed forms, brute force, models that no redraw can change."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from isg_audit.measures.explain.attributing import attributed
from isg_audit.measures.explain.likeness import likeness
from isg_audit.measures.explain.quality_gap import inputs_needed, quality_gap
from isg_audit.measures.explain.stability import (
    agreement,
    other_baseline,
    other_data,
    other_draw,
    other_method,
    stability_baseline,
    stability_draw,
    stability_noise,
)
from isg_audit.measures.explain.surrogate import told_by_tree
from isg_audit.measures.measurement import Measurement, NotMeasured

METRICS = ("top_reasons_overlap", "same_first_reason", "rank_agreement", "sign_agreement")
numbers = st.lists(st.lists(st.floats(-5, 5), min_size=6, max_size=6), min_size=3, max_size=3)


@pytest.fixture(scope="module")
def linear(people, granted, explaining):
    numbered = people.assign(north=(people.area == "north").astype(float))
    fitted = LogisticRegression(max_iter=1_000).fit(numbered[["income", "debt", "north"]], granted)
    return explaining(fitted, sample=numbered[:120], background=numbered[120:])


def rows(found):
    return {(one.metric, one.by, one.group): one for one in found if isinstance(one, Measurement)}


@given(numbers, numbers)
@settings(max_examples=60)
def test_likeness_is_that_of_sets_and_places(one, other):
    mine, theirs = np.array(one), np.array(other)
    alike = likeness(mine, theirs)
    for at in range(3):
        tops = [sorted(range(6), key=lambda place, row=row: (-abs(row[place]), place))[:4]
                for row in (mine[at], theirs[at])]  # fmt: skip
        both = set(tops[0]) & set(tops[1])
        assert alike.overlap[at] == len(both) / 4
        assert alike.first[at] == (tops[0][0] == tops[1][0])
        assert alike.ranks[at] == sum(a == b for a, b in zip(*tops, strict=True)) / 4
        signs = sum(np.sign(mine[at, place]) == np.sign(theirs[at, place]) for place in both)
        assert alike.signs[at] == signs / 4


@given(numbers)
@settings(max_examples=30)
def test_an_explanation_is_like_itself(one):
    alike = likeness(np.array(one), np.array(one))
    assert alike.overlap.min() == alike.ranks.min() == alike.signs.min() == alike.first.min() == 1


def test_two_ways_agree_about_a_sum_of_inputs(linear):
    """Of a linear model SHAP and occlusion are the same number."""
    found = rows(agreement(linear, other_method(linear, attributed(linear))))
    for metric in METRICS:
        assert found[metric, "", ""].value == 1
        assert found[metric, "", ""].low < 1


def test_the_same_background_twice_changes_no_reason(linear):
    """Every row stands in both halves: nothing can differ."""
    twice = linear.background.iloc[np.repeat(np.arange(60), 2)]
    order = np.random.default_rng([linear.seed, 21]).permutation(120)
    placed = np.empty(120, dtype=int)
    placed[np.sort(order[0::2])], placed[np.sort(order[1::2])] = np.arange(60), np.arange(60)
    same = replace(linear, background=twice.iloc[::2].iloc[placed].reset_index(drop=True))
    found = rows(stability_draw(same, other_draw(same, attributed(same))))
    for metric in METRICS:
        assert found[metric, "", ""].value == 1


def test_noise_and_baseline_move_some_reasons(linear):
    found = attributed(linear)
    noise = rows(stability_noise(linear, other_data(linear, found)))
    base = rows(stability_baseline(linear, other_baseline(linear, found)))
    assert 0.8 < noise["same_first_reason", "", ""].value <= 1
    assert base["same_first_reason", "", ""].value < noise["same_first_reason", "", ""].value
    assert noise["top_reasons_overlap", "sex", "f"].n < 120
    assert "decided favourably" in base["rank_agreement", "", ""].method


def test_sampled_attributions_are_not_called_stable(linear):
    sampled = replace(attributed(linear), pairs=8)
    for told in (other_draw(linear, sampled), other_method(linear, sampled)):
        assert "sampled" in told
    (one,) = stability_draw(linear, other_draw(linear, "no attributions"))
    assert one == NotMeasured("explain.stability_draw", "no attributions")


def test_inputs_needed_by_hand():
    values = np.array([[9.0, 1.0, 0.0], [1.0, 1.0, -1.0], [0.0, 0.0, 0.0], [5.0, 4.4, 0.6]])
    assert inputs_needed(values).tolist() == [1, 3, 0, 2]


def test_explanations_that_are_worse_for_one_group_show(linear):
    """Women's decisions are told right half the time, men's always."""
    told = told_by_tree(linear)
    women = (linear.sample.sex == "f").to_numpy()[told.rows]
    worse = replace(told, right=~women | (np.arange(len(women)) % 2 == 0))
    found = rows(quality_gap(linear, attributed(linear), worse, {}))
    gap = found["fidelity.difference", "sex", "f"]
    assert gap.value == pytest.approx(worse.right[women].mean() - 1)
    assert gap.high < -0.2
    assert found["fidelity.difference", "sex", "m"].value == -gap.value
    assert found["inputs_needed", "", ""].value >= 1
