"""Proxies: laws, oracles, silence, and no alarm where nothing was planted."""

import gzip
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from isg_audit.measures.explain import Explaining
from isg_audit.measures.explain.as_numbers import Numbers, as_numbers, binned
from isg_audit.measures.explain.attribute_change import attribute_change
from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.certificate import impact_certificate
from isg_audit.measures.explain.cross_fit import FOLDS, folds_of, shifted
from isg_audit.measures.explain.explanation_space import explanation_space
from isg_audit.measures.explain.flip_test import flip_test
from isg_audit.measures.explain.gap_share import gap_share
from isg_audit.measures.explain.proxies import proxies
from isg_audit.measures.explain.proxy_available import proxy_available
from isg_audit.measures.explain.proxy_use import proxy_use
from isg_audit.measures.explain.told_apart import told_apart
from isg_audit.measures.explain.transport import opposite
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.sources.models.open_model import open_model
from tests.shared_data import oracles, real_data

INPUTS = ("income", "zip", "noise")


class Weighs:
    """Grants by a weighted sum of its numbers; may go by the group itself."""

    name, kind, fingerprint = "weighs", "rule", "sha256:0"
    features, classes, gives_scores = INPUTS, (0, 1), True

    def __init__(self, weights):
        self.weights = weights

    def predict_proba(self, frame):
        total = sum(weight * frame[name].fillna(0.0) for name, weight in self.weights.items())
        share = 1 / (1 + np.exp(-total.to_numpy(dtype=float)))
        return np.column_stack([1 - share, share])

    def predict(self, frame):
        return (self.predict_proba(frame)[:, 1] > 0.5).astype(int)


def population(rows=900, carried=1.5, seed=0, share=0.3):
    draw = np.random.default_rng(seed)
    other = draw.random(rows) < share
    return pd.DataFrame(
        {
            "group": np.where(other, "b", "a").astype(object),
            "income": draw.normal(size=rows) - 0.3 * other,
            "zip": draw.normal(size=rows) + carried * other,
            "noise": np.where(draw.random(rows) < 0.1, np.nan, draw.normal(size=rows)),
        }
    )


def given(weights, people=None, **changed):
    sample = population() if people is None else people
    model = Weighs(weights)
    values = {
        "model": model, "favourable": 1, "sample": sample, "background": sample[:100],
        "groups": {"group": sample.group.to_numpy()}, "columns": {"group": "group"}, "seed": 3,
        "people": 12_000, "legitimate": ("income",),
    }  # fmt: skip
    return Explaining(**(values | changed))


def linear(explaining):
    """SHAP values of the weighted sum: known without any search."""
    features = explaining.sample[list(INPUTS)].fillna(0.0)
    weights = np.array([explaining.model.weights.get(name, 0.0) for name in INPUTS])
    values = (features - features.mean()).to_numpy() * weights
    base = float((features.mean() * weights).sum())
    rows = np.arange(len(features))
    return Attributions(
        INPUTS, values, values.sum(axis=1) + base, base, rows, "log-odds", "linear", ""
    )


def only(found, metric, feature="", group="b"):
    (one,) = [
        row
        for row in found
        if isinstance(row, Measurement)
        and (row.metric, row.feature, row.group) == (metric, feature, group)
    ]
    return one


def reasons(found, metric):
    return [one.reason for one in found if isinstance(one, NotMeasured) and one.metric == metric]


def test_shares_of_the_gap_sum_to_one_and_split_as_by_hand():
    explaining = given({"income": 1.0, "zip": -0.8})
    found = list(gap_share(explaining, linear(explaining)))
    parts = [only(found, "gap_share", name).value for name in INPUTS]
    assert sum(parts) == pytest.approx(1.0, abs=1e-12)
    means = explaining.sample.groupby("group")[["income", "zip"]].mean().diff().loc["b"]
    by_hand = -0.8 * means.zip / (means.income - 0.8 * means.zip)
    assert parts[1] == pytest.approx(by_hand)
    assert only(found, "gap_share_not_legitimate").value == pytest.approx(by_hand)
    assert only(found, "gap_share_not_legitimate", group="a").value == pytest.approx(by_hand)


def test_a_gap_that_is_not_there_is_not_shared_out():
    people = population(carried=0.0, seed=5).assign(income=lambda one: one.noise.fillna(0.0))
    explaining = given({"income": 1.0}, people)
    found = list(gap_share(explaining, linear(explaining)))
    assert not [one for one in found if isinstance(one, Measurement)]
    assert "no gap in the score is shown that could be shared out: a, b" in reasons(found, "")


