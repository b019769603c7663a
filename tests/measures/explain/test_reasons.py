"""Reasons: planted ones come out, logged ones are held against them, some help nobody."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isg_audit.measures.explain.attributing import attributed
from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.principal import principal, reasons_of
from isg_audit.measures.explain.reason_codes import reason_codes
from isg_audit.measures.explain.reason_recourse import reason_recourse, responding
from isg_audit.measures.explain.reasons import reasons, reasons_alike
from isg_audit.measures.explain.recourse import Actions, Follows, Rule, Seeking
from isg_audit.measures.measurement import Measurement, NotMeasured


class Sum:
    """Log-odds: three inputs added up, in the open, so that attributions are their distances."""

    name, kind, fingerprint = "sum", "rule", "sha256:0"
    features, classes, gives_scores = ("a", "b", "c"), ("grant", "refuse"), True

    def __init__(self, weights=(1.0, 1.0, 1.0), least=0.0):
        self.weights, self.least = weights, least

    def margin(self, frame):
        return frame[["a", "b", "c"]].to_numpy(dtype=float) @ np.array(self.weights) - self.least

    def predict_proba(self, frame):
        share = 1 / (1 + np.exp(-self.margin(frame)))
        return np.column_stack([share, 1 - share])

    def predict(self, frame):
        return np.where(self.margin(frame) > 0, "grant", "refuse")


@pytest.fixture(scope="module")
def planted(explaining):
    """People of two groups; values from -2 to 2; the background's mean is 0 for every input."""
    draw = np.random.default_rng(4)
    frame = pd.DataFrame({name: draw.integers(-2, 3, 400).astype(float) for name in "abc"})
    sex = np.where(np.arange(400) % 2 == 0, "f", "m").astype(object)
    grid = pd.DataFrame({name: [-2.0, -1.0, 0.0, 1.0, 2.0] * 4 for name in "abc"})

    def make(model=None, **changed):
        return explaining(
            model or Sum(), sample=frame.assign(sex=sex), background=grid, groups={"sex": sex},
            columns={"sex": "sex"}, **changed,
        )  # fmt: skip

    return make


def could_change(**rules):
    return Seeking(pd.DataFrame(), {}, Actions(rules, declared=True))


def exact(explaining):
    """The closed form of a sum."""
    values = explaining.sample[["a", "b", "c"]].to_numpy(dtype=float) * explaining.model.weights
    margin = explaining.model.margin(explaining.sample)
    return Attributions(
        features=("a", "b", "c"),
        values=values,
        margin=margin,
        base=-explaining.model.least,
        rows=np.arange(len(values)),
        unit="log-odds",
        method="closed form",
        note="Interventional",
    )


def rows(found):
    return {
        (one.metric, one.feature, one.by, one.group): one
        for one in found
        if isinstance(one, Measurement)
    }


@given(st.lists(st.lists(st.floats(-3, 3), min_size=6, max_size=6), min_size=1, max_size=5))
@settings(max_examples=60)
def test_principal_reasons_are_the_most_adverse(values):
    for row, order in zip(values, principal(np.array(values)), strict=True):
        given_ones = [place for place in order if place >= 0]
        adverse = [place for place in range(6) if row[place] < -1e-9]
        assert len(given_ones) == min(4, len(adverse))
        left = [row[place] for place in adverse if place not in given_ones]
        assert all(row[place] <= min(left, default=0) for place in given_ones)
        assert [row[place] for place in given_ones] == sorted(row[place] for place in given_ones)


def test_each_input_is_a_reason_where_it_lowers_the_score(planted):
    one = planted()
    refused = one.model.predict(one.sample) == "refuse"
    found = rows(reasons(one, reasons_of(one, exact(one))))
    for name in "abc":
        share = (one.sample[name][refused] < 0).mean()
        assert found["reason_rate", name, "", ""].value == pytest.approx(share)
        women = refused & (one.sample.sex == "f")
        assert found["reason_rate", name, "sex", "f"].value == pytest.approx(
            (one.sample[name][women] < 0).mean()
        )
    assert found["no_reason_rate", "", "", ""].value == ((one.sample[list("abc")] >= 0).all(axis=1)
                                                        & refused)[refused].mean()  # fmt: skip
    assert found["protected_reason_rate", "", "", ""].value == 0
    assert found["reason_rate", "a", "", ""].n == refused.sum()


