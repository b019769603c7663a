"""Robustness: hand-made models whose flips under noise, gaps and strange values are known."""

import numpy as np
import pandas as pd
import pytest

from isg_audit.measures.explain.additivity import additivity
from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.robustness import robustness
from isg_audit.measures.explain.trusting import trusting
from isg_audit.measures.measurement import Measurement, NotMeasured


class Rule:
    """Grants to whoever earns enough, and may refuse to answer for what it does not know."""

    name, kind, fingerprint = "rule", "rule", "sha256:0"
    features, classes, gives_scores = ("income", "area", "sex"), ("grant", "refuse"), False

    def __init__(self, cut=40.0, strict=False, need=None):
        self.cut, self.strict, self.need = cut, strict, need or {}

    def predict(self, frame):
        if self.strict and frame["income"].isna().any():
            raise ValueError("Input X contains NaN.")
        if self.strict and not frame["area"].isin(["north", "south", "west"]).all():
            raise KeyError("never seen before")
        cut = self.cut + frame["area"].map(self.need).astype(float).fillna(0.0)
        return np.where(frame["income"].to_numpy(dtype=float) > cut, "grant", "refuse")


def rows(found):
    return {
        (one.metric, one.feature, one.by, one.group): one
        for one in found
        if isinstance(one, Measurement)
    }


def test_what_flips_is_what_lies_near_the_cut(explaining):
    one = explaining(Rule(), people=1_200)
    found = rows(robustness(one))
    noise = found["noise_flip_rate", "", "", ""]
    spread = pd.concat([one.sample.income, one.background.income]).std(ddof=0)
    near = (one.sample.income - 40).abs() < 0.05 * spread * 3
    assert 0 < noise.value <= near.mean()
    assert noise.affected == pytest.approx(1_200 * noise.value)
    granted = (one.sample.income > 40).mean()
    assert found["missing_flip_rate", "income", "", ""].value == pytest.approx(granted)
    assert found["missing_flip_rate", "", "", ""].value == pytest.approx(granted)
    assert found["missing_flip_rate", "area", "", ""].value == 0
    assert found["out_of_range_flip_rate", "income", "", ""].value == 1  # too low, or too high
    assert found["step_flip_rate", "", "", ""].value == 0
    assert found["fails_on_missing", "income", "", ""].value == 0
    women = found["missing_flip_rate", "income", "sex", "f"]
    assert women.value == (one.sample.income[one.sample.sex == "f"] > 40).mean()


def test_a_step_flips_whom_the_area_decides(explaining):
    one = explaining(Rule(need={"north": -1_000.0, "south": 1_000.0, "west": 1_000.0}))
    found = rows(robustness(one))
    step = found["step_flip_rate", "area", "", ""]
    north = (one.sample.area == "north").mean()
    assert north < step.value < 1  # all of the north, and about half of the others
    assert step.low < step.value < step.high


def test_a_model_that_cannot_do_without_a_value_says_so(explaining):
    found = list(robustness(explaining(Rule(strict=True))))
    known = rows(found)
    failed = known["fails_on_missing", "income", "", ""]
    assert failed.value == failed.low == failed.high == 1
    assert "Input X contains NaN" in failed.note
    assert known["fails_out_of_range", "area", "", ""].value == 1
    assert ("missing_flip_rate", "income", "", "") not in known
    assert known["fails_on_missing", "sex", "", ""].value == 0


def test_a_decision_with_a_score_that_is_no_number_is_a_failure(explaining):
    """As ONNX files do: the label of a missing value is whatever comes first."""

    class Silent(Rule):
        gives_scores = True

        def predict_proba(self, frame):
            share = np.where(frame["income"].isna(), np.nan, 0.5)
            return np.column_stack([share, 1 - share])

    known = rows(robustness(explaining(Silent())))
    failed = known["fails_on_missing", "income", "", ""]
    assert failed.value == 1
    assert "probability that is no number" in failed.note
    assert ("missing_flip_rate", "income", "", "") not in known
    assert known["fails_on_missing", "area", "", ""].value == 0


def test_missing_numbers_stay_missing_under_noise(explaining, people):
    gaps = people.assign(income=people.income.where(people.index % 5 > 0))
    one = explaining(Rule(), sample=gaps[:120], background=gaps[120:])
    found = rows(robustness(one))
    assert found["noise_flip_rate", "", "", ""].n == 120
    assert found["step_flip_rate", "area", "", ""].value == 0


