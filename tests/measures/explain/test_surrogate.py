"""Fidelity of a small tree: a model that is a small tree, one that no tree can tell, groups."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isg_audit.measures.explain.surrogate import mean_gap, surrogate, told_by_tree
from isg_audit.measures.measurement import Measurement, NotMeasured


class Told:
    """Decides by a function of frames."""

    name, kind, fingerprint = "told", "rule", "sha256:0"
    classes, gives_scores = ("grant", "refuse"), False

    def __init__(self, rule, features):
        self.rule, self.features = rule, features

    def predict(self, frame):
        return np.where(self.rule(frame), "grant", "refuse")


@pytest.fixture(scope="module")
def many():
    draw = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "age": draw.integers(20, 60, 1_000),
            "area": draw.choice(["a", "b", "c", "d", "e"], 1_000),
            "sex": draw.choice(["f", "m"], 1_000),
        }
    )


def asked(explaining, rule, many, **changed):
    given_people = {
        "sample": many,
        "background": many,
        "groups": {"sex": many.sex.to_numpy(dtype=object)},
    }
    one = explaining(Told(rule, tuple(many.columns)), **(given_people | changed))
    return list(surrogate(one, told_by_tree(one)))


def rows(found):
    return {(one.metric, one.by, one.group): one for one in found if isinstance(one, Measurement)}


def test_a_tree_of_two_levels_is_told_without_fault(explaining, many):
    found = rows(asked(explaining, lambda f: (f["age"] >= 40) & f["area"].isin(["b", "d"]), many))
    for key in (("", ""), ("sex", "f"), ("sex", "m")):
        assert found["surrogate_fidelity", *key].value == 1
    assert found["largest_shortfall", "sex", ""].value == 0
    assert found["largest_shortfall", "sex", ""].high > 0
    assert found["mean_pairwise_gap", "sex", ""].value == 0


def test_decisions_of_one_group_that_no_rule_tells(explaining, many):
    """Men by age; women by whether their age is odd, which a small tree cannot know."""
    found = rows(
        asked(
            explaining,
            lambda f: np.where(f["sex"] == "m", f["age"] >= 40, f["age"] % 2 == 1),
            many,
        )
    )
    women, men = (found["surrogate_fidelity", "sex", group] for group in ("f", "m"))
    assert men.value > 0.95 > 0.7 > women.value
    overall = found["surrogate_fidelity", "", ""]
    shortfall = found["largest_shortfall", "sex", ""]
    assert shortfall.value == pytest.approx(overall.value - women.value)
    assert 0 < shortfall.low < shortfall.value < shortfall.high
    gap = found["mean_pairwise_gap", "sex", ""]
    assert gap.value == pytest.approx(men.value - women.value)
    assert gap.low < gap.value < gap.high


def test_decisions_that_are_all_alike_say_nothing(explaining, many):
    (one,) = asked(explaining, lambda f: np.ones(len(f), dtype=bool), many)
    assert isinstance(one, NotMeasured)
    assert "decides alike for all but 0 of 1000" in one.reason


def test_new_names_of_groups_change_no_number(explaining, many):
    def rule(frame):
        return frame["age"] + 3 * (frame["area"] == "a") > 41

    names = many.sex.map({"f": "two", "m": "one"}).to_numpy(dtype=object)
    before = rows(asked(explaining, rule, many))
    after = rows(asked(explaining, rule, many, groups={"sex": names}))
    for old, new in (("f", "two"), ("m", "one")):
        mine, theirs = (before["surrogate_fidelity", "sex", old],
                        after["surrogate_fidelity", "sex", new])  # fmt: skip
        assert (mine.value, mine.low, mine.n) == (theirs.value, theirs.low, theirs.n)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6))
@settings(max_examples=50)
def test_the_mean_gap_is_that_of_all_pairs(rates):
    gaps = [abs(one - other) for one, other in combinations(rates, 2)]
    assert mean_gap(np.array([rates]))[0] == pytest.approx(np.mean(gaps))
