"""How time is cut into windows, and when the system was changed. Imports `part`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from isg_audit.spec.part import Part

Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
"""A day as ISO 8601 writes it."""

Cut = Literal["month", "quarter", "year"] | tuple[Day, ...]
"""Windows of the calendar, or the first day of each window."""


class ChangePart(Part):
    """A moment at which the system, or the rules it follows, changed: a table [[changes]]."""

    date: Day
    """The first day on which the change held, in quotes: "2024-03-01"."""
    what: str = Field(min_length=1, max_length=200)
    """What changed, in a few words: "model 2.1", "new income rule"."""
