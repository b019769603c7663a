"""A checklist as typed nouns (pydantic): what a TOML file in `checklists/` holds.

A checklist is data: it computes nothing. Its items are measured (a selector of measurements and
a tolerance) or answered (by a role, with evidence). Imports `spec` for the domains there are, and
this room's `verdict`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    field_validator,
    model_validator,
)

from isg_audit.errors import nearest
from isg_audit.judge.verdict import Severity, Source, Tolerance
from isg_audit.spec.audit_file import Domain

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Facility = Literal["outcome", "model", "score", "person", "time"]

SCOPES = ("attributes", "intersections", "all", "everybody", "any")
"""What `over` may say instead of a list: each attribute; each declared combination; both; nobody
apart; whichever groups the measure itself picked."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OnlyIf(_Part):
    """When a checklist or an item applies at all. All conditions given must hold."""

    domain: tuple[Domain, ...] = ()
    stage: Literal["before-launch", "deployed"] | None = None
    has: tuple[Facility, ...] = ()
    reason: Text
    """Said where it does not apply."""

    @model_validator(mode="after")
    def _says_something(self) -> OnlyIf:
        if not (self.domain or self.stage or self.has):
            raise ValueError("names no condition; give domain, stage or has.")
        return self


class _Item(_Part):
    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$")]
    area: Text
    title: Text
    ask: Text
    why: Text
    severity: Severity
    sources: tuple[Source, ...] = Field(min_length=1)
    reading: str = ""
    recommendation: Text
    does_not_show: str = ""
    only_if: OnlyIf | None = None


class MeasuredItem(_Item):
    """Judged on measurements: every selected interval against one tolerance."""

    kind: Literal["measured"]
    measure: Text
    metric: Text
    versus: Literal["", "best", "rest", "reference", "declared"] = ""
    """`declared`: the reference group that the audit file declares, else the best-off group."""
    over: str | tuple[Text, ...]
    at_least: Number | None = None
    at_most: Number | None = None
    within: tuple[Number, Number] | None = None
    smallest_share: Annotated[Number, Field(gt=0, lt=1)] | None = None
    also_model: StrictBool = False
    pass_mark: StrictBool = True

    @property
    def tolerance(self) -> Tolerance | None:
        """Where the true value has to lie; None where the law sets no pass mark."""
        if not self.pass_mark:
            return None
        return Tolerance(at_least=self.at_least, at_most=self.at_most, within=self.within)

    @property
    def measures(self) -> tuple[str, ...]:
        """The measure, and that of the model's own decisions where the item asks for both."""
        family, _, name = self.measure.partition(".")
        return (self.measure, f"{family}.model_{name}") if self.also_model else (self.measure,)

    @model_validator(mode="after")
    def _one_tolerance(self) -> MeasuredItem:
        forms = [
            form for form in ("at_least", "at_most", "within") if getattr(self, form) is not None
        ]
        if not self.pass_mark:
            if forms:
                raise ValueError(f"says pass_mark = false and yet gives {' and '.join(forms)}.")
        elif len(forms) != 1:
            given = " and ".join(forms) or "none"
            raise ValueError(f"needs exactly one of at_least, at_most, within; it has {given}.")
        if self.within and not self.within[0] < self.within[1]:
            raise ValueError("has a tolerance `within` whose first end is not below its second.")
        return self

    @model_validator(mode="after")
    def _a_scope(self) -> MeasuredItem:
        if isinstance(self.over, str) and self.over not in SCOPES:
            raise ValueError(
                f"says over = {self.over!r}; give a list of attribute names or one word. "
                + nearest(self.over, SCOPES)
            )
        if not self.over:
            raise ValueError("asks over an empty list; that would select nothing.")
        if self.over == "everybody" and self.versus:
            raise ValueError("asks over everybody; there is nobody else to compare them with.")
        return self


class AnsweredItem(_Item):
    """Judged on what a named person answers, with evidence."""

    kind: Literal["answered"]
    role: Text
    choices: tuple[Text, ...] = ("yes", "no")
    pass_on: tuple[Text, ...] = ("yes",)
    evidence: Literal["required", "asked", "none"] = "asked"
    valid_for_days: Annotated[int, Field(strict=True, ge=1)] | None = None

    @model_validator(mode="after")
    def _can_pass_and_fail(self) -> AnsweredItem:
        strange = [word for word in self.pass_on if word not in self.choices]
        if strange or not self.pass_on:
            raise ValueError(
                f"passes on {', '.join(strange) or 'nothing'}, which is no choice. "
                + nearest(strange[0] if strange else "", self.choices)
            )
        if set(self.choices) <= set(self.pass_on):
            raise ValueError("passes on every choice; such an item asks nothing.")
        return self


class HarmWeight(_Part):
    """How grave a kind of error is, as people who answer for it judge."""

    error: Literal["wrong_denial", "wrong_approval", "wrong_accusation", "missed_case"]
    weight: Annotated[Number, Field(gt=0, le=1000)]
    reason: Text


Item = Annotated[MeasuredItem | AnsweredItem, Field(discriminator="kind")]


class Checklist(_Part):
    """A checklist: what it is, what it does not require, and its items."""

    isg_checklist: Literal[1]
    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Text
    version: Text
    jurisdiction: str = ""
    status: Text
    as_of: date
    about: Text
    does_not_require: Text
    note: str = ""
    only_if: OnlyIf | None = None
    item: tuple[Item, ...]
    harm: tuple[HarmWeight, ...] = ()
    """Weights of kinds of error, for `impact.severity_weighted_harm`."""

    @field_validator("item")
    @classmethod
    def _not_empty(cls, items: tuple[Item, ...]) -> tuple[Item, ...]:
        if not items:
            raise ValueError("has no entry; a checklist without an item would judge nothing.")
        return items

    @field_validator("harm")
    @classmethod
    def _each_once(cls, weights: tuple[HarmWeight, ...]) -> tuple[HarmWeight, ...]:
        named = [one.error for one in weights]
        if twice := sorted({one for one in named if named.count(one) > 1}):
            raise ValueError(f"weighs {' and '.join(twice)} twice.")
        return weights

    @property
    def items(self) -> tuple[MeasuredItem | AnsweredItem, ...]:
        """The items, in the order of the file."""
        return self.item


PARTS: dict[str, type[BaseModel]] = {
    "": Checklist,
    "measured": MeasuredItem,
    "answered": AnsweredItem,
    "severity": Severity,
    "sources": Source,
    "only_if": OnlyIf,
    "harm": HarmWeight,
}
"""The model behind each part of the file, for messages that name the keys there are."""
