"""Cases by group and whatever else tells them apart: what further columns are counted into.

Imports `sources`, `spec`, `errors` and this room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.errors import DataError, Fault
from isg_audit.tally.amounts import sums_of
from isg_audit.tally.build import MOST_CELLS
from isg_audit.tally.distinct import distinct
from isg_audit.tally.groups import group_key, levels_of
from isg_audit.tally.table import JOINT, Floats

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import Group

BESIDE = ("score", "outcome", "time", "person")
"""Roles of columns that are not counted here."""

Truths = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Cells:
    """Cases by group and by whatever else tells cells apart; a cell is a place on the first axes.

    Attributes:
        attributes: names of the declared attributes.
        levels: the values of each attribute.
        codes: shape (cells, attributes): index into `levels`, -1 unknown.
        sums: cases, Σw, Σw², shape (cells, 3).
    """

    attributes: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    codes: NDArray[np.int32]
    sums: Floats

    def place(self, by: Sequence[str], groups: Sequence[str]) -> NDArray[np.intp]:
        """The group of each cell, in the order of `groups`; -1 where it is in none of them."""
        return _placed(self, tuple(by), tuple(groups))

    def finest(self, by: Sequence[str]) -> NDArray[np.intp]:
        """A number for each combination of values of `by` that occurs, unknown ones too."""
        return _combined(self, tuple(by))[0]


@lru_cache(maxsize=64)  # by identity: every rate asks for the same few
def _placed(cells: Cells, by: tuple[str, ...], groups: tuple[str, ...]) -> NDArray[np.intp]:
    if not by:
        return np.zeros(len(cells.codes), dtype=np.intp)
    order = {group: at for at, group in enumerate(groups)}
    combination, values = _combined(cells, by)
    levels = [cells.levels[cells.attributes.index(name)] for name in by]
    found = [
        -1
        if (row < 0).any()
        else order.get(JOINT.join(its[code] for its, code in zip(levels, row, strict=True)), -1)
        for row in values
    ]
    return np.array(found, dtype=np.intp)[combination]


@lru_cache(maxsize=64)
def _combined(cells: Cells, by: tuple[str, ...]) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """The combination of values of `by` in each cell, and the codes of each combination."""
    codes = cells.codes[:, [cells.attributes.index(name) for name in by]]
    values, combination = np.unique(codes, axis=0, return_inverse=True)
    return np.asarray(combination.reshape(-1), dtype=np.intp), values


def count_cells(
    decisions: Decisions, groups: Mapping[str, Group], keys: Mapping[str, Any]
) -> tuple[Any, tuple[tuple[str, ...], ...], NDArray[np.int32], Floats]:
    """Cases by group and further keys: the raw cells, levels, codes and sums of `Cells`.

    Raises:
        DataError: too many combinations; weights or counts that are wrong.
        EngineFailed: the engine could not answer.
    """
    # Whatever is audited, here cases are counted.
    roles = decisions.roles.model_copy(update=dict.fromkeys(BESIDE) | {"task": "binary"})
    by = {
        f"g{place}": group_key(decisions, name, group)
        for place, (name, group) in enumerate(groups.items())
    }
    plain = replace(decisions, roles=roles)
    cells = decisions.count(by | dict(keys), sums_of(plain), MOST_CELLS)
    if cells.num_rows > MOST_CELLS:
        what = f"groups and marks make more than {MOST_CELLS:,} combinations."
        raise DataError(Fault("groups", what, "Declare fewer or coarser groups."))
    sums = _sums(cells)
    cells, sums = cells.filter(sums[:, 0] > 0), sums[sums[:, 0] > 0]
    levels, codes = [], []
    for place, group in enumerate(groups.values()):
        raw = distinct(cells, f"g{place}")
        its_levels, its_codes = levels_of(raw.values, group)
        levels.append(its_levels)
        codes.append(its_codes[raw.place])
    none = np.zeros((cells.num_rows, 0), dtype=np.int32)
    return cells, tuple(levels), np.column_stack(codes) if codes else none, sums


def _sums(cells: Any) -> Floats:
    cases = np.nan_to_num(cells["cases"].to_numpy().astype(float))
    if "weight" not in cells.column_names:
        return np.column_stack([cases, cases, cases])
    several = (cells[name].to_numpy().astype(float) for name in ("weight", "squares"))
    return np.column_stack([cases, *(np.nan_to_num(one) for one in several)])
