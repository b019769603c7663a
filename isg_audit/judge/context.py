"""What judging knows of the audit besides its measurements. Imports `spec`, `tally`, `measures`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from isg_audit.tally.table import JOINT

if TYPE_CHECKING:
    from isg_audit.measures import Plan
    from isg_audit.spec import Spec
    from isg_audit.tally import Tally


@dataclass(frozen=True)
class Context:
    """The audit as far as verdicts depend on it.

    Attributes:
        domain: of the system, as in the audit file.
        stage: `before-launch` or `deployed`.
        has: what the audit has, of `outcome`, `model`, `score`, `person`, `time`.
        attributes: declared attributes, in order.
        references: declared reference group of an attribute, where there is one.
        confidence: of a plain interval, between 0 and 1.
        people: cases of each group, by (`by`, `group`); intersections too.
        total: cases in all.
        minimum_cell: groups of fewer people are not named in a sentence.
    """

    domain: str
    stage: str
    has: frozenset[str] = frozenset()
    attributes: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    confidence: float = 0.95
    people: Mapping[tuple[str, str], int] = field(default_factory=dict)
    total: int = 0
    minimum_cell: int = 10

    @property
    def intersections(self) -> tuple[str, ...]:
        """Declared combinations of attributes, joined, in order."""
        joined = (by for by, _ in self.people if JOINT in by and by not in self.attributes)
        return tuple(dict.fromkeys(joined))

    def reference(self, by: str) -> str:
        """The reference group of `by`; empty unless each of its attributes declares one."""
        if by in self.references:
            return self.references[by]
        each = [self.references.get(attribute, "") for attribute in by.split(JOINT)]
        return JOINT.join(each) if all(each) else ""

    @cached_property
    def _groups(self) -> dict[str, dict[str, int]]:
        sorted_by: dict[str, dict[str, int]] = {}
        for (by, group), n in self.people.items():
            if n > 0:
                sorted_by.setdefault(by, {})[group] = n
        return sorted_by

    def groups(self, by: str) -> Mapping[str, int]:
        """Groups of `by` that hold anybody, with their people."""
        return self._groups.get(by, {})

    def share(self, by: str, group: str) -> float | None:
        """Share of a group in the people whose group is known; None where it was not counted."""
        groups = self.groups(by)
        return groups[group] / sum(groups.values()) if group in groups else None


def context_of(spec: Spec, plan: Plan, tally: Tally, *, has_model: bool) -> Context:
    """The context of an audit, from what was asked and what was counted."""
    roles = ("outcome", "score", "person", "time")
    has = {role for role in roles if getattr(spec.decisions, role) is not None}
    people = {}
    for by in plan.several_by:
        table = tally.table(by)
        for group, n in zip(table.groups, table.people, strict=True):
            people[JOINT.join(by), group] = int(n)
    return Context(
        domain=spec.system.domain,
        stage=spec.system.stage,
        has=frozenset(has | ({"model"} if has_model else set())),
        attributes=plan.attributes,
        references=plan.references,
        confidence=plan.confidence,
        people=people,
        total=tally.total,
        minimum_cell=spec.audit.minimum_cell,
    )
