"""Folders that results cannot go to: said in words, and what was there stays as it was."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.journey import audit_toml, files_in, typed


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    rows = "".join(f"{'FM'[at % 2]},{at % 3 % 2}\n" for at in range(300))
    (folder / "log.csv").write_text(f"sex,approved\n{rows}", encoding="utf-8")
    return audit_toml(folder)


def test_a_folder_of_somebody_elses_files_is_left_alone(audit: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "thesis"
    theirs.mkdir()
    (theirs / "chapter.txt").write_text("years of work", encoding="utf-8")
    before = files_in(tmp_path)
    told = typed("run", audit, "--out", theirs, "--quiet")
    assert told.exit_code == 2
    assert told.stderr == (
        f"{theirs}: holds files that are not results of isg-audit; they would be lost. "
        "Choose an empty or a new folder.\n"
    )
    assert files_in(tmp_path) == before


def test_a_file_in_the_place_of_the_folder_or_of_its_parent(audit: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    before = files_in(tmp_path)
    told = typed("run", audit, "--out", tmp_path / "taken", "--quiet")
    assert told.exit_code == 2
    assert "is a file" in told.stderr
    told = typed("run", audit, "--out", tmp_path / "taken" / "out", "--quiet")
    assert told.exit_code == 3
    assert re.search(
        "could not be written: (a part of the path is a file|file exists)", told.stderr
    )
    assert files_in(tmp_path) == before


def test_a_link_in_the_place_of_the_folder(audit: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    told = typed("run", audit, "--out", tmp_path / "link", "--quiet")
    assert told.exit_code == 2
    assert "is a link. Name the folder that it points to." in told.stderr
    assert list((tmp_path / "real").iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="whoever is root may write everywhere")
def test_a_folder_that_nobody_may_write_into(audit: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    told = typed("run", audit, "--out", locked / "out", "--quiet")
    assert told.exit_code == 3
    assert "you may not write there" in told.stderr


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = shutil.which("mount") and os.geteuid() == 0 and not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", disk], check=False,
        capture_output=True,
    ).returncode  # fmt: skip
    if not mounted:
        pytest.skip("only root can mount a disk that can only be read")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_disk_that_can_only_be_read(audit: Path, read_only: Path) -> None:
    told = typed("run", audit, "--out", read_only / "out", "--quiet")
    assert told.exit_code == 3
    assert told.stderr == (
        f"{read_only}/out: the results could not be written: the disk can only be read. "
        "What stood there is untouched.\n"
    )
    assert list(read_only.iterdir()) == []
