"""The JSON Schema (2020-12) of `results.json`. Imports this room's `results` only."""

from __future__ import annotations

from typing import Any

from isg_audit.evidence.results import Results


def results_schema() -> dict[str, Any]:
    """The schema that every `results.json` of this version meets."""
    schema = Results.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "results.json, version 1",
    }
