"""The JSON Schema says the same as the models."""

from __future__ import annotations

from typing import Any

from isg_audit.spec import Spec, audit_schema


def test_the_schema_is_closed_and_explains_every_key() -> None:
    schema = audit_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["required"] == ["isg_audit", "system", "decisions"]
    for part in [schema, *schema["$defs"].values()]:
        assert part["additionalProperties"] is False
        assert part["description"]
    for name, part in schema["$defs"].items():
        for key, said in part["properties"].items():
            assert said.get("description"), f"{name}.{key} is not explained"


def test_the_schema_has_every_key_of_the_models() -> None:
    schema = audit_schema()
    assert set(schema["properties"]) == set(Spec.model_fields)
    assert limits(schema["$defs"]["AuditPart"]["properties"]["confidence"]) == (0.5, 1)


def limits(said: dict[str, Any]) -> tuple[float, float]:
    """The open limits of a number."""
    return said["exclusiveMinimum"], said["exclusiveMaximum"]
