"""Days people wait: planted truths, statsmodels on rows, open cases, laws, silent cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pytest import approx
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from isg_audit.errors import DataError
from tests.voiced import MARKS, Found, log, spec_of

DECISION, REDRESS = "impact.decision_time", "impact.redress_time"
DAYS = {
    "applied_on": "asked_on", "appealed_on": "appealed_on", "resolved_on": "resolved_on",
    "withdrawn": "withdrawn", "decision_limit": 42, "redress_limit": 60,
}  # fmt: skip
TIME = {"time": "decided_on"}


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return log()


@pytest.fixture(scope="module")
def found(data: pd.DataFrame) -> Found:
    return Found(data, spec_of(("group", "sex"), decisions=TIME, voice=DAYS))


def test_medians_are_those_that_were_planted(found: Found) -> None:
    for group, planted in {"a": 20, "b": 30, "c": 60}.items():
        row = found(DECISION, "days_to_decision_median", group)
        assert row.value == approx(planted, abs=1) and row.unit == "days"
        assert row.low is not None and row.high is not None and row.low <= planted <= row.high
    gap = found(DECISION, "days_to_decision_median.difference", "c", "rest")
    assert gap.value is not None and 36 <= gap.value <= 40 and gap.unit == "days"
    ratio = found(DECISION, "days_to_decision_median.ratio", "c", "best")
    assert ratio.value == approx(3, abs=0.1) and ratio.unit == "ratio"


def test_open_cases_are_those_of_statsmodels(found: Found, data: pd.DataFrame) -> None:
    filed = data[data.appealed_on.notna() & (data.withdrawn == 0)]
    last = data[["asked_on", "decided_on", "appealed_on", "resolved_on"]].max().max()
    days = (filed.resolved_on.fillna(last) - filed.appealed_on).dt.days
    for group in "ab":
        mine = filed.group == group
        theirs = SurvfuncRight(days[mine], filed.resolved_on.notna()[mine].astype(int))
        row = found(REDRESS, "days_to_redress_median", group)
        assert row.n == mine.sum() and "still open" in row.note
        assert row.value == theirs.quantile(0.5)
        assert (row.low, row.high) == theirs.quantile_ci(0.5)
    assert found(REDRESS, "days_to_redress_median", "c").value is None


def test_late_are_those_whose_limit_has_run_out(found: Found, data: pd.DataFrame) -> None:
    last = data[["asked_on", "decided_on", "appealed_on", "resolved_on"]].max().max()
    filed = data[data.appealed_on.notna() & (data.withdrawn == 0) & (data.group == "b")]
    old = filed[(last - filed.appealed_on).dt.days > 60]
    late = (old.resolved_on.fillna(last) - old.appealed_on).dt.days > 60
    row = found(REDRESS, "late_redress_rate", "b")
    assert (row.value, row.n) == (late.mean(), len(old))
    assert (row.low, row.high) == approx(proportion_confint(late.sum(), len(old), method="wilson"))


def test_young_cases_make_nobody_punctual(data: pd.DataFrame) -> None:
    """With the log cut at a day, the late among old cases are as many as in the whole log."""
    day = "2024-08-01"
    early = Found(data, spec_of(decisions=TIME, voice={**DAYS, "as_of": day}))
    row = early(DECISION, "late_decision_rate", "c")
    assert row.value == approx(0.99, abs=0.02) and row.n < (data.group == "c").sum()
    assert day in row.note
    median = early(DECISION, "days_to_decision_median", "c")
    assert median.value == approx(60, abs=2), "open cases are not taken for answered ones"


def test_longer_waits_stand_for_people(found: Found, data: pd.DataFrame) -> None:
    wait = (data.decided_on - data.asked_on).dt.days
    one, rest = wait[data.group == "b"], wait[data.group != "b"]
    row = found(DECISION, "longer_wait_rate.difference", "b", "rest")
    share = (one > rest.median()).mean() - (rest > rest.median()).mean()
    assert row.value == approx(share)
    assert row.affected == approx(share * len(one))
    assert found(DECISION, "longer_wait_rate.difference", "a", "rest").affected is None


def test_more_of_the_same_changes_no_estimate_and_narrows(found: Found, data: pd.DataFrame) -> None:
    four = Found(pd.concat([data] * 4), spec_of(("group", "sex"), decisions=TIME, voice=DAYS))
    for measure, metric in (
        (DECISION, "days_to_decision_p90"),
        (REDRESS, "days_to_redress_median"),
    ):
        once, often = found(measure, metric, "b"), four(measure, metric, "b")
        assert often.value == once.value
        assert once.low is not None and often.low is not None and often.low >= once.low
        assert once.high is not None and often.high is not None and often.high <= once.high


def test_repeated_persons_and_equal_weights(found: Found, data: pd.DataFrame) -> None:
    twice = pd.concat([data, data], ignore_index=True).assign(who=[*range(len(data))] * 2, w=0.5)
    spec = spec_of(("group", "sex"), decisions=TIME | {"person": "who", "weight": "w"}, voice=DAYS)
    row, once = (
        Found(twice, spec)(DECISION, "days_to_decision_p90", "c"),
        found(DECISION, "days_to_decision_p90", "c"),
    )
    assert (row.value, row.low, row.high) == (once.value, once.low, once.high)


def test_what_ends_before_it_begins_is_left_out_and_told(data: pd.DataFrame) -> None:
    wrong = data.copy()
    wrong.loc[wrong.index[:30], "decided_on"] = pd.Timestamp("2023-12-01")
    found = Found(wrong, spec_of(decisions=TIME, voice=DAYS))
    row = found(DECISION, "backwards")
    assert row.value == 30 and row.smallest == 30
    assert found(DECISION, "days_to_decision_median").n == len(data) - 30


def test_few_people_are_not_told_by_their_last_decile(data: pd.DataFrame) -> None:
    few = pd.concat([data, data[data.group == "a"].head(40).assign(group="d")])
    found = Found(few, spec_of(decisions=TIME, voice=DAYS))
    for metric, safe in (("median", True), ("p90", False)):
        smallest = found(DECISION, f"days_to_decision_{metric}", "d").smallest
        assert smallest is not None and (smallest >= 10) is safe


def test_who_mostly_waits_still_has_no_median_and_no_limits(data: pd.DataFrame) -> None:
    late = data[data.appealed_on.notna() & (data.withdrawn == 0)].head(40).assign(group="d")
    late.loc[late.index[4:], "resolved_on"] = pd.NaT
    found = Found(pd.concat([data, late]), spec_of(decisions=TIME, voice=DAYS))
    row = found(REDRESS, "days_to_redress_median", "d")
    assert (row.value, row.low, row.high) == (None, None, None)
    assert "fewer than that had an answer" in row.note
    gap = found(REDRESS, "days_to_redress_median.difference", "d", "rest")
    assert gap.value is None and gap.note
    longer = found(REDRESS, "longer_wait_rate.difference", "d", "rest")
    assert longer.value is not None and longer.value > 0.2, "told by those who wait longer"


def test_days_in_text_and_what_is_none(data: pd.DataFrame, found: Found) -> None:
    text = data.assign(
        **{name: data[name].dt.strftime("%Y-%m-%d") for name in ("asked_on", "resolved_on")}
    )
    spec = spec_of(("group", "sex"), decisions=TIME, voice=DAYS)
    again = Found(text, spec)
    assert again(REDRESS, "days_to_redress_median", "b") == found(
        REDRESS, "days_to_redress_median", "b"
    )
    strange = text.assign(asked_on="yesterday", appealed_on=1)
    with pytest.raises(DataError) as error:
        Found(strange, spec)
    assert "'yesterday', which is no date" in str(error.value) or "no dates" in str(error.value)


def test_without_days_the_reason_is_given(data: pd.DataFrame) -> None:
    found = Found(data, spec_of(voice=MARKS))
    assert found.why(DECISION) == "the audit file names no 'applied_on' under [voice]"
    assert found.why(REDRESS) == "the audit file names no 'resolved_on' under [voice]"
    free = Found(data, spec_of(decisions=TIME, voice={"applied_on": "asked_on"}))
    assert "no 'decision_limit'" in free.why(DECISION, "late_decision_rate")
    nobody = Found(
        data.assign(asked_on=pd.Series(pd.NaT, index=data.index)),
        spec_of(decisions=TIME, voice={"applied_on": "asked_on"}),
    )
    assert nobody.why(DECISION) == "nobody is known to have waited"
    assert np.isfinite(free(DECISION, "days_to_decision_median").value or np.nan)
