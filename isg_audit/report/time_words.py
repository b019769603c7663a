"""What the pages on time share: rows, quantities, and how a change is told.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from dataclasses import replace

from isg_audit.evidence import Row
from isg_audit.report.lookup import JOINT, Lookup
from isg_audit.report.numbers import POINTS
from isg_audit.report.wording import _mark

MOST_POINTS = 4
AMOUNT = replace(POINTS, signed=False)

QUANTITIES = (
    ("favourable_rate", -1, _mark("favourable decisions")),
    ("wrong_denial_rate", 1, _mark("wrong denials")),
)
"""Rate, the sign of a gap that is bad for people, and what is counted."""

Quantity = tuple[str, int, str]


def rows_of(look: Lookup, measure: str, metric: str, versus: str = "rest") -> list[Row]:
    """Rows over all windows, of groups of single attributes, published ones alone."""
    return [
        one
        for one in look.family(f"impact.{measure}")
        if (one.measure, one.metric, one.versus) == (f"impact.{measure}", metric, versus)
        and one.group
        and one.value is not None
        and not one.window
        and JOINT not in one.by
    ]


def size(look: Lookup, row: Row) -> str:
    """How large a change is, without its sign: the sentence says whether it is for the worse."""
    return look.numbers.said(abs(row.value or 0.0), AMOUNT)


def ends(look: Lookup, row: Row) -> str:
    """Its interval, seen from the same side."""
    if row.low is None or row.high is None:
        return ""
    ends = (row.low, row.high) if (row.value or 0) > 0 else (-row.high, -row.low)
    return look.numbers.spread(*ends, AMOUNT)
