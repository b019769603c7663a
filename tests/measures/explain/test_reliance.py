"""Reliance on protected attributes: read off the inputs, and tried by changing them alone."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from isg_audit.measures.explain import Explaining
from isg_audit.measures.explain.reliance import reliance
from isg_audit.sources.models.open_model import open_model

COMPAS = Path(__file__).parents[3] / ".." / "shared" / "data" / "compas_models"


class Rule:
    """Grants to whoever earns enough, men less; knows nothing but its two inputs."""

    name, kind, fingerprint = "rule", "rule", "sha256:0"
    features, classes, gives_scores = ("income", "sex"), ("grant", "refuse"), False
    need = {"f": 50.0, "m": 40.0}  # noqa: RUF012

    def predict(self, frame):
        need = frame["sex"].map(self.need).to_numpy(dtype=float)
        return np.where(frame["income"].to_numpy() > need, "grant", "refuse")


@pytest.fixture
def rule(explaining):
    return explaining(Rule(), people=12_000)


def test_flips_are_those_whom_only_the_attribute_decides(rule):
    read, everybody, women, men = reliance(rule)
    between = rule.sample.income.between(40, 50, inclusive="right")
    assert (read.metric, read.value, read.by) == ("uses_protected_attribute", 1.0, "sex")
    assert everybody.value == between.mean() > 0
    assert everybody.affected == pytest.approx(100 * between.sum())
    for one, sex in ((women, "f"), (men, "m")):
        assert (one.by, one.group, one.feature) == ("sex", sex, "sex")
        assert one.value == between[rule.sample.sex == sex].mean()
    assert women.affected + men.affected == pytest.approx(everybody.affected)
    assert everybody.low < everybody.value < everybody.high
    upward = int((between & (rule.sample.sex == "f")).sum())
    assert f"{upward} of {between.sum()} flips are from unfavourable to favourable" in (
        everybody.note
    )


def test_an_attribute_the_model_does_not_weigh_flips_nobody(rule):
    rule.model.need = {"f": 45.0, "m": 45.0}
    _, everybody, *_ = reliance(rule)
    assert (everybody.value, everybody.low) == (0.0, 0.0)
    assert everybody.high > 0


def test_an_attribute_that_is_no_input_is_said_to_be_none(people, granted, explaining):
    given = explaining(LogisticRegression().fit(people[["income", "debt"]], granted))
    (read,) = reliance(given)
    assert (read.metric, read.value, read.low, read.high) == (
        "uses_protected_attribute", 0.0, 0.0, 0.0,
    )  # fmt: skip
    assert "may still stand in for it" in read.note


def test_a_code_for_the_attribute_is_found_under_its_other_name(people, granted, explaining):
    coded = people.assign(code=(people.sex == "m").astype(float), person=np.arange(240.0))
    fitted = LogisticRegression().fit(coded[["income", "code", "person"]], granted)
    given = explaining(fitted, sample=coded[:120], background=coded[120:])
    read, *flips = reliance(given)
    assert (read.value, read.feature) == (1.0, "code")  # and not the number of each person
    assert {one.feature for one in flips} == {"code"}


def test_text_numbers_and_missing_values_keep_their_types(people, granted, explaining):
    draw = np.random.default_rng(5)
    many = people.assign(place=draw.choice([f"p{one}" for one in range(30)], 240))
    many.loc[3, "income"] = np.nan
    fitted = make_pipeline(
        make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["place"])),
        LogisticRegression(),
    ).fit(many[["place", "income"]], granted)
    labels = many.sex[:120].to_numpy(dtype=object)
    given = explaining(
        fitted,
        sample=many[:120],
        background=many[120:],
        groups={"place": labels, "income": labels},
        columns={"place": "place", "income": "income"},
    )
    notes = {one.feature: one.note for one in reliance(given) if one.metric == "flip_rate"}
    assert notes["place"].startswith("12 of the 30 values seen were tried.")
    assert notes["income"].startswith("12 of the 239 values seen were tried.")


@pytest.mark.shared
@pytest.mark.skipif(not COMPAS.is_dir(), reason="no folder `shared` beside the checkout")
def test_somebody_elses_recidivism_model_reads_race_sex_and_age_under_other_names():
    pytest.importorskip("onnxruntime")
    features = ("age_cat_cat", "sex_code", "race_code", "priors_count", "c_charge_degree_cat")
    with gzip.open(COMPAS / "inputs.csv.gz") as file:
        inputs = pd.read_csv(file)
    model = open_model("logistic_compas.onnx", features, COMPAS)
    attributes = ["race", "sex", "age_cat"]
    groups = {one: inputs[one].to_numpy(dtype=object) for one in attributes}
    given = Explaining(
        model, 0, inputs, inputs, groups, {one: one for one in attributes}, people=len(inputs)
    )
    found = list(reliance(given))
    read = {one.by: one.feature for one in found if one.metric == "uses_protected_attribute"}
    assert read == {"race": "race_code", "sex": "sex_code", "age_cat": "age_cat_cat"}
    # By hand: decided by sign of the log-odds; both codes of sex tried for the same 2,000 people.
    rows = given.drawn(len(inputs), 2_000, 4)
    chosen = inputs.iloc[rows]
    decided = [model.predict(chosen.assign(sex_code=code)) for code in (0, 1)]
    (sex,) = (
        one for one in found if one.metric == "flip_rate" and one.by == "sex" and not one.group
    )
    assert sex.value == pytest.approx((decided[0] != decided[1]).mean())
