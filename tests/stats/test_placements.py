"""Areas of single scores against the binned ones, scikit-learn and resampling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import influence_error, placed_auc, roc_auc


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=6, max_size=60))
def test_area_and_error_are_those_of_the_binned_curve(cases):
    score, positive = (np.array(side) for side in zip(*cases, strict=True))
    found = placed_auc(score, positive)
    counts = [np.bincount(score[positive == one], minlength=6) for one in (True, False)]
    if min(positive.sum(), (~positive).sum()) < 2:
        return
    binned = roc_auc(*counts)
    assert found.value == pytest.approx(float(binned.value))
    assert found.value == pytest.approx(roc_auc_score(positive, score))
    assert influence_error(found.influence, positive) == pytest.approx(
        float(binned.standard_error), abs=1e-12
    )


def test_strata_are_averaged_by_their_pairs():
    draw = np.random.default_rng(1)
    score, positive, strata = draw.normal(size=300), draw.random(300) < 0.3, np.arange(300) % 4
    each, pairs = [], []
    for one in range(4):
        here = strata == one
        each.append(roc_auc_score(positive[here], score[here]))
        pairs.append(positive[here].sum() * (~positive[here]).sum())
    found = placed_auc(score, positive, strata)
    assert found.value == pytest.approx(np.average(each, weights=pairs))
    assert found.influence.sum() == pytest.approx(0.0, abs=1e-12)


def test_the_error_of_a_difference_is_that_of_resampling():
    draw = np.random.default_rng(2)
    positive = draw.random(400) < 0.4
    first = positive + draw.normal(size=400)
    second = first + 0.5 * positive + draw.normal(size=400)
    parts = placed_auc(second, positive).influence - placed_auc(first, positive).influence
    again = []
    for _ in range(500):
        rows = draw.integers(0, 400, 400)
        again.append(
            placed_auc(second[rows], positive[rows]).value
            - placed_auc(first[rows], positive[rows]).value
        )
    assert influence_error(parts, positive) == pytest.approx(np.std(again), rel=0.12)


def test_everybody_twice_is_no_more_certain():
    draw = np.random.default_rng(3)
    positive, score = draw.random(100) < 0.4, draw.normal(size=100)
    once = influence_error(placed_auc(score, positive).influence, positive)
    both, people = np.tile(positive, 2), np.tile(np.arange(100), 2)
    twice = placed_auc(np.tile(score, 2), both).influence
    assert influence_error(twice, both, people) == pytest.approx(once, rel=0.02)
    assert influence_error(twice, both) < 0.75 * once


def test_one_class_has_no_area():
    found = placed_auc([1.0, 2.0], [True, True])
    assert np.isnan(found.value)
    assert np.isnan(influence_error(found.influence, [True, True]))
    with pytest.raises(ImpossibleCount):
        placed_auc([1.0, np.nan], [True, False])
