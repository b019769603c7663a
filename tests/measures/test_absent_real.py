"""Who is absent, in real data: published figures, and bounds held against the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pytest import approx

from isg_audit.measures import measure_counts
from isg_audit.measures.coverage.representation import representation
from isg_audit.measures.measurement import Measurement
from isg_audit.measures.plan import Plan
from isg_audit.spec import Spec
from isg_audit.tally.population import read_population
from tests.audits import spec_of, tally_of
from tests.docs.blocks import TOP
from tests.shared_data import oracles, real_data

PAGE = TOP / "docs" / "absent.md"

pytestmark = pytest.mark.shared


def flagged_against_random(table: pd.DataFrame, attribute: str, folder) -> dict[str, Measurement]:
    """The people whom the model picked, against the random control sample: ratio by group."""
    random = table[table.selection_method == "Random"][attribute].value_counts()
    pd.DataFrame(
        {attribute: random.index, "people": random.to_numpy(), "se": np.sqrt(random.to_numpy())}
    ).to_csv(folder / "random.csv", index=False)
    picked = table[table.selection_method != "Random"]
    picked = picked.assign(decision=(np.arange(len(picked)) > 0).astype(int))
    part = {"source": "random.csv", "error": "se", "whole": False}
    base = spec_of((attribute,), favourable=0).model_dump(exclude_unset=True)
    spec = Spec.model_validate(base | {"population": part})
    population = read_population(spec, folder)
    assert population is not None
    tally = tally_of(picked, spec)
    found = representation(tally, Plan((attribute,)), population.as_in(tally))
    return {
        one.group: one
        for one in found
        if isinstance(one, Measurement) and one.metric == "representation_ratio"
    }


def sweden(name: str) -> pd.DataFrame:
    table = pd.read_csv(real_data("sweden_vab") / f"{name}_1dec.csv.gz")
    if name == "education":
        # The publisher takes the three people of unknown education as high.
        table = table.assign(education=(~(table.education <= 3)).astype(int))
    return table


@pytest.mark.parametrize(
    ("name", "attribute", "groups"),
    [
        ("gender", "gender", {"K": "women", "M": "men"}),
        ("education", "education", {"0": "low education", "1": "high education"}),
        ("foreign", "foreign_background", {"0": "Swedish background", "1": "foreign background"}),
    ],
)
def test_over_representation_as_published(name, attribute, groups, tmp_path):
    found = flagged_against_random(sweden(name), attribute, tmp_path)
    known = oracles("sweden_vab")
    for level, group in groups.items():
        assert found[level].value == approx(known[f"{group}.over"], rel=1e-9)
        assert found[level].low < found[level].value < found[level].high


def test_the_page_has_the_figures_of_the_control_sample(tmp_path):
    table, page = sweden("gender"), PAGE.read_text(encoding="utf-8")
    for part in (table, table[table.result == "No Errors Found"]):
        for one in flagged_against_random(part, "gender", tmp_path).values():
            assert f"{one.value:.2f} ({one.low:.2f} to {one.high:.2f})" in page


def test_bounds_hold_the_truth_where_outcomes_are_hidden():
    """COMPAS with the outcomes of those flagged hidden, as if nobody had been let go of them."""
    rows = pd.read_csv(real_data("compas") / "data.csv.gz", low_memory=False)
    rows = rows[rows.race.isin(["African-American", "Caucasian"])]
    rows = rows.assign(
        decision=rows.score_text.isin(["Medium", "High"]).astype(int), outcome=rows.two_year_recid
    )
    roles = {
        "favourable": 0, "outcome": "outcome", "outcome_favourable": 0, "positive": "unfavourable"
    }  # fmt: skip
    spec = spec_of(("race",), **roles)
    columns = ["race", "decision", "outcome"]
    whole = measure_counts(tally_of(rows[columns], spec), Plan(("race",)))
    hidden = rows[columns].assign(outcome=rows.outcome.where(rows.decision == 0))
    found = measure_counts(tally_of(hidden, spec), Plan(("race",)))
    page = PAGE.read_text(encoding="utf-8")
    for metric in ("base_rate", "false_positive_rate", "false_negative_rate", "precision"):
        for group in ("African-American", "Caucasian"):
            true = _row(whole, metric, group)
            bounds = _row(found, f"{metric}_bounds", group)
            assert bounds.low <= true.value <= bounds.high
    for group in ("African-American", "Caucasian"):
        true, bounds = (_row(one, name, group) for one, name in (
            (whole, "false_positive_rate"), (found, "false_positive_rate_bounds")))  # fmt: skip
        assert f"| {group} | {_ends(bounds)} | {100 * true.value:.1f}% |" in page
        assert _row(found, "false_positive_rate", group).value is None


def _row(found, metric: str, group: str) -> Measurement:
    return next(
        one for one in found.measured
        if (one.metric, one.group, one.versus) == (metric, group, "")
    )  # fmt: skip


def _ends(one: Measurement) -> str:
    return f"{100 * one.low:.1f}% to {100 * one.high:.1f}%"


def test_stops_for_every_thousand_people_of_a_neighbourhood(tmp_path):
    from isg_audit.measures.coverage.per_population import per_population

    folder = real_data("mpls_stops")
    stops = pd.read_csv(folder / "data.csv.gz")
    places = pd.read_csv(folder / "neighbourhoods.csv")
    places.to_csv(tmp_path / "places.csv", index=False)
    base = spec_of(("neighborhood",), decision="personSearch", favourable="NO").model_dump(
        exclude_unset=True
    )
    part = {"source": "places.csv", "people": "population"}
    spec = Spec.model_validate(base | {"population": part})
    population = read_population(spec, tmp_path)
    assert population is not None
    tally = tally_of(stops, spec)
    found = per_population(tally, Plan(("neighborhood",)), population.as_in(tally))
    rates = {one.group: one for one in found if one.metric == "decisions_per_thousand"}
    counted = stops.neighborhood.value_counts()
    people = places.set_index("neighborhood").population
    assert rates["Downtown West"].value == approx(
        1000 * counted["Downtown West"] / people["Downtown West"]
    )
    assert rates["Downtown West"].value > 20 * rates["Fulton"].value


def test_offers_against_applicants_in_new_york(tmp_path):
    schools = pd.read_csv(real_data("nyc_hs_admissions") / "data.csv.gz")
    groups = ["Asian", "Black", "Hispanic", "Other", "White"]
    # The publisher takes the middle of a hidden cell, 0 to 5 people.
    known = schools.replace({"s": 2.5, "s^": 2.5})
    applied, offered = (
        [round(pd.to_numeric(known[f"{one}_{what}"]).sum()) for one in groups]
        for what in ("applicants", "offers")
    )
    pd.DataFrame({"race": groups, "people": applied}).to_csv(tmp_path / "a.csv", index=False)
    log = pd.DataFrame({"race": groups, "decision": [1] * 4 + [0], "n": offered})
    base = spec_of(("race",), count="n").model_dump(exclude_unset=True)
    spec = Spec.model_validate(base | {"population": {"source": "a.csv"}})
    population = read_population(spec, tmp_path)
    assert population is not None
    tally = tally_of(log, spec)
    found = representation(tally, Plan(("race",)), population.as_in(tally))
    ratios = {one.group: one for one in found if one.metric == "representation_ratio"}
    # Offers go less often to Black and Hispanic applicants, more often to white ones.
    assert ratios["Black"].high < 1
    assert ratios["Hispanic"].high < 1
    assert ratios["White"].low > 1
    assert ratios["White"].value == approx(1.2157, abs=5e-4)


def test_people_of_tracts_without_a_score_are_told_together_with_those_without_a_value():
    from isg_audit.measures.coverage.unprocessed import unprocessed

    tracts = pd.read_csv(real_data("calenviroscreen") / "data.csv.gz")
    tracts = tracts.assign(decision=tracts["SB 535 Disadvantaged Community"])
    roles = {"favourable": "Yes", "score": "CES 3.0 Score"}
    spec = spec_of({"poverty": {"column": "Poverty", "cut": [19.2, 51.5]}}, **roles)
    found = list(unprocessed(tally_of(tracts, spec), Plan(("poverty",))))
    everybody = next(one for one in found if not one.by)
    known = oracles("calenviroscreen")
    assert everybody.value == approx((known["n"] - known["scored"]) / known["n"])