def test_reasons_that_nobody_may_use_or_change_are_counted(planted):
    one = planted(recourse=could_change(b=Rule(immutable=True)))
    coded = replace(one, sample=one.sample.assign(a=np.where(one.sample.sex == "f", -1.0, 1.0)))
    refused = coded.model.predict(coded.sample) == "refuse"
    found = rows(reasons(coded, reasons_of(coded, exact(coded))))
    protected = found["protected_reason_rate", "a", "", ""]
    assert protected.value == (coded.sample.sex[refused] == "f").mean()
    either = (coded.sample.b[refused] < 0) | (coded.sample.a[refused] < 0)
    assert found["immutable_reason_rate", "a, b", "", ""].value == either.mean()


def test_like_people_with_unlike_reasons_are_found(planted):
    """Women are refused for a, men for b, at the same scores."""
    one = planted()
    women = (one.sample.sex == "f").to_numpy()
    sample = one.sample.assign(a=np.where(women, -2.0, 1.0), b=np.where(women, 1.0, -2.0))
    split = replace(one, sample=sample)
    found = rows(reasons_alike(split, reasons_of(split, exact(split))))
    key = ("reason_rate_within.difference", "a", "sex", "f")
    assert found[key].value == 1
    assert found["reason_rate_within.difference", "b", "sex", "f"].value == -1
    assert found["reason_rate_within.difference", "c", "sex", "f"].value == pytest.approx(
        0, abs=0.1
    )
    equal = rows(reasons_alike(one, reasons_of(one, exact(one))))
    assert equal[key].low < 0 < equal[key].high


def test_a_named_factor_explains_reasons_that_go_with_it(planted):
    """Women have low values of a; among people with like a, reasons are alike."""
    one = planted()
    women = (one.sample.sex == "f").to_numpy()
    draw = np.random.default_rng(8)
    a = np.where(draw.random(400) < np.where(women, 0.8, 0.2), -2.0, 1.0)
    split = replace(one, sample=one.sample.assign(a=a), legitimate=("a",))
    found = rows(reasons_alike(split, reasons_of(split, exact(split))))
    assert found["reason_rate_within.difference", "a", "sex", "f"].value == 0
    by_score = replace(split, legitimate=())
    found = rows(reasons_alike(by_score, reasons_of(by_score, exact(by_score))))
    assert found["reason_rate_within.difference", "a", "sex", "f"].low > 0


def test_logged_reasons_agree_with_the_model_or_do_not(planted):
    one = planted()
    found = reasons_of(one, exact(one))
    true = tuple(tuple(found.features[place] for place in row if place >= 0) for row in found.order)
    agree = rows(reason_codes(replace(one, logged_reasons=true), found))
    for metric in ("agreement", "all_agree_rate", "first_agrees_rate"):
        assert agree[metric, "", "", ""].value == 1
    assert agree["unknown_code_rate", "", "", ""].value == 0
    a_always = replace(one, logged_reasons=(("a",),) * 400)
    half = rows(reason_codes(a_always, found))
    assert half["agreement", "", "", ""].value == (one.sample.a < 0).mean()
    odd = replace(one, logged_reasons=(("a", "Z9"),) * 400)
    strange = rows(reason_codes(odd, found))
    assert strange["unknown_code_rate", "", "", ""].value == 1
    assert strange["agreement", "", "", ""].value == pytest.approx((one.sample.a < 0).mean() / 2)
    silent = rows(reason_codes(replace(one, logged_reasons=((),) * 400), found))
    assert silent["refused_without_reason_rate", "", "", ""].value == 1


def test_without_logged_reasons_nothing_is_claimed(planted):
    (one,) = reason_codes(planted(), "none")
    assert one == NotMeasured("explain.reason_codes",
                              "the audit file names no columns of logged reasons")  # fmt: skip


