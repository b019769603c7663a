"""What every journey needs: an audit file in a folder, and a command as a person types it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
from click.testing import CliRunner, Result

from isg_audit.cli import main
from isg_audit.evidence.results import Results

TOP = Path(__file__).parents[2]
ROLES = ("outcome", "score", "time", "weight", "count", "person")


def typed(*words: object) -> Result:
    """Type a command, in this process."""
    return CliRunner().invoke(main, [str(word) for word in words])


def started(*words: object, **options: object) -> subprocess.Popen[str]:
    """Type a command, in a process of its own that can be interrupted."""
    code = "from isg_audit.cli import main; main(prog_name='isg-audit')"
    return subprocess.Popen(
        [sys.executable, "-c", code, *(str(word) for word in words)],
        env={**os.environ, "PYTHONPATH": str(TOP)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )  # type: ignore[call-overload, no-any-return]


def audit_toml(
    folder: Path,
    source: str = "log.csv",
    decisions: str = 'decision = "approved"\nfavourable = 1',
    groups: str = "[groups.sex]",
    rest: str = "",
) -> Path:
    """Write `audit.toml` into the folder."""
    path = folder / "audit.toml"
    text = f"""\
isg_audit = 1
[system]
name = "Loans"
[decisions]
source = "{source}"
{decisions}
{groups}
{rest}
"""
    path.write_text(text, encoding="utf-8")
    return path


def files_in(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, by its path; to see whether anything at all has changed."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


def rows_of(results: Results | Path) -> pd.DataFrame:
    """The table of measurements, from results or from a bundle on disk."""
    if isinstance(results, Path):
        return pd.read_parquet(results / "measurements.parquet")
    return pd.DataFrame([row.model_dump() for row in results.measurements])


def value(rows: pd.DataFrame, measure: str, metric: str, by: str = "", group: str = "") -> float:
    """The one value of a measurement that is compared with nobody."""
    found = rows[
        (rows["measure"] == measure) & (rows["metric"] == metric) & (rows["by"] == by)
        & (rows["group"] == group) & (rows["versus"] == "") & (rows["feature"] == "")
        & (rows["window"] == "")
    ]  # fmt: skip
    assert len(found) == 1, found
    return float(found["value"].iloc[0])
