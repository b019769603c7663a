"""`init` as a person types it, on a real file."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isg_audit.cli import init, main
from isg_audit.errors import SpecError
from isg_audit.spec import read

LOG = "sex,approved,repaid,age\n" + "".join(
    f"{'FM'[at % 2]},{at % 3 % 2},{at % 5 % 2},{20 + at % 50}\n" for at in range(200)
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    return tmp_path


def typed(*words: str, answers: str = "") -> Result:
    return CliRunner().invoke(main, ["init", *words], input=answers)


def test_without_questions_favourable_stays_open_and_says_so(folder: Path) -> None:
    told = typed("log.csv", "--yes")
    assert told.exit_code == 0, told.output
    assert "set 'favourable' in [decisions]" in told.output
    with pytest.raises(SpecError, match="'favourable' is missing"):
        read(folder / "audit.toml")


def test_answers_make_a_file_that_can_be_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(init, "is_terminal", lambda: True)
    answers = "Loans\n\n7\n1\nrepayed\nrepaid\n1\n"  # a value and a column that do not exist, too
    told = typed("log.csv", answers=answers)
    assert told.exit_code == 0, told.output
    assert "'7' does not occur" in told.output
    assert "Did you mean 'repaid'?" in told.output
    spec = read(folder / "audit.toml").spec
    assert spec.system.name == "Loans"
    assert (spec.decisions.decision, spec.decisions.favourable) == ("approved", 1)
    assert (spec.decisions.outcome, spec.decisions.outcome_favourable) == ("repaid", 1)
    assert list(spec.groups) == ["sex", "age"]


def test_an_interrupted_question_leaves_no_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(init, "is_terminal", lambda: True)
    told = typed("log.csv", answers="Loans\n")
    assert told.exit_code == 130
    assert not (folder / "audit.toml").exists()


def test_a_file_that_is_there_is_kept(folder: Path) -> None:
    (folder / "audit.toml").write_text("mine", encoding="utf-8")
    told = typed("log.csv", "--yes")
    assert told.exit_code == 2
    assert "already there" in told.output
    assert (folder / "audit.toml").read_text(encoding="utf-8") == "mine"


def test_data_that_is_not_there_is_a_wrong_input(folder: Path) -> None:
    told = typed("lgo.csv", "--yes")
    assert told.exit_code == 2
    assert not (folder / "audit.toml").exists()


def test_the_source_is_named_from_the_audit_files_folder(folder: Path) -> None:
    (folder / "audits").mkdir()
    assert typed("log.csv", "--yes", "--out", "audits/a.toml").exit_code == 0
    assert 'source = "../log.csv"' in (folder / "audits" / "a.toml").read_text(encoding="utf-8")