def test_available_is_not_used_and_used_is_not_available():
    available = given({"income": 1.0, "noise": 0.8}, population(1800))
    every, _ = told_apart(available)
    there = list(proxy_available(available, every))
    assert only(there, "proxy_auc", "zip").low > 0.75
    assert only(there, "extra_auc", "zip").low > 0.15
    assert only(there, "extra_auc", "noise").value < 0.03
    unused = list(proxy_use(available, linear(available), every))
    assert only(unused, "influence_share", "zip", "").value == 0.0
    assert only(unused, "largest_proxy_use").high < 0.05
    used = given({"income": 1.0, "zip": -0.8})
    both = list(proxy_use(used, linear(used), every))
    assert only(both, "proxy_use", "zip").low > 0.05
    assert only(both, "largest_proxy_use").low > 0.05
    assert "Of zip" in only(both, "largest_proxy_use").note
    shares = [only(both, "influence_share", name, "").value for name in INPUTS]
    assert sum(shares) == pytest.approx(1.0)


def test_two_groups_tell_the_same_story():
    explaining = given({"income": 1.0, "zip": -0.8})
    every, _ = told_apart(explaining)
    found = list(proxy_available(explaining, every))
    for metric, feature in (("joint_auc", ""), ("proxy_auc", "zip"), ("extra_auc", "zip")):
        here, there = (only(found, metric, feature, group) for group in "ab")
        assert here.value == pytest.approx(there.value, abs=0.01)


def test_explanations_give_the_group_away_only_through_what_is_used():
    fair, unfair = given({"income": 1.0}), given({"income": 1.0, "zip": -0.8})
    clean = list(explanation_space(fair, linear(fair), told_apart(fair)[0]))
    used = list(explanation_space(unfair, linear(unfair), told_apart(unfair)[0]))
    beyond = only(clean, "explanation_extra_auc")
    assert (beyond.value, beyond.low) == (0.0, None)  # income in another guise adds nothing
    assert only(used, "explanation_extra_auc").low > 0.1
    assert only(used, "explanation_auc").p_adjusted < 1e-6


def test_moving_the_proxies_flips_those_who_hang_on_them():
    fair, unfair = given({"income": 1.0}), given({"income": 1.0, "zip": -0.8})
    clean = list(flip_test(fair, told_apart(fair)[0]))
    for metric in ("proxy_flips_to_favourable", "proxy_flips_to_unfavourable", "proxy_net_flips"):
        assert only(clean, metric).value == 0.0  # zip is moved, and the model does not look
        assert only(clean, metric).high > 0.0
    found = list(flip_test(unfair, told_apart(unfair)[0]))
    net = only(found, "proxy_net_flips")
    assert net.low > 0.1
    assert "Moved: zip" in net.note
    gain, loss = (only(found, f"proxy_flips_to_{side}favourable").value for side in ("", "un"))
    assert net.value == pytest.approx(gain - loss)
    size = (unfair.sample.group == "b").mean()
    assert net.affected == pytest.approx(net.value * 12_000 * size)
    # Moved as a whole, the net flip is the gap in what the model decides.
    decided = unfair.model.predict(unfair.sample)
    gap = decided[unfair.sample.group == "a"].mean() - decided[unfair.sample.group == "b"].mean()
    whole = only(found, "net_flips")
    assert whole.low < gap < whole.high


def test_the_matching_is_optimal_transport():
    draw = np.random.default_rng(4)
    columns = np.column_stack([draw.normal(size=16), draw.integers(0, 3, 16).astype(float)])
    columns[3, 0] = columns[12, 0] = np.nan
    inputs = Numbers(columns, np.array([False, True]))
    ours, theirs = np.arange(8), np.arange(8, 16)
    known = columns[~np.isnan(columns[:, 0]), 0]
    ranks = np.array([((known < x).sum() + (known <= x).sum()) / 2 for x in columns[:, 0]])
    ranks = np.where(np.isnan(columns[:, 0]), np.nan, ranks / len(known))

    def far(one, other):
        apart = float(columns[one, 1] != columns[other, 1])
        if np.isnan(ranks[[one, other]]).any():
            return apart + float(np.isnan(ranks[one]) != np.isnan(ranks[other]))
        return apart + abs(ranks[one] - ranks[other])

    cost = np.array([[far(one, other) for other in theirs] for one in ours])
    sums = np.vstack([np.kron(np.eye(8), np.ones(8)), np.kron(np.ones(8), np.eye(8))])
    least = linprog(cost.ravel(), A_eq=sums, b_eq=np.ones(16)).fun
    across = opposite(inputs, ours, theirs)
    assert sorted(across) == list(theirs)
    assert cost[ours, across - 8].sum() == pytest.approx(least)


