"""Decision data that cannot be audited: one clear message, exit code 2, no folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import isg_audit
from isg_audit.errors import SpecError
from tests.journeys.journey import audit_toml, files_in, typed

SPECIMENS = Path(__file__).parents[1] / "specimens" / "data"
FAULTS = dict(
    line.split(" | ")
    for line in (SPECIMENS / "faults.txt").read_text(encoding="utf-8").splitlines()
)
ROLES = {
    "repaid": 'outcome = "repaid"\noutcome_favourable = 1',
    "score": 'score = "score"',
    "weight": 'weight = "weight"',
    "cases": 'count = "cases"',
    "decided_on": 'time = "decided_on"',
}


def audited(folder: Path, name: str) -> tuple[int, str]:
    """Exit code and words of a run on a specimen; the roles are those its header speaks of."""
    shutil.copy(SPECIMENS / name, folder / name)
    header = (SPECIMENS / name).read_bytes().partition(b"\n")[0].decode("latin-1").split(",")
    roles = [ROLES[column] for column in header if column in ROLES]
    audit = audit_toml(folder, name, "\n".join(['decision = "approved"', "favourable = 1", *roles]))
    before = files_in(folder)
    told = typed("run", audit, "--out", folder / "out", "--quiet")
    assert files_in(folder) == before
    assert told.stdout == ""
    return told.exit_code, told.stderr.replace(f"{folder}/", "")


def test_every_specimen_has_its_message() -> None:
    there = {path.name for path in SPECIMENS.iterdir()} - {"faults.txt"}
    assert there == set(FAULTS)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_each_broken_log_is_told_in_one_message(tmp_path: Path, name: str) -> None:
    code, words = audited(tmp_path, name)
    assert words == FAULTS[name].replace("\\n", "\n") + "\n"
    assert code == 2


def test_columns_that_are_not_there_are_told_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("sex,approved,repaid\nF,1,0\n", encoding="utf-8")
    audit = audit_toml(
        tmp_path,
        decisions='decision = "aproved"\nfavourable = 1\nscore = "skore"\ntime = "day"',
        groups="[groups.sex]\n[groups.race]",
        rest='[audit]\nlegitimate = ["income"]',
    )
    told = typed("gate", audit, "--quiet")
    assert told.exit_code == 2
    assert told.stderr.splitlines()[0] == "5 things are wrong:"
    for key, column in [("groups.race", "race"), ("decisions.decision", "aproved"),
                        ("decisions.score", "skore"), ("decisions.time", "day"),
                        ("audit.legitimate", "income")]:  # fmt: skip
        assert f"{key}: log.csv has no column '{column}'. There is: sex, approved" in told.stderr
    assert "Did you mean 'approved'?" in told.stderr


def test_ten_thousand_groups_are_an_identifier(tmp_path: Path) -> None:
    rows = "".join(f"p{at},{at % 2}\n" for at in range(10_000))
    (tmp_path / "log.csv").write_text(f"sex,approved\n{rows}", encoding="utf-8")
    told = typed("gate", audit_toml(tmp_path), "--quiet")
    assert told.exit_code == 2
    assert told.stderr == (
        "groups.sex: column 'sex' has 10,000 values; 1,000 is the most. It looks like an "
        "identifier or a number: give 'cut' bands, or a coarser column.\n"
    )


def test_a_value_of_another_kind_late_in_a_long_file_is_found_by_its_line(tmp_path: Path) -> None:
    rows = "".join(f"{'FM'[at % 2]},{at % 3 % 2},0.{at % 10}\n" for at in range(210_000))
    (tmp_path / "log.csv").write_text(f"sex,approved,score\n{rows}F,1,none\n", encoding="utf-8")
    audit = audit_toml(tmp_path, decisions='decision="approved"\nfavourable=1\nscore="score"')
    told = typed("gate", audit, "--quiet")
    assert told.exit_code == 2
    assert "line 210,002 has 'none' in column 'score', which holds numbers before" in told.stderr


def test_a_log_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    for source, words in [("log.csv", "log.csv: does not exist."), ("log", "log: is a folder.")]:
        told = typed("gate", audit_toml(tmp_path, source), "--quiet")
        assert told.exit_code == 2
        assert words in told.stderr


def test_an_audit_of_nothing_says_that_nothing_was_given() -> None:
    spec = isg_audit.Spec(
        system={"name": "x"}, decisions={"decision": "d", "favourable": 1}, groups={"g": {}}
    )
    with pytest.raises(SpecError, match="no decisions were given"):
        isg_audit.run(spec)
