"""From an audit file to published rows and pages: small groups, and harm in people."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from tests.journeys.journey import audit_toml, rows_of, typed
from tests.shared_data import oracles, real_data

pytestmark = [
    pytest.mark.slow,
    # Ibis 12 asks DuckDB for batches by a name that DuckDB is giving up.
    pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning"),
]


def audited(folder: Path, source: Path, decisions: str, groups: str) -> tuple[pd.DataFrame, Path]:
    rest = '[audit]\nchecklists = ["marginalised-groups"]'
    audit = audit_toml(folder, str(source), decisions, groups, rest)
    told = typed("run", audit, "--out", folder / "out", "--quiet")
    assert told.exit_code == 0, told.output
    assert typed("verify", folder / "out" / "bundle").exit_code == 0
    return rows_of(folder / "out" / "bundle"), folder / "out" / "report.pdf"


def told(pdf: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    found = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True)
    return " ".join(found.stdout.split())


def of(rows: pd.DataFrame, measure: str, metric: str, group: str, versus: str = "") -> pd.Series:
    found = rows[
        (rows["measure"] == f"impact.{measure}") & (rows["metric"] == metric)
        & (rows["group"] == group) & (rows["versus"] == versus)
    ]  # fmt: skip
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.shared
def test_compas_accuses_wrongly_who_it_is_known_to_accuse(tmp_path: Path) -> None:
    rows, report = audited(
        tmp_path, real_data("compas") / "data.csv.gz",
        'decision = "score_text"\nfavourable = "Low"\nunfavourable = ["Medium", "High"]\n'
        'outcome = "two_year_recid"\noutcome_favourable = 0\npositive = "unfavourable"',
        "[groups.race]\n[groups.sex]\n[groups.age_cat]",
    )  # fmt: skip
    # ProPublica's truth tables: 805 of 1,795 black and 349 of 1,488 white defendants.
    for group, wrong, innocent in (("African-American", 805, 1795), ("Caucasian", 349, 1488)):
        one = of(rows, "people_harmed", "wrong_accusations", group)
        assert (one["value"], one["n"]) == (wrong, innocent)
        burden = of(rows, "burden", "wrong_checks_per_1000", group)
        assert burden["value"] == pytest.approx(1000 * wrong / innocent)
    excess = of(rows, "people_harmed", "wrong_accusations.excess", "African-American", "rest")
    assert 350 < excess["low"] < excess["value"] < excess["high"] < 470
    few = rows[rows["group"].str.contains("Native American") & rows["measure"].str.match("impact")]
    assert len(few)
    assert few["value"].isna().all()
    said = told(report)
    assert "1,282 people were flagged although nothing came true" in said
    assert "for every combination of race × sex × age cat that occurs: 34 of them" in said


@pytest.mark.shared
def test_a_loan_model_s_wrong_refusals_are_a_burden(tmp_path: Path) -> None:
    rows, _ = audited(
        tmp_path, real_data("german_credit") / "third_party_predictions.csv.gz",
        'decision = "predicted_bad"\nfavourable = 0\noutcome = "true_bad"\n'
        'outcome_favourable = 0\npositive = "unfavourable"',
        "[groups.sex]\n[groups.age_group]",
    )  # fmt: skip
    known = oracles("german_credit")
    for group in ("female", "male", "25 or younger", "over 25"):
        burden = of(rows, "burden", "wrong_checks_per_1000", group)
        harmed = of(rows, "people_harmed", "wrong_accusations", group)
        if pd.isna(burden["value"]):  # so few of a group that it is withheld
            assert pd.isna(harmed["value"])
            continue
        assert burden["value"] == pytest.approx(1000 * known[f"xgb.fpr.{group}"])
        assert harmed["value"] == pytest.approx(known[f"xgb.fpr.{group}"] * harmed["n"])
    assert of(rows, "burden", "wrong_checks_per_1000", "female")["value"] > 190


def test_a_planted_corner_is_found_told_and_judged(tmp_path: Path) -> None:
    counts = [
        (sex, age, origin, decision, n)
        for sex in ("f", "m") for age in ("old", "young") for origin in ("here", "elsewhere")
        for decision, n in zip((1, 0), (20, 60) if (sex, age, origin) == ("f", "old", "elsewhere")
                               else (300, 200), strict=True)
    ]  # fmt: skip
    log = pd.DataFrame(counts, columns=["sex", "age", "origin", "approved", "n"])
    log.to_csv(tmp_path / "log.csv", index=False)
    rows, report = audited(
        tmp_path, tmp_path / "log.csv", 'decision = "approved"\nfavourable = 1\ncount = "n"',
        "[groups.sex]\n[groups.age]\n[groups.origin]",
    )  # fmt: skip
    corner = "f × old × elsewhere"
    raw = of(rows, "small_groups", "favourable_rate", corner)
    assert (raw["value"], raw["n"]) == (0.25, 80)
    assert of(rows, "small_group_model", "favourable_rate.worst_probability", corner)["value"] == 1
    assert of(rows, "small_group_model", "favourable_rate.interaction", corner)["value"] < -0.1
    assert "below the 95" in of(rows, "funnel_plot", "favourable_rate.z", corner)["note"] or (
        "below the 99.8" in of(rows, "funnel_plot", "favourable_rate.z", corner)["note"]
    )
    said = told(report)
    assert f"{corner}: 25.0% of 80 people were approved" in said
    assert "GRP-01" in said
