"""Where people drop out: published counts, laws, silent cases."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import DataError
from isg_audit.spec.checks import check
from isg_audit.stats import stage_shares
from tests.shared_data import oracles, real_data
from tests.voiced import STAGES, Found, funnel, log, spec_of

MEASURE = "coverage.stages"
ROWS = [{"name": name, "column": name, "reached": [1]} for name in STAGES]
BARE = {"decision": None, "favourable": None, "score": "s"}


def found_of(data: pd.DataFrame, **tables: object) -> Found:
    return Found(data.assign(s=0.5), spec_of(decisions=BARE, stages=ROWS, **tables))


@pytest.fixture(scope="module")
def found() -> Found:
    return found_of(funnel())


def test_rates_of_known_counts(found: Found) -> None:
    passed = [found(MEASURE, "pass_rate", "y", feature=name) for name in STAGES]
    assert [one.value for one in passed] == approx([1, 0.8, 0.5, 1 / 3])
    assert [one.n for one in passed] == [900, 900, 720, 360]
    came = [found(MEASURE, "reach_rate", "y", feature=name).value for name in STAGES]
    assert came == approx([1, 0.8, 0.4, 2 / 15])
    gap = found(MEASURE, "pass_rate.difference", "y", "rest", "selected")
    assert gap.value == approx(-0.2) and gap.affected == approx(144)


def test_shares_are_those_of_the_statistic(found: Found) -> None:
    ours = ([900, 720, 360, 120], [900, 900, 720, 360])
    theirs = ([2000, 1840, 1288, 644], [2000, 2000, 1840, 1288])
    shares = stage_shares(*ours, *theirs)
    for at, name in enumerate(STAGES):
        row = found(MEASURE, "stage_share", "y", "rest", name)
        assert (row.value, row.low, row.high) == approx(
            (shares.share[at], shares.limits.low[at], shares.limits.high[at])
        )


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=30, max_size=60), min_size=2, max_size=2))
def test_ratios_of_stages_multiply_to_the_final_one(far: list[list[int]]) -> None:
    rows = [
        {"group": group, **{name: int(one > at) for at, name in enumerate(STAGES)}}
        for group, each in zip("ab", far, strict=True)
        for one in [*each, 4]
    ]
    found = found_of(pd.DataFrame(rows))
    ratios = [found(MEASURE, "pass_rate.ratio", "a", "rest", name).value for name in STAGES]
    final = found(MEASURE, "reach_rate.ratio", "a", "rest", STAGES[-1]).value
    assert math.prod(one or 0.0 for one in ratios) == approx(final)
    shares = [found(MEASURE, "stage_share", "a", "rest", name).value for name in STAGES]
    if None not in shares:
        assert sum(one or 0.0 for one in shares) == approx(1)


def test_a_later_stage_without_an_earlier_one_is_told(found: Found) -> None:
    assert found(MEASURE, "out_of_order").value == 0
    data = funnel()
    data.loc[data.index[:40], ["complete", "selected"]] = [0, 1]
    wrong = found_of(data)
    row = wrong(MEASURE, "out_of_order")
    assert row.value == 40 and "without one before it" in row.note
    selected = wrong(MEASURE, "pass_rate", feature="selected")
    assert selected.n == data.complete.sum(), "they count up to the stage that is missing"


def test_empty_marks_are_not_passed_and_told() -> None:
    data = funnel().astype({"selected": float})
    data.loc[data.index[:200], "selected"] = float("nan")
    row = found_of(data)(MEASURE, "pass_rate", feature="selected")
    assert row.value is not None and row.value < 0.62 and "have no mark" in row.note


def test_a_stage_may_rest_on_the_decision_or_on_days() -> None:
    data = log()
    stages = [{"name": "favoured"}, {"name": "appealed", "column": "appealed_on"}]
    found = Found(data, spec_of(stages=stages))
    assert found(MEASURE, "pass_rate", "a", feature="favoured").value == approx(
        data[data.group == "a"].decision.mean()
    )
    assert found(MEASURE, "out_of_order").value == data.appealed_on.notna().sum()
    with pytest.raises(DataError, match="holds no dates"):
        Found(data, spec_of(stages=[{"name": "told", "column": "told"}]))
    with pytest.raises(DataError, match="no value of column 'told' means reached"):
        Found(data, spec_of(stages=[{"name": "told", "column": "told", "reached": ["x"]}]))


def test_without_stages_the_reason_is_given() -> None:
    found = Found(log(), spec_of())
    assert found.why(MEASURE) == "the audit file names no stages ([[stages]])"


def test_investigations_in_sweden() -> None:
    """Selected by the model (a burden), then found with errors, as published."""
    data = pd.read_csv(real_data("sweden_vab") / "gender_1dec.csv.gz")
    published = oracles("sweden_vab")
    spec = spec_of(
        ("gender",),
        decisions={"decision": "selection_method", "favourable": "Random",
                   "unfavourable": sorted(set(data.selection_method) - {"Random"})},
        stages=[
            {"name": "picked by the model", "column": "selection_method", "burden": True,
             "reached": sorted(set(data.selection_method) - {"Random"})},
            {"name": "errors found", "column": "result", "burden": True,
             "reached": sorted(set(data.result) - {"No Errors Found"})},
        ],
    )  # fmt: skip
    found = Found(data, spec)
    wrong = found(MEASURE, "pass_rate", feature="errors found")
    assert wrong.n == published["n.algo"]
    assert wrong.value == approx(published["err.algo"])
    row = found(MEASURE, "pass_rate.difference", "K", "rest", "picked by the model")
    assert row.value is not None and row.value > 0 and row.affected is not None
    every = data[data.selection_method != "Random"]
    assert (every.gender == "M").mean() * 100 == approx(published["men.share_algo"], abs=1e-4)


@pytest.mark.parametrize(
    ("stages", "said"),
    [
        ([{"name": "a"}, {"name": "a", "column": "x"}], "two stages are called 'a'"),
        ([{"name": "a"}, {"name": "b"}], "two stages rest on the decision itself"),
        ([{"name": " "}], "must not be blank"),
        ([{"name": "a", "reached": [1]}], "'reached' is given, but no 'column'"),
    ],
)
def test_faults_of_stages(stages: list[dict[str, object]], said: str) -> None:
    assert any(said in one.what for one in check(spec_of(stages=stages)))


def test_a_stage_without_column_needs_a_decision() -> None:
    spec = spec_of(decisions=BARE, stages=[{"name": "a"}])
    assert any("no decision that the stage could rest on" in one.what for one in check(spec))


def test_stops_in_minneapolis() -> None:
    """Of the stops whose search is recorded, the share searched by race, as verified apart."""
    data = pd.read_csv(real_data("mpls_stops") / "data.csv.gz", keep_default_na=False)
    verified = oracles("mpls_stops")
    spec = spec_of(
        {"race": {"unknown": ["Unknown", "", "NA"]}},
        decisions={"decision": "personSearch", "favourable": "NO"},
        stages=[
            {"name": "recorded", "column": "personSearch", "reached": ["YES", "NO"]},
            {"name": "searched", "column": "personSearch", "reached": ["YES"], "burden": True},
        ],
    )
    found = Found(data, spec)
    every = found(MEASURE, "pass_rate", feature="searched")
    assert (every.value, every.n) == (approx(verified["search"]), verified["n.known"])
    for race in ("Black", "Native American", "East African", "Latino"):
        row = found(MEASURE, "pass_rate", race, feature="searched")
        assert (row.value, row.n) == (approx(verified[f"search.{race}"]), verified[f"n.{race}"])
    worst = found(MEASURE, "pass_rate.difference", "Native American", "rest", "searched")
    assert worst.affected is not None and worst.affected > 200, "searched beyond others' rate"
