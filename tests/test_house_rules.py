"""The rules of CONTRIBUTING.md that no linter knows, each tried on a text that breaks it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
PACKAGE = TOP / "isg_audit"
LONGEST = 300
NO_NAMES = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}
FORBIDDEN_WORDS = re.compile(r"\b(unbiased|debiased|compliant|solved)\b", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
TEXTS = {".css", ".html", ".j2", ".md", ".po", ".py", ".svg", ".toml", ".txt", ".xml"}
SHOWN_TO_PEOPLE = ("isg_audit", "checklists", "report_templates", "docs", "README.md")


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def texts() -> Iterator[Path]:
    for name in SHOWN_TO_PEOPLE:
        place = TOP / name
        found = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (path for path in found if path.is_file() and path.suffix in TEXTS)


def lines_matching(pattern: re.Pattern[str], text: str) -> list[int]:
    return [n for n, line in enumerate(text.splitlines(), start=1) if pattern.search(line)]


def offenders(pattern: re.Pattern[str], paths: Iterator[Path] | list[Path]) -> list[str]:
    return [
        f"{path.relative_to(TOP)}:{line}"
        for path in paths
        for line in lines_matching(pattern, path.read_text(encoding="utf-8"))
    ]


def defines(source: str, *, front_door: bool = False) -> list[int]:
    """Lines at which a door does more than name: all but a docstring, imports and `__all__`.

    The front door, `isg_audit/__init__.py`, may also hold its version and a table of names that
    are imported when first asked for.
    """
    tree = ast.parse(source)
    start = 1 if ast.get_docstring(tree) is not None else 0
    return [node.lineno for node in tree.body[start:] if not _names_only(node, front_door)]


def _names_only(node: ast.stmt, front_door: bool) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=body, orelse=[]):
            return all(isinstance(inner, ast.Import | ast.ImportFrom) for inner in body)
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name == "__all__" or (front_door and name.startswith("_"))
        case ast.FunctionDef(name=name):
            return front_door and name in {"__getattr__", "__dir__"}
    return False


def test_there_are_modules_to_look_at() -> None:
    assert modules()


def test_no_module_is_too_long_to_read() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    too_long = {str(path.relative_to(TOP)): n for path, n in lengths.items() if n > LONGEST}
    assert too_long == {}


def test_every_module_opens_by_saying_what_lives_there() -> None:
    silent = [
        str(path.relative_to(TOP))
        for path in modules()
        if not (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").strip()
    ]
    assert silent == []


def test_every_folder_of_modules_has_a_door() -> None:
    folders = {path.parent for path in modules()}
    assert [str(f.relative_to(TOP)) for f in folders if not (f / "__init__.py").is_file()] == []


def test_a_door_defines_nothing() -> None:
    found = [
        f"{door.relative_to(TOP)}:{line}"
        for door in sorted(PACKAGE.rglob("__init__.py"))
        for line in defines(door.read_text(encoding="utf-8"), front_door=door.parent == PACKAGE)
    ]
    assert found == []


def test_no_module_is_a_drawer_for_the_rest() -> None:
    names = [path.parent.name if path.stem == "__init__" else path.stem for path in modules()]
    drawers = [name for name in names if NO_NAMES & set(name.strip("_").split("_"))]
    assert drawers == []


def test_nothing_unfinished_is_handed_on() -> None:
    assert offenders(UNFINISHED, modules()) == []


def test_forbidden_words_are_said_to_nobody() -> None:
    assert offenders(FORBIDDEN_WORDS, texts()) == []


def test_contributing_lists_every_forbidden_word() -> None:
    listed = (TOP / "CONTRIBUTING.md").read_text(encoding="utf-8").lower()
    assert all(word in listed for word in ("unbiased", "debiased", "compliant", "solved"))


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ("The model is Unbiased.", True),
        ("a non-compliant lender", True),
        ("the issue was solved", True),
        ("it is resolved to a path; compliance is for a court", False),
    ],
)
def test_the_rule_on_words_catches_words_and_not_parts(line: str, caught: bool) -> None:
    assert bool(lines_matching(FORBIDDEN_WORDS, line)) is caught


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ("# TODO: later", True),
        ("raise NotImplementedError", True),
        ("autodoc = METHODOLOGY", False),
    ],
)
def test_the_rule_on_unfinished_work_catches_it(line: str, caught: bool) -> None:
    assert bool(lines_matching(UNFINISHED, line)) is caught


@pytest.mark.parametrize(
    ("source", "front_door", "lines"),
    [
        ('"""Door."""\nfrom a import b\n__all__ = ["b"]\n', False, []),
        ('"""Door."""\nif TYPE_CHECKING:\n    from a import b\n', False, []),
        ('"""Door."""\ndef measure(): ...\n', False, [2]),
        ('"""Door."""\nTABLE = {}\nclass A: ...\n', False, [2, 3]),
        ('"""Door."""\nregister(b)\n', False, [2]),
        ('"""Door."""\n_LAZY = {}\ndef __getattr__(name): ...\n', False, [2, 3]),
        ('"""Door."""\n_LAZY = {}\ndef __getattr__(name): ...\n', True, []),
        ('"""Door."""\ndef measure(): ...\n', True, [2]),
    ],
)
def test_the_rule_on_doors_catches_what_is_defined(
    source: str, front_door: bool, lines: list[int]
) -> None:
    assert defines(source, front_door=front_door) == lines
