"""From an audit file with dates and a declared change to published rows and pages."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import isg_audit
from isg_audit.evidence import read
from isg_audit.measures import Measurement
from tests.audits import spec_of
from tests.journeys.journey import typed
from tests.report.test_time import log
from tests.shared_data import oracles, real_data

AUDIT = """\
isg_audit = 1
[system]
name = "Loans"
[decisions]
source = "log.csv"
decision = "decision"
favourable = 1
outcome = "outcome"
outcome_favourable = 1
time = "day"
[groups.group]
[audit]
windows = "quarter"
checklists = ["marginalised-groups"]
[[changes]]
date = "2023-01-01"
what = "model 2"
"""


def test_from_the_audit_file_to_the_page(tmp_path: Path) -> None:
    log(6000).to_csv(tmp_path / "log.csv", index=False)
    (tmp_path / "audit.toml").write_text(AUDIT, encoding="utf-8")
    done = typed("run", tmp_path / "audit.toml", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    results = read(tmp_path / "out" / "bundle").results
    fell = [
        row for row in results.measurements
        if (row.measure, row.metric, row.group, row.versus)
        == ("impact.after_update", "favourable_rate_change.difference", "c", "rest")
        and not row.window
    ]  # fmt: skip
    assert len(fell) == 1 and fell[0].value is not None and fell[0].value < -0.15
    assert fell[0].affected is not None and fell[0].affected > 50
    assert any(row.window == "2023 Q1" and row.value is not None for row in results.measurements)
    (item,) = (
        one for checklist in results.checklists for one in checklist.items if one.id == "TIME-01"
    )
    assert item.word == "fail"
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "How gaps change over time" in page
    assert typed("verify", tmp_path / "out" / "bundle").exit_code == 0


@pytest.mark.shared
def test_compas_changes_where_others_found_its_sample_cut() -> None:
    # Barenstein (2019), ProPublica's COMPAS Data Revisited, arXiv:1906.04711: of people screened
    # after 1 April 2014 the two-year file keeps those who reoffended and drops most others.
    data = pd.read_csv(real_data("compas") / "data.csv.gz")
    data = data[data.c_jail_in.notna()]
    spec = spec_of(
        ("race",), decision="two_year_recid", favourable=0, time="c_jail_in",
        audit={"checklists": (), "windows": "month"},
    )  # fmt: skip
    rows = [
        one for one in isg_audit.run(spec, data).findings
        if isinstance(one, Measurement) and one.measure == "impact.change_point"
        and one.metric == "favourable_rate_change"
    ]  # fmt: skip
    for group in ("African-American", "Caucasian"):
        (row,) = (one for one in rows if one.group == group)
        assert row.note == "from 2014-04"
        assert row.value is not None and row.value < -0.3
        assert row.p_adjusted is not None and row.p_adjusted < 0.01


@pytest.mark.shared
def test_minneapolis_gap_is_there_in_every_month() -> None:
    data = pd.read_csv(real_data("mpls_stops") / "data.csv.gz")
    spec = spec_of(
        {"race": {"reference": "White", "unknown": ["", "Unknown"]}}, decision="personSearch",
        favourable="NO", unfavourable=["YES"], time="date",
        audit={"checklists": (), "windows": "month"},
    )  # fmt: skip
    rows = {
        (one.measure, one.metric, one.group, one.versus): one
        for one in isg_audit.run(spec, data).findings
        if isinstance(one, Measurement) and not one.window
    }
    known = oracles("mpls_stops")
    pooled = rows["impact.persistence", "favourable_rate_pooled.difference", "Black", "White"]
    gap = known["search.White"] - known["search.Black"]
    assert pooled.value == pytest.approx(gap, abs=0.01)
    worse = rows["impact.persistence", "favourable_rate_worse_windows", "Black", "White"]
    assert worse.value == 12
    alone = rows["impact.persistence", "favourable_rate_worse_windows", "Asian", "White"]
    assert alone.value == 0
