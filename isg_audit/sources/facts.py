"""What is known of the data besides its counts. Imports this room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from isg_audit.sources.roles import moment
from isg_audit.sources.values import as_text

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions


@dataclass(frozen=True)
class Facts:
    """What is known of the data besides its counts.

    Attributes:
        made: when the audit was made, ISO 8601 in UTC, to the second.
        source: what the decisions were read from.
        fingerprint: hash of their content.
        decided_by: whose decisions the unprefixed measures describe.
        persons: distinct persons, None where no person column is declared.
        period: first and last day, None where no time column is declared.
    """

    made: str
    source: str
    fingerprint: str
    decided_by: Literal["log", "model"]
    persons: int | None = None
    period: tuple[str, str] | None = None


def facts_of(decisions: Decisions, made: str, decided_by: Literal["log", "model"]) -> Facts:
    """Ask the engine for what the counts do not say."""
    roles, table = decisions.roles, decisions.table
    questions = {}
    if roles.person is not None:
        # Cases without a person's name are as many persons.
        nameless = table[roles.person].isnull().sum()
        questions["persons"] = table[roles.person].nunique() + nameless
    if roles.time is not None:
        time = moment(table[roles.time])
        questions |= {"first": time.min(), "last": time.max()}
    known = decisions.ask(**questions) if questions else {}
    days = [str(as_text(known.get(end)) or "")[:10] for end in ("first", "last")]
    return Facts(
        made=made,
        source=decisions.name,
        fingerprint=decisions.fingerprint,
        decided_by=decided_by,
        persons=known.get("persons"),
        period=(days[0], days[1]) if all(days) else None,
    )
