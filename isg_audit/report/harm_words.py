"""What each kind of harm is called, in the words of the person it falls on.

Imports the wording of this room.
"""

from __future__ import annotations

from dataclasses import dataclass

from isg_audit.report.lookup import Lookup
from isg_audit.report.wording import _mark

HARMED, BURDEN = "impact.people_harmed", "impact.burden"
WELFARE, SEVERITY = "impact.welfare", "impact.severity_weighted_harm"


@dataclass(frozen=True, slots=True)
class Named:
    """A kind of harm: a heading, and what befell people, to follow `were`."""

    metric: str
    heading: str
    were: str
    could: str
    """Head of the column of people whom it could befall."""
    falls_on: str = ""
    """Whom it harms, where that is not plain."""


KINDS = (
    Named("wrong_denials", _mark("Wrongly refused"),
          _mark("refused although the favourable decision was due to them"),
          _mark("To whom it was due")),
    Named("wrong_accusations", _mark("Wrongly flagged"),
          _mark("flagged although nothing came true"), _mark("Of whom nothing came true")),
    Named("wrong_approvals", _mark("Wrongly accepted"),
          _mark("accepted although it turned out wrong"), _mark("For whom it was wrong"),
          _mark("This may harm the person too, as with a debt that cannot be paid; else it falls "
                "on others.")),
    Named("missed_cases", _mark("Missed"), _mark("passed over although it came true"),
          _mark("Of whom it came true"),
          _mark("Often the harm falls on others; it falls on the person where a flag would have "
                "brought help.")),
    Named("denials", _mark("Refused"), _mark("refused"), _mark("Decided upon")),
    Named("flags", _mark("Flagged"), _mark("flagged"), _mark("Decided upon")),
)  # fmt: skip
"""Kinds of harm, those that need outcomes first."""


def flags_people(look: Lookup) -> bool:
    """Whether the system flags people rather than grants them something."""
    return look.results.subject.positive == "unfavourable"
