"""Notices, appeals, overturned decisions and silence: planted truths, laws, silent cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from isg_audit.errors import DataError
from isg_audit.measures.few import smallest_known
from isg_audit.tally.cells import Cells
from tests.voiced import APPEAL, MARKS, NOTICE, OVERTURN, Found, log, spec_of


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return log()


@pytest.fixture(scope="module")
def found(data: pd.DataFrame) -> Found:
    return Found(data, spec_of(("group", "sex"), voice=MARKS))


def test_planted_rates_lie_within_their_intervals(found: Found) -> None:
    for group in "abc":
        told = found("impact.notice", "notice_rate", group)
        assert told.low is not None and told.high is not None
        assert told.low < NOTICE[group] * 0.9 < told.high
        filed = found("impact.appeals", "appeal_rate", group)
        assert filed.low is not None and filed.high is not None
        assert filed.low <= APPEAL[group] < filed.high
    for group in "ab":
        won = found("impact.overturns", "overturn_rate", group)
        assert won.low is not None and won.high is not None
        assert won.low < OVERTURN[group] < won.high


def test_rates_are_counted_by_hand_and_limits_are_those_of_statsmodels(
    found: Found, data: pd.DataFrame
) -> None:
    bad = data[data.decision == 0]
    one, rest = bad[bad.group == "b"], bad[bad.group != "b"]
    filed = found("impact.appeals", "appeal_rate", "b")
    assert (filed.value, filed.n) == (one.appealed.mean(), len(one))
    assert (filed.low, filed.high) == approx(
        proportion_confint(one.appealed.sum(), len(one), method="wilson")
    )
    gap = found("impact.appeals", "appeal_rate.difference", "b", "rest")
    limits = confint_proportions_2indep(
        one.appealed.sum(), len(one), rest.appealed.sum(), len(rest), method="newcomb"
    )
    assert (gap.low, gap.high) == approx(limits, abs=1e-6)
    done = bad[bad.overturned.notna()]
    won = found("impact.overturns", "overturn_rate")
    assert (won.value, won.n) == (done.overturned.mean(), len(done))
    told = bad[(bad.told == 1) & (bad.language == 1)]
    assert found("impact.appeals", "appeal_rate_notified").value == approx(told.appealed.mean())
    assert found("impact.overturns", "flagged_again_rate").value == approx(
        done[done.overturned == 1].again.mean()
    )
    assert found("impact.complaints", "complaint_rate", "a").value == approx(
        (data[data.group == "a"].complained == "yes").mean()
    )


def test_hidden_errors_are_unappealed_decisions_times_the_rate(
    found: Found, data: pd.DataFrame
) -> None:
    one = data[(data.group == "a") & (data.decision == 0)]
    done, still = one[one.overturned.notna()], one[one.appealed == 0]
    hidden = found("impact.overturns", "hidden_errors", "a")
    low, high = proportion_confint(done.overturned.sum(), len(done), method="wilson")
    assert hidden.value == approx(len(still) * done.overturned.mean())
    assert (hidden.low, hidden.high) == approx((len(still) * low, len(still) * high))
    looked = still[still.review.notna()]
    reviewed = found("impact.overturns", "hidden_errors_reviewed", "a")
    assert reviewed.value == approx(len(still) * looked.review.mean())
    assert reviewed.low is not None and reviewed.high is not None
    assert reviewed.low < len(still) * 0.1 < reviewed.high, "0.1 was planted"
    nobody = found("impact.overturns", "hidden_errors", "c")
    assert nobody.value is None and "none of its decisions" in nobody.note


def test_the_silent_group_is_found_and_no_other(found: Found, data: pd.DataFrame) -> None:
    refused = int(((data.group == "c") & (data.decision == 0)).sum())
    silent = found("impact.silence", "silent_decisions", "c")
    assert silent.value == silent.low == silent.high == refused
    rest = data[(data.group != "c") & (data.decision == 0)]
    assert silent.affected == approx(refused * rest.appealed.mean())
    for group in "ab":
        assert found("impact.silence", "silent_decisions", group).value == 0
    crossed = found("impact.silence", "silent_decisions", "c × f", by="group × sex")
    assert crossed.value and crossed.value > 100


def test_overrides_go_by_what_the_model_decided(found: Found, data: pd.DataFrame) -> None:
    model = np.where(data.overridden == 1, 1 - data.decision, data.decision)
    against, in_favour = data[model == 0], data[model == 1]
    row = found("impact.overrides", "override_in_favour_rate")
    assert (row.value, row.n) == (against.overridden.mean(), len(against))
    row = found("impact.overrides", "override_against_rate")
    assert (row.value, row.n) == (in_favour.overridden.mean(), len(in_favour))


def test_a_day_of_appeal_is_an_appeal(data: pd.DataFrame, found: Found) -> None:
    days = {key: name for key, name in MARKS.items() if key != "appeal"}
    spec = spec_of(("group", "sex"), voice={**days, "appealed_on": "appealed_on"})
    row = Found(data, spec)("impact.appeals", "appeal_rate", "b")
    assert row == found("impact.appeals", "appeal_rate", "b")


def test_an_appeal_without_a_day_of_an_answer_is_open(data: pd.DataFrame, found: Found) -> None:
    days = {key: name for key, name in MARKS.items() if key != "pending"}
    days |= {"appealed_on": "appealed_on", "resolved_on": "resolved_on"}
    told = data.assign(overturned=data.overturned.fillna(0))  # written down before it was decided
    row = Found(told, spec_of(("group", "sex"), voice=days))
    for measure, metric in (("appeals", "pending_rate"), ("overturns", "overturn_rate")):
        assert row(f"impact.{measure}", metric, "b") == found(f"impact.{measure}", metric, "b")


def test_rows_counted_more_than_once_and_equal_weights(data: pd.DataFrame, found: Found) -> None:
    columns = ["group", "sex", "decision", *MARKS.values()]
    table = data[columns].groupby(columns, dropna=False).size().reset_index(name="n")
    counted = Found(table, spec_of(("group", "sex"), voice=MARKS, decisions={"count": "n"}))
    ours, theirs = (one("impact.overturns", "overturn_rate", "b") for one in (counted, found))
    assert ours == theirs
    weighted = Found(
        data.assign(w=2.0), spec_of(("group", "sex"), voice=MARKS, decisions={"weight": "w"})
    )("impact.overturns", "overturn_rate", "b")
    assert (weighted.value, weighted.low) == approx((theirs.value, theirs.low))


def test_repeated_persons_widen(data: pd.DataFrame, found: Found) -> None:
    twice = pd.concat([data, data], ignore_index=True).assign(who=[*range(len(data))] * 2)
    row = Found(twice, spec_of(("group", "sex"), voice=MARKS, decisions={"person": "who"}))(
        "impact.appeals", "appeal_rate", "b"
    )
    once = found("impact.appeals", "appeal_rate", "b")
    assert (row.value, row.low, row.high) == approx((once.value, once.low, once.high))
    assert "repeated persons (worst case)" in row.method


def test_what_the_audit_file_does_not_name_is_said(data: pd.DataFrame) -> None:
    none = Found(data, spec_of())
    assert none.why("impact.notice") == "the audit file has no table [voice]"
    some = Found(data, spec_of(voice={"appeal": "appealed"}))
    assert some.why("impact.overturns") == "the audit file names no 'overturned' under [voice]"
    assert some.why("impact.appeals", "pending_rate").endswith("no 'pending' under [voice]")
    score = spec_of(voice=MARKS, decisions={"decision": None, "favourable": None, "score": "s"})
    undecided = Found(data.assign(s=0.5), score)
    assert "no decision for or against people is recorded" in undecided.why("impact.appeals")


def test_values_whose_meaning_is_not_said_are_faults_all_at_once(data: pd.DataFrame) -> None:
    strange = data.assign(
        told=np.where(data.told == 1, "J", "N"), appealed=np.where(data.appealed == 1, "J", "N")
    )
    with pytest.raises(DataError) as error:
        Found(strange, spec_of(voice=MARKS))
    assert [one.where for one in error.value.faults] == ["voice.notice", "voice.appeal"]
    assert "J, N" in str(error.value)
    fine = Found(strange, spec_of(voice={**MARKS, "yes": ["J", 1, "yes"], "no": ["N", 0, "no"]}))
    assert fine("impact.appeals", "appeal_rate").value is not None


def test_columns_that_are_not_there_are_faults_all_at_once(data: pd.DataFrame) -> None:
    voice = {"notice": "tolt", "appeal": "appealled", "applied_on": "asked"}
    stages = [{"name": "one", "column": "tald", "reached": [1]}]
    spec = spec_of(voice=voice, stages=stages, decisions={"time": "decided_on"})
    with pytest.raises(DataError) as error:
        Found(data, spec)
    assert len(error.value.faults) == 4
    assert "Did you mean 'appealed'?" in str(error.value)


def test_a_column_of_names_marks_nothing(data: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="6,000 different values"):
        Found(data.assign(told=np.arange(len(data))), spec_of(voice=MARKS))


@settings(max_examples=60)
@given(st.lists(st.integers(0, 40), min_size=6, max_size=14), st.integers(2, 15))
def test_what_is_withheld_leaves_no_small_remainder(counts: list[int], least: int) -> None:
    """Groups below the least count, and as many more as it takes, hide one another."""
    groups = [f"g{at}" for at in range(len(counts) // 2 - 1)]
    sums = np.array([[one, one, one] for one in counts], dtype=float)
    codes = np.array([[at // 2 if at // 2 < len(groups) else -1] for at in range(len(counts))])
    cells = Cells(("a",), (tuple(groups),), codes.astype(np.int32), sums)
    hits = np.arange(len(counts)) % 2 == 0
    told = smallest_known(cells, ("a",), groups, [hits, ~hits, hits | ~hits])
    kept = {at for at, one in enumerate(told) if one >= least}
    group = codes[:, 0]
    for kind in (hits, ~hits, hits | ~hits):
        by_group = [sums[kind & (group == at), 0].sum() for at in kept]
        left = sums[kind, 0].sum() - sum(by_group)
        assert all(one == 0 or one >= least for one in (*by_group, left))
