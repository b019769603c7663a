"""Remedies that are trained: fairlearn's own draws, who is drawn, what is told, silent cases."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import isg_audit
from isg_audit.measures import Measurement, NotMeasured, mitigating
from isg_audit.measures.impact.remedies import change_of, remedies
from isg_audit.measures.mitigating import Mitigated, mitigated
from isg_audit.measures.people_to_mitigate import People
from isg_audit.measures.plan import Plan
from isg_audit.spec import Spec
from isg_audit.spec.remedy_part import RemedyPart

PLAN = Plan(attributes=("group",))
MEASURE = "impact.remedies"


def lending(rows: int = 900, seed: int = 3) -> pd.DataFrame:
    """A score that is as good for both groups, and a threshold that is set higher for one."""
    rng = np.random.default_rng(seed)
    group = np.where(rng.random(rows) < 0.4, "b", "a")
    skill, other = rng.normal(size=(2, rows))
    repaid = (skill + 0.5 * rng.normal(size=rows) > 0).astype(int)
    granted = (skill > np.where(group == "b", 0.7, -0.1)).astype(int)
    return pd.DataFrame(
        {
            "group": group, "skill": skill, "other": other,
            "town": np.where(other > 0, "north", "south"),
            "repaid": repaid, "granted": granted, "score": skill,
        }
    )  # fmt: skip


def people(frame: pd.DataFrame, **changed: Any) -> People:
    first = np.arange(len(frame)) % 2 == 0
    made: dict[str, Any] = {
        "features": frame[["skill", "other", "town"]],
        "groups": {"group": frame["group"].to_numpy(dtype=object)},
        "good": frame["repaid"].to_numpy() == 1,
        "before": frame["granted"].to_numpy() == 1,
        "score": frame["score"].to_numpy(),
        "weight": np.ones(len(frame)),
        "person": None,
        "first": first,
        "stands_for": 2.0,
        "left_out": (),
    }
    return People(**made | changed)


def silent(step: str, done: int, total: int | None) -> None:
    pass


@cache
def tried() -> Mitigated:
    part = RemedyPart(aims=("no_group_worse", "equal_opportunity", "equalized_odds"), gaps=(0.02,))
    return mitigated(people(lending()), "group", part, 1, silent)


def found(one: Mitigated) -> dict[tuple[str, str, str], Measurement]:
    return {
        (row.metric, row.feature, row.group): row
        for row in remedies([one], PLAN, MEASURE)
        if isinstance(row, Measurement)
    }


def test_every_remedy_is_tried_and_the_one_that_takes_least_first():
    names = [point.name for point, _ in tried().decided]
    assert names[:2] == ["plain model / accuracy", "exponentiated gradient / no_group_worse / 0.02"]
    assert names[-1] == "correlation removal / accuracy"
    assert len(names) == 1 + 3 + 3 + 2 + 1
    needs = {point.method for point, _ in tried().decided if point.needs_group}
    assert needs == {"thresholds by group (fairlearn)", "correlation removal"}
    assert all(((chance >= 0) & (chance <= 1)).all() for _, chance in tried().decided)


def test_the_expected_decision_is_the_mean_of_fairlearns_draws():
    from fairlearn.postprocessing import ThresholdOptimizer

    here = tried().people
    (chance,) = (
        chance
        for point, chance in tried().decided
        if point.name == "thresholds by group (fairlearn) / equalized_odds / 0.02"
    )
    fitted: list[Any] = []
    fit = ThresholdOptimizer.fit
    try:
        ThresholdOptimizer.fit = lambda self, *a, **k: fitted.append(fit(self, *a, **k)) or self
        part = RemedyPart(methods=("thresholds",), aims=("equalized_odds",))
        mitigated(here, "group", part, 1, silent)
    finally:
        ThresholdOptimizer.fit = fit
    draws = [
        fitted[0].predict(here.score[:, None], sensitive_features=tried().groups, random_state=seed)
        for seed in range(400)
    ]
    assert np.abs(np.mean(draws, axis=0) - chance).max() < 0.12
    assert np.mean(draws) == pytest.approx(chance.mean(), abs=0.005)


def test_a_threshold_set_higher_for_one_group_is_what_a_remedy_takes_away():
    rows = found(tried())
    gap = rows["gap", "as it is / equal_opportunity", ""]
    assert gap.low > 0.2
    for method in ("plain model / accuracy", "exponentiated gradient / equal_opportunity / 0.02",
                   "thresholds by group (fairlearn) / equal_opportunity / 0.02"):  # fmt: skip
        assert rows["gap_closed", method, ""].low > 0.1
        assert rows["levelling_down", method, ""].value == 0
        assert rows["gained", method, "b"].low > rows["lost", method, "b"].high
        assert rows["accuracy_change", method, ""].low > 0
    assert rows["worth_discussing_least_rise", "", ""].low > 0.1
    assert rows["gap_closed_at_no_cost", "", ""].low > 0.1


def test_people_stand_for_everybody_in_the_log():
    change = change_of(tried(), ~tried().people.first, None)
    assert change.heads.sum() == 450
    assert change.people.sum() == 1800
    assert np.array_equal(change.before, change.after)


def test_rows_of_one_person_count_as_one():
    frame = pd.concat([lending(400)] * 3, ignore_index=True)
    person = np.tile(np.arange(400), 3)
    one = people(frame, person=person, first=person % 2 == 0)
    change = change_of(Mitigated("group", one, one.groups["group"]), ~one.first, None)
    assert change.heads.sum() == 600
    assert change.cases.sum() == pytest.approx(200)


def test_a_small_group_is_named_and_left_out():
    frame = lending(500)
    frame.loc[:20, "group"] = "c"
    one = mitigated(people(frame), "group", RemedyPart(methods=()), 1, silent)
    assert one.too_few == ("c",)
    assert set(one.groups) == {"a", "b"}
    reasons = [row.reason for row in remedies([one], PLAN, MEASURE) if isinstance(row, NotMeasured)]
    assert any(reason.endswith(": c") for reason in reasons)


def audit(frame: pd.DataFrame, model: Any = None, remedy: Any = None, **roles: Any) -> Any:
    spec = Spec.model_validate(
        {
            "system": {"name": "Loans"},
            "decisions": {"source": "d.csv", "decision": "granted", "favourable": 1,
                          "outcome": "repaid", "outcome_favourable": 1, "score": "score"} | roles,
            "groups": {"group": {}},
            "audit": {"checklists": []},
            "remedy": {"features": ["skill", "town", "group"], "rows": 500, "gaps": [0.05],
                       "aims": ["equal_opportunity"], "methods": ["exponentiated_gradient"]}
            | (remedy or {}),
        }
    )  # fmt: skip
    return isg_audit.run(spec, frame, model=model)


def test_an_audit_that_asks_for_it_tells_it_and_says_how_far_it_is():
    steps: list[Any] = []
    spec = audit(lending(600)).audit_file.spec
    made = isg_audit.run(spec, lending(600), progress=lambda *step: steps.append(step))
    rows = [row for row in made.findings.measured if row.measure == MEASURE]
    assert {row.metric for row in rows} >= {"gap", "accuracy", "levelling_down", "gained", "lost"}
    assert all("trained without group" in row.note for row in rows)
    assert ("Trying remedies for group", 1, 2) in steps
    again = isg_audit.run(spec, lending(600))
    assert [row for row in again.findings.measured if row.measure == MEASURE] == rows


def test_where_the_log_has_no_decision_the_models_is_the_one_before():
    from sklearn.linear_model import LogisticRegression

    frame = lending(600).drop(columns=["granted", "score"])
    model = LogisticRegression().fit(frame[["skill"]], frame["repaid"])
    asked = {"features": ["skill"], "aims": ["equalized_odds"], "methods": ["thresholds"]}
    made = audit(frame, model, asked, decision=None, score=None)
    rows = [row for row in made.findings.measured if row.measure == MEASURE]
    plain = next(
        row for row in rows
        if (row.metric, row.feature) == ("accuracy_change", "plain model / accuracy")
    )  # fmt: skip
    assert abs(plain.value) < 0.03  # the same kind of model, on half of the people


def test_why_nothing_is_trained():
    frame = lending(600)

    def reason(made: Any) -> str:
        (one,) = (row for row in made.findings.not_measured if row.measure == MEASURE)
        return str(one.reason)

    assert "names no 'features'" in reason(audit(frame, remedy={"features": []}))
    assert "asks for no method" in reason(audit(frame, remedy={"methods": []}))
    assert "several cases" in reason(audit(frame.assign(n=1), count="n"))
    spec = audit(frame, remedy={"methods": []}).audit_file.spec.model_copy(update={"remedy": None})
    assert "no table [remedy]" in reason(isg_audit.run(spec, frame))


def test_only_two_known_deprecations_of_fairlearn_are_passed_over():
    assert len(mitigating._PANDAS) == 2
    with pytest.raises(UserWarning, match="another"), mitigating._looked_at():
        import warnings

        warnings.warn("another", UserWarning, stacklevel=1)
