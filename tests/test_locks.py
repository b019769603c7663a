"""The locked packages: hashed, from no named host, one version each, and fit for pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOP = Path(__file__).resolve().parent.parent
LOCKS = ("demo", "dev")
EXTRAS = {
    "demo": {"demo"},
    "dev": {
        "explain", "onnx", "skops", "xgboost", "lightgbm", "catboost", "postgres",
        "spark", "demo", "test", "dev",
    },
}  # fmt: skip
PIN = re.compile(
    r"^([a-z0-9.-]+)(?:\[[a-z0-9,-]+\])?==(\S+) \\\n"
    r"((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    re.M,
)


def text_of(lock: str) -> str:
    return (TOP / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")


def versions_of(lock: str) -> dict[str, str]:
    return {canonicalize_name(name): version for name, version, _ in PIN.findall(text_of(lock))}


@pytest.mark.parametrize("lock", (*LOCKS, "servers"))
def test_every_package_is_pinned_with_hashes(lock: str) -> None:
    named = [line for line in text_of(lock).splitlines() if re.match(r"[A-Za-z]", line)]
    assert len(named) == len(versions_of(lock)) > 0


@pytest.mark.parametrize("lock", (*LOCKS, "servers"))
def test_no_host_and_no_folder_is_named(lock: str) -> None:
    assert re.findall(r"\S*://\S*|^--.*|@ \S+|^\s*#.* /\S+", text_of(lock), re.M) == []


def test_the_demo_runs_on_the_versions_that_the_tests_ran_on() -> None:
    assert versions_of("demo").items() <= versions_of("dev").items()


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_is_what_the_project_asks_for(lock: str) -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = project["dependencies"] + [line for name in EXTRAS[lock] for line in extras[name]]
    locked = versions_of(lock)
    unmet = [
        line
        for line in asked
        if not (one := Requirement(line)).specifier.contains(
            locked.get(canonicalize_name(one.name), "0"), prereleases=True
        )
    ]
    assert unmet == []


def test_every_extra_is_in_the_lock_of_the_developers() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["optional-dependencies"]) == EXTRAS["dev"]
