"""Which folder a person means who names a bundle. Imports click only."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

_UNFINISHED = re.compile(r"\..+\.unfinished-\d+-\w+")
"""What `evidence.replacing` calls a folder until all is written."""


class BundleFolder(click.Path):
    """A bundle, or the folder of results that holds one under the name `bundle`."""

    name = "bundle"

    def __init__(self) -> None:
        """A folder that exists."""
        super().__init__(exists=True, file_okay=False, path_type=Path)

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        """The bundle's own folder."""
        folder = Path(os.fsdecode(super().convert(str(value), param, ctx)))
        inside = folder / "bundle"
        if any(_UNFINISHED.fullmatch(name) for name in folder.absolute().parts[-2:]):
            self.fail(f"{folder} is what a run left that was stopped before it ended.", param, ctx)
        here = (folder / "manifest.json").exists()
        return inside if not here and (inside / "manifest.json").exists() else folder
