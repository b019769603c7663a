"""Verdicts as they are kept: one per item, with the groups that decided it, in plain words.

Imports `errors` only. What is here goes to disk inside `results.json`, hence pydantic.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

Word = Literal[
    "error", "fail", "inconclusive", "unanswered", "not assessed", "waived", "pass",
    "not applicable",
]  # fmt: skip
"""In the order in which they matter: an error outranks everything."""

SeverityWord = Literal["critical", "high", "medium", "low"]


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Severity(_Kept):
    """How grave the effect on people is, and why; never how far a threshold was missed."""

    word: SeverityWord
    reason: str


class Source(_Kept):
    """The dated clause an item rests on."""

    instrument: str
    clause: str = ""
    dated: date | None = None
    status: str = "in force"
    verified: bool = False
    """False: the clause was not read as text; reports print `unverified`."""


class Tolerance(_Kept):
    """Where the true value has to lie. Exactly one of the forms is set."""

    at_least: float | None = None
    at_most: float | None = None
    within: tuple[float, float] | None = None


class JudgedGroup(_Kept):
    """One comparison of an item: the estimate, the interval that decides, the word.

    `low`/`high` are the plain limits (they decide a pass), `fail_low`/`fail_high` the
    simultaneous ones (they decide a fail). All None when `withheld` (too few to publish).
    """

    by: str
    group: str
    versus: str
    measure: str
    metric: str
    word: Word
    value: float | None = None
    low: float | None = None
    high: float | None = None
    fail_low: float | None = None
    fail_high: float | None = None
    n: int | None = None
    affected: float | None = None
    affected_low: float | None = None
    affected_high: float | None = None
    cases_needed: float | None = None
    """Further cases of this group that would settle it; infinite: none would."""
    smallest_gap: float | None = None
    """The smallest gap from no difference that these cases would show with 80 % power, allowing
    for all comparisons; in the unit of the metric, of a ratio how far below 1, of a figure that is
    no comparison its distance from the limit. 1 between shares: none would have shown."""
    flip_count: int | None = None
    """Decisions on this group that would have to be otherwise for the value of a ratio to change
    sides of its limit: positive, so many more favourable ones; negative, so many fewer."""
    withheld: bool = False
    decides: bool = True
    """False: shown, but too small a share of the people to decide the item."""
    compared_with: str = ""
    """The group behind `versus = "best"`, where it is known."""
    reason: str = ""
    """Why this comparison was not assessed, in plain words."""


class Answer(_Kept):
    """What a person answered, with the evidence."""

    answer: str
    by: str = ""
    role: str = ""
    on: date | None = None
    comment: str = ""
    dissent: str = ""
    evidence: tuple[str, ...] = ()
    evidence_sha256: tuple[str, ...] = ()


class Waiver(_Kept):
    """Why an item is set aside, by whom, until when."""

    justification: str
    by: str
    until: date


class ItemVerdict(_Kept):
    """An item of a checklist and what came of it."""

    id: str
    area: str
    title: str
    ask: str
    why: str
    kind: Literal["measured", "answered"]
    severity: Severity
    sources: tuple[Source, ...]
    reading: str = ""
    word: Word
    sentence: str
    """One plain sentence: why this word."""
    tolerance: Tolerance | None = None
    comparisons: int = 0
    """Comparisons that the fail limits allow for."""
    fail_confidence: float | None = None
    groups: tuple[JudgedGroup, ...] = ()
    answer: Answer | None = None
    waiver: Waiver | None = None
    real_word: Word | None = None
    """Under a waiver, the word without it."""
    recommendation: str = ""
    does_not_show: str = ""


class ChecklistVerdict(_Kept):
    """A checklist and the verdicts on its items."""

    id: str
    title: str
    version: str
    jurisdiction: str = ""
    status: str = ""
    note: str = ""
    sha256: str
    items: tuple[ItemVerdict, ...]
