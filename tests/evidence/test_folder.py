"""A folder is replaced whole or not at all: killed, full disks, strangers' files."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from isg_audit.errors import InputError, OutputFailed
from isg_audit.evidence import replacing


def write_result(folder: Path, word: str) -> None:
    (folder / "bundle").mkdir()
    (folder / "bundle" / "manifest.json").write_text("{}")
    (folder / "report.txt").write_text(word)


def make(out: Path, word: str) -> None:
    with replacing(out) as new:
        write_result(new, word)


def word_in(out: Path) -> str:
    return (out / "report.txt").read_text()


def test_a_new_folder_appears_and_an_old_one_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    make(out, "first")
    (out / "bundle" / "old.txt").write_text("gone after")
    make(out, "second")
    assert word_in(out) == "second"
    assert not (out / "bundle" / "old.txt").exists()
    assert [p.name for p in out.parent.iterdir()] == ["out"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    make(tmp_path / "out", "first")
    assert word_in(tmp_path / "out") == "first"


@pytest.mark.parametrize("fault", [ValueError("no"), KeyboardInterrupt(), SystemExit(1)])
def test_an_error_leaves_what_was_there(tmp_path: Path, fault: BaseException) -> None:
    out = tmp_path / "out"
    make(out, "first")
    with pytest.raises(type(fault)), replacing(out) as new:
        (new / "half").write_text("half")
        raise fault
    assert word_in(out) == "first"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_stranger_s_folder_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "photographs"
    out.mkdir()
    (out / "cat.jpg").write_text("meow")
    with pytest.raises(InputError, match="would be lost"):
        make(out, "first")
    assert (out / "cat.jpg").read_text() == "meow"


def test_a_file_and_a_link_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="is a file"):
        make(tmp_path / "file", "first")
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(InputError, match="is a link"):
        make(tmp_path / "link", "first")


def test_a_file_in_the_place_of_the_parent_is_told(tmp_path: Path) -> None:
    (tmp_path / "parent").write_text("x")
    with pytest.raises(OutputFailed, match="could not be written"):
        make(tmp_path / "parent" / "out", "first")


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EDQUOT, "share of the disk"),
     (errno.EROFS, "only be read")],
)  # fmt: skip
def test_a_disk_that_takes_no_more_is_told(tmp_path: Path, number: int, words: str) -> None:
    out = tmp_path / "out"
    make(out, "first")
    with pytest.raises(OutputFailed, match=words), replacing(out):
        raise OSError(number, os.strerror(number))
    assert word_in(out) == "first"


def test_an_error_of_reading_something_else_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "out"):
        (tmp_path / "not there").read_text()


def test_a_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        out = disk / "out"
        make(out, "first")
        with pytest.raises(OutputFailed, match="disk is full"), replacing(out) as new:
            (new / "large").write_bytes(b"x" * 200_000)
        assert word_in(out) == "first"
        assert [p.name for p in disk.iterdir()] == ["out"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


CHILD = """
import sys, time
from pathlib import Path
from isg_audit.evidence import folder

out, moment = Path(sys.argv[1]), sys.argv[2]

def stop():
    print("here", flush=True)
    time.sleep(60)

if moment == "syncing":
    folder._to_disk = lambda new: stop()
if moment == "between":
    rename = Path.rename
    def first_only(path, to):
        rename(path, to)
        if path == out:
            stop()
    Path.rename = first_only
if moment == "cleaning":
    folder.shutil.rmtree = lambda *_, **__: stop()
with folder.replacing(out) as new:
    (new / "bundle").mkdir()
    (new / "report.txt").write_text("second")
    if moment == "writing":
        stop()
    (new / "bundle" / "manifest.json").write_text("{}")
"""


@pytest.mark.parametrize(
    ("moment", "after"),
    [("writing", "first"), ("syncing", "first"), ("between", None), ("cleaning", "second")],
)
def test_a_killed_run_leaves_the_old_result_or_none(
    tmp_path: Path, moment: str, after: str | None
) -> None:
    out = tmp_path / "out"
    make(out, "first")
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(out), moment], stdout=subprocess.PIPE, text=True
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "here\n"
        child.send_signal(signal.SIGKILL)
    assert (word_in(out) if out.exists() else None) == after
    deadline = time.monotonic() + 5
    while len(list(tmp_path.iterdir())) > 1 and time.monotonic() < deadline:
        with pytest.raises(ValueError, match="stop"), replacing(out):
            raise ValueError("stop")
    assert word_in(out) == (after or "first"), "the next run puts the old one back"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
