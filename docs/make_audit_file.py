"""Writes the tables of keys in docs/audit-file.md from the schema.

What stands between the two marks is replaced, the rest is written by hand. Run
`python docs/make_audit_file.py` after a change; a test compares the page with what this makes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).with_name("audit-file.md")
BEGIN, END = "<!-- keys: written by docs/make_audit_file.py -->", "<!-- end of keys -->"
TABLES = {
    "[system]": "System",
    "[decisions]": "DecisionsPart",
    "[groups.NAME]": "Group",
    "[audit]": "AuditPart",
    "[model]": "ModelPart",
    "[model.service]": "ServicePart",
    "[recourse]": "RecoursePart",
    "[recourse.inputs.NAME]": "RecourseInput",
    "[search]": "SearchPart",
    "[population]": "PopulationPart",
    "[remedy]": "RemedyPart",
    "[[changes]]": "ChangePart",
    "[[stages]]": "StagePart",
    "[voice]": "VoicePart",
    "[voice.consultations]": "ConsultationsPart",
    "[unobserved.NAME]": "UnobservedPart",
    "[[unobserved.NAME.given_group]]": "GivenGroupPart",
}


def page(written: str) -> str:
    """The page with its tables made anew.

    Args:
        written: the page as it is.
    """
    tables = "\n".join([BEGIN, "", *_tables(), END])
    return re.sub(f"{BEGIN}.*{END}", lambda _: tables, written, flags=re.DOTALL)


def _tables() -> Iterator[str]:
    from isg_audit.spec import audit_schema

    parts = audit_schema()["$defs"]
    for heading, name in TABLES.items():
        part = parts[name]
        yield f"### {heading}\n"
        yield f"{part['description']}\n"
        yield "| key | what it may be | if left out | meaning |"
        yield "| --- | --- | --- | --- |"
        needed = part.get("required", [])
        for key, schema in part["properties"].items():
            left_out = "**must be given**" if key in needed else _default(schema.get("default"))
            yield f"| `{key}` | {_kind(schema)} | {left_out} | {_about(schema)} |"
        yield ""


def _about(schema: dict[str, Any]) -> str:
    """The description in one line: a row of the table has no other."""
    return " ".join(schema.get("description", "").split())


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        kinds = [_kind(one) for one in schema["anyOf"] if one.get("type") != "null"]
        if set(kinds) == {"true or false", "whole number", "number", "text"}:
            return "a value of the column"
        return " or ".join(kinds)
    if "$ref" in schema or schema.get("type") == "object":
        return "table"
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if schema.get("type") == "array":
        inside = _kind(schema["items"])
        return "list of lists of names" if "list" in inside else f"list of {_many(inside)}"
    return _scalar(schema)


def _scalar(schema: dict[str, Any]) -> str:
    words = {
        "boolean": "true or false", "integer": "whole number", "string": "text", "object": "tables",
    }  # fmt: skip
    kind = words.get(schema["type"], "number")
    if "exclusiveMinimum" in schema and schema.get("exclusiveMaximum", 2) <= 1:
        return f"{kind} above {schema['exclusiveMinimum']} and below {schema['exclusiveMaximum']}"
    if "minimum" in schema and "maximum" in schema:
        return f"{kind} from {schema['minimum']} to {schema['maximum']}"
    if "exclusiveMinimum" in schema and "exclusiveMaximum" not in schema:
        return f"{kind} above {schema['exclusiveMinimum']}"
    return f"{kind} from {schema['minimum']}" if "minimum" in schema else kind


def _many(kind: str) -> str:
    return {"text": "texts", "number": "numbers", "a value of the column": "values"}.get(kind, kind)


def _default(value: object) -> str:
    if value is None or value in ("", [], {}):
        return "none"
    if isinstance(value, bool):
        return f"`{value}`".lower()
    if isinstance(value, list):
        told = [str(one).lower() if isinstance(one, bool) else repr(one) for one in value]
        return ", ".join(f"`{one}`".replace("'", '"') for one in told)
    return f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
