"""The audit file as typed nouns (pydantic): what `audit.toml` holds, whole and validated.

Imports only `errors`. Opens no data.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Value = bool | int | float | str
"""A value of a column as TOML can write it."""

Domain = Literal[
    "education", "health", "elderly-care", "community", "urban", "environment", "sports",
    "employment", "finance", "other",
]  # fmt: skip


class _Part(BaseModel):
    """Unknown keys are faults, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class System(_Part):
    """What is audited, in the words of whoever answers for it."""

    name: str = Field(min_length=1, max_length=300)
    owner: str = ""
    purpose: str = ""
    domain: Domain = "other"
    jurisdictions: tuple[str, ...] = ()
    stage: Literal["before-launch", "deployed"] = "deployed"


class DecisionsPart(_Part):
    """Where the decisions are and what their columns mean."""

    source: str = ""
    decision: str | None = None
    favourable: Value | None = None
    unfavourable: tuple[Value, ...] = ()
    outcome: str | None = None
    outcome_favourable: Value | None = None
    outcome_unfavourable: tuple[Value, ...] = ()
    positive: Literal["favourable", "unfavourable"] = "favourable"
    score: str | None = None
    time: str | None = None
    person: str | None = None
    weight: str | None = None
    count: str | None = None


class Group(_Part):
    """One attribute by which people are grouped."""

    column: str | None = None
    reference: Value | None = None
    unknown: tuple[Value, ...] = ("",)
    cut: tuple[float, ...] = ()


class AuditPart(_Part):
    """What is asked of the audit."""

    intersections: Literal["all", "pairs"] | tuple[tuple[str, ...], ...] = "pairs"
    legitimate: tuple[str, ...] = ()
    checklists: tuple[str, ...] = ("people-oriented",)
    answers: str | None = None
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    seed: int = 20221129
    minimum_cell: Annotated[int, Field(ge=1)] = 10
    language: str = "en"


class ModelPart(_Part):
    """The model, where there is one."""

    source: str = ""
    features: tuple[str, ...] = ()
    favourable: Value | None = None


class Spec(_Part):
    """The whole audit file."""

    isg_audit: Literal[1] = 1
    system: System
    decisions: DecisionsPart
    groups: dict[str, Group] = Field(default_factory=dict)
    audit: AuditPart = AuditPart()
    model: ModelPart | None = None
