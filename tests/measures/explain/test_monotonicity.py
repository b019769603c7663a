"""Monotonicity: a model that is monotone by construction, one with a planted step, and silence."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isg_audit.measures.explain.monotonicity import drops, monotonicity, reversed_against
from isg_audit.measures.measurement import Measurement, NotMeasured


class Steps:
    """Score by income alone; with a hole between two incomes, in which everybody is refused."""

    name, kind, fingerprint = "steps", "rule", "sha256:0"
    features, classes, gives_scores = ("income", "sex"), ("grant", "refuse"), True

    def __init__(self, hole=(), only="fm", sign=1):
        self.hole, self.only, self.sign = hole, only, sign

    def predict_proba(self, frame):
        income = frame["income"].to_numpy(dtype=float)
        share = 1 / (1 + np.exp(-self.sign * (income - 40) / 10))
        if self.hole:
            inside = (income > self.hole[0]) & (income < self.hole[1])
            share = np.where(inside & frame["sex"].isin(list(self.only)), 0.1, share)
        return np.column_stack([share, 1 - share])

    def predict(self, frame):
        return np.where(self.predict_proba(frame)[:, 0] > 0.5, "grant", "refuse")


def rows(found):
    return {(one.metric, one.by, one.group): one for one in found if isinstance(one, Measurement)}


def test_a_model_that_only_rises_hurts_nobody(explaining):
    found = rows(monotonicity(explaining(Steps(), directions={"income": 1})))
    for metric in ("reversal_rate", "drop_rate", "wrong_steps", "worst_drop", "largest_drop"):
        assert found[metric, "", ""].value == 0
    assert found["reversal_rate", "", ""].high > 0  # nobody among 120 is not nobody at all
    assert found["worst_drop", "", ""].low is None


def test_the_same_model_hurts_everybody_if_it_should_fall(explaining):
    found = rows(monotonicity(explaining(Steps(), directions={"income": -1})))
    assert found["reversal_rate", "", ""].value == 1
    assert found["wrong_steps", "", ""].value == 1
    falling = rows(monotonicity(explaining(Steps(sign=-1), directions={"income": -1})))
    assert falling["reversal_rate", "", ""].value == falling["wrong_steps", "", ""].value == 0


def test_a_hole_for_women_is_found_for_women(explaining):
    """At incomes of 48 to 52 women are refused, whatever they would get at 45."""
    found = rows(monotonicity(explaining(Steps((48, 52), "f"), directions={"income": 1})))
    assert found["reversal_rate", "sex", "f"].value == 1
    assert found["reversal_rate", "sex", "m"].value == 0
    assert found["drop_rate", "sex", "f"].value == 1
    assert found["largest_drop", "", ""].value > 0.4
    women = found["worst_drop", "sex", "f"]
    assert women.value == pytest.approx(found["largest_drop", "", ""].value)


def test_without_a_declaration_nothing_is_claimed(explaining):
    (one,) = monotonicity(explaining(Steps()))
    assert isinstance(one, NotMeasured)
    assert "names no input" in one.reason
    (one,) = monotonicity(explaining(Steps(), directions={"sex": 1}))
    assert "holds no numbers" in one.reason


@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=8))
@settings(max_examples=50)
def test_drops_and_reversals_are_those_of_every_pair(scores):
    values = np.array(scores)
    pairs = [(0, 1), (0, 2), (1, 2)]
    brute = [max(0.0, *(row[a] - row[b] for a, b in pairs)) for row in values]
    assert drops(values) == pytest.approx(np.array(brute))
    good = values > 0.5
    assert reversed_against(good).tolist() == [
        any(row[a] and not row[b] for a, b in pairs) for row in good
    ]


def test_whole_numbers_stay_whole(explaining, people):
    class Whole(Steps):
        def predict_proba(self, frame):
            assert pd.api.types.is_integer_dtype(frame["income"].dtype)
            return super().predict_proba(frame)

    whole = people.assign(income=people.income.round().astype(int))
    given_people = {"sample": whole[:120], "background": whole[120:]}
    found = rows(monotonicity(explaining(Whole(), directions={"income": 1}, **given_people)))
    assert found["reversal_rate", "", ""].value == 0
