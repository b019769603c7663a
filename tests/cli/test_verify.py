"""`verify` on a bundle of real decisions: whole, changed, incomplete."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isg_audit.cli import main
from isg_audit.evidence import keep
from isg_audit.run import run

AUDIT = """\
isg_audit = 1
[system]
name = "Loans"
[decisions]
source = "log.csv"
decision = "approved"
favourable = 1
[groups.sex]
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit")
    rows = ["F,1"] * 400 + ["F,0"] * 600 + ["M,1"] * 800 + ["M,0"] * 200
    (folder / "log.csv").write_text("\n".join(["sex,approved", *rows]), encoding="utf-8")
    (folder / "audit.toml").write_text(AUDIT, encoding="utf-8")
    (folder / "out" / "bundle").mkdir(parents=True)
    keep(run(folder / "audit.toml"), folder / "out" / "bundle")
    return folder / "out"


@pytest.fixture
def out(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "out"))


def verify(folder: Path) -> Result:
    return CliRunner().invoke(main, ["verify", str(folder)])


def test_a_whole_bundle_is_computed_again_without_the_data(out: Path) -> None:
    told = verify(out)
    assert told.exit_code == 0, told.output
    assert told.stdout.endswith("No difference found.\n")
    assert "0 figures computed" not in told.stdout


def test_a_changed_figure_is_found(out: Path) -> None:
    path = out / "bundle" / "results.json"
    results = json.loads(path.read_text(encoding="utf-8"))
    changed = next(row for row in results["measurements"] if row["value"] == 0.5)
    changed["value"] = 0.6
    path.write_text(json.dumps(results), encoding="utf-8")
    told = verify(out)
    assert told.exit_code == 1
    assert "results.json" in told.stdout


def test_a_missing_file_is_found(out: Path) -> None:
    (out / "bundle" / "tally.parquet").unlink()
    told = verify(out / "bundle")
    assert told.exit_code == 1
    assert "tally.parquet" in told.stdout


def test_a_folder_without_a_bundle_does_not_verify(tmp_path: Path) -> None:
    assert verify(tmp_path).exit_code == 1
