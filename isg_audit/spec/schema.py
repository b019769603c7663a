"""The JSON Schema (2020-12) of the audit file, for editors and other tools.

Imports `audit_file` only.
"""

from __future__ import annotations

from typing import Any

from isg_audit.spec.audit_file import Spec


def audit_schema() -> dict[str, Any]:
    """A schema of what one key can be; what keys must be to one another only `read` can tell."""
    schema = Spec.model_json_schema()
    schema["required"] = ["isg_audit", *schema["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "audit.toml, version 1",
    }
