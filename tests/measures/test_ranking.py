"""Ranked lists against pandas on rows, lists left out by hand, and a worked example."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isg_audit import stats
from isg_audit.errors import DataError
from isg_audit.measures import Findings, Measurement, Plan, measure_counts
from isg_audit.spec import Spec
from isg_audit.spec.checks import check
from tests.audits import spec_of, tally_of
from tests.shared_data import real_data

PLAN = Plan(("group",), references={"group": "A"})


def rank_spec(groups: object = ("group",), **roles: object) -> Spec:
    named = {"task": "ranking", "position": "place", "top": [5]} | roles
    return spec_of(groups, decision=None, favourable=None, **named)


LISTS = rank_spec(list="query")


def lists(count: int = 60, length: int = 12, seed: int = 1, behind: float = 0.5) -> pd.DataFrame:
    """Lists in which entries of B stand behind by some of a standard deviation."""
    rng, made = np.random.default_rng(seed), []
    for number in range(count):
        group = rng.choice(["A", "B", "C"], length, p=[0.5, 0.3, 0.2])
        merit = rng.normal(0, 1, length) - behind * (group == "B")
        place = (-merit).argsort().argsort() + 1
        made.append(pd.DataFrame({"group": group, "place": place, "query": f"q{number}"}))
    return pd.concat(made, ignore_index=True)


def found_in(rows: pd.DataFrame, spec: Spec = LISTS) -> Findings:
    return measure_counts(tally_of(rows, spec), PLAN)


def row(found: Findings, metric: str, group: str = "", versus: str = "") -> Measurement:
    (one,) = (
        one
        for one in found.measured
        if (one.metric, one.group, one.versus) == (metric, group, versus)
    )
    return one


def figures(found: Findings) -> dict[tuple[str, ...], float | None]:
    return {one.key: one.value for one in found.measured if one.measure != "coverage.group_size"}


def test_one_list_is_the_worked_example_and_says_nothing_of_another() -> None:
    rows = pd.DataFrame({"group": list("AABABAABAC"), "place": range(1, 11)})
    found = found_in(rows, rank_spec())
    known = {"A": (0.508696, 0.671759), "B": (0.400773, 0.264620), "C": (0.289065, 0.063621)}
    for group, (mean, share) in known.items():
        assert row(found, "mean_exposure", group).value == pytest.approx(mean, abs=5e-7)
        assert row(found, "exposure_share", group).value == pytest.approx(share, abs=5e-7)
    for group, ratio in (("B", 0.787843), ("C", 0.568247)):
        assert row(found, "mean_exposure.ratio", group, "A").value == pytest.approx(ratio, abs=1e-6)
    assert row(found, "ndkl").value == pytest.approx(0.247234, abs=5e-7)
    assert row(found, "top_k_rate", "C").value == 0
    assert row(found, "top_k_share", "B").value == pytest.approx(2 / 5)
    assert row(found, "top_k_share.difference", "B", "all").value == pytest.approx(0.1)
    for one in found.measured:
        assert one.low is None and one.limits is None
        if one.measure.startswith("fairness."):
            assert "one list: how it would come out on another is not known" in one.note


def test_every_figure_of_many_lists_is_that_of_pandas() -> None:
    rows = lists().assign(seen=lambda one: 1 / np.log2(1 + one["place"]))
    found, first = found_in(rows), rows[rows["place"] <= 5]
    for group, ours in rows.groupby("group"):
        rest = rows[rows["group"] != group]
        assert row(found, "mean_exposure", group).value == pytest.approx(ours["seen"].mean())
        assert row(found, "exposure_share", group).value == pytest.approx(
            ours["seen"].sum() / rows["seen"].sum()
        )
        gap = ours["seen"].mean() - rest["seen"].mean()
        assert row(found, "mean_exposure.difference", group, "rest").value == pytest.approx(gap)
        assert row(found, "top_k_rate", group).value == pytest.approx((ours["place"] <= 5).mean())
        share = (first["group"] == group).mean()
        assert row(found, "top_k_share", group).value == pytest.approx(share)
        assert row(found, "top_k_share.difference", group, "all").value == pytest.approx(
            share - len(ours) / len(rows)
        )
        assert row(found, "top_k_rate", group).n == len(ours)
    whole = rows["group"].value_counts(normalize=True)
    terms = []
    for place in range(1, 13):
        part = rows[rows["place"] <= place]["group"].value_counts(normalize=True)
        terms.append((part * np.log(part / whole[part.index])).sum() / np.log2(1 + place))
    weights = (1 / np.log2(1 + np.arange(1, 13))).sum()
    assert row(found, "ndkl").value == pytest.approx(sum(terms) / weights)


def test_limits_are_those_of_leaving_lists_out_by_hand() -> None:
    rows = lists(90).assign(seen=lambda one: 1 / np.log2(1 + one["place"]))
    fold = rows["query"].map(lambda one: int(hashlib.md5(one.encode()).hexdigest()[0], 16))  # noqa: S324
    found = found_in(rows)

    def ratio(part: pd.DataFrame) -> float:
        means = part.groupby("group")["seen"].mean()
        return float(means["B"] / means["A"])

    def share(part: pd.DataFrame) -> float:
        return float((part[part["place"] <= 5]["group"] == "B").mean())

    def gap(part: pd.DataFrame) -> float:
        return share(part) - float((part["group"] == "B").mean())

    for metric, versus, of, scale in (
        ("mean_exposure.ratio", "A", ratio, "log"),
        ("top_k_share", "", share, "logit"),
        ("top_k_share.difference", "all", gap, "identity"),
    ):
        without = np.array([of(rows[fold != out]) for out in range(16)])
        by_hand = stats.delete_a_group(of(rows), without, scale=scale)
        one = row(found, metric, "B", versus)
        # the standard error is rounded up to three digits
        assert one.low == pytest.approx(float(by_hand.low), rel=5e-3, abs=5e-4)
        assert one.high == pytest.approx(float(by_hand.high), rel=5e-3, abs=5e-4)
        assert one.high - one.low >= (by_hand.high - by_hand.low) * (1 - 1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**31))
def test_the_same_lists_again_and_another_order_of_rows_change_no_value(seed: int) -> None:
    rows = lists(8, seed=seed)
    again = pd.concat([rows, rows.assign(query=rows["query"] + "x")])
    shuffled = rows.sample(frac=1, random_state=seed % 1000)
    once = figures(found_in(rows))
    for other in (again, shuffled):
        twice = figures(found_in(other))
        assert twice.keys() == once.keys()
        for key, value in once.items():
            assert twice[key] == pytest.approx(value, abs=1e-12), key


def test_other_names_of_groups_give_the_same_figures() -> None:
    rows = lists(40)
    swapped = found_in(rows.assign(group=rows["group"].map({"A": "Z", "B": "A", "C": "M"})))
    found = found_in(rows)
    for metric in ("mean_exposure", "top_k_rate", "top_k_share", "exposure_share"):
        for old, new in (("A", "Z"), ("B", "A"), ("C", "M")):
            here, there = row(found, metric, old), row(swapped, metric, new)
            assert (here.value, here.low) == pytest.approx((there.value, there.low))
    assert row(found, "ndkl").value == pytest.approx(row(swapped, "ndkl").value)


@pytest.mark.slow
def test_intervals_hold_when_lists_favour_one_group_or_another() -> None:
    """Groups share the places of a list, so a comparison varies more than two groups apart do."""
    held = []
    for seed in range(100):
        rng, made = np.random.default_rng(seed), []
        for number in range(80):
            group = rng.permutation(np.repeat(["A", "B"], 10))
            merit = rng.normal(0, 1, 20) + rng.normal(0, 0.8) * (group == "B")
            place = (-merit).argsort().argsort() + 1
            made.append(pd.DataFrame({"group": group, "place": place, "query": f"{seed}-{number}"}))
        found = found_in(pd.concat(made))
        gap = row(found, "top_k_rate.difference", "B", "rest")
        ratio = row(found, "mean_exposure.ratio", "B", "rest")
        assert gap.low is not None and gap.high is not None
        assert ratio.low is not None and ratio.high is not None
        held.append((gap.low <= 0 <= gap.high, ratio.low <= 1 <= ratio.high))
    assert (np.mean(held, axis=0) > 0.95 - 3 * np.sqrt(0.95 * 0.05 / 100)).all(), np.mean(held, 0)


def test_parts_merge_and_few_lists_have_no_interval() -> None:
    rows = lists(30)
    first = rows["query"].isin([f"q{number}" for number in range(10)])
    added = tally_of(rows[first], LISTS) + tally_of(rows[~first], LISTS)
    assert added == tally_of(rows, LISTS)
    assert added.lists == 30
    few = row(found_in(lists(6)), "mean_exposure", "A")
    assert few.low is None
    assert few.note == "no interval: in too few lists"
    everybody = row(found_in(lists(60)), "mean_exposure")
    assert everybody.low is None  # the same in every list: nothing varies


def test_first_is_bad_where_it_is_said_to_be() -> None:
    rows = lists(40)
    good, bad = found_in(rows), found_in(rows, rank_spec(list="query", positive="unfavourable"))
    best = {one.group for one in good.measured if one.metric == "mean_exposure.difference"
            and one.versus == "best"}  # fmt: skip
    worst = {one.group for one in bad.measured if one.metric == "mean_exposure.difference"
             and one.versus == "best"}  # fmt: skip
    assert "B" in best
    assert "B" not in worst


def test_what_a_ranking_does_not_have_is_not_measured() -> None:
    reasons = {one.metric: one.reason for one in found_in(lists(20)).not_measured}
    assert reasons["favourable_rate"].startswith("this audit is of places in lists; the measure is")
    assert "mean_score" in reasons and "equalized_odds" in reasons


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda one: one.assign(place=one["place"] - 1), "no whole number from 1 in 20 rows"),
        (lambda one: one.assign(place=one["place"] + 0.5), "no whole number from 1 in 240 rows"),
        (lambda one: one.assign(place=one["place"].where(one.index > 2)), "empty in 3 rows"),
        (lambda one: one.assign(query=one["query"].where(one.index > 0)), "empty in 1 rows"),
        (lambda one: one.assign(place=one["place"] + 10_000), "above 10,000 in 240 rows"),
        (lambda one: one.assign(query="all"), "12 places are taken more than once in one list"),
        (lambda one: one.assign(place="first"), "not numbers"),
    ],
)  # fmt: skip
def test_places_that_are_none_are_faults(change: object, told: str) -> None:
    rows = lists(20)
    with pytest.raises(DataError, match=told):
        tally_of(change(rows), LISTS)  # type: ignore[operator]


def test_keys_that_mean_nothing_are_all_told_at_once() -> None:
    spec = spec_of(task="ranking", outcome="later", score="s", weight="w", top=[5, 5])
    told = {fault.path[-1] for fault in check(spec)}
    assert told >= {"decision", "favourable", "outcome", "score", "weight", "position", "top"}
    other = {fault.path[-1] for fault in check(spec_of(position="p", list="l", top=[3]))}
    assert other >= {"position", "list", "top"}


@pytest.mark.shared
def test_poor_neighbourhoods_stand_first_in_the_ranking_of_each_county() -> None:
    """CalEnviroScreen ranks neighbourhoods by burden; the first get funds."""
    rows = pd.read_csv(real_data("calenviroscreen") / "data.csv.gz")
    rows = rows.dropna(subset=["CES 3.0 Score", "Poverty"]).rename(
        columns={"California County": "query"}
    )
    rows["group"] = np.where(rows["Poverty"] >= 50, "poor", "other")
    rows["place"] = (
        rows.groupby("query")["CES 3.0 Score"].rank(ascending=False, method="first").astype(int)
    )
    rows["seen"] = 1 / np.log2(1 + rows["place"])
    spec = rank_spec(list="query", top=[10])
    found = measure_counts(tally_of(rows, spec), Plan(("group",)))
    means = rows.groupby("group")["seen"].mean()
    ratio = row(found, "mean_exposure.ratio", "poor", "rest")
    assert ratio.value == pytest.approx(means["poor"] / means["other"], rel=1e-12)
    first = rows[rows["place"] <= 10]
    share = row(found, "top_k_share", "poor")
    assert share.value == pytest.approx((first["group"] == "poor").mean(), rel=1e-12)
    above = row(found, "top_k_share.difference", "poor", "all")
    assert above.low is not None
    assert above.low > 0
    assert row(found, "ndkl").value is not None
