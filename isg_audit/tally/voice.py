"""Who was told, complained, appealed and was put right, by group.

Imports `sources`, `spec` and this room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from isg_audit.errors import DataError, Fault
from isg_audit.sources.values import same_value
from isg_audit.spec.voice_part import MARKS
from isg_audit.tally.cells import Truths
from isg_audit.tally.marked import (
    BLANK,
    NO,
    YES,
    Mark,
    Marked,
    any_day,
    count_marked,
    decided,
    is_for_or_against,
    of_values,
)

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import Group
    from isg_audit.spec.voice_part import VoicePart

DECISION, RESOLVED = "decision", "resolved"
"""Marks that no key of yes and no names: the decision, a day on which an appeal was answered."""


@dataclass(frozen=True, eq=False)
class Voice:
    """Cases by group and by what is marked of them; what no column tells is never so.

    Attributes:
        marked: the cells.
        asked: keys of the audit file that name a column, `decision` among them.
    """

    marked: Marked
    asked: frozenset[str]

    def is_yes(self, name: str) -> Truths:
        """Whether a cell's people are marked with yes."""
        return np.asarray(self.marked.of(name) == YES)

    @property
    def everybody(self) -> Truths:
        """Every cell."""
        return np.ones(len(self.marked.codes), dtype=bool)

    @property
    def adverse(self) -> Truths:
        """Whether a cell's people got an unfavourable decision."""
        return np.asarray(self.marked.of(DECISION) == NO)

    @property
    def favourable(self) -> Truths:
        """Whether they got a favourable one."""
        return self.is_yes(DECISION)

    @property
    def notified(self) -> Truths:
        """Whether they got an unfavourable one and a notice they can read, as far as is told."""
        told = self.adverse & self.is_yes("notice")
        return told & self.is_yes("notice_language") if "notice_language" in self.asked else told

    @property
    def appeals(self) -> Truths:
        """Whether they got an unfavourable one and appealed."""
        return self.adverse & self.is_yes("appeal")

    @property
    def pending(self) -> Truths:
        """Appeals that are still open: marked so, else without a day of an answer."""
        if "pending" in self.asked or RESOLVED not in self.asked:
            return self.appeals & self.is_yes("pending")
        return self.appeals & ~self.is_yes(RESOLVED) & ~self.is_yes("withdrawn")

    @property
    def concluded(self) -> Truths:
        """Appeals that were decided: neither open nor given up, and it is known how."""
        known = np.asarray(self.marked.of("overturned") != BLANK)
        done: Truths = self.appeals & known & ~self.pending & ~self.is_yes("withdrawn")
        return done

    @property
    def overturned(self) -> Truths:
        """Appeals decided in the person's favour."""
        return self.concluded & self.is_yes("overturned")


def count_voice(decisions: Decisions, groups: Mapping[str, Group], part: VoicePart) -> Voice:
    """Count what is marked of people: one GROUP BY.

    Raises:
        DataError: a column whose values are neither yes nor no; all faults at once.
        EngineFailed: the engine could not answer.
    """
    marks: dict[str, Mark] = {}
    faults: list[Fault] = []
    for key in MARKS:
        column = getattr(part, key)
        if column is not None:
            marks[key] = mark_of(decisions, part, key, column)
    for key, where, column in (
        ("appeal", "voice.appealed_on", part.appealed_on),
        (RESOLVED, "voice.resolved_on", part.resolved_on),
    ):
        if column is None or key in marks:
            continue
        try:
            marks[key] = any_day(decisions, where, column)
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(faults)
    if is_for_or_against(decisions.roles):
        marks[DECISION] = decided(decisions)
    return Voice(count_marked(decisions, groups, marks), frozenset(marks))


def mark_of(decisions: Decisions, part: VoicePart, key: str, column: str) -> Mark:
    """What a column marks, in the words for yes and no of the audit file."""
    where = f"voice.{key}"

    def means(values: tuple[object, ...], text: str) -> bool:
        return any(same_value(value, text) for value in values)

    code = of_values(where, column, partial(means, part.yes), partial(means, part.no))
    return Mark(where, decisions.table[column], code)
