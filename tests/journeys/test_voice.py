"""From an audit file with stages, voice and consultations to a judged, verified, printed audit."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.journey import audit_toml, rows_of, typed
from tests.measures.test_consultations import RECORDS
from tests.voiced import MARKS, log

REST = """
[audit]
checklists = ["marginalised-groups"]
[[stages]]
name = "Told"
column = "told"
reached = [1]
[[stages]]
name = "Appealed"
column = "appealed_on"
[voice]
{marks}
applied_on = "asked_on"
appealed_on = "appealed_on"
resolved_on = "resolved_on"
decision_limit = 42
redress_limit = 60
[voice.consultations]
source = "heard.csv"
"""


def test_a_silent_group_fails_by_name_and_verifies(tmp_path: Path) -> None:
    log().rename(columns={"decision": "approved"}).to_csv(tmp_path / "log.csv", index=False)
    RECORDS.to_csv(tmp_path / "heard.csv", index=False)
    marks = "\n".join(f'{key} = "{column}"' for key, column in MARKS.items())
    decisions = 'decision = "approved"\nfavourable = 1\ntime = "decided_on"'
    groups = "[groups.group]\n[groups.sex]"
    path = audit_toml(tmp_path, decisions=decisions, groups=groups, rest=REST.format(marks=marks))
    done = typed("run", path, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "for c (group), the number of refusals of a group of whom nobody appealed is" in (
        " ".join(done.output.split())
    )
    bundle = tmp_path / "out" / "bundle"
    checked = typed("verify", bundle)
    assert checked.exit_code == 0, checked.output
    rows = rows_of(bundle)
    silent = rows[(rows.metric == "silent_decisions") & (rows.value > 0) & (rows.by == "group")]
    assert silent.group.tolist() == ["c"]
    html = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for said in ("Where people drop out", "How long people wait", "Nobody of the group c (group)",
                 "48 statements by people who are affected"):  # fmt: skip
        assert said in html


def test_faults_of_all_tables_come_at_once(tmp_path: Path) -> None:
    log().rename(columns={"decision": "approved"}).to_csv(tmp_path / "log.csv", index=False)
    rest = '[[stages]]\nname = "Told"\ncolumn = "tould"\nreached = [1]\n[voice]\nnotice = "tolled"'
    path = audit_toml(tmp_path, groups="[groups.group]", rest=rest)
    failed = typed("run", path, "--out", tmp_path / "out")
    assert failed.exit_code == 2
    assert "tould" in failed.output and "tolled" in failed.output
