"""How far people got along the stages that the audit file names, by group.

Imports `sources`, `spec` and this room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from isg_audit.errors import DataError, Fault
from isg_audit.sources.values import same_value
from isg_audit.tally.cells import Truths
from isg_audit.tally.marked import (
    BLANK,
    YES,
    Mark,
    Marked,
    any_day,
    count_marked,
    decided,
    of_values,
)

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import Group
    from isg_audit.spec.voice_part import StagePart


@dataclass(frozen=True, eq=False)
class Stages:
    """Cases by group and by the stages they reached, each with its mark.

    Attributes:
        names: of the stages, in order.
        burdens: whether to reach a stage is bad for the person.
        marked: the cells.
    """

    names: tuple[str, ...]
    burdens: tuple[bool, ...]
    marked: Marked

    def reached(self, stage: int) -> Truths:
        """Whether a cell's people passed every stage up to this one; -1 is everybody."""
        if stage < 0:
            return np.ones(len(self.marked.codes), dtype=bool)
        passed: Truths = (self.marked.marks[:, : stage + 1] == YES).all(axis=1)
        return passed

    @property
    def out_of_order(self) -> Truths:
        """Whether a cell's people are at a later stage without one before it."""
        at = self.marked.marks == YES
        earlier = np.logical_and.accumulate(at, axis=1)
        return np.asarray((at & ~earlier).any(axis=1))

    def blank(self, stage: int) -> Truths:
        """Whether nothing is written of a stage for people who passed all before it."""
        blank: Truths = self.reached(stage - 1) & (self.marked.marks[:, stage] == BLANK)
        return blank


def count_stages(
    decisions: Decisions, groups: Mapping[str, Group], stages: tuple[StagePart, ...]
) -> Stages:
    """Count how far people got: one GROUP BY.

    Raises:
        DataError: a column that marks no stage; all faults at once.
        EngineFailed: the engine could not answer.
    """
    marks: dict[str, Mark] = {}
    faults: list[Fault] = []
    for at, stage in enumerate(stages):
        try:
            marks[stage.name] = _mark(decisions, f"stages, item {at + 1}", stage)
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(faults)
    names = tuple(stage.name for stage in stages)
    burdens = tuple(stage.burden for stage in stages)
    return Stages(names, burdens, count_marked(decisions, groups, marks))


def _mark(decisions: Decisions, where: str, stage: StagePart) -> Mark:
    if stage.column is None:
        return decided(decisions)
    if not stage.reached:
        return any_day(decisions, f"{where}.column", stage.column)

    def yes(text: str) -> bool:
        return any(same_value(value, text) for value in stage.reached)

    code = of_values(f"{where}.reached", stage.column, yes, None)
    return Mark(f"{where}.column", decisions.table[stage.column], code)
