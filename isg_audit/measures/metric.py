"""`Metric`: a pure function of counts with what is needed to compare groups by it.

Shared by the families; imports `tally` and this room only. Knows no tolerance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from isg_audit.measures.estimates import Estimates
from isg_audit.tally.table import Table

Need = Literal[
    "decision",
    "outcome",
    "score",
    "probability",
    "amounts",
    "steps",
    "classes",
    "given",
    "known",
    "exposure",
    "places",
    "order",
]
Better = Literal["high", "low", "near zero"]


@dataclass(frozen=True)
class Metric:
    """A quantity of a group, and how groups are compared by it.

    Attributes:
        family: fairness, impact or coverage.
        name: the field's standard name; the measure is named alike.
        of: the function; its docstring is the metric's manual page.
        needs: roles without which it is not measured.
        better: which value is better for the people, where the textbook positive is the
            favourable decision, and where it is the unfavourable one.
        in_people: whether a gap can be said in people, by the same two cases: cases times the gap
            are people who fared worse than the comparison group would have.
        unit: of the value.
        ratio: whether ratios make sense (not for a quantity that may be negative or near zero).
        id: the measure's own name where it is not the metric's.
        tasks: what it can be measured of; see `Table.task`.
    """

    family: str
    name: str
    of: Callable[[Table], Estimates]
    needs: frozenset[Need]
    better: tuple[Better, Better] = ("high", "high")
    in_people: tuple[bool, bool] = (False, False)
    unit: str = "proportion"
    ratio: bool = True
    id: str = ""
    tasks: frozenset[str] = frozenset({"binary", "classes"})

    def measure(self, prefix: str = "") -> str:
        """The measure's id; `prefix` tells the model's own decisions from those of the log."""
        return f"{self.family}.{prefix}{self.id or self.name}"

    @property
    def manual(self) -> str:
        """The manual page."""
        return self.of.__doc__ or ""

    def best(self, table: Table) -> Better:
        """Which value is better for the people of this table."""
        return self.better[0 if table.positive_is_favourable else 1]

    def counts_people(self, table: Table) -> bool:
        """Whether this table's gaps can be said in people."""
        return self.in_people[0 if table.positive_is_favourable else 1]