def test_few_people_are_not_a_zero(explaining, people):
    few = {"sample": people[:6], "groups": {"sex": people.sex[:6].to_numpy(dtype=object)}}
    (one,) = robustness(explaining(Rule(), **few))
    assert isinstance(one, NotMeasured)
    assert one.reason.startswith("6 people")


def test_twice_the_men_change_nothing_for_women(explaining, people):
    once = people[:120]
    twice = pd.concat([once, once[once.sex == "m"]], ignore_index=True)
    numbers = [
        rows(robustness(explaining(Rule(), sample=sample, background=people[120:],
                                   groups={"sex": sample.sex.to_numpy(dtype=object)})))
        for sample in (once, twice)
    ]  # fmt: skip
    for metric in ("missing_flip_rate", "out_of_range_flip_rate"):
        before, after = (one[metric, "income", "sex", "f"] for one in numbers)
        assert (before.value, before.low, before.high) == (after.value, after.low, after.high)


def test_the_largest_miss_is_seen_in_its_group(explaining):
    one = explaining(Rule())
    values = np.zeros((120, 3))
    values[:, 0] = np.linspace(-1, 1, 120)
    margin = values.sum(axis=1) + 0.25
    worst = int(np.flatnonzero(one.sample.sex == "m")[3])
    margin[worst] += 3e-7
    found = Attributions(("income", "area", "sex"), values, margin, 0.25, np.arange(120),
                         "log-odds", "made", "")  # fmt: skip
    everybody, women, men = additivity(one, found)
    assert everybody.value == men.value == everybody.low == pytest.approx(3e-7, rel=1e-6)
    assert women.value < 1e-12
    assert men.n + women.n == 120


def test_a_model_that_is_brought_down_is_told_and_not_asked_again(explaining):
    class Mortal(Rule):
        down = False

        def predict(self, frame):
            if self.down or frame["income"].isna().any():
                self.down = True
                raise RuntimeError("gone")
            return super().predict(frame)

    found = list(robustness(explaining(Mortal())))
    silent = {one.metric: one.reason for one in found if isinstance(one, NotMeasured)}
    assert set(silent) == {"missing_flip_rate", "out_of_range_flip_rate"}
    assert all("answers no more after one input missing (income)" in why for why in silent.values())
    known = rows(found)
    assert known["fails_on_missing", "income", "", ""].value == 1
    assert ("fails_on_missing", "area", "", "") not in known
    assert known["noise_flip_rate", "", "", ""].n == 120


def test_rows_of_one_person_count_once(explaining, people):
    """Each of 60 people stands in two rows: the interval is that of 60, the share that of all."""
    once = people[:60]
    twice = pd.concat([once, once], ignore_index=True)
    alone, doubled = (
        rows(robustness(explaining(Rule(), sample=sample, background=people[120:], persons=persons,
                                   groups={"sex": sample.sex.to_numpy(dtype=object)})))
        for sample, persons in ((once, None), (twice, np.tile(np.arange(60), 2)))
    )  # fmt: skip
    key = ("missing_flip_rate", "income", "", "")
    assert alone[key].value == doubled[key].value
    assert alone[key].low == pytest.approx(doubled[key].low)
    assert alone[key].high == pytest.approx(doubled[key].high)


def test_few_rows_are_asked_of_models_of_any_width(explaining):
    """All checks together, for a service that answers 10,000 rows a second."""
    for width in (3, 40):
        draw = np.random.default_rng(width)
        names = [f"x{at}" for at in range(width)]
        frame = pd.DataFrame(draw.normal(size=(2_000, width)), columns=names)

        class Counting:
            name, kind, fingerprint = "counting", "rule", "sha256:0"
            features, classes, gives_scores = tuple(names), ("grant", "refuse"), True
            asked = 0

            def predict_proba(self, frame):
                self.asked += len(frame)
                share = 1 / (1 + np.exp(-frame.to_numpy().sum(axis=1)))
                return np.column_stack([share, 1 - share])

            def predict(self, frame):
                self.asked += len(frame)
                return np.where(frame.to_numpy().sum(axis=1) > 0, "grant", "refuse")

        one = explaining(Counting(), sample=frame, background=frame, groups={}, columns={},
                         directions={"x0": 1, "x1": -1})  # fmt: skip
        found = Attributions(one.model.features, frame.to_numpy(), frame.to_numpy().sum(axis=1),
                             0.0, np.arange(2_000), "log-odds", "sampled", "", pairs=4)  # fmt: skip
        assert len(list(trusting(one, found))) > 20
        assert 50_000 < one.model.asked < 210_000
