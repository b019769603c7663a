"""Counts by group of what is marked of people in further columns of a log: one more GROUP BY.

What a value means is settled on the few cells, as in `build`. Imports `sources`, `spec`, `errors`
and this room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from isg_audit.errors import DataError, Fault
from isg_audit.sources.roles import moment
from isg_audit.tally.cells import Cells, count_cells
from isg_audit.tally.codes import FAVOURABLE, UNFAVOURABLE
from isg_audit.tally.distinct import distinct
from isg_audit.tally.meaning import classes_of, decision_meaning

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import DecisionsPart, Group

YES, NO, BLANK = 1, 0, -1
"""What a mark says of a case; blank where nothing is written."""

MOST_VALUES = 50
"""Values of a column above which it marks nothing: it holds names or numbers."""


class Mark(NamedTuple):
    """One thing that is marked of people.

    Attributes:
        where: the key of the audit file that names it.
        key: the Ibis expression the engine groups by.
        code: from the texts of its values to `YES`, `NO`, `BLANK`, and what is wrong with them.
    """

    where: str
    key: Any
    code: Callable[[Sequence[str | None]], tuple[list[int], list[Fault]]]


@dataclass(frozen=True, eq=False)
class Marked(Cells):
    """Cases by group and by what is marked of them.

    Attributes:
        names: of the marks.
        marks: `YES`, `NO` or `BLANK`, shape (cells, marks).
    """

    names: tuple[str, ...]
    marks: NDArray[np.int8]

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def of(self, name: str) -> NDArray[np.int8]:
        """One mark of each cell; blank everywhere where it was not asked for."""
        if name not in self.names:
            return np.full(len(self.codes), BLANK, dtype=np.int8)
        return self.marks[:, self.names.index(name)]


def count_marked(
    decisions: Decisions, groups: Mapping[str, Group], marks: Mapping[str, Mark]
) -> Marked:
    """Count cases by group and marks.

    Args:
        decisions: where they are.
        groups: the attributes.
        marks: by name.

    Raises:
        DataError: a column that marks nothing, or values whose meaning is not said; all at once.
        EngineFailed: the engine could not answer.
    """
    _check_few_values(decisions, marks)
    cells, levels, codes, sums = count_cells(
        decisions, groups, {f"m{at}": mark.key for at, mark in enumerate(marks.values())}
    )
    columns, faults = [], []
    for at, mark in enumerate(marks.values()):
        raw = distinct(cells, f"m{at}")
        values, wrong = mark.code(raw.numbers_or_texts)
        faults += wrong
        columns.append(np.array(values, dtype=np.int8)[raw.place])
    if faults:
        raise DataError(faults)
    none = np.zeros((len(codes), 0), dtype=np.int8)
    stacked = np.column_stack(columns) if columns else none
    return Marked(tuple(groups), levels, codes, sums, tuple(marks), stacked)


def of_values(
    where: str, column: str, yes: Callable[[str], bool], no: Callable[[str], bool] | None
) -> Callable[[Sequence[str | None]], tuple[list[int], list[Fault]]]:
    """What the values of a column mean.

    Args:
        where: the key that names the column.
        column: its name.
        yes: whether a text means yes.
        no: whether it means no; None: every other does.
    """

    def code(texts: Sequence[str | None]) -> tuple[list[int], list[Fault]]:
        codes, strange = [], []
        for text in texts:
            if not text:
                codes.append(BLANK)
            elif yes(text):
                codes.append(YES)
            else:
                codes.append(NO)
                if no is not None and not no(text):
                    strange.append(text)
        faults = []
        if strange:
            listed = ", ".join(sorted(strange)[:20])
            what = f"column '{column}' also has: {listed}."
            faults.append(Fault(where, what, "Say whether it means 'yes' or 'no' under [voice]."))
        elif no is None and YES not in codes:
            there = ", ".join(sorted(text for text in texts if text)[:20]) or "nothing"
            what = f"no value of column '{column}' means reached."
            faults.append(Fault(where, what, f"There is: {there}."))
        return codes, faults

    return code


def any_day(decisions: Decisions, where: str, column: str) -> Mark:
    """Marked where a column of days holds one.

    Raises:
        DataError: the column holds something else.
    """
    time = days_in(decisions, where, column, "Say which values mean yes: reached = [...].")
    return Mark(where, time.notnull(), lambda texts: ([_of_truth(text) for text in texts], []))


def days_in(decisions: Decisions, where: str, column: str, advice: str) -> Any:
    """The days or times of a column, as an Ibis expression.

    Raises:
        DataError: the column holds something else.
    """
    values = decisions.table[column]
    kind = values.type()
    if not (kind.is_timestamp() or kind.is_date() or kind.is_string()):
        raise DataError(Fault(where, f"column '{column}' holds no dates.", advice))
    time = moment(values)
    if kind.is_string():
        strange = (values.nullif("").notnull() & time.isnull()).ifelse(values, None)
        found = decisions.ask(one=strange.min(), n=time.count())
        if found["one"] is not None:
            what = f"column '{column}' holds '{found['one']}', which is no date."
            raise DataError(Fault(where, what, advice))
    return time


def is_for_or_against(roles: DecisionsPart) -> bool:
    """Whether the log has decisions of which it is said which are good for people."""
    named = roles.audited == "binary" or (
        roles.audited == "classes" and roles.favourable is not None
    )
    return roles.decision is not None and named


def decided(decisions: Decisions) -> Mark:
    """Marked yes where the decision is favourable, no where it is not, blank where there is none.

    The decisions must be for or against people.
    """
    roles = decisions.roles

    def code(texts: Sequence[str | None]) -> tuple[list[int], list[Fault]]:
        return _favourable(roles, texts), []  # its faults are told by the tally

    return Mark("decisions.decision", decisions.table[roles.decision], code)


def _favourable(roles: DecisionsPart, texts: Sequence[str | None]) -> list[int]:
    if roles.audited == "classes":
        classes = classes_of(roles, texts, [])
        return [
            YES if text in classes.favourable else NO if text in classes.names else BLANK
            for text in texts
        ]
    meaning = decision_meaning(roles, texts)
    said = {FAVOURABLE: YES, UNFAVOURABLE: NO}
    return [said.get(meaning.code(text), BLANK) for text in texts]


def _of_truth(text: str | None) -> int:
    return YES if text in ("true", "1") else NO


def _check_few_values(decisions: Decisions, marks: Mapping[str, Mark]) -> None:
    if not marks:
        return
    found = decisions.ask(
        **{f"c{at}": mark.key.nunique() for at, mark in enumerate(marks.values())}
    )
    faults = [
        Fault(
            mark.where,
            f"the column has {found[f'c{at}']:,} different values, more than {MOST_VALUES} mark "
            "nothing.",
            "Name a column of few values, such as yes and no.",
        )
        for at, mark in enumerate(marks.values())
        if found[f"c{at}"] > MOST_VALUES
    ]
    if faults:
        raise DataError(faults)
