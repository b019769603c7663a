"""The two folders of data are found in a checkout and in an installed wheel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from isg_audit import resources
from isg_audit.errors import CannotCarryOut

TOP = Path(__file__).resolve().parent.parent
BOTH = ("checklists", "report_templates")


def run(*command: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder holding what `pip install` makes of the wheel of this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=TOP)
    (wheel,) = folder.glob("*.whl")
    target = folder / "site"
    run(
        *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"),
        *("--no-compile", "--target", str(target), str(wheel)),
        cwd=folder,
    )
    return target


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".pyc"
    }


def test_a_checkout_has_them_at_its_top() -> None:
    assert resources.checklists_folder() == TOP / "checklists"
    assert resources.templates_folder() == TOP / "report_templates"


def test_an_installed_wheel_finds_its_own(installed: Path) -> None:
    program = (
        "from isg_audit.resources import checklists_folder, templates_folder\n"
        "print(checklists_folder(), templates_folder(), sep='\\n')"
    )
    said = run(*(sys.executable, "-c", program), cwd=installed.parent, PYTHONPATH=str(installed))
    data = installed / "isg_audit" / "_data"
    assert said.splitlines() == [str(data / name) for name in BOTH]


@pytest.mark.parametrize("name", BOTH)
def test_the_wheel_carries_every_file(installed: Path, name: str) -> None:
    shipped = files_of(installed / "isg_audit" / "_data" / name)
    assert shipped == files_of(TOP / name)
    assert shipped


def test_a_folder_of_somebody_else_beside_the_package_is_not_taken(tmp_path: Path) -> None:
    package = tmp_path / "isg_audit"
    (package / "_data" / "checklists").mkdir(parents=True)
    (tmp_path / "checklists").mkdir()
    assert resources._find("checklists", package) == package / "_data" / "checklists"


def test_neither_place_there_names_both(tmp_path: Path) -> None:
    package = tmp_path / "isg_audit"
    with pytest.raises(CannotCarryOut) as raised:
        resources._find("checklists", package)
    assert str(package / "_data" / "checklists") in str(raised.value)
    assert str(tmp_path / "checklists") in str(raised.value)
