"""Why the gap, from an audit file to what is published: Berkeley, Boston, and what is withheld."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.journey import audit_toml, typed
from tests.shared_data import oracles, real_data

pytestmark = [
    pytest.mark.slow,
    # Ibis 12 asks DuckDB for batches by a name that DuckDB is giving up.
    pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning"),
]


def published(out: Path) -> dict[tuple[str, ...], dict[str, Any]]:
    """Rows by metric, group, comparator and feature."""
    content = json.loads((out / "bundle" / "results.json").read_text("utf-8"))
    return {
        (one["metric"], one["group"], one["versus"], one["feature"]): one
        for one in content["measurements"]
        if one["measure"].startswith(("impact.gap", "impact.proxy"))
    }


def admissions(folder: Path, least: int) -> Path:
    source = real_data("uc_berkeley") / "data.csv"
    audit = '[audit]\nlegitimate = ["Dept"]\nchecklists = ["marginalised-groups"]\n'
    audit += f"minimum_cell = {least}"
    decisions = 'decision = "Admit"\nfavourable = "Admitted"\ncount = "Freq"'
    groups = '[groups.Gender]\nreference = "Male"'
    audit_toml(folder, str(source), decisions, groups, audit)
    assert typed("run", folder / "audit.toml", "--out", folder / "out").exit_code == 0
    return folder / "out"


@pytest.mark.shared
def test_berkeley_reads_both_ways_on_one_page(tmp_path: Path) -> None:
    rows, known = published(admissions(tmp_path, 1)), oracles("uc_berkeley")
    women, men = known["adj.women"], known["adj.men"]
    key = ("Female", "Male", "")
    assert rows["standardised_rate", *key]["value"] == pytest.approx(women, abs=5e-4)
    gap = rows["standardised_rate.difference", *key]
    assert gap["value"] == pytest.approx(women - men, abs=5e-4) and gap["low"] > 0
    assert rows["simpson_reversal", *key]["value"] == 1
    for dept in "ABCDEF":
        row = rows["favourable_rate_in_stratum", "Female", "", dept]
        assert row["value"] == pytest.approx(known[f"rate.{dept}.Female"])
    content = json.loads((tmp_path / "out" / "bundle" / "results.json").read_text("utf-8"))
    items = {one["id"]: one for list_ in content["checklists"] for one in list_["items"]}
    assert items["WHY-01"]["word"] == "fail"
    assert "says something else than the gaps among people" in items["WHY-01"]["sentence"]
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "The gap turns round among people in like circumstances" in page
    checked = typed("verify", tmp_path / "out" / "bundle")
    assert checked.exit_code == 0 and "No difference found" in checked.output


@pytest.mark.shared
def test_a_department_that_refused_eight_women_is_not_published(tmp_path: Path) -> None:
    rows = published(admissions(tmp_path, 10))
    strata = [one for key, one in rows.items() if key[0].startswith("favourable_rate_in_stratum")]
    assert strata and all(one["value"] is None and one["n"] is None for one in strata)
    assert rows["composition.difference", "Female", "Male", ""]["value"] == pytest.approx(-0.178)
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "The gap turns round" in page and "82.4%" not in page


@pytest.mark.shared
def test_boston_mortgages_by_numbers(tmp_path: Path) -> None:
    source = real_data("boston_hmda") / "data.csv.gz"
    factors = ["pirat", "hirat", "lvrat", "chist", "mhist", "phist", "unemp", "selfemp"]
    audit = f'[audit]\nlegitimate = {json.dumps(factors)}\nchecklists = ["marginalised-groups"]'
    decisions = 'decision = "deny"\nfavourable = "no"\npositive = "unfavourable"'
    audit_toml(tmp_path, str(source), decisions, '[groups.afam]\nreference = "no"', audit)
    assert typed("run", tmp_path / "audit.toml", "--out", tmp_path / "out").exit_code == 0
    rows, known = published(tmp_path / "out"), oracles("boston_hmda")
    gap = known["deny.white"] - known["deny.black"]
    explained = rows["explained.difference", "yes", "no", ""]
    left = rows["unexplained.difference", "yes", "no", ""]
    assert explained["value"] + left["value"] == pytest.approx(gap, abs=1.1e-3)
    assert left["high"] < -0.05, "with all these factors Black applicants are still refused more"
    assert rows["tells_group", "yes", "", "chist"]["low"] > 0.1
