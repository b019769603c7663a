"""Figures of appeals and stages in the evidence: few people withheld, never recomputed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import isg_audit
from isg_audit.evidence import Row, keep, read, verify
from isg_audit.evidence.rows import TOO_FEW
from isg_audit.spec import Spec
from tests.voiced import MARKS, STAGES, funnel, log, spec_of


def kept(data: pd.DataFrame, spec: Spec, folder: Path, measure: str) -> list[Row]:
    keep(isg_audit.run(spec, data), folder)
    found = verify(folder)
    assert found.faults == ()
    rows = [row for row in read(folder).results.measurements if row.measure == measure]
    told = [one for one in found.not_recomputable if measure in one]
    assert len(told) == len([row for row in rows if row.note != TOO_FEW])
    assert all("marks of the log, which are not published" in one for one in told)
    return rows


def test_many_appeals_are_published(tmp_path: Path) -> None:
    rows = kept(log(), spec_of(voice=MARKS), tmp_path / "b", "impact.appeals")
    shown = [row for row in rows if row.metric == "appeal_rate" and row.group]
    assert [row.value is not None for row in shown] == [True, True, True]


def test_few_appeals_hide_their_group_and_the_next_smallest(tmp_path: Path) -> None:
    data = log()
    few = data.index[(data.group == "b") & (data.appealed == 1)][4:]
    data.loc[few, ["appealed", "overturned", "pending", "withdrawn", "helped", "again"]] = [
        0, float("nan"), 0, 0, 0, 0,
    ]  # fmt: skip
    rows = kept(data, spec_of(voice=MARKS), tmp_path / "few", "impact.appeals")
    shown = {row.group: row.value for row in rows if row.metric == "appeal_rate" and row.group
             and not row.versus}  # fmt: skip
    assert shown["b"] is None, "four appeals"
    assert sum(value is None for value in shown.values()) >= 2, "else the remainder tells them"
    silent = kept(data, spec_of(voice=MARKS), tmp_path / "silent", "impact.silence")
    assert {row.group: (row.value or 0) > 0 for row in silent} == {
        "a": False, "b": False, "c": True,
    }  # fmt: skip


def test_few_at_a_stage_withhold_it_and_every_later_one(tmp_path: Path) -> None:
    data = funnel().assign(s=0.5)
    gone = data.index[(data.group == "y") & (data.complete == 1) & (data.selected == 0)][5:]
    data.loc[gone, ["complete"]] = 0  # five of y now drop out at the stage "selected"
    data.loc[data.group == "y", "served"] = data.selected[data.group == "y"]
    stages = [{"name": name, "column": name, "reached": [1]} for name in STAGES]
    spec = spec_of(decisions={"decision": None, "favourable": None, "score": "s"}, stages=stages)
    rows = kept(data, spec, tmp_path / "b", "coverage.stages")
    for metric in ("pass_rate", "reach_rate"):
        shown = {row.feature: row.value is not None for row in rows
                 if row.metric == metric and row.group == "y" and not row.versus}  # fmt: skip
        assert shown == {"applied": True, "complete": True, "selected": False, "served": False}
    assert all(row.value is None for row in rows if row.metric == "stage_share" and row.group)
