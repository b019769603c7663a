"""Counts who has no value of an input, by group and by decision: one more GROUP BY, one scan.

Inputs are the columns that the audit file names as factors or for the search, and those that the
model reads. Imports `sources`, `spec` and this room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.tally.amounts import sums_of
from isg_audit.tally.build import MOST_CELLS
from isg_audit.tally.codes import FAVOURABLE, NO_VALUE, UNFAVOURABLE
from isg_audit.tally.distinct import distinct
from isg_audit.tally.groups import group_key, levels_of
from isg_audit.tally.meaning import classes_of, decision_meaning
from isg_audit.tally.table import Floats

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import DecisionsPart, Spec

MOST_INPUTS = 300
"""Inputs above which one query would be too long for some engines; the first ones are counted."""

ANY = ""
"""The name under which people stand who lack any input at all."""

_BESIDE = ("score", "outcome", "time", "person", "position", "list")


@dataclass(frozen=True, eq=False)
class MissingInputs:
    """People by group and decision, and those of them who have no value of each input.

    Attributes:
        inputs: their columns; the last is `ANY`, for people who lack one or more.
        attributes: names of the declared attributes.
        columns: the column of each.
        levels: the values of each.
        codes: shape (cells, attributes): index into `levels`, -1 unknown.
        decision: 0 favourable, 1 unfavourable, 2 none, shape (cells,).
        sums: cases, Σw, Σw², shape (cells, 3).
        lacking: cases and Σw without a value, shape (cells, inputs, 2).
        left_out: inputs that were not looked at.
        why: why nothing was counted; empty where something was.
    """

    inputs: tuple[str, ...]
    attributes: tuple[str, ...]
    columns: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    codes: NDArray[np.int32]
    decision: NDArray[np.int32]
    sums: Floats
    lacking: Floats
    left_out: tuple[str, ...] = ()
    why: str = ""

    def by(self, attribute: str, groups: Sequence[str]) -> tuple[Floats, Floats]:
        """Sums of everybody, shape (groups, 3), and of those lacking, (groups, inputs, 2)."""
        place = self.attributes.index(attribute)
        order = {group: at for at, group in enumerate(groups)}
        row_of = np.array([*(order.get(level, -1) for level in self.levels[place]), -1])
        return self._added(row_of[self.codes[:, place]], len(groups))

    def by_decision(self) -> tuple[Floats, Floats]:
        """The same for people decided favourably and unfavourably."""
        return self._added(np.where(self.decision == NO_VALUE, -1, self.decision), 2)

    def everybody(self) -> tuple[Floats, Floats]:
        """The same for all together, as one group."""
        return self._added(np.zeros(len(self.sums), dtype=np.int32), 1)

    def _added(self, row: NDArray[np.integer], groups: int) -> tuple[Floats, Floats]:
        every = np.zeros((groups, 3))
        lacking = np.zeros((groups, len(self.inputs), 2))
        chosen = row >= 0
        np.add.at(every, row[chosen], self.sums[chosen])
        np.add.at(lacking, row[chosen], self.lacking[chosen])
        return every, lacking


def count_missing_inputs(
    decisions: Decisions, spec: Spec, features: Sequence[str] = ()
) -> MissingInputs:
    """Count who has no value of an input: none at all, not a number, an empty text or a space.

    Args:
        decisions: the log.
        spec: attributes, and the inputs that it names.
        features: the model's own.

    Raises:
        DataError: weights or counts are wrong.
        EngineFailed: the engine could not answer.
    """
    named = _inputs(decisions, spec, features)
    inputs, left_out = named[:MOST_INPUTS], named[MOST_INPUTS:]
    if not inputs:
        why = "no inputs are named: [audit] legitimate, [search] columns, or a model's features"
        return _nothing(why)
    table = decisions.table
    roles = decisions.roles.model_copy(update={**dict.fromkeys(_BESIDE), "task": "binary"})
    keys = {
        f"g{place}": group_key(decisions, name, group)
        for place, (name, group) in enumerate(spec.groups.items())
    }
    decided = decisions.roles.audited in ("binary", "classes") and roles.decision is not None
    keys["decision"] = table[roles.decision] if decided else table[inputs[0]].isnull() & False
    lacked = _lacked(decisions, inputs)
    cells = decisions.count(
        keys, sums_of(replace(decisions, roles=roles)) | _sums(table, roles, lacked), MOST_CELLS
    )
    if cells.num_rows > MOST_CELLS:
        return _nothing(f"the groups make more than {MOST_CELLS:,} combinations")
    places = {name: at for at, name in enumerate((*lacked, ANY))} if lacked else {}
    return _counted(decisions, spec, cells, (*inputs, ANY), places, left_out, decided=decided)


def _lacked(decisions: Decisions, inputs: Sequence[str]) -> list[str]:
    """The inputs that anybody lacks: a glance without groups costs less than counting them all."""
    asked = {f"m{at}": _lacks(decisions.table[name]).sum() for at, name in enumerate(inputs)}
    found = decisions.ask(**asked)
    return [name for at, name in enumerate(inputs) if found[f"m{at}"]]


def _inputs(decisions: Decisions, spec: Spec, features: Sequence[str]) -> tuple[str, ...]:
    searched = getattr(getattr(spec, "search", None), "columns", ())
    own = () if spec.model is None else spec.model.features
    roles = decisions.roles
    not_inputs = {roles.decision, roles.outcome, roles.score, roles.person}
    every = dict.fromkeys((*spec.audit.legitimate, *searched, *own, *features))
    there = set(decisions.table.columns)
    return tuple(name for name in every if name in there and name not in not_inputs)


def _sums(table: Any, roles: DecisionsPart, inputs: Sequence[str]) -> dict[str, Any]:
    """For each input, and for any of them, how many cases and how much weight lack it."""
    if not inputs:
        return {}
    times = table[roles.count].cast("float64") if roles.count else None
    weight = table[roles.weight].cast("float64") if roles.weight else None
    flags = [_lacks(table[name]) for name in inputs]
    anything = flags[0]
    for flag in flags[1:]:
        anything = anything | flag
    sums = {}
    for at, flag in enumerate([*flags, anything]):
        sums[f"m{at}"] = table.count(where=flag) if times is None else times.sum(where=flag)
        if weight is not None:
            heavy = weight if times is None else weight * times
            sums[f"w{at}"] = heavy.sum(where=flag)
    return sums


def _lacks(column: Any) -> Any:
    kind, missing = column.type(), column.isnull()
    if kind.is_floating():
        return missing | column.isnan()
    return missing | column.isin(["", " "]) if kind.is_string() else missing


def _counted(
    decisions: Decisions,
    spec: Spec,
    cells: Any,
    inputs: tuple[str, ...],
    places: Mapping[str, int],
    left_out: tuple[str, ...],
    *,
    decided: bool,
) -> MissingInputs:
    cases = _column(cells, "cases")
    weighted = "weight" in cells.column_names
    weight, squares = (
        (_column(cells, "weight"), _column(cells, "squares")) if weighted else (cases, cases)
    )
    levels, codes = [], []
    for place, group in enumerate(spec.groups.values()):
        raw = distinct(cells, f"g{place}")
        its_levels, its_codes = levels_of(raw.values, group)
        levels.append(its_levels)
        codes.append(its_codes[raw.place])
    none = np.zeros((cells.num_rows, 2))
    kinds = ("m", "w" if weighted else "m")
    lacking = [
        np.column_stack([_column(cells, f"{kind}{places[name]}") for kind in kinds])
        if name in places
        else none
        for name in inputs
    ]
    return MissingInputs(
        inputs=inputs,
        attributes=tuple(spec.groups),
        columns=tuple(decisions.columns[name] for name in spec.groups),
        levels=tuple(levels),
        codes=np.column_stack(codes),
        decision=_decision(decisions.roles, cells, decided=decided),
        sums=np.column_stack([cases, weight, squares]),
        lacking=np.stack(lacking, axis=1),
        left_out=left_out,
    )


def _decision(roles: DecisionsPart, cells: Any, *, decided: bool) -> NDArray[np.int32]:
    if not decided:
        return np.full(cells.num_rows, NO_VALUE, dtype=np.int32)
    column = distinct(cells, "decision")
    texts = column.numbers_or_texts
    if roles.audited == "classes":
        classes = classes_of(roles, texts, [])
        known = dict.fromkeys(classes.names, UNFAVOURABLE) if classes.favourable else {}
        known |= dict.fromkeys(classes.favourable, FAVOURABLE)
        codes = [known.get(text or "", NO_VALUE) for text in texts]
    else:
        meaning = decision_meaning(roles, texts)
        codes = [meaning.code(text) for text in texts]
    return np.array(codes, dtype=np.int32)[column.place]


def _column(cells: Any, name: str) -> Floats:
    found: Floats = np.nan_to_num(cells[name].to_numpy().astype(float))
    return found


def _nothing(why: str) -> MissingInputs:
    none, codes = np.zeros((0, 3)), np.zeros((0, 0), dtype=np.int32)
    lacking = np.zeros((0, 0, 2))
    return MissingInputs((), (), (), (), codes, np.zeros(0, dtype=np.int32), none, lacking, why=why)
