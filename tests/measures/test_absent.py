"""Who is not in the data: oracles, laws, and nobody at all."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from isg_audit import run
from isg_audit.errors import DataError
from isg_audit.measures.coverage.patterns import due_but_missing, minimal_uncovered
from isg_audit.measures.coverage.representation import representation
from isg_audit.measures.coverage.uncovered import uncovered
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.spec import AuditFile, Spec
from isg_audit.tally.population import Population, read_population
from tests.audits import spec_of, tally_of


def rows_of(findings, measure, metric=None):
    found = [one for one in findings if isinstance(one, Measurement) and one.measure == measure]
    return [one for one in found if metric is None or one.metric == metric]


def reasons_of(findings, measure):
    return [
        one.reason for one in findings if isinstance(one, NotMeasured) and one.measure == measure
    ]


def population(people, levels=("a", "b", "c", "d"), **more) -> Population:
    cells = len(people)
    return Population(
        attributes=("group",),
        levels=(levels,),
        codes=np.arange(cells, dtype=np.int32)[:, None],
        people=np.array(people, dtype=float),
        variance=np.zeros(cells),
        **more,
    )


def log_of(counts: dict[str, int]) -> pd.DataFrame:
    group = np.repeat(list(counts), list(counts.values()))
    return pd.DataFrame({"group": group, "decision": np.arange(len(group)) % 2})


def held(counts, people, **more):
    tally = tally_of(log_of(counts), spec_of())
    return list(representation(tally, Plan(("group",)), population(people, **more).as_in(tally)))


# ------------------------------------------------------------------ representation


def test_the_oracle_of_the_methods_reference():
    found = held({"a": 650, "b": 250, "c": 85, "d": 15}, [60, 28, 9, 3])
    ratios = {
        one.group: one for one in rows_of(found, "coverage.representation", "representation_ratio")
    }
    assert [ratios[g].value for g in "abcd"] == approx([1.0833, 0.8929, 0.9444, 0.5], abs=5e-5)
    assert (ratios["d"].low, ratios["d"].high) == approx((0.304, 0.820), abs=5.1e-4)
    chi = rows_of(found, "coverage.representation", "population_chi_square")[0]
    assert (chi.value, chi.p_value) == approx((15.15873, 0.001686), abs=5e-6)
    apart = rows_of(found, "coverage.representation", "representation_difference")
    missing = {one.group: one.affected for one in apart}
    assert missing["d"] == approx(15)  # 3 % of 1,000 people are 30
    assert missing["a"] is None


def test_a_group_that_is_not_there_at_all_is_told_and_one_beyond_the_population_too():
    found = held({"a": 50, "b": 30, "x": 20}, [50, 40, 10], levels=("a", "b", "z"))
    nobody = next(one for one in rows_of(found, "coverage.representation") if one.group == "z")
    assert nobody.value == 0
    assert "nobody of this group is in the log" in nobody.note
    assert any("the population has nobody of: x" in one for one in
               reasons_of(found, "coverage.representation"))  # fmt: skip
    # Shares are among groups that the population has: 50 of 80, not of 100.
    assert rows_of(found, "coverage.representation")[0].value == approx(50 / 80 / 0.5)


def test_who_cannot_appear_is_not_measured_and_says_so():
    found = held({"a": 50, "b": 30}, [5, 5], levels=("a", "b"), cannot_appear=("No papers.",))
    assert reasons_of(found, "coverage.beyond_population") == ["No papers"]


def test_without_a_population_it_is_not_measured():
    tally = tally_of(log_of({"a": 50, "b": 30}), spec_of())
    found = list(representation(tally, Plan(("group",)), None))
    assert "names no reference population" in found[0].reason


@given(st.lists(st.integers(1, 200), min_size=2, max_size=4))
@settings(max_examples=25, deadline=None)
def test_a_log_that_is_the_population_has_ratios_of_1(counts):
    names = ("a", "b", "c", "d")[: len(counts)]
    found = held(dict(zip(names, counts, strict=True)), counts, levels=names)
    for one in rows_of(found, "coverage.representation", "representation_ratio"):
        assert one.value == approx(1)
        assert one.low <= 1 <= one.high
        assert one.p_value == approx(1)


# ------------------------------------------------------------------ the population's table


def read(text: str, tmp_path, groups=("sex",), **part) -> Population:
    (tmp_path / "census.csv").write_text(text, encoding="utf-8")
    spec = Spec.model_validate(
        spec_of(groups).model_dump(exclude_unset=True)
        | {"population": {"source": "census.csv", **part}}
    )
    found = read_population(spec, tmp_path)
    assert found is not None
    return found


def test_margins_come_from_a_joint_table_and_errors_add_up(tmp_path):
    found = read(
        "sex,age,people,se\nF,under 40,60,3\nF,40 or over,40,4\nM,under 40,50,0\n,under 40,7,0\n",
        tmp_path,
        groups={"sex": {}, "age": {"cut": [40]}},
        error="se",
    )
    assert found.by(["sex"]) == {"F": (100.0, 25.0), "M": (50.0, 0.0)}
    assert found.by(["sex", "age"])["F × 40 or over"] == (40.0, 16.0)
    assert found.unknown("sex") == approx(7 / 157)


def test_values_are_those_of_the_log_where_they_are_the_same_number(tmp_path):
    found = read("group,people\n1.0,60\n2,40\n", tmp_path, groups=("group",))
    frame = pd.DataFrame({"group": [1, 2, 3] * 5, "decision": [0, 1, 1] * 5})
    assert set(found.as_in(tally_of(frame, spec_of())).by(["group"])) == {"1", "2"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sex,n\nF,5\n", "has no column 'people'"),
        ("gender,people\nF,5\n", "no column named as an attribute"),
        ("sex,people\nF,many\n", "holds no numbers"),
        ("sex,people\nF,-5\nM,4\n", "negative"),
        ("sex,people\nF,\nM,4\n", "missing in 1"),
        ("sex,people\nF,0\nM,0\n", "counts nobody"),
    ],
)
def test_what_is_wrong_with_it_is_told(text, said, tmp_path):
    with pytest.raises(DataError, match=said):
        read(text, tmp_path)


def test_bands_that_are_none_are_told_all_at_once_with_the_nearest(tmp_path):
    with pytest.raises(DataError) as told:
        read("age,people\nunder 41,5\nover 40,6\n", tmp_path, groups={"age": {"cut": [40]}})
    assert "'under 41'" in str(told.value)
    assert "'over 40'" in str(told.value)
    assert "under 40" in str(told.value)


# ------------------------------------------------------------------ uncovered combinations


def brute(codes, people, sizes, least):
    """Every minimal uncovered pattern, by its definition."""

    def count(pattern):
        keep = np.ones(len(codes), dtype=bool)
        for place, value in enumerate(pattern):
            if value is not None:
                keep &= codes[:, place] == value
        return people[keep].sum()

    found = set()
    for pattern in product(*([None, *range(size)] for size in sizes)):
        given_values = [place for place, value in enumerate(pattern) if value is not None]
        if not given_values or count(pattern) >= least:
            continue
        parents = [
            tuple(None if at == place else value for at, value in enumerate(pattern))
            for place in given_values
        ]
        if all(count(parent) >= least for parent in parents):
            found.add(pattern)
    return found


@given(st.integers(0, 10_000), st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_they_are_exactly_those_of_the_definition(seed, least):
    random = np.random.default_rng(seed)
    sizes = [int(one) for one in random.integers(1, 5, random.integers(1, 5))]
    codes = np.column_stack([random.integers(-1, size, 40) for size in sizes]).astype(np.int32)
    people = random.integers(0, 25, 40).astype(float)
    found = set()
    for one in minimal_uncovered(codes, people, sizes, least):
        for values in one.values:
            pattern: list[int | None] = [None] * len(sizes)
            for place, value in zip(one.attributes, values, strict=True):
                pattern[place] = int(value)
            found.add(tuple(pattern))
    assert found == brute(codes, people, sizes, least)


def test_what_is_due_and_missing_is_told_at_its_most_general():
    codes = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.int32)
    here = np.array([100.0, 100.0, 5.0, 20.0])
    due = np.array([90.0, 60.0, 40.0, 35.0])
    found = list(due_but_missing(codes, here, due, [2, 2], 30))
    assert [(one.attributes, one.values.tolist()) for one in found] == [((0,), [[1]])]
    here = np.array([100.0, 100.0, 5.0, 70.0])
    found = list(due_but_missing(codes, here, due, [2, 2], 30))
    assert [(one.attributes, one.values.tolist()) for one in found] == [((0, 1), [[1, 0]])]


def test_names_alone_are_told():
    frame = pd.concat([log_of({"a": 100, "b": 100}), log_of({"c": 7})])
    tally = tally_of(frame, spec_of())
    found = list(uncovered(tally, Plan(("group",)), None))
    named = rows_of(found, "coverage.uncovered", "uncovered_combination")
    assert [(one.group, one.value, one.n, one.note) for one in named] == [
        ("c", None, 0, "fewer than 30 people")
    ]
    assert rows_of(found, "coverage.uncovered", "uncovered_combinations")[0].value == 1


def test_eight_attributes_of_thirty_values_are_searched_in_seconds():
    from time import perf_counter

    random = np.random.default_rng(1)
    codes = random.integers(0, 30, (200_000, 8)).astype(np.int32)
    start = perf_counter()
    number = sum(
        len(one.values) for one in minimal_uncovered(codes, np.ones(200_000), [30] * 8, 30, 4)
    )
    assert number > 100_000
    assert perf_counter() - start < 20


# ------------------------------------------------------------------ missing inputs


def missing_log(random, people=600):
    group = np.repeat(["a", "b"], [200, 400])
    income = np.ones(people)
    income[:30] = np.nan  # 30 of 200
    income[200:220] = np.nan  # 20 of 400
    job = np.where(np.arange(people) % 3 == 0, " ", "x")
    return pd.DataFrame(
        {"group": group, "income": income, "job": job, "decision": random.integers(0, 2, people)}
    )


def audit_of(frame, tmp_path, **more):
    spec = spec_of(audit={"legitimate": ["income", "job"], **more.pop("audit", {})}, **more)
    return run(AuditFile.in_memory(spec, tmp_path), frame)


def test_missing_inputs_oracle_of_the_methods_reference(tmp_path):
    frame = missing_log(np.random.default_rng(1))
    found = audit_of(frame, tmp_path).findings
    rows = rows_of(found, "coverage.missing_inputs", "missing_input_rate.difference")
    ours = next(one for one in rows if (one.group, one.feature) == ("a", "income"))
    assert (ours.value, ours.low, ours.high) == approx((0.10, 0.049886, 0.158695), abs=5e-7)
    assert ours.p_value == approx(6.288e-05, abs=5e-9)
    assert ours.affected == approx(20)
    blank = rows_of(found, "coverage.missing_inputs", "missing_input_rate")
    everybody = next(one for one in blank if not one.by and one.feature == "job")
    assert everybody.value == approx(200 / 600)  # a blank text is missing
    largest = rows_of(found, "coverage.missing_inputs", "largest_missing_gap")[0]
    assert largest.value == approx(0.10)
    assert "a, income" in largest.note
    assert largest.low < ours.low  # allowed for the search
    assert largest.high >= ours.high


def test_missing_by_decision_is_found_where_it_was_planted(tmp_path):
    random = np.random.default_rng(2)
    frame = missing_log(random)
    frame.loc[frame.decision == 0, "income"] = np.where(
        random.random((frame.decision == 0).sum()) < 0.5, np.nan, 1.0
    )
    found = audit_of(frame, tmp_path).findings
    rows = rows_of(found, "coverage.missing_inputs", "missing_by_decision")
    income = next(one for one in rows if one.feature == "income")
    assert income.low > 0.2
    assert income.p_adjusted < 1e-6
    assert not any(one.p_adjusted < 0.01 for one in rows if one.feature == "job")


def test_few_people_without_a_value_and_whoever_hides_them_tell_their_smallest_count(tmp_path):
    group = np.repeat(["a", "b", "c"], [300, 300, 300])
    income = np.ones(900)
    income[:4] = np.nan
    income[300:340] = np.nan
    income[600:660] = np.nan
    frame = pd.DataFrame({"group": group, "income": income, "job": "x",
                          "decision": np.arange(900) % 2})  # fmt: skip
    found = audit_of(frame, tmp_path).findings
    rows = rows_of(found, "coverage.missing_inputs", "missing_input_rate")
    smallest = {one.group: one.smallest for one in rows if one.feature == "income" and one.by}
    assert smallest["a"] == 4
    assert sum(one == 4 for one in smallest.values()) == 2  # another one hides it
    assert None in smallest.values()


def test_no_inputs_no_figures(tmp_path):
    frame = missing_log(np.random.default_rng(1))
    found = run(AuditFile.in_memory(spec_of(), tmp_path), frame).findings
    assert "no inputs are named" in reasons_of(found, "coverage.missing_inputs")[0]


# ------------------------------------------------------------------ could not be processed


def test_without_decision_or_score_is_one_figure(tmp_path):
    frame = missing_log(np.random.default_rng(1))
    score = np.linspace(0, 1, 600)
    decision = frame.decision.astype(float)
    score[:40], decision[20:60] = np.nan, np.nan  # 60 in either, 20 in both
    frame = frame.assign(score=score, decision=decision)
    found = audit_of(frame, tmp_path, score="score").findings
    rows = rows_of(found, "coverage.unprocessed", "unprocessed_rate")
    assert next(one.value for one in rows if not one.by) == approx(60 / 600)
    gap = rows_of(found, "coverage.unprocessed", "unprocessed_rate.difference")[0]
    assert (gap.group, gap.value) == ("a", approx(0.3))


# ------------------------------------------------------------------ events per head


def test_decisions_for_every_thousand_people(tmp_path):
    (tmp_path / "census.csv").write_text("group,people\na,10000\nb,80000\n", encoding="utf-8")
    frame = missing_log(np.random.default_rng(1))
    base = spec_of(audit={"legitimate": ["income"]}).model_dump(exclude_unset=True)
    for whole in (True, False):
        part = {"source": "census.csv", "whole": whole}
        spec = Spec.model_validate(base | {"population": part})
        found = run(AuditFile.in_memory(spec, tmp_path), frame).findings
        rows = rows_of(found, "coverage.per_population", "decisions_per_thousand")
        if not whole:
            assert rows == []
            assert reasons_of(found, "coverage.per_population") == [
                "the population is a sample of people"
            ]
            continue
        assert {one.group: one.value for one in rows} == approx({"a": 20.0, "b": 5.0})
        ratio = rows_of(found, "coverage.per_population", "decisions_per_thousand.ratio")[0]
        assert ratio.value == approx(4.0)
        assert ratio.low < 4 < ratio.high
