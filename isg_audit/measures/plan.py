"""The plan of an audit: which groups are compared with which.

Imports `sources`, `spec`, `tally`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

MOST_JOINT = 1_000
"""Combinations of all attributes above which they are not measured one by one."""

if TYPE_CHECKING:
    from isg_audit.spec.audit_file import Spec
    from isg_audit.tally import Tally


@dataclass(frozen=True)
class Plan:
    """Which groups are measured and compared.

    Attributes:
        attributes: the declared attributes.
        intersections: combinations of them.
        references: the declared reference group of an attribute, as its level is written.
        confidence: of the plain intervals.
        seed: of everything random.
        joint: all attributes together, where so few combinations occur that each is measured;
            else empty.
        minimum_cell: smaller counts are not published; rows that rest on counts beside the tally
            have to tell theirs.
    """

    attributes: tuple[str, ...]
    intersections: tuple[tuple[str, ...], ...] = ()
    references: dict[str, str] = field(default_factory=dict)
    confidence: float = 0.95
    seed: int = 20221129
    joint: tuple[str, ...] = ()
    minimum_cell: int = 10

    @property
    def several_by(self) -> tuple[tuple[str, ...], ...]:
        """Every set of attributes that forms groups: single ones first."""
        return (*((name,) for name in self.attributes), *self.intersections)

    def reference_of(self, by: tuple[str, ...]) -> str | None:
        """The reference group of `by`: its attributes' references joined, if all have one."""
        from isg_audit.tally.table import JOINT

        if not by or any(name not in self.references for name in by):
            return None
        return JOINT.join(self.references[name] for name in by)


def plan_of(spec: Spec, tally: Tally) -> Plan:
    """The plan that an audit file asks for, its reference groups named as they were counted."""
    from isg_audit.sources.values import same_value

    levels = dict(zip(tally.attributes, tally.levels, strict=True))
    references = {
        name: next(level for level in levels[name] if same_value(group.reference, level))
        for name, group in spec.groups.items()
        if group.reference is not None
    }
    return Plan(
        attributes=tuple(spec.groups),
        intersections=spec.combinations,
        references=references,
        confidence=spec.audit.confidence,
        seed=spec.audit.seed,
        joint=joint_of(tally),
        minimum_cell=spec.audit.minimum_cell,
    )


def joint_of(tally: Tally) -> tuple[str, ...]:
    """All attributes, if at most `MOST_JOINT` of their combinations hold anybody."""
    combinations = len(tally.table(tally.attributes).groups) if tally.attributes else 0
    return tally.attributes if 0 < combinations <= MOST_JOINT else ()
