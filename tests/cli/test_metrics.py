"""`--metric`: a function from a module in the folder of work, and what is wrong with others."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.journey import audit_toml, typed

ROLES = 'decision = "approved"\nfavourable = 1\noutcome = "repaid"\noutcome_favourable = 1'
MODULE = """\
def wrong(y_true, y_pred):
    return float((y_true != y_pred).mean())

def breaks(y_true, y_pred):
    raise RuntimeError("nobody may read this")

def one(y_true):
    return 0.0

number = 3
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with an audit and a module, where the command is typed."""
    lines = [f"{'FM'[at % 2]},{at % 3 % 2},{at % 5 % 2}" for at in range(240)]
    (tmp_path / "log.csv").write_text("sex,approved,repaid\n" + "\n".join(lines))
    (tmp_path / "ours_of_a_test.py").write_text(MODULE)
    (tmp_path / "broken_of_a_test.py").write_text("1 / 0\n")
    audit_toml(tmp_path, decisions=ROLES, rest='[audit]\nchecklists = ["us-ugesp"]')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield tmp_path
    sys.modules.pop("ours_of_a_test", None)


def test_run_leaves_the_rows_in_the_evidence_and_verifies(folder: Path) -> None:
    done = typed("run", "audit.toml", "--out", "out", "--metric", "ours_of_a_test:wrong", "--quiet")
    assert done.exit_code == 0, done.output
    results = json.loads((folder / "out/bundle/results.json").read_text())
    own = [row for row in results["measurements"] if row["measure"] == "fairness.own_wrong"]
    assert {row["group"] for row in own} == {"", "F", "M"}
    assert all(row["note"].startswith("from rows") for row in own)
    assert any("ours_of_a_test:wrong" in one for one in results["limits"])
    assert str(folder) not in json.dumps(results)
    checked = typed("verify", "out/bundle")
    assert checked.exit_code == 0, checked.output


def test_gate_takes_several_and_goes_on_where_one_breaks(folder: Path) -> None:
    several = ("--metric", "ours_of_a_test:wrong", "--metric", "ours_of_a_test:breaks")
    done = typed("gate", "audit.toml", *several, "--out", "out", "--quiet")
    assert done.exit_code in (0, 1), done.output
    results = json.loads((folder / "out/bundle/results.json").read_text())
    (missing,) = [one for one in results["not_measured"] if ".own_" in one["measure"]]
    assert missing["reason"] == "the function raised RuntimeError"
    assert "nobody may read" not in done.output + json.dumps(results)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("wrong", "is no function. Write package.module:function"),
        ("no_such_module_here:wrong", "there is no module 'no_such_module_here'"),
        ("ours_of_a_test:absent", "has no function 'absent'"),
        ("ours_of_a_test:number", "is a int, not a function"),
        ("broken_of_a_test:anything", "could not be imported: ZeroDivisionError"),
        ("ours_of_a_test:one", "takes 1 of the arrays it is given"),
    ],
)
def test_what_is_no_metric_is_wrong_input(folder: Path, named: str, said: str) -> None:
    done = typed("gate", "audit.toml", "--metric", named, "--quiet")
    assert done.exit_code == 2, done.output
    assert said in " ".join(done.output.split())
    assert "Traceback" not in done.output


def test_two_functions_of_one_name_are_refused(folder: Path) -> None:
    twice = ("--metric", "ours_of_a_test:wrong", "--metric", "ours_of_a_test:wrong")
    done = typed("gate", "audit.toml", *twice, "--quiet")
    assert done.exit_code == 2
    assert "two functions are called 'wrong'" in " ".join(done.output.split())
