"""The option by which a person, and never an audit file, lets a pickle be opened.

Imports click.
"""

from __future__ import annotations

import click

ALLOW_PICKLE = click.option(
    "--allow-pickle", is_flag=True,
    help="Open a model that is a pickle: what is on our list of it, in a locked process.",
)  # fmt: skip
"""For `run` and `gate`."""
