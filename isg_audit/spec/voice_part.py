"""[[stages]] and [voice]: how far people got, and whether they were told, heard and answered.

Imports `part`. What the keys must be to one another stands in `voice_checks.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from isg_audit.spec.part import Part, Value

Days = Annotated[int, Field(strict=True, ge=1, le=36_500)]


class StagePart(Part):
    """One stage on the way (applied, complete, scored, ...), in the order in which people pass."""

    name: str = Field(min_length=1, max_length=60)
    """What the stage is called."""
    column: str | None = None
    """The column that says whether the person reached it; default: the decision itself, which
    reaches it where it is favourable."""
    reached: tuple[Value, ...] = ()
    """The values of the column that mean reached; every other value, and none, means not reached.
    Default, for a column of dates alone: any date."""
    burden: bool = False
    """Whether to reach it is bad for the person, such as an investigation."""


class ConsultationsPart(Part):
    """Records of consultations: who was heard, a row for each meeting and kind of people."""

    source: str = ""
    """A path from this file's folder (csv, csv.gz, parquet, arrow) with the columns `people` and,
    where known, `id`, `date`, `phase`, `open`, `channel`, `stakeholder`, `statements`, `answered`,
    `answered_on`, `dissent`, `changed`, and a column named like each attribute, which holds the
    group that the people of the row belong to."""
    affected: tuple[str, ...] = ("directly affected", "excluded or refused")
    """Values of `stakeholder` that mean the people whom the system decides about or leaves out."""


class VoicePart(Part):
    """Columns of the log that say whether people were told, complained, appealed, were heard."""

    yes: tuple[Value, ...] = (True, "yes")
    """Values that mean yes in every column named below; true is 1 too."""
    no: tuple[Value, ...] = (False, "no")
    """Values that mean no; false is 0 too. An empty value means no as well, but for `overturned`
    and `re_review`, where it means that nothing is known; any other value is a fault."""
    notice: str | None = None
    """The column that says whether the person was told of the decision."""
    notice_language: str | None = None
    """The column that says whether the notice was in a language that the person reads."""
    complaint: str | None = None
    """The column that says whether the person complained."""
    appeal: str | None = None
    """The column that says whether the person appealed; default: `appealed_on` holds a date."""
    overturned: str | None = None
    """The column that says whether an appeal was decided in the person's favour."""
    pending: str | None = None
    """The column that says whether an appeal is still open; default: `resolved_on`, where it is
    named, holds no day."""
    withdrawn: str | None = None
    """The column that says whether the person gave the appeal up."""
    represented: str | None = None
    """The column that says whether somebody helped the person: a lawyer, a union, a carer."""
    paused: str | None = None
    """The column that says whether the effect of the decision waited for the appeal."""
    override: str | None = None
    """The column that says whether a human decided otherwise than the model."""
    flagged_again: str | None = None
    """The column that says whether the system acted against the person again after it was put
    right."""
    re_review: str | None = None
    """The column that holds what a review of decisions drawn at random found: yes where the
    decision was wrong, empty where it was not looked at."""
    applied_on: str | None = None
    """The column of the day on which the person asked; with `decisions.time`, the wait for a
    decision."""
    appealed_on: str | None = None
    """The column of the day of the appeal."""
    resolved_on: str | None = None
    """The column of the day on which the appeal was answered, empty while it is open."""
    decision_limit: Days | None = None
    """Days within which the law asks for a decision."""
    redress_limit: Days | None = None
    """Days within which the law asks for an answer to an appeal."""
    as_of: str = Field(default="", pattern=r"^(\d{4}-\d\d-\d\d)?$")
    """The day on which the log was made, such as "2024-06-30": open cases have waited up to it;
    default: the last day found in these columns."""
    consultations: ConsultationsPart | None = None
    """The table [voice.consultations]."""


MARKS = (
    "notice", "notice_language", "complaint", "appeal", "overturned", "pending", "withdrawn",
    "represented", "paused", "override", "flagged_again", "re_review",
)  # fmt: skip
"""Keys of [voice] that name a column of yes and no."""

OF_APPEALS = ("overturned", "pending", "withdrawn", "represented", "paused", "flagged_again")
"""Those that say something of an appeal."""

DAYS = ("applied_on", "appealed_on", "resolved_on")
"""Keys of [voice] that name a column of days."""


def voice_columns(
    stages: tuple[StagePart, ...], part: VoicePart | None
) -> Iterator[tuple[str, str]]:
    """Every column of the log that the tables name, each after the key that names it."""
    for at, stage in enumerate(stages):
        if stage.column is not None:
            yield f"stages, item {at + 1}.column", stage.column
    for key in (*MARKS, *DAYS):
        column = None if part is None else getattr(part, key)
        if column is not None:
            yield f"voice.{key}", column
