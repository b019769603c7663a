"""Rates of which only bounds are known where people's groups are not: which cells they count.

Shared by the families. Imports `tally`.
"""

from __future__ import annotations

from dataclasses import dataclass

from isg_audit.tally.table import NEGATIVE, POSITIVE, UNKNOWN, Table

Cell = tuple[int, int]


@dataclass(frozen=True)
class Rate:
    """A share of people: (outcome, decision) cells `hits` among the cells `among`.

    Attributes:
        name: the field's name.
        hits: a part of `among`.
        among: the denominator.
        with_best: whether the best-off group is a comparison: the greatest share is the best.
    """

    name: str
    hits: tuple[Cell, ...]
    among: tuple[Cell, ...]
    with_best: bool = False


def rates_of(table: Table) -> tuple[Rate, ...]:
    """The rates that are bounded: favourable decisions, and both kinds of hits by outcome."""
    good = POSITIVE if table.positive_is_favourable else NEGATIVE
    outcomes, decisions = (POSITIVE, NEGATIVE, UNKNOWN), (POSITIVE, NEGATIVE)
    favourable = Rate(
        "favourable_rate",
        tuple((outcome, good) for outcome in outcomes),
        tuple((outcome, decision) for outcome in outcomes for decision in decisions),
        with_best=True,
    )
    by_outcome = tuple(
        Rate(name, ((outcome, POSITIVE),), tuple((outcome, one) for one in decisions))
        for name, outcome in (("true_positive_rate", POSITIVE), ("false_positive_rate", NEGATIVE))
    )
    return (favourable, *by_outcome)