def test_the_certificate_holds_where_inputs_know_nothing_and_not_where_they_do():
    blind = given({"income": 1.0}, population(2000, carried=0.0).assign(income=0.5))
    sure = list(impact_certificate(blind, told_apart(blind)[0]))
    assert only(sure, "balanced_error_rate").value == pytest.approx(0.5, abs=0.04)
    margin = only(sure, "certificate_margin")
    assert margin.value == pytest.approx(
        only(sure, "balanced_error_rate").value - 0.5 + 1.0 / 8.0
    )  # everybody of the group is decided for
    assert margin.low > 0
    seeing = given({"income": 1.0})
    unsure = list(impact_certificate(seeing, told_apart(seeing)[0]))
    assert only(unsure, "certificate_margin").high < 0


def test_few_people_are_not_measured_and_say_so():
    people = population(600)
    people.loc[:29, "group"] = "few"
    explaining = given({"income": 1.0, "zip": -0.8}, people)
    found = list(proxies(explaining, linear(explaining)))
    few = [one for one in found if isinstance(one, NotMeasured) and "few (30" in one.reason]
    assert {one.measure for one in few} == {
        "explain.proxy_available", "explain.proxy_use", "explain.explanation_space",
        "explain.flip_test", "explain.impact_certificate",
    }  # fmt: skip
    rows = [one for one in found if isinstance(one, Measurement) and one.group == "few"]
    assert {one.measure for one in rows} <= {"explain.gap_share"}  # 30 are enough for a mean


def test_without_factors_or_explanations_the_reason_stands_there():
    explaining = given({"income": 1.0, "zip": -0.8}, legitimate=())
    found = list(proxies(explaining, linear(explaining)))
    named = "no factors are named that may explain a gap ([audit] legitimate)"
    for metric in ("extra_auc", "proxy_use", "gap_share_not_legitimate", "explanation_extra_auc"):
        assert reasons(found, metric) == [named]
    assert only(found, "proxy_net_flips").low > 0  # zip is above 0.7 by itself
    none = list(proxies(explaining, "the model gives labels only"))
    silent = {one.measure for one in none if isinstance(one, NotMeasured)}
    assert {"explain.gap_share", "explain.proxy_use", "explain.explanation_space"} <= silent


def test_each_of_several_groups_is_held_against_everybody_else_whatever_their_order():
    people = population(600)
    people["group"] = np.random.default_rng(8).choice(["x", "y", "z"], 600)
    people["zip"] += 2.0 * (people.group == "y")
    explaining = given({"income": 1.0, "zip": -0.8}, people)
    found = list(proxies(explaining, linear(explaining)))
    assert {one.group for one in found if one.by and isinstance(one, Measurement)} == {*"xyz"}
    assert only(found, "proxy_auc", "zip", "y").low > 0.8
    again = list(proxies(explaining, linear(explaining)))
    assert again == found  # to the last digit


def test_text_missing_values_and_dates_become_numbers():
    frame = pd.DataFrame(
        {
            "text": ["b", None, "a", "b"],
            "flag": [True, False, True, True],
            "when": pd.to_datetime(["2026-01-02", None, "2026-01-01", "2026-01-01"]),
            "whole": pd.array([1, None, 3, 4], dtype="Int64"),
            "endless": [1.0, np.inf, 2.0, np.nan],
        }
    )
    found = as_numbers(frame)
    np.testing.assert_array_equal(found.categorical, [True, False, False, False, False])
    np.testing.assert_array_equal(found.columns[:, 0], [0, np.nan, 1, 0])
    np.testing.assert_array_equal(found.columns[:, 2], [86400, np.nan, 0, 0])
    np.testing.assert_array_equal(found.columns[:, 4], [1, np.nan, 2, np.nan])
    many = np.append(np.arange(100.0), np.nan)
    assert len(set(binned(many, categorical=False))) == 11  # ten of ten, and the missing one
    np.testing.assert_array_equal(binned(found.columns[:, 0], categorical=True), [1, 0, 2, 1])


