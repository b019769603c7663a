"""Kinds of harm that a decision can do, in the words of the person it falls on.

Imports `measures` (this level), `tally`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from isg_audit.measures.estimates import Estimates, share
from isg_audit.measures.impact.wrong_denials import wrong_denial_rate
from isg_audit.measures.metric import Metric, Need
from isg_audit.measures.unseen_outcomes import of_both_decisions
from isg_audit.tally.table import NEGATIVE, POSITIVE, Table

Cell = tuple[int, int]
"""Outcome and decision."""


@dataclass(frozen=True)
class Kind:
    """A kind of harm.

    Attributes:
        name: the metric, a plural of people or of what befell them.
        error: as a checklist names it when it weighs it; empty where it is no error.
        metric: how often it befalls those it can befall; low is better.
    """

    name: str
    error: str
    metric: Metric


def kinds_of(table: Table) -> tuple[Kind, ...]:
    """The kinds of harm of a system that grants something, or of one that flags people.

    Where the textbook positive is the favourable decision: denials, those that were wrong, and
    wrong approvals, which can harm too (a loan that cannot be paid back). Where it is the
    unfavourable one: flags, wrong accusations, and missed cases.
    """
    if table.positive_is_favourable:
        names = (("denials", ""), ("wrong_denials", "wrong_denial"),
                 ("wrong_approvals", "wrong_approval"))  # fmt: skip
    else:
        names = (("flags", ""), ("wrong_accusations", "wrong_accusation"),
                 ("missed_cases", "missed_case"))  # fmt: skip
    return tuple(
        Kind(name, error, _metric(name, of, needs))
        for (name, error), (of, needs) in zip(names, _RATES, strict=True)
    )


def good_of(table: Table) -> int:
    """Where the favourable decision, and the outcome under which it is right, lie on their axes."""
    return POSITIVE if table.positive_is_favourable else NEGATIVE


def error_cells(table: Table) -> dict[str, Cell]:
    """The cell of the cross table in which each kind of error stands."""
    good = good_of(table)
    bad = NEGATIVE if good == POSITIVE else POSITIVE
    denial, approval = [kind.error for kind in kinds_of(table) if kind.error]
    return {denial: (good, bad), approval: (bad, good)}


def unfavourable_rate(table: Table) -> Estimates:
    """Of the people decided upon, the share with the unfavourable decision."""
    bad = NEGATIVE if good_of(table) == POSITIVE else POSITIVE
    known = [(outcome, decision) for outcome in range(3) for decision in range(2)]
    return share(table, [cell for cell in known if cell[1] == bad], known)


def wrong_approval_rate(table: Table) -> Estimates:
    """Of the people whose outcome is unfavourable, the share that got the favourable decision."""
    good = good_of(table)
    bad = NEGATIVE if good == POSITIVE else POSITIVE
    return of_both_decisions(table, share(table, [(bad, good)], [(bad, good), (bad, bad)]))


_RATES = (
    (unfavourable_rate, frozenset[Need]({"decision"})),
    (wrong_denial_rate, frozenset[Need]({"decision", "outcome"})),
    (wrong_approval_rate, frozenset[Need]({"decision", "outcome"})),
)


def _metric(name: str, of: Callable[[Table], Estimates], needs: frozenset[Need]) -> Metric:
    return Metric("impact", name, of, needs, better=("low", "low"), in_people=(True, True))
