"""Sums over persons, by group: how many stand behind the decisions, and how often they repeat.

Counts of distinct persons do not add up over parts that share persons; so parts must be split by
person, and then these sums do add up. Imports numpy only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

GroupKey = tuple[tuple[str, ...], tuple[str, ...]]
"""(attributes, their values)."""


@dataclass(frozen=True)
class PersonSums:
    """For each group of each set of attributes: persons, their decisions, and squared decisions.

    Attributes:
        sums: (attributes, values) to (persons, Σm, Σm²), where m is a person's decisions there.
    """

    sums: Mapping[GroupKey, tuple[float, float, float]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether persons were counted."""
        return bool(self.sums)

    def __add__(self, other: PersonSums) -> PersonSums:
        """Sums of both parts, for the groups of either."""
        added = dict(self.sums)
        for key, sums in other.sums.items():
            mine = added.get(key, (0.0, 0.0, 0.0))
            added[key] = (mine[0] + sums[0], mine[1] + sums[1], mine[2] + sums[2])
        return PersonSums(added)

    def within(self, attributes: tuple[str, ...]) -> PersonSums:
        """Only sets of attributes that are among these."""
        return PersonSums(
            {key: sums for key, sums in self.sums.items() if set(key[0]) <= set(attributes)}
        )

    def of(self, by: tuple[str, ...], values: tuple[str, ...]) -> tuple[float, float]:
        """Persons of a group, and how many of its decisions stand for one independent case.

        The second number is Σm²/Σm, the design effect if all decisions about one person agree:
        the most cautious choice (Kish 1965), so that an interval is never too short.
        """
        persons, decisions, squares = self.sums.get((by, values), (float("nan"), 1.0, 1.0))
        return persons, max(1.0, squares / decisions) if decisions else 1.0
