"""Metrics of one's own: against fairlearn and scipy, laws, and functions that misbehave."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import MetricFrame
from scipy.stats import bootstrap
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

import isg_audit
from isg_audit.errors import MetricError
from isg_audit.measures import Measurement, NotMeasured
from isg_audit.measures.own_bootstrap import drawn_again, limits_of, replicates_for
from isg_audit.measures.own_function import CaseRows, own_metrics
from isg_audit.stats import range_of
from isg_audit.stats.bounds import Bounds
from tests.audits import spec_of

SPEC = {"outcome": "outcome", "outcome_favourable": 1, "score": "score"}


def frame(rows: int = 400, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    outcome = rng.integers(0, 2, rows)
    score = np.clip(0.3 + 0.3 * outcome + rng.normal(0, 0.2, rows), 0, 1).round(3)
    return pd.DataFrame(
        {
            "group": rng.choice(["a", "b", "c"], rows, p=[0.5, 0.3, 0.2]),
            "sex": rng.choice(["F", "M"], rows),
            "outcome": outcome,
            "decision": (score > 0.5).astype(int),
            "score": score,
        }
    )


def agreed(y_true: Any, y_pred: Any) -> float:
    return float(np.mean(y_true == y_pred))


def ranked(y_true: Any, y_pred: Any, score: Any) -> float:
    return float(roc_auc_score(y_true, score))


def measured(
    data: pd.DataFrame,
    groups: Any = ("group",),
    audit: Any = None,
    metrics: dict[str, Callable[..., Any]] | None = None,
    **roles: Any,
) -> dict[tuple[str, ...], Measurement | NotMeasured]:
    spec = spec_of(groups, audit={"checklists": (), **(audit or {})}, **{**SPEC, **roles})
    found = isg_audit.run(spec, data, metrics=metrics or {"agreed": agreed}).findings
    return {
        (one.metric, one.by, getattr(one, "group", ""), getattr(one, "versus", "")): one
        for one in found
        if ".own_" in one.measure
    }


@pytest.fixture
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions of scikit-learn take a millisecond a call; points need no replicates."""
    monkeypatch.setattr("isg_audit.measures.own_bootstrap.FEWEST", 50)
    monkeypatch.setattr("isg_audit.measures.own_bootstrap.MOST", 50)


@pytest.mark.usefixtures("few_draws")
@pytest.mark.parametrize("function", [accuracy_score, f1_score, agreed])
def test_points_are_those_of_metric_frame(function: Callable[..., Any]) -> None:
    data = frame()
    found = measured(data, {"group": {"reference": "a"}}, metrics={"mine": function})
    theirs = MetricFrame(
        metrics=function, y_true=data.outcome, y_pred=data.decision,
        sensitive_features=data.group,
    )  # fmt: skip
    assert found["own_mine", "", "", ""].value == theirs.overall
    for group, value in theirs.by_group.items():
        assert found["own_mine", "group", group, ""].value == value
    by = theirs.by_group
    assert found["own_mine.range", "group", "", ""].value == theirs.difference()
    assert found["own_mine.least_ratio", "group", "", ""].value == theirs.ratio()
    assert found["own_mine.difference", "group", "b", "a"].value == by["b"] - by["a"]
    assert found["own_mine.ratio", "group", "b", "a"].value == by["b"] / by["a"]
    rest = data[data.group != "b"]
    assert found["own_mine.difference", "group", "b", "rest"].value == by["b"] - function(
        rest.outcome, rest.decision
    )


@pytest.mark.usefixtures("few_draws")
def test_a_score_is_handed_over_and_weights_are_too() -> None:
    data = frame().assign(w=np.linspace(0.5, 2, 400))
    by_score = measured(data, metrics={"ranked": ranked})
    ours = data[data.group == "c"]
    assert by_score["own_ranked", "group", "c", ""].value == roc_auc_score(ours.outcome, ours.score)
    weighted = measured(data, metrics={"mine": accuracy_score}, weight="w")
    assert weighted["own_mine", "group", "c", ""].value == pytest.approx(
        accuracy_score(ours.outcome, ours.decision, sample_weight=ours.w)
    )


