"""Which folder a person means who names a bundle. Imports click only."""

from __future__ import annotations

import os
from pathlib import Path

import click


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
        here = (folder / "manifest.json").exists()
        return inside if not here and (inside / "manifest.json").exists() else folder
