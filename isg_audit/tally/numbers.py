"""Predicted numbers: what is grouped by, what is added up, what is wrong with them.

A cell holds no number of its own: sums of errors and of their powers are all that means and their
intervals need, so a million different numbers make as few cells as two. Imports `errors`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from isg_audit.errors import DataError, Fault
from isg_audit.tally.table import AMOUNTS

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import DecisionsPart

LARGEST = 1e60
"""Above it, the fourth power of an error may be infinite."""


def given_keys(decisions: Decisions) -> dict[str, Any]:
    """Whether the predicted and the true number are there, as Ibis expressions to group by.

    Raises:
        DataError: numbers that are NaN, infinite or too large; none in any row.
    """
    table, roles = decisions.table, decisions.roles
    faults = list(_faults(decisions, "score", roles.score or ""))
    keys = {"decision": table[roles.score].notnull()}
    if roles.outcome is not None:
        faults += _faults(decisions, "outcome", roles.outcome)
        keys["outcome"] = table[roles.outcome].notnull()
    if faults:
        raise DataError(faults)
    return keys


def amounts_of(table: Any, roles: DecisionsPart) -> dict[str, Any]:
    """What is added up besides the predicted numbers, by the names of `AMOUNTS`; Ibis columns."""
    score = table[roles.score].cast("float64")
    if roles.outcome is None:
        return dict.fromkeys(AMOUNTS, score * 0.0)
    outcome = table[roles.outcome].cast("float64")
    error = score - outcome
    squared = error * error
    amounts = (error, error.abs(), squared, squared * squared, outcome, outcome * outcome)
    return dict(zip(AMOUNTS, amounts, strict=True))


def _faults(decisions: Decisions, role: str, column: str) -> Iterator[Fault]:
    where, number = f"decisions.{role}", decisions.table[column].cast("float64")
    broken = number.isnan()
    facts = decisions.ask(
        known=number.count(),
        nan=broken.sum(),
        large=(~broken & (number.abs() > LARGEST)).sum(),
    )
    if not facts["known"]:
        yield Fault(where, f"column '{column}' has no value in any row.")
    if facts["nan"]:
        what = f"column '{column}' is NaN in {facts['nan']:,} rows."
        yield Fault(where, what, "Leave it empty where there is no number.")
    if facts["large"]:
        yield Fault(
            where, f"column '{column}' is infinite or too large in {facts['large']:,} rows."
        )