def test_no_person_is_in_two_folds_and_both_sides_are_in_each():
    draw = np.random.default_rng(9)
    persons = draw.integers(0, 300, 900)
    members = (persons % 3 == 0) & (draw.random(900) < 0.99)
    folds = folds_of(members, persons, draw)
    assert max(len(set(folds[persons == one])) for one in set(persons)) == 1
    for fold in range(FOLDS):
        assert 0 < members[folds == fold].mean() < 1


def test_one_input_learnt_in_bins_is_the_share_of_the_bin_on_the_other_folds():
    bins, members = np.repeat([0, 1], 5000), np.tile([True, False, False, False, True], 2000)
    members[5000:] = np.tile([True, False], 2500)
    found = shifted(np.zeros(10_000), [bins], members, np.arange(10_000) % FOLDS)
    shares = 1 / (1 + np.exp(-found))
    assert shares[:5000].mean() == pytest.approx(0.4, abs=0.001)
    assert shares[5000:].mean() == pytest.approx(0.5, abs=0.001)


def test_persons_who_come_twice_make_nothing_more_certain():
    once = given({"income": 1.0, "zip": -0.8}, population(600))
    people = pd.concat([once.sample, once.sample], ignore_index=True)
    twice = given({"income": 1.0, "zip": -0.8}, people, persons=np.tile(np.arange(600), 2))
    first, second = (list(proxies(one, linear(one))) for one in (once, twice))
    for metric, feature in (("gap_share", "zip"), ("proxy_auc", "zip"), ("net_flips", "")):
        alone, doubled = (only(found, metric, feature) for found in (first, second))
        assert doubled.high - doubled.low > 0.85 * (alone.high - alone.low)


def test_nothing_is_found_where_nothing_was_planted():
    alarms, tried = 0, 0
    for seed in range(5):
        people = population(400, carried=0.0, seed=100 + seed).assign(
            income=np.random.default_rng(seed).normal(size=400)
        )
        explaining = given({"income": 1.0, "zip": -0.8}, people, seed=seed)
        every, _ = told_apart(explaining)
        every = every[:1]
        found = [
            *proxy_available(explaining, every),
            *explanation_space(explaining, linear(explaining), every),
        ]
        for one in found:
            if isinstance(one, Measurement) and one.low is not None:
                tried += 1
                alarms += one.low > (0.0 if "extra" in one.metric else 0.5)
        assert only(
            list(proxy_use(explaining, linear(explaining), every)), "largest_proxy_use", "", "a"
        ).low < 0.05  # fmt: skip
    assert alarms <= 0.08 * tried


def test_changes_of_somebody_elses_recidivism_model_are_its_oracles():
    pytest.importorskip("onnxruntime")
    folder, due = real_data("compas_models"), oracles("compas_models")
    with gzip.open(folder / "inputs.csv.gz") as file:
        inputs = pd.read_csv(file)
    features = ("age_cat_cat", "sex_code", "race_code", "priors_count", "c_charge_degree_cat")
    model = open_model("logistic_compas.onnx", features, folder)
    groups = {one: inputs[one].to_numpy(dtype=object) for one in ("race", "sex")}
    found = list(
        attribute_change(
            Explaining(model, 1, inputs, inputs, groups, {"race": "race", "sex": "sex"})
        )
    )
    race = only(found, "score_change", "race_code", "Caucasian")
    assert race.versus == "African-American"
    assert race.value == pytest.approx(due["logistic.flip_race"], abs=1e-6)
    sex = only(found, "score_change", "sex_code", "Female")
    assert sex.versus == "Male"
    assert -sex.value == pytest.approx(due["logistic.flip_sex"], abs=1e-6)
    assert race.low < race.value < race.high < 0


def test_a_change_of_nothing_is_no_change():
    explaining = given({"income": 1.0}, columns={"group": "zip"})
    found = list(attribute_change(replace(explaining, columns={"group": "zip"})))
    change = only(found, "decision_change", "zip")
    assert (change.value, change.versus) == (0.0, "a")
    assert change.low < 0 < change.high
    assert only(found, "score_change", "zip").low is None  # no spread: nothing is known of it
    assert [one.reason for one in attribute_change(given({"income": 1.0}))] == [
        "no input is a protected attribute or repeats one"
    ]
