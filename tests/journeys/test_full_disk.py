"""Disks that fill up halfway: said in words, exit code 3, nothing half-written."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from tests.journeys.journey import audit_toml, files_in, started

pytestmark = pytest.mark.slow


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    rows = "".join(f"{'FM'[at % 2]},{at % 3 % 2}\n" for at in range(300))
    (folder / "log.csv").write_text(f"sex,approved\n{rows}", encoding="utf-8")
    return audit_toml(folder)


def no_file_above(size: int) -> Callable[[], None]:
    """Has the system refuse to write more than so many bytes into one file."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    said, told = process.communicate(timeout=60)
    assert said == ""
    assert "Traceback" not in told
    return process.returncode, told


@pytest.mark.parametrize("size", [20_000, 100_000])
def test_the_bundle_or_the_report_does_not_fit(audit: Path, tmp_path: Path, size: int) -> None:
    before = files_in(tmp_path)
    run = started(
        "run", audit, "--out", tmp_path / "out", "--quiet", preexec_fn=no_file_above(size)
    )
    code, told = ended(run)
    assert code == 3
    assert "could not be written" in told
    assert told.count("\n") == 1
    assert files_in(tmp_path) == before


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a tiny disk")
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a tiny disk cannot be mounted here")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_the_results_fill_the_disk(audit: Path, tiny: Path) -> None:
    code, told = ended(started("run", audit, "--out", tiny / "out", "--quiet"))
    assert code == 3
    assert told == (
        f"{tiny}/out: the results could not be written: the disk is full. "
        "What stood there is untouched.\n"
    )
    assert list(tiny.iterdir()) == []


def test_scored_decisions_fill_the_disk(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    skops = pytest.importorskip("skops.io")
    draw = np.random.default_rng(1)
    log = pd.DataFrame({"income": draw.normal(size=20_000), "sex": draw.choice(["F", "M"], 20_000)})
    log["approved"] = (log.income + draw.normal(size=20_000) > 0).astype(int)
    log.to_parquet(tmp_path / "log.parquet")
    skops.dump(LogisticRegression().fit(log[["income"]], log.approved), tmp_path / "model.skops")
    audit = audit_toml(tmp_path, "log.parquet", rest='[model]\nsource = "model.skops"')
    monkeypatch.setenv("TMPDIR", str(tiny))
    code, told = ended(started("run", audit, "--out", tmp_path / "out", "--quiet"))
    assert code == 3
    assert told == (
        f"The scored decisions could not be kept in {tiny}: no space left on device. "
        "Set TMPDIR to a folder with more room.\n"
    )
    assert list(tiny.iterdir()) == []
    assert not (tmp_path / "out").exists()