def test_every_row_says_that_it_comes_from_rows() -> None:
    for row in measured(frame(), ("group", "sex")).values():
        assert isinstance(row, Measurement)
        assert row.measure == "fairness.own_agreed"
        assert row.note.startswith("from rows")
        assert "test_own_metric:agreed from rows; percentile bootstrap" in row.method


def test_intervals_are_those_of_scipy_bootstrap() -> None:
    data = frame(300)
    found = measured(data)
    for group in ("a", "b"):
        ours = data[data.group == group]
        right = (ours.outcome == ours.decision).to_numpy().astype(float)
        theirs = bootstrap(
            (right,), np.mean, n_resamples=8000, method="percentile",
            random_state=np.random.default_rng(1),
        ).confidence_interval  # fmt: skip
        row = found["own_agreed", "group", group, ""]
        assert (row.low, row.high) == pytest.approx((theirs.low, theirs.high), abs=0.012)


def test_a_difference_is_drawn_on_both_sides_and_a_range_is_made_of_its_groups() -> None:
    data = frame(300)
    found = measured(data, {"group": {"reference": "a"}})
    right = {g: (o.outcome == o.decision).to_numpy() * 1.0 for g, o in data.groupby("group")}
    theirs = bootstrap(
        (right["b"], right["a"]), lambda one, other, axis: one.mean(axis) - other.mean(axis),
        n_resamples=8000, method="percentile", random_state=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    row = found["own_agreed.difference", "group", "b", "a"]
    assert (row.low, row.high) == pytest.approx((theirs.low, theirs.high), abs=0.02)
    levels = [found["own_agreed", "group", group, ""] for group in "abc"]

    def bounds(level: float) -> Bounds:
        ends = np.array([row.limits(level) for row in levels])
        return Bounds(ends[:, 0], ends[:, 1])

    low, high = range_of([row.value for row in levels], bounds, 0.95)
    spread = found["own_agreed.range", "group", "", ""]
    assert (spread.low, spread.high) == (float(low), float(high))


def test_no_limit_is_given_where_the_replicates_do_not_reach() -> None:
    row = measured(frame())["own_agreed", "group", "a", ""]
    assert row.limits is not None
    low, high = row.limits(0.99)
    assert low < row.low < row.high < high
    assert all(map(math.isnan, row.limits(0.999999)))


def test_names_and_order_of_rows_do_not_matter() -> None:
    data = frame()
    renamed = data.assign(group=data.group.map({"a": "z", "b": "y", "c": "x"}))
    shuffled = data.sample(frac=1, random_state=1)
    first = measured(data)
    for other, names in ((renamed, {"a": "z", "b": "y", "c": "x", "": ""}), (shuffled, None)):
        again = measured(other)
        for (metric, by, group, versus), row in first.items():
            their = again[metric, by, names[group] if names else group, versus]
            assert (row.value, row.low, row.high) == (their.value, their.low, their.high)


def test_another_group_twice_changes_no_group() -> None:
    data = frame()
    double = pd.concat([data, data[data.group == "c"].assign(group="d")])
    first, again = measured(data), measured(double)
    for group in "abc":
        ours, theirs = (one["own_agreed", "group", group, ""] for one in (first, again))
        assert (ours.value, ours.low, ours.high) == (theirs.value, theirs.low, theirs.high)


def test_two_equal_groups_are_drawn_apart() -> None:
    data = frame(200)
    twins = pd.concat([data.assign(group="a"), data.assign(group="b")])
    found = measured(twins, {"group": {"reference": "a"}})
    row = found["own_agreed.difference", "group", "b", "a"]
    assert row.value == 0
    assert row.low < -0.02 and row.high > 0.02


def test_persons_are_drawn_whole() -> None:
    data = frame(120)
    thrice = pd.concat([data.assign(who=range(120))] * 3)
    alone = measured(data)["own_agreed", "", "", ""]
    as_rows = measured(thrice)["own_agreed", "", "", ""]
    as_persons = measured(thrice, person="who")["own_agreed", "", "", ""]
    width = [row.high - row.low for row in (alone, as_rows, as_persons)]
    assert width[1] < 0.7 * width[0]
    assert width[2] == pytest.approx(width[0], rel=0.15)
    assert (as_persons.n, as_persons.people) == (360, 120)


def test_few_cases_have_a_value_and_no_interval() -> None:
    data = frame()
    data.loc[data.index[:12], "group"] = "few"
    row = measured(data)["own_agreed", "group", "few", ""]
    assert row.value is not None and row.n == 12
    assert row.low is None and row.limits is None
    assert "fewer than 30 cases" in row.note
    spread = measured(data)["own_agreed.range", "group", "", ""]
    assert spread.value is not None and spread.low is None


def test_too_many_rows_are_sampled_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isg_audit.measures.own_rows.MOST_ROWS", 100)
    row = measured(frame())["own_agreed", "", "", ""]
    assert row.n == 100
    assert "sampled: 100 of 400 rows" in row.note


def test_the_unfavourable_decision_may_be_the_positive_one() -> None:
    data = frame()

    def positives(y_true: Any, y_pred: Any) -> float:
        return float(y_pred.sum())

    for positive, expected in (("favourable", 1), ("unfavourable", 0)):
        found = measured(data, metrics={"positives": positives}, positive=positive)
        assert found["own_positives", "", "", ""].value == (data.decision == expected).sum()


def test_unknown_outcomes_decisions_and_groups_are_left_out() -> None:
    data = frame().astype({"outcome": "Int64", "decision": "Int64", "group": object})
    data.loc[:9, "outcome"] = pd.NA
    data.loc[10:19, "decision"] = pd.NA
    data.loc[20:29, "group"] = None
    found = measured(data)
    assert found["own_agreed", "", "", ""].n == 380
    levels = [row for key, row in found.items() if key[0] == "own_agreed" and key[2]]
    assert sum(row.n for row in levels) == 370


@pytest.mark.parametrize(
    ("changed", "roles", "why"),
    [
        ({}, {"outcome": None, "outcome_favourable": None}, "no outcome is recorded"),
        ({"n": 1}, {"count": "n"}, "a row stands for several cases"),
        ({"w": 1.5}, {"weight": "w"}, "takes no sample_weight"),
        ({}, {"score": None}, "no score is recorded"),
    ],
)
def test_what_cannot_be_measured_says_why(
    changed: dict[str, Any], roles: dict[str, Any], why: str
) -> None:
    found = measured(frame().assign(**changed), metrics={"ranked": ranked}, **roles)
    ((_, row),) = found.items()
    assert isinstance(row, NotMeasured)
    assert why in row.reason


def changes(y_true: Any, y_pred: Any) -> float:
    y_true[0] = 1 - y_true[0]
    return 0.5


BAD: dict[str, Any] = {
    "raised ZeroDivisionError": lambda y_true, y_pred: 1 / 0,
    "gave nan": lambda y_true, y_pred: float("nan"),
    "gave inf": lambda y_true, y_pred: np.float64("inf"),
    "gave a str, not a number": lambda y_true, y_pred: "0.5",
    "gave a bool, not a number": lambda y_true, y_pred: True,
    "gave a ndarray, not a number": lambda y_true, y_pred: y_true,
    "gave a NoneType, not a number": lambda y_true, y_pred: None,
    "raised ValueError": changes,
}


@pytest.mark.parametrize("why", BAD)
def test_a_function_that_misbehaves_leaves_its_reason_and_no_number(why: str) -> None:
    ((_, row),) = measured(frame(), metrics={"bad": BAD[why]}).items()
    assert isinstance(row, NotMeasured)
    assert why in row.reason


def test_what_the_function_raises_is_not_told_in_its_words() -> None:
    def tells(y_true: Any, y_pred: Any) -> float:
        raise RuntimeError("Mrs Jones was refused")

    ((_, row),) = measured(frame(), metrics={"tells": tells}).items()
    assert isinstance(row, NotMeasured)
    assert "Jones" not in row.reason


def test_a_group_without_a_number_is_named_and_hides_the_range() -> None:
    def choosy(y_true: Any, y_pred: Any) -> float:
        if len(y_true) < 100:
            raise ValueError("too few")
        return agreed(y_true, y_pred)

    found = measured(frame(), metrics={"choosy": choosy})
    assert found["own_choosy", "group", "a", ""].value is not None
    few = found["own_choosy", "group", "c", ""]
    assert few.value is None and "the function raised ValueError" in few.note
    assert found["own_choosy.range", "group", "", ""].value is None
    assert found["own_choosy.difference", "group", "c", "rest"].value is None


def test_a_metric_that_may_be_negative_has_no_ratio() -> None:
    def shifted(y_true: Any, y_pred: Any) -> float:
        return agreed(y_true, y_pred) - 2

    found = measured(frame(), metrics={"shifted": shifted})
    assert found["own_shifted.difference", "group", "a", "rest"].value is not None
    for key in (("own_shifted.ratio", "group", "a", "rest"),
                ("own_shifted.least_ratio", "group", "", "")):  # fmt: skip
        assert found[key].value is None and "not above 0" in found[key].note


def one(y_true: Any) -> float:
    return 0.0


def four(y_true: Any, y_pred: Any, score: Any, more: Any) -> float:
    return 0.0


def needs(y_true: Any, y_pred: Any, *, beta: float) -> float:
    return beta


@pytest.mark.parametrize(
    ("name", "function", "said"),
    [
        ("mine", one, "takes 1 of the arrays"),
        ("mine", four, "needs 4 arrays"),
        ("mine", needs, "needs 'beta'"),
        ("mine", 3, "is a int, not a function"),
        ("mine", max, "does not say what it takes"),
        ("Not a name", agreed, "cannot be the name"),
    ],
)
def test_what_cannot_be_called_is_refused_before_any_work(
    name: str, function: Any, said: str
) -> None:
    with pytest.raises(MetricError) as caught:
        isg_audit.run("there-is-no-such-file.toml", metrics={name: function})
    assert said in str(caught.value)


def test_a_third_array_with_a_default_is_no_score_unless_it_is_called_so() -> None:
    def labelled(y_true: Any, y_pred: Any, labels: Any = None) -> float:
        return 0.0 if labels is None else 1.0

    def scored(y_true: Any, y_pred: Any, score: Any = None) -> float:
        return 0.0

    def kept(y_true: Any, y_pred: Any, sample_weight: Any = None) -> float:
        return 0.0

    first, second, third = own_metrics({"a": labelled, "b": scored, "c": kept})
    assert (first.takes_score, second.takes_score) == (False, True)
    assert (third.takes_score, third.takes_weight) == (False, True)


def test_replicates_become_fewer_as_rows_become_many() -> None:
    rows = (0, 1_000, 750_000, 10**9)
    assert [replicates_for(one, 0) for one in rows] == [1000, 1000, 800, 500]
    assert replicates_for(1_000, 75) == 798


def test_nobody_and_replicates_without_spread_have_no_limits() -> None:
    (own,) = own_metrics({"agreed": agreed})
    none = np.zeros(0, dtype=np.int64)
    assert drawn_again(own, CaseRows(none, none), 500, 1, "group 0") is None
    sure = CaseRows(np.ones(50, dtype=np.int64), np.ones(50, dtype=np.int64))
    drawn = drawn_again(own, sure, 500, 1, "group 0")
    assert all(map(math.isnan, limits_of(drawn, 0.95)))
    assert all(map(math.isnan, limits_of(None, 0.95)))
    assert all(map(math.isnan, own.value_of(replace(sure, y_true=none, y_pred=none))[:1]))
