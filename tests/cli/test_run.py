"""`run` and `report` for real: from a log to a report, and to the same report again."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isg_audit.cli import main

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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = ["F,1"] * 400 + ["F,0"] * 600 + ["M,1"] * 800 + ["M,0"] * 200
    (tmp_path / "log.csv").write_text("\n".join(["sex,approved", *rows]), encoding="utf-8")
    (tmp_path / "audit.toml").write_text(AUDIT, encoding="utf-8")
    return tmp_path


def typed(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning")  # by WeasyPrint
def test_a_report_can_be_rendered_again_to_the_byte(folder: Path) -> None:
    told = typed("run", folder / "audit.toml", "--out", folder / "out")
    assert told.exit_code == 0, told.output
    assert "Counting ..." in told.stderr
    assert (
        "1. Not met, high severity, about 400 people" in told.stdout
    )  # 0.8 of 1,000 women, less the 400
    (folder / "log.csv").unlink()
    again = typed("report", folder / "out", "--out", folder / "again")
    assert again.exit_code == 0, again.output
    for name in ("report.pdf", "summary.pdf", "report.html"):
        assert (folder / "out" / name).read_bytes() == (folder / "again" / name).read_bytes()


def test_a_broken_audit_file_leaves_no_folder(folder: Path) -> None:
    (folder / "audit.toml").write_text(AUDIT.replace("favourable", "favorable"), encoding="utf-8")
    assert typed("run", folder / "audit.toml", "--out", folder / "out").exit_code == 2
    assert not (folder / "out").exists()
