"""Recourse: against every reachable point, against the closed form of a linear model, and laws."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from isg_audit.measures.explain import Explaining
from isg_audit.measures.explain.recourse import (
    Actions,
    Follows,
    Rule,
    Seeking,
    find_recourse,
    recourse,
)
from isg_audit.measures.explain.recourse.coverage import mean_of_cheapest, median_cost
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.sources.models.open_model import open_model


class Ruled:
    """A classifier that is a function of rows."""

    def __init__(self, accepts, features):
        self.accepts = accepts
        self.feature_names_in_ = np.array(features)
        self.classes_ = np.array(["grant", "refuse"])

    def predict(self, frame):
        return np.where(self.accepts(frame), "grant", "refuse")


def explaining_of(fitted, rows, actions=None, sex=None, **changed):
    sex = np.where(np.arange(len(rows)) % 2, "m", "f") if sex is None else sex
    population = rows.assign(sex=sex)
    groups = {"sex": population.sex.to_numpy(dtype=object)}
    seeking = Seeking(population, groups, Actions() if actions is None else actions)
    made = Explaining(
        model=open_model(fitted, ()), favourable="grant", sample=population, background=population,
        groups=groups, columns={"sex": "sex"}, seed=5, people=len(rows), recourse=seeking,
    )  # fmt: skip
    return replace(made, **changed), seeking


def made_rows(seed=0, rows=300):
    draw = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "a": draw.integers(0, 6, rows),
            "b": draw.integers(0, 4, rows).astype(float),
            "c": draw.choice(["x", "y", "z"], rows),
        }
    )


def share(rows, column, value):
    """Of the population at or below a value, by counting."""
    return float((rows[column] <= value).mean())


def least_cost(row, rows, accepts, moves):
    """Over every reachable point, one by one."""
    best = np.inf
    for point in product(*[[row[name], *moves(name, row[name])] for name in rows]):
        changed = dict(zip(rows, point, strict=True))
        cost = sum(
            0.3 if isinstance(row[name], str)
            else abs(share(rows, name, changed[name]) - share(rows, name, row[name]))
            for name in rows if changed[name] != row[name]
        )  # fmt: skip
        if cost < best and bool(accepts(pd.DataFrame([changed]))[0]):
            best = cost
    return best


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_the_least_cost_over_all_that_can_be_reached_is_found(seed):
    rows = made_rows(seed, 60)
    draw = np.random.default_rng(seed)
    table = draw.random((6, 4, 3)) < 0.06

    def accepts(frame):
        at = frame.c.map({"x": 0, "y": 1, "z": 2}).to_numpy()
        return table[frame.a.to_numpy(int), frame.b.to_numpy(int), at]

    actions = Actions({"a": Rule(direction=1), "b": Rule(most=2.0)})
    explaining, seeking = explaining_of(Ruled(accepts, ["a", "b", "c"]), rows, actions)
    found = find_recourse(explaining, seeking)
    if isinstance(found, str):
        return
    seen = {name: sorted(set(rows[name].tolist())) for name in rows}
    allowed = {"a": lambda new, old: new > old, "b": lambda new, _: new <= 2, "c": lambda *_: True}

    def moves(name, old):
        return [new for new in seen[name] if new != old and allowed[name](new, old)]

    assert found.exact
    for at, row in enumerate(found.rows[:12]):
        least = least_cost(rows.iloc[row].to_dict(), rows, accepts, moves)
        assert found.cost[at] == pytest.approx(least, abs=1e-12)
        assert found.found[at] == np.isfinite(least)


def test_one_number_of_a_linear_model_moves_as_far_as_the_closed_form_says():
    rows = pd.DataFrame({"income": np.arange(200.0), "debt": np.zeros(200)})
    fitted = Ruled(lambda frame: frame.income.to_numpy() - 3 * frame.debt.to_numpy() >= 150,
                   ["income", "debt"])  # fmt: skip
    explaining, seeking = explaining_of(fitted, rows)
    found = find_recourse(explaining, seeking)
    # Every value is seen once, so a step of one costs 1/200; the goal is 150.
    assert found.cost == pytest.approx((150 - np.arange(150)) / 200)
    assert (found.after[:, 0] == 150).all()


def boosted(rows, seed=0):
    draw = np.random.default_rng(seed + 1)
    worth = rows.income / 10 - rows.debt / 5 + 2 * (rows.area == "n") + draw.normal(0, 1, len(rows))
    features = ["income", "debt", "ratio", "area", "age"]
    pipeline = make_pipeline(
        ColumnTransformer([("text", OneHotEncoder(), ["area"])], remainder="passthrough"),
        HistGradientBoostingClassifier(max_iter=15, random_state=0),
    )
    return pipeline.fit(rows[features], np.where(worth > 2.5, "grant", "refuse"))


def people(rows=400, seed=3):
    draw = np.random.default_rng(seed)
    income, debt = draw.integers(10, 90, rows), draw.integers(1, 40, rows)
    return pd.DataFrame(
        {
            "income": income,
            "debt": debt,
            "ratio": debt / income,
            "area": draw.choice(["n", "s", "w"], rows),
            "age": draw.integers(18, 80, rows),
        }
    )


RULES = {
    "age": Rule(immutable=True),
    "income": Rule(direction=1, most=80.0),
    "debt": Rule(direction=-1, least=5.0),
    "ratio": Rule(follows=Follows("ratio", "debt", "income")),
    "area": Rule(allowed=("n", "w")),
}


@pytest.fixture(scope="module")
def looked_for():
    rows = people()
    explaining, seeking = explaining_of(boosted(rows), rows, Actions(RULES, declared=True))
    return rows, explaining, seeking, find_recourse(explaining, seeking)


def test_every_change_keeps_the_rules_and_is_accepted(looked_for):
    _, explaining, _, found = looked_for
    before = found.scale.coding.frame(found.before)
    after = found.scale.coding.frame(found.after)
    assert found.found.any()
    assert (explaining.model.predict(after[found.found]) == "grant").all()
    assert (explaining.model.predict(before) == "refuse").all()
    assert (after.age == before.age).all()
    assert (after.income >= before.income).all()
    assert (after.debt <= before.debt).all()
    moved = after.income != before.income
    assert (after.income[moved] <= 80).all()
    assert (after.debt[after.debt != before.debt] >= 5).all()
    assert after.area[after.area != before.area].isin(["n", "w"]).all()
    np.testing.assert_allclose(after.ratio, after.debt / after.income)
    assert str(after.income.dtype).startswith("int")


def test_the_same_seed_gives_the_same(looked_for):
    _, explaining, seeking, found = looked_for
    again = find_recourse(explaining, seeking)
    np.testing.assert_array_equal(found.after, again.after)
    np.testing.assert_array_equal(found.cost, again.cost)
    np.testing.assert_array_equal(found.rows, again.rows)


def test_more_moves_never_cost_more(looked_for):
    _, explaining, seeking, found = looked_for
    single = find_recourse(explaining, seeking, pairs=False)
    assert (found.cost <= single.cost + 1e-12).all()


def test_protected_inputs_and_those_that_repeat_them_never_change():
    rows = people().assign(code=np.where(np.arange(400) % 2, 1, 2))
    fitted = Ruled(lambda frame: frame.code.to_numpy() == 1, ["code", "income"])
    explaining, seeking = explaining_of(fitted, rows)
    found = find_recourse(explaining, seeking)
    assert found.fixed == ("code",)
    assert not found.found.any()


def test_a_missing_value_can_be_supplied_for_a_step_but_never_taken_away():
    rows = pd.DataFrame({"a": [np.nan] * 20 + [1.0] * 20 + [2.0] * 20})
    fitted = Ruled(lambda frame: (frame.a.to_numpy() == 1) | frame.a.isna().to_numpy(), ["a"])
    explaining, seeking = explaining_of(fitted, rows)
    found = find_recourse(explaining, seeking)
    assert found.cost == pytest.approx(0.5)  # from 2 to 1, though missing would do as well
    other = Ruled(lambda frame: frame.a.to_numpy() == 2, ["a"])
    explaining, seeking = explaining_of(other, rows)
    supplied = find_recourse(explaining, seeking)
    assert supplied.cost[:20] == pytest.approx(0.3)


def test_many_inputs_are_searched_and_pruned():
    draw = np.random.default_rng(1)
    rows = pd.DataFrame(draw.normal(size=(300, 12)), columns=[f"x{at}" for at in range(12)])
    fitted = LogisticRegression().fit(
        rows, np.where(rows.sum(axis=1) + draw.normal(size=300) > 1, "grant", "refuse")
    )
    explaining, seeking = explaining_of(fitted, rows)
    found = find_recourse(explaining, seeking)
    assert found.found.all()
    after = found.scale.coding.frame(found.after)
    assert (explaining.model.predict(after) == "grant").all()


def rows_of(explaining):
    return {one.key: one for one in recourse(explaining) if isinstance(one, Measurement)}


def test_renaming_groups_renames_the_rows_and_nothing_else(looked_for):
    _, explaining, seeking, _ = looked_for
    names = {"f": "zeta", "m": "alpha"}
    population = seeking.population.assign(sex=seeking.population.sex.map(names))
    other = replace(
        seeking, population=population, groups={"sex": population.sex.to_numpy(dtype=object)}
    )
    ours, theirs = rows_of(explaining), rows_of(replace(explaining, recourse=other))
    assert any(one.group for one in ours.values())
    for key, one in ours.items():
        renamed = (*key[:3], names.get(key[3], key[3]), *key[4:])
        there = theirs[renamed]
        assert (one.value, one.low, one.high, one.n) == (
            there.value,
            there.low,
            there.high,
            there.n,
        )


def test_every_row_has_its_interval_around_it(looked_for):
    for one in rows_of(looked_for[1]).values():
        if one.low is not None and one.value is not None:
            assert one.low - 1e-12 <= one.value <= one.high + 1e-12, one.key
        assert one.note


def test_a_planted_gap_in_cost_is_found():
    rows = pd.DataFrame({"income": np.tile(np.arange(100), 8)})
    sex = np.repeat(["f", "m"], 400)
    rows["income"] = rows.income + np.where(sex == "m", 30, 0)
    fitted = Ruled(lambda frame: frame.income.to_numpy() >= 95, ["income"])
    explaining, _ = explaining_of(fitted, rows, sex=sex)
    found = rows_of(explaining)
    gap = found["explain.recourse_cost", "recourse_cost.ratio", "sex", "f", "rest", "", ""]
    assert gap.low > 1


def test_nobody_refused_and_nobody_given_are_said():
    rows = made_rows()
    explaining, _ = explaining_of(Ruled(lambda frame: np.ones(len(frame), bool), ["a"]), rows)
    reasons = list(recourse(explaining))
    assert len(reasons) == 5
    assert all(isinstance(one, NotMeasured) for one in reasons)
    assert reasons[0].reason == "the model refuses nobody in the sample"
    without = list(recourse(replace(explaining, recourse=None)))
    assert len(without) == 5


def test_few_refused_people_are_not_measured():
    rows = pd.DataFrame({"a": np.arange(100)})
    explaining, _ = explaining_of(Ruled(lambda frame: frame.a.to_numpy() >= 6, ["a"]), rows)
    assert not any(one.metric == "no_recourse_found_rate" for one in rows_of(explaining).values())


def test_a_person_with_several_refusals_counts_once():
    rows = pd.DataFrame({"a": np.arange(100) % 50})
    explaining, seeking = explaining_of(Ruled(lambda frame: frame.a.to_numpy() >= 30, ["a"]), rows)
    persons = np.array([f"p{at % 50}" for at in range(100)], dtype=object)
    assert find_recourse(explaining, seeking).refused == 60
    assert find_recourse(explaining, replace(seeking, persons=persons)).refused == 30


def test_examples_are_scored_again_and_shared_by_enough_people(looked_for):
    rows, explaining, seeking, _ = looked_for
    worked = [one.worked for one in rows_of(explaining).values() if one.worked is not None]
    assert worked
    for one in worked:
        assert one.alike >= seeking.fewest_alike
        assert {change.feature for change in one.changes} <= {"income", "debt", "area"}
    alone = replace(explaining, recourse=replace(seeking, fewest_alike=1_000))
    found = list(recourse(alone))
    assert not [one for one in found if isinstance(one, Measurement) and one.worked]
    (missing,) = [one for one in found if isinstance(one, NotMeasured) and one.metric == "example"]
    assert "fewer than 1000 refused people" in missing.reason


def test_the_change_an_example_tells_is_accepted_for_everybody_it_was_made_for(looked_for):
    from isg_audit.measures.explain.recourse.bands import bands_of
    from isg_audit.measures.explain.recourse.examples import _rounded
    from isg_audit.measures.explain.recourse.looked import Looked

    _, explaining, seeking, found = looked_for
    rounded = _rounded(Looked(explaining, seeking, found), bands_of(found.scale))
    frame = found.scale.coding.frame(rounded.rows)
    assert len(frame)
    assert (explaining.model.predict(frame) == "grant").all()


@given(
    st.lists(st.one_of(st.floats(0, 2), st.just(np.inf)), min_size=1, max_size=30),
    st.floats(0, 1),
)
def test_the_cheapest_share_costs_no_more_than_a_greater_one(costs, share):
    given = np.array(costs)
    covered = np.isfinite(given).mean()
    if covered == 0:
        return
    once = np.ones((1, len(given)))
    less = mean_of_cheapest(given, once, np.array([share * covered]))
    whole = mean_of_cheapest(given, once, np.array([covered]))
    assert whole[0] == pytest.approx(given[np.isfinite(given)].mean(), abs=1e-9)
    assert not less[0] > whole[0] + 1e-9
    assert median_cost(given, once)[0] == np.sort(given)[(len(given) - 1) // 2]


rules = st.builds(
    Rule,
    immutable=st.booleans(),
    direction=st.sampled_from([-1, 0, 1]),
    least=st.one_of(st.none(), st.floats(0, 5)),
    most=st.one_of(st.none(), st.floats(0, 5)),
    weight=st.floats(0.5, 2),
)


@settings(max_examples=10, deadline=None)
@given(rules, rules, st.integers(0, 1_000))
def test_no_rule_is_ever_broken(first, second, seed):
    draw = np.random.default_rng(seed)
    rows = pd.DataFrame({"a": draw.normal(2, 2, 80).round(1), "b": draw.integers(0, 6, 80)})
    fitted = Ruled(lambda frame: (frame.a + frame.b).to_numpy() >= 6, ["a", "b"])
    explaining, seeking = explaining_of(fitted, rows, Actions({"a": first, "b": second}))
    found = find_recourse(explaining, seeking)
    if isinstance(found, str):
        return
    after = found.scale.coding.frame(found.after)
    assert ((after.a + after.b) >= 6)[found.found].all()
    np.testing.assert_array_equal(found.after[~found.found], found.before[~found.found])
    for place, rule in enumerate((first, second)):
        new, old = found.after[:, place], found.before[:, place]
        moved = new != old
        assert not (rule.immutable and moved.any())
        assert (rule.direction * (new - old) >= 0).all()
        assert rule.least is None or (new[moved] >= rule.least).all()
        assert rule.most is None or (new[moved] <= rule.most).all()


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([True, False, True, False], "bool"),
        ([1, None, 3, 4], "Int64"),
        ([1, 2, 3, 4], "int32"),
        ([0.5, np.nan, 1.5, 2.5], "float32"),
        (["x", None, "y", "x"], "category"),
        (["x", None, "y", "x"], "string"),
        (["x", None, "y", "x"], "object"),
        ([True, None, False, True], "boolean"),
    ],
)
def test_rows_come_back_as_they_were_whatever_their_type(values, dtype):
    from isg_audit.measures.explain.recourse.coding import coding_of

    rows = pd.DataFrame({"a": pd.Series(values, dtype=dtype)})
    coding = coding_of(rows, ("a",))
    pd.testing.assert_frame_equal(coding.frame(coding.coded(rows)), rows)


def test_the_limit_on_model_calls_ends_the_search_and_is_said(monkeypatch):
    rows = pd.DataFrame({"a": np.arange(400.0), "b": np.arange(400.0)[::-1].copy()})
    fitted = Ruled(lambda frame: frame.a.to_numpy() + frame.b.to_numpy() > 700, ["a", "b"])
    explaining, seeking = explaining_of(fitted, rows)
    whole = find_recourse(explaining, seeking)
    monkeypatch.setattr("isg_audit.measures.explain.recourse.search.EVALUATIONS", 8_000)
    short = find_recourse(explaining, seeking)
    assert short.cut_short > 0 and whole.cut_short == 0
    assert short.evaluations <= 8_000
    np.testing.assert_array_equal(short.cost[short.found], whole.cost[short.found])
    first = next(iter(recourse(explaining)))
    assert "the search ended early" in first.note
