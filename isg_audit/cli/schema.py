"""`isg-audit schema`: JSON Schemas of the files that people and programs read and write.

Imports this room; `spec`, `evidence` and `judge` inside the command.
"""

from __future__ import annotations

import json
from typing import Any

import click


@click.command("schema", short_help="Print the JSON Schema of a file format.")
@click.argument("of", type=click.Choice(["audit", "results", "checklist"]))
def command(of: str) -> None:
    """Print the JSON Schema (2020-12) of the audit file, of results.json or of a checklist."""
    click.echo(json.dumps(schema(of), indent=2, ensure_ascii=False))


def schema(of: str) -> dict[str, Any]:
    """The schema of one format: `audit`, `results` or `checklist`."""
    if of == "audit":
        from isg_audit.spec import audit_schema

        return audit_schema()
    if of == "results":
        from isg_audit.evidence import results_schema

        return results_schema()
    from isg_audit.judge import Checklist

    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, **Checklist.model_json_schema()}
