"""Makes the demo: the log, the model and the audit file in a folder, then audits and reports.

Imports this room, `run`, `report`, `errors`. What it audited is left in `DIR/input`, so that the
same audit can be run again by hand.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from isg_audit.demo.applications import applications
from isg_audit.demo.underwriting import save, train
from isg_audit.run import run

if TYPE_CHECKING:
    from isg_audit.report import Published

TEXTS = ("audit.toml", "answers.toml", "model-card.md")


def demo(out: Path, progress: Callable[[str, int, int | None], None] | None = None) -> Published:
    """Audit the mortgage decisions of 1990, and a model trained on them.

    Args:
        out: folder for the results; what was audited stands in its `input`.
        progress: told of each step.

    Raises:
        CannotCarryOut: the data or the optional packages of the demo are missing.
        OutputFailed: the results could not be written.
    """
    from isg_audit.report import publish

    if progress is not None:
        progress("Training the model of the demo", 0, None)
    with TemporaryDirectory(prefix="isg-audit-demo-") as made:
        folder = Path(made)
        write_input(folder)
        published = publish(run(folder / "audit.toml", progress=progress), out, progress=progress)
        shutil.copytree(folder, published.report_pdf.parent / "input", dirs_exist_ok=True)
    return published


def write_input(folder: Path) -> None:
    """Write what the demo audits: decisions, model, audit file, answers and their evidence."""
    log = applications()
    log.to_csv(folder / "decisions.csv", index=False)
    save(train(log), folder / "model.skops")
    for name in TEXTS:
        (folder / name).write_bytes(files("isg_audit.demo").joinpath(name).read_bytes())
