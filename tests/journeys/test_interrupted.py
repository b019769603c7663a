"""Runs that somebody stops or that are killed: earlier results stay, nothing half is believed."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from tests.journeys.journey import audit_toml, files_in, started, typed

pytestmark = pytest.mark.slow
EARLIER = b"results of an earlier run"


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    """An audit file; in `out` beside it stand earlier results."""
    rows = "".join(f"{'FM'[at % 2]},{at % 3 % 2}\n" for at in range(300))
    (tmp_path / "log.csv").write_text(f"sex,approved\n{rows}", encoding="utf-8")
    (tmp_path / "out" / "bundle").mkdir(parents=True)
    (tmp_path / "out" / "bundle" / "manifest.json").write_bytes(EARLIER)
    (tmp_path / "out" / "report.pdf").write_bytes(EARLIER)
    return audit_toml(tmp_path)


def reaches(process: subprocess.Popen[str], step: str) -> None:
    """Wait until the run says that it does this step."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(step):
            return
    pytest.fail(f"the run ended before '{step}'")


def test_ctrl_c_at_any_step_leaves_what_was_there(audit: Path, tmp_path: Path) -> None:
    before = files_in(tmp_path)
    steps = ("Opening", "Measuring", "Writing the report")
    runs = [started("run", audit, "--out", tmp_path / "out") for _ in steps]
    for step, process in zip(steps, runs, strict=True):
        reaches(process, step)
        process.send_signal(signal.SIGINT)
        said, told = process.communicate(timeout=20)
        assert process.returncode == 130, (step, told)
        assert told.splitlines()[-1] == "Stopped; earlier results are intact."
        assert "Traceback" not in told
        assert said == ""
    assert files_in(tmp_path) == before


def test_a_killed_run_leaves_what_was_there_and_the_next_one_cleans_up(
    audit: Path, tmp_path: Path
) -> None:
    before = files_in(tmp_path)
    process = started("run", audit, "--out", tmp_path / "out")
    reaches(process, "Writing the report")  # the bundle is whole, the report is not
    process.kill()
    process.communicate(timeout=20)
    after = files_in(tmp_path)
    assert {name: after[name] for name in before} == before
    (left,) = tmp_path.glob(".out.unfinished-*")
    for folder in (left, left / "bundle"):
        told = typed("verify", folder)
        assert told.exit_code == 2
        assert "is what a run left that was stopped before it ended" in told.stderr

    told = typed("run", audit, "--out", tmp_path / "out", "--quiet")
    assert told.exit_code == 0, told.output
    assert not left.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"audit.toml", "log.csv", "out"}
    assert (tmp_path / "out" / "report.pdf").read_bytes().startswith(b"%PDF")
    assert typed("verify", tmp_path / "out").exit_code == 0
