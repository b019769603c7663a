"""Who was heard against who is affected: counted by hand, other implementations, silent cases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pytest import approx
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

import isg_audit
from isg_audit.errors import DataError
from isg_audit.spec import AuditFile
from isg_audit.spec.write import to_toml
from tests.voiced import Found, log, spec_of

MEASURE = "impact.consultations"

RECORDS = pd.DataFrame(
    [
        ("m1", "2024-01-10", "yes", "offline", "directly affected", "a", 40, 30, 30, "2024-02-01",
         "none raised"),
        ("m1", "2024-01-10", "yes", "offline", "directly affected", "b", 12, 8, 4, "2024-02-11",
         "too fast"),
        ("m1", "2024-01-10", "yes", "offline", "expert", "", 15, 20, 20, "2024-01-20", None),
        ("m2", "2024-06-01", "no", "online", "directly affected", "a", 20, 10, 0, None, None),
        ("m2", "2024-06-01", "no", "online", "carer", "z", 13, 0, 0, None, None),
    ],
    columns=["id", "date", "open", "channel", "stakeholder", "group", "people", "statements",
             "answered", "answered_on", "dissent"],
)  # fmt: skip


def heard(folder: Path, records: pd.DataFrame | str = RECORDS, data: pd.DataFrame | None = None,
          **voice: object) -> Found:  # fmt: skip
    text = records if isinstance(records, str) else records.to_csv(index=False)
    (folder / "heard.csv").write_text(text)
    part = {"appeal": "appealed", "consultations": {"source": "heard.csv"}} | voice
    spec = spec_of(("group", "sex"), voice=part)
    found = Found.__new__(Found)
    (folder / "audit.toml").write_text(to_toml(spec))
    read = AuditFile(spec, to_toml(spec), folder, "audit.toml")
    found.findings = isg_audit.run(read, log() if data is None else data).findings
    return found


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return heard(tmp_path_factory.mktemp("heard"))


def test_facts_of_the_records(found: Found) -> None:
    facts = {
        "people_heard": 100, "affected_share": 0.72, "affected_statements": 48,
        "open_share": 0.67, "offline_share": 0.67, "dissent_recorded_rate": 0.5,
        "response_rate": 54 / 68, "response_days_median": 22,
    }  # fmt: skip
    for metric, value in facts.items():
        row = found(MEASURE, metric)
        assert (row.value, row.low, row.high) == approx((value, value, value)), metric
    assert "records: heard.csv, sha256:" in found(MEASURE, "people_heard").note
    assert "carer, directly affected, expert" in found(MEASURE, "affected_statements").note


def test_groups_heard_against_groups_refused(found: Found) -> None:
    refused = log()[lambda one: one.decision == 0].group.value_counts()
    row = found(MEASURE, "heard_share", "b")
    assert (row.value, row.n) == (12 / 72, 72)
    assert (row.low, row.high) == approx(proportion_confint(12, 72, method="wilson"))
    gap = found(MEASURE, "heard_share.difference", "b", "all")
    counts = (12, 72, refused["b"], refused.sum())
    assert gap.value == approx(12 / 72 - refused["b"] / refused.sum())
    assert (gap.low, gap.high) == approx(
        confint_proportions_2indep(*counts, method="newcomb"), abs=1e-6
    )
    ratio = found(MEASURE, "heard_share.ratio", "b", "all")
    assert (ratio.low, ratio.high) == approx(
        confint_proportions_2indep(*counts, compare="ratio", method="score"), rel=1e-4
    )


def test_whom_nobody_heard_is_a_finding(found: Found) -> None:
    refused = int(((log().group == "c") & (log().decision == 0)).sum())
    row = found(MEASURE, "unheard_decisions", "c")
    assert row.value == row.affected == refused and "no consultation heard" in row.note
    assert found(MEASURE, "unheard_decisions", "a").value == 0
    covered = found(MEASURE, "groups_heard_rate", by="group")
    assert covered.value == approx(2 / 3)


def test_what_the_records_do_not_tell_is_said(found: Found, tmp_path: Path) -> None:
    assert found.why(MEASURE, "heard_share") == (
        "the records of consultations have no column 'sex'"
    )
    few = heard(tmp_path, RECORDS[["group", "people"]])
    assert "no column 'stakeholder'" in few.why(MEASURE, "affected_share")
    assert "no column 'open'" in few.why(MEASURE, "open_share")
    assert few(MEASURE, "heard_share", "a").n == 85, "all who were heard, experts of no group not"
    none = Found(log(), spec_of(voice={"appeal": "appealed"}))
    assert "[voice.consultations]" in none.why(MEASURE)


def test_no_affected_people_at_all_is_no_error(tmp_path: Path) -> None:
    only = heard(tmp_path, RECORDS[RECORDS.stakeholder == "expert"])
    assert only(MEASURE, "affected_share").value == 0
    assert only(MEASURE, "affected_statements").value == 0
    assert only(MEASURE, "unheard_decisions", "a").value


def test_few_people_heard_are_marked_as_few(tmp_path: Path) -> None:
    few = RECORDS.assign(people=np.where(RECORDS.group == "b", 3, RECORDS.people))
    found = heard(tmp_path, few)
    for group in "ab":
        assert found(MEASURE, "heard_share", group).smallest == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("group,person\na,3\n", "has no column 'people'"),
        ("group,people\na,-3\n", "'people' is '-3', which is no count"),
        ("group,people\na,many\n", "'people' is 'many', which is no count"),
        ("group,people,date\na,3,May\n", "'date' is 'May', which is no date"),
        ("people,statements,answered\n3,1,2\n", "more statements were answered than made"),
        ("group,people,open\na,3,perhaps\n", "column 'open' of heard.csv also has: perhaps"),
        ("group,people\n", "no rows"),
    ],
)
def test_faults_of_records(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError, match="(?s).*" + said):
        heard(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist"):
        heard(tmp_path, consultations={"source": "gone.csv"})
