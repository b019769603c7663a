"""For how much a row stands: one case or several, with a weight or without.

Imports `sources`, `errors`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from isg_audit.errors import DataError, Fault
from isg_audit.tally.numbers import amounts_of

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions

LARGEST = {"count": 2.0**53, "weight": 1e100}
"""Above it, a count is not exact any more, and the square of a weight may be infinite."""

SMALLEST = 1e-150
"""Below it, a square is as good as 0."""


def sums_of(decisions: Decisions) -> dict[str, Any]:
    """What is added up in each cell: cases, weights and weighted scores, as Ibis expressions.

    Raises:
        DataError: counts or weights that are missing, negative, infinite, 0 in every row; counts
            that are not whole.
    """
    table, roles = decisions.table, decisions.roles
    faults = [
        fault
        for role, column in (("count", roles.count), ("weight", roles.weight))
        if column is not None
        for fault in _faults(decisions, role, column)
    ]
    if faults:
        raise DataError(faults)
    times = table[roles.count].cast("float64") if roles.count else None
    weight = table[roles.weight].cast("float64") if roles.weight else None
    sums = {"cases": table.count() if times is None else times.sum()}
    if weight is not None:
        sums["weight"] = _times(weight, times).sum()
        sums["squares"] = _times(_square(weight), times).sum()
    if roles.score is not None:
        score = table[roles.score].cast("float64")
        sums["score_sum"] = _times(_times(score, weight), times).sum()
        sums["score_squares"] = _times(_times(_square(score), weight), times).sum()
    if roles.audited == "number":
        sums |= {
            f"amount_{name}": _times(_times(amount, weight), times).sum()
            for name, amount in amounts_of(table, roles).items()
        }
    return sums


def _square(value: Any) -> Any:
    """The square; 0 where it is too small for a float, which some engines take for an error."""
    return (value.abs() < SMALLEST).ifelse(0.0, value * value)


def _times(value: Any, factor: Any | None) -> Any:
    return value if factor is None else value * factor


def _faults(decisions: Decisions, role: str, column: str) -> Iterator[Fault]:
    where, amount = f"decisions.{role}", decisions.table[column].cast("float64")
    known = amount.notnull() & ~amount.isnan()
    usable = known & (amount <= LARGEST[role])
    facts = decisions.ask(
        missing=(~known).sum(),
        endless=(known & ~usable).sum(),
        negative=(known & (amount < 0)).sum(),
        broken=(usable & (amount != usable.ifelse(amount, 0.0).floor())).sum(),
        something=(usable & (amount > 0)).sum(),
    )
    if facts["missing"]:
        what = f"'{column}' is missing in {facts['missing']:,} rows."
        yield Fault(where, what, "Leave those rows out, or say what they stand for.")
    if facts["endless"]:
        yield Fault(where, f"'{column}' is infinite or too large in {facts['endless']:,} rows.")
    if facts["negative"]:
        yield Fault(where, f"'{column}' is negative in {facts['negative']:,} rows.")
    if role == "count" and facts["broken"]:
        yield Fault(where, f"'{column}' is not a whole number in {facts['broken']:,} rows.")
    if not (facts["something"] or facts["missing"] or facts["endless"] or facts["negative"]):
        yield Fault(where, f"'{column}' is 0 in every row: nobody is counted.")
