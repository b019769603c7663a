"""`--allow-private-address`: leave to ask a service on this computer or network.

Imports click.
"""

from __future__ import annotations

import click

PRIVATE_ADDRESS = click.option(
    "--allow-private-address", is_flag=True, envvar="ISG_AUDIT_ALLOW_PRIVATE_ADDRESS",
    help="Let the audit file's model be a service on this computer or in a private network.",
)  # fmt: skip