def test_responsiveness_is_that_of_every_value(planted):
    """Brute force over the five values of each reason's input."""
    one = planted()
    told = responding(one, reasons_of(one, exact(one)))
    people = one.sample.iloc[told.reasons.rows].reset_index(drop=True)
    for at in range(0, len(people), 7):
        for slot, place in enumerate(told.reasons.order[at]):
            if place < 0:
                assert np.isnan(told.share[at, slot])
                continue
            name = "abc"[place]
            others = [value for value in (-2.0, -1.0, 0.0, 1.0, 2.0) if value != people[name][at]]
            turned = [one.model.predict(people.iloc[[at]].assign(**{name: value}))[0] == "grant"
                      for value in others]  # fmt: skip
            assert told.share[at, slot] == np.mean(turned)


def test_a_reason_that_nobody_can_act_on(planted):
    """Only a counts enough; the other two are reasons that no value of theirs turns round."""
    one = planted(Sum((1.0, 0.01, 0.01), 0.5))
    found = rows(reason_recourse(one, reasons_of(one, exact(one))))
    assert found["without_recourse_rate", "b", "", ""].value == 1
    assert found["without_recourse_rate", "a", "", ""].value == 0
    fixed = replace(one, recourse=could_change(a=Rule(immutable=True)))
    found = rows(reason_recourse(fixed, reasons_of(fixed, exact(fixed))))
    assert found["without_recourse_rate", "a", "", ""].value == 1
    assert found["responsiveness", "a", "", ""].value == 0
    everything = found["all_without_recourse_rate", "", "", ""]
    assert everything.value == 1


def test_black_boxes_are_asked_until_reasons_are_steady(planted):
    one = planted()
    noisy = replace(exact(one), pairs=4)
    found = reasons_of(one, noisy)
    assert len(found.rows) == 80_000 // (64 * 4)  # rows asked, by pairs and steps of three inputs
    sure = exact(one)
    same = principal(sure.values)[found.rows][:, 0] == found.order[:, 0]
    assert same.mean() > 0.8


def test_few_refused_people_are_not_a_zero(planted):
    one = planted(Sum((1.0, 1.0, 1.0), -5.5))
    told = reasons_of(one, exact(one))
    (nothing,) = reasons(one, told)
    assert isinstance(nothing, NotMeasured)
    assert "refused people among those explained; 10 needed" in nothing.reason


def test_attributions_of_a_fitted_model_give_its_reasons(people, granted, explaining):
    from sklearn.linear_model import LogisticRegression

    one = explaining(LogisticRegression().fit(people[["income", "debt"]], granted))
    found = rows(reasons(one, reasons_of(one, attributed(one))))
    assert found["reason_rate", "income", "", ""].value > 0.5


def test_values_that_nobody_may_take_are_not_counted(planted):
    """a may only grow, up to 1: of somebody at -1, that leaves 0 and 1."""
    one = planted(recourse=could_change(a=Rule(direction=1, most=1.0)))
    told = responding(one, reasons_of(one, exact(one)))
    people = one.sample.iloc[told.reasons.rows].reset_index(drop=True)
    who, slot = np.nonzero(told.reasons.order == 0)
    for at, which in zip(who, slot, strict=True):
        values = [value for value in (-1.0, 0.0, 1.0) if value > people.a[at]]
        turned = [one.model.predict(people.iloc[[at]].assign(a=value))[0] == "grant"
                  for value in values]  # fmt: skip
        assert told.share[at, which] == np.mean(turned)


def test_what_is_computed_from_a_reason_changes_with_it(planted):
    """c is a + b: another a counts twice."""
    one = planted(recourse=could_change(c=Rule(follows=Follows("sum", "a", "b"))))
    one = replace(one, sample=one.sample.assign(c=one.sample.a + one.sample.b))
    told = responding(one, reasons_of(one, exact(one)))
    people = one.sample.iloc[told.reasons.rows].reset_index(drop=True)
    who, slot = np.nonzero(told.reasons.order == 0)
    for at, which in zip(who, slot, strict=True):
        values = [value for value in (-2.0, -1.0, 0.0, 1.0, 2.0) if value != people.a[at]]
        turned = [value + people.b[at] + value + people.b[at] > 0 for value in values]
        assert told.share[at, which] == np.mean(turned)
