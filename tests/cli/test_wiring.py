"""Commands over rooms that answer as told: what is asked of them, printed, and exited with."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from isg_audit.cli import main
from isg_audit.errors import Fault, InputError
from isg_audit.judge import ChecklistVerdict, ItemVerdict, Severity

Room = Callable[..., None]


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Room:
    """Put functions in place of a room."""

    def put(name: str, **functions: Any) -> None:
        module = ModuleType(f"isg_audit.{name}")
        for key, function in functions.items():
            setattr(module, key, function)
        monkeypatch.setitem(sys.modules, f"isg_audit.{name}", module)

    return put


def checklist(word: Any) -> ChecklistVerdict:
    item = ItemVerdict(
        id="A-1", area="Fairness", title="Comparable rates", ask="?", why=".", kind="measured",
        severity=Severity(word="high", reason="."), sources=(), word=word, sentence="It is so.",
    )  # fmt: skip
    return ChecklistVerdict(id="list", title="List", version="1", sha256="0", items=(item,))


def published(audit: Any, out: Path, progress: Any = None) -> Any:
    """What `report.publish` gives, with the audit's verdicts."""
    progress("Drawing the report", 0, None)
    results = SimpleNamespace(checklists=audit.verdicts)
    return SimpleNamespace(
        report_pdf=out / "report.pdf", summary_pdf=out / "summary.pdf",
        report_html=out / "report.html", bundle=out / "bundle", results=results,
    )  # fmt: skip


def told_to_all(audit: Any) -> Any:
    """What `evidence.published` gives, with the audit's verdicts."""
    return SimpleNamespace(checklists=audit.verdicts)


def welcome(out: Path) -> None:
    """What `evidence.refuse_strangers` says of a folder that may be replaced."""


def audited(word: Any) -> Callable[..., Any]:
    """An audit that ends with one verdict."""

    def run(audit_file: Path, progress: Any = None, metrics: Any = None, **leave: bool) -> Any:
        assert not metrics and not any(leave.values())
        progress("Counting the decisions", 0, None)
        return SimpleNamespace(verdicts=(checklist(word),), failed="")

    return run


