"""What is asked of small groups: the share of favourable decisions, and of wrong denials.

Imports `measures` (this level), `tally`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from isg_audit.measures.estimates import Estimates, share
from isg_audit.measures.impact.wrong_denials import wrong_denial_rate
from isg_audit.measures.task_words import of_another_task
from isg_audit.tally.table import JOINT, NEGATIVE, POSITIVE, Table

DECISIONS = frozenset({"binary", "classes"})
"""Tasks with decisions for or against people."""


@dataclass(frozen=True)
class Quantity:
    """A share of people by group.

    Attributes:
        name: the metric.
        of: the function of a table.
        good: whether more of it is better for people.
        outcome: whether outcomes have to be known.
    """

    name: str
    of: Callable[[Table], Estimates]
    good: bool
    outcome: bool

    def lacking(self, everybody: Table) -> str:
        """Why a table has none of it; empty where it has."""
        cases = everybody.cases
        if everybody.task not in DECISIONS:
            return of_another_task(everybody.task, DECISIONS)
        if not cases[:, :, [POSITIVE, NEGATIVE]].sum() > 0:
            return "no decision is recorded"
        if not everybody.names.get("favourable", True):
            return "no class of decision is named as favourable"
        if not self.outcome:
            return ""
        if not cases[:, [POSITIVE, NEGATIVE]].sum() > 0:
            return "no outcome is recorded: what really happened is not known"
        if not everybody.names.get("favourable_outcome", True):
            return "no class of outcome is named as favourable"
        return ""


def favourable_rate(table: Table) -> Estimates:
    """Of the people decided upon, the share with the favourable decision."""
    favourable = 0 if table.positive_is_favourable else 1
    known = [(outcome, decision) for outcome in range(3) for decision in range(2)]
    return share(table, [cell for cell in known if cell[1] == favourable], known)


QUANTITIES = (
    Quantity("favourable_rate", favourable_rate, good=True, outcome=False),
    Quantity("wrong_denial_rate", wrong_denial_rate, good=False, outcome=True),
)


def values_of(
    group: str, by: Sequence[str], known: Mapping[str, Collection[str]]
) -> tuple[str, ...]:
    """The value of each attribute in a group's name, also where a value holds the joint itself."""
    parts = tuple(group.split(JOINT))
    if len(parts) == len(by):
        return parts
    return next(_ways(group, by, known))


def _ways(
    group: str, by: Sequence[str], known: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, ...]]:
    for value in known[by[0]]:
        if len(by) == 1:
            if value == group:
                yield (value,)
        elif group.startswith(value + JOINT):
            for rest in _ways(group.removeprefix(value + JOINT), by[1:], known):
                yield (value, *rest)
