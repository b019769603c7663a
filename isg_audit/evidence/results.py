"""`results.json`: everything a report needs, typed and versioned. JSON Schema comes from here.

Imports `judge` for verdicts and `errors`; knows no data and no model.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from isg_audit.evidence.conformance import ConformanceSummary
from isg_audit.judge.verdict import ChecklistVerdict


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GroupCount(_Kept):
    """A group's name and its people; None where too few to publish."""

    name: str
    n: int | None


class Attribute(_Kept):
    """One declared attribute: its groups and how many people have no known value."""

    name: str
    reference: str = ""
    groups: tuple[GroupCount, ...]
    unknown: int | None = None


class Subject(_Kept):
    """What was audited."""

    name: str
    owner: str
    purpose: str
    domain: str
    jurisdictions: tuple[str, ...]
    stage: str
    source: str
    decided_by: Literal["log", "model"]
    """Whose decisions the unprefixed measures describe."""
    cases: int
    persons: int | None = None
    decided: int
    undecided: int
    with_outcome: int
    period: tuple[str, str] | None = None
    decision: str
    favourable: str
    unfavourable: tuple[str, ...]
    outcome: str = ""
    outcome_favourable: str = ""
    positive: Literal["favourable", "unfavourable"]
    score: str = ""
    weighted: bool = False
    task: str = "binary"
    """What was audited: decisions, or something else; see the audit file's `task`."""
    attributes: tuple[Attribute, ...]
    intersections: tuple[tuple[str, ...], ...]

    @model_serializer(mode="wrap")
    def _as_earlier_versions_read_it(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without a task that is the only one that earlier versions knew."""
        written: dict[str, Any] = whole(self)
        if self.task == "binary":
            del written["task"]
        return written


class ModelFacts(_Kept):
    """The model that was audited, by what can be said without trusting it."""

    name: str
    kind: str
    fingerprint: str
    features: tuple[str, ...]
    also_decides: bool
    """True where the model's own decisions were audited beside the log's (`fairness.model_*`)."""
    background: str = ""
    """For explanations: size, seed and hash of the background rows."""
    isolation: str = ""
    """Behind which layers and limits a model file was opened; empty for a model that was none."""
    failed: bool = False
    """Whether it failed while it was asked or examined: the results are of the log alone."""

    @model_serializer(mode="wrap")
    def _as_earlier_versions_read_it(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without what only a model file, or a model that failed, has."""
        written: dict[str, Any] = whole(self)
        if not self.isolation:
            del written["isolation"]
        if not self.failed:
            del written["failed"]
        return written


class Provenance(_Kept):
    """What made these results."""

    isg_audit: str
    python: str
    packages: dict[str, str]
    platform: str
    made: str
    """ISO 8601, UTC, to the second."""
    seed: int
    data_fingerprint: str
    spec_sha256: str
    conformance: ConformanceSummary | None = None
    """The conformance run that this release passed; None where no record of one came with it."""


class Disclosure(_Kept):
    """What was withheld from publication, and by which rule."""

    minimum_cell: int
    groups_withheld: int
    rows_withheld: int
    complementary: int
    """Of these, withheld only because they would give another group away."""


class Row(_Kept):
    """A row of the table of measurements, as published."""

    measure: str
    metric: str
    by: str = ""
    group: str = ""
    versus: str = ""
    feature: str = ""
    window: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float = 0.95
    n: int | None = None
    people: int | None = None
    affected: float | None = None
    affected_low: float | None = None
    affected_high: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    unit: str = ""
    method: str = ""
    note: str = ""


class Missing(_Kept):
    """A measure that gave nothing, and why."""

    measure: str
    reason: str
    metric: str = ""
    by: str = ""


class ExampleChange(_Kept):
    """One input before and after, as coarsely as it is published."""

    feature: str
    before: str
    after: str


class RecourseExample(_Kept):
    """What one refused person would have to change; several share all that stands here."""

    changes: tuple[ExampleChange, ...]
    follows: tuple[str, ...] = ()
    """Inputs that change with them."""
    cost: float
    alike: int
    """Refused people who share it, at least `disclosure.minimum_cell`."""


class Results(_Kept):
    """The whole of what an audit found."""

    isg_audit_results: Literal[1] = 1
    subject: Subject
    model: ModelFacts | None = None
    checklists: tuple[ChecklistVerdict, ...]
    measurements: tuple[Row, ...]
    not_measured: tuple[Missing, ...] = ()
    limits: tuple[str, ...] = ()
    """What a reader must know before leaning on a number; one sentence each."""
    disclosure: Disclosure
    provenance: Provenance
    language: str = "en"
    confidence: float = Field(gt=0.5, lt=1)
    # Left out where there are none: earlier versions do not know it.
    examples: tuple[RecourseExample, ...] = Field(default=(), exclude_if=lambda none: not none)
    """Changes that turned a refusal round when the model scored the changed row."""