def typed(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_run_prints_where_things_are_and_what_to_read_first(room: Room) -> None:
    room("run", run=audited("fail"))
    room("report", publish=published)
    room("evidence", refuse_strangers=welcome)
    told = typed("run", "audit.toml", "--out", "out")
    assert told.exit_code == 0, told.output
    assert told.stderr == "Counting the decisions ...\nDrawing the report ...\n"
    lines = told.stdout.splitlines()
    assert lines[:4] == [
        "Report:   out/report.pdf", "Summary:  out/summary.pdf", "Web page: out/report.html",
        "Evidence: out/bundle",
    ]  # fmt: skip
    assert lines[-3:] == [
        "Read first",
        "1. Not met, high severity: “Comparable rates”",
        "   It is so.",
    ]


def test_a_failed_item_is_no_failure_of_run_but_one_of_gate(room: Room) -> None:
    room("run", run=audited("fail"))
    room("report", publish=published)
    room("evidence", published=told_to_all, refuse_strangers=welcome)
    assert typed("run", "audit.toml", "--out", "out", "--quiet").exit_code == 0
    told = typed("gate", "audit.toml", "--quiet")
    assert told.exit_code == 1
    assert told.stderr == ""
    assert told.stdout.splitlines()[-5:] == [
        "Blocking, by list:", "  fail          A-1  Comparable rates", f"{'':16}It is so.", "",
        "The gate failed: 1 item blocks.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "allow", "code"),
    [
        ("pass", [], 0),
        ("inconclusive", [], 1),
        ("inconclusive", ["--allow", "inconclusive,not-assessed"], 0),
        ("not assessed", ["--allow", "not assessed"], 1),
        ("error", [], 1),
    ],
)
def test_the_gates_exit_code(room: Room, word: str, allow: list[str], code: int) -> None:
    room("run", run=audited(word))
    room("evidence", published=told_to_all, refuse_strangers=welcome)
    assert typed("gate", "audit.toml", *allow).exit_code == code


@pytest.mark.parametrize("word", ["fail", "error", "pas", "inconclusive,fail"])
def test_a_failure_cannot_be_allowed(word: str) -> None:
    told = typed("gate", "audit.toml", "--allow", word)
    assert told.exit_code == 2
    assert "cannot be allowed. There is: inconclusive, unanswered, not assessed." in " ".join(
        told.output.split()
    )


def test_a_gate_leaves_a_report_only_where_asked(room: Room) -> None:
    asked: list[Path] = []

    def publish(audit: Any, out: Path, progress: Any = None) -> Any:
        asked.append(out)
        return published(audit, out, progress)

    room("run", run=audited("pass"))
    room("report", publish=publish)
    room("evidence", published=told_to_all, refuse_strangers=welcome)
    typed("gate", "audit.toml")
    typed("gate", "audit.toml", "--out", "there")
    assert asked == [Path("there")]


def test_demo_says_the_same_as_run(room: Room) -> None:
    def demo(out: Path, progress: Any = None) -> Any:
        return published(audited("pass")(out, progress=progress), out, progress)

    room("demo", demo=demo)
    told = typed("demo", "--quiet")
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("Report:   demo-output/report.pdf\n")
    assert "No item failed and none is inconclusive." in told.stdout


@pytest.mark.parametrize(
    ("faults", "code", "last"),
    [
        ((), 0, "No difference found."),
        (("results.json: not the file in the manifest",), 1,
         "  results.json: not the file in the manifest"),
        (("the same",) * 50, 1, "  and 10 more"),
    ],
)  # fmt: skip
def test_verify_exits_with_one_where_something_differs(
    room: Room, tmp_path: Path, faults: tuple[str, ...], code: int, last: str
) -> None:
    found = SimpleNamespace(faults=faults, files=7, recomputed=120, not_recomputable=("x: model",),
                            by_reason={("x", "model"): 1})  # fmt: skip
    room("evidence", verify=lambda folder: found)
    told = typed("verify", tmp_path)
    assert told.exit_code == code
    assert told.stdout.splitlines()[:2] == [
        "7 files compared with the manifest.",
        "120 figures computed again from the published counts.",
    ]
    assert told.stdout.splitlines()[-1] == last


def test_a_bundle_that_is_not_there_is_a_wrong_input(tmp_path: Path) -> None:
    assert typed("verify", tmp_path / "gone").exit_code == 2
    assert typed("report", tmp_path / "gone", "--out", tmp_path / "o").exit_code == 2


def test_report_names_what_it_wrote_and_finds_the_bundle_among_results(
    room: Room, tmp_path: Path
) -> None:
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "manifest.json").touch()
    asked: list[tuple[Path, Path]] = []
    room("report", render=lambda bundle, out: asked.append((bundle, out)))
    told = typed("report", tmp_path, "--out", "o")
    assert told.stdout.split() == ["o/report.pdf", "o/summary.pdf", "o/report.html"]
    typed("report", tmp_path / "bundle", "--out", "o")
    assert asked == [(tmp_path / "bundle", Path("o"))] * 2


def test_a_room_that_refuses_its_input_ends_the_command_with_two(
    room: Room, tmp_path: Path
) -> None:
    def refuse(*_: object) -> None:
        raise InputError(Fault("o", "holds files that are not ours."))

    room("report", render=refuse)
    told = typed("report", tmp_path, "--out", "o")
    assert (told.exit_code, told.stderr) == (2, "o: holds files that are not ours.\n")


@pytest.mark.parametrize("of", ["audit", "results", "checklist"])
def test_schemas_are_json(of: str) -> None:
    told = typed("schema", of)
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["$schema"].endswith("2020-12/schema")
