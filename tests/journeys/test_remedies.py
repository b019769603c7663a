"""From an audit file with [remedy] to published rows, verdicts and pages."""

import json

from tests.journeys.journey import audit_toml, typed
from tests.measures.test_frontier import T2, people

DECISIONS = """\
decision = "decision"
favourable = 1
outcome = "outcome"
outcome_favourable = 1
score = "score"
"""
REST = """\
[audit]
checklists = ["marginalised-groups"]
[remedy]
features = ["score", "noise"]
methods = ["thresholds", "correlation_removal"]
aims = ["no_group_worse", "equalized_odds"]
rows = 4000
"""


def test_remedies_are_trained_judged_and_told(tmp_path):
    log = people(T2, 8, {"A": 0.8, "B": 0.5})
    log["noise"] = [at % 7 for at in range(len(log))]
    log.to_csv(tmp_path / "log.csv", index=False)
    path = audit_toml(tmp_path, decisions=DECISIONS, groups="[groups.group]", rest=REST)
    out = tmp_path / "out"
    done = typed("run", path, "--out", out)
    assert done.exit_code == 0, done.output
    assert "Trying remedies for group" in done.output
    results = json.loads((out / "bundle" / "results.json").read_text(encoding="utf-8"))
    rows = {
        (row["measure"], row["metric"], row["feature"], row["group"]): row
        for row in results["measurements"]
    }
    floor = "thresholds by group / no_group_worse / 0"
    odds = "thresholds by group / equalized_odds / 0"
    fitted = "thresholds by group (fairlearn) / equalized_odds / 0.02"
    assert rows["impact.frontier", "levelling_down", floor, ""]["value"] == 0
    assert rows["impact.frontier", "levelling_down", odds, ""]["value"] == 1
    assert rows["impact.remedies", "lost", fitted, "B"]["value"] > 0
    words = {item["id"]: item["word"] for one in results["checklists"] for item in one["items"]}
    assert words["REMD-02"] in ("pass", "not assessed")
    assert words["REMD-01"] in ("pass", "inconclusive", "not assessed")
    assert words["REMD-03"] == words["REMD-04"] == "unanswered"
    html = (out / "report.html").read_text(encoding="utf-8")
    assert "What would close a gap, and who would pay for it" in html
    assert "Warning: levelling down." in html
    assert typed("verify", out / "bundle").exit_code == 0
