"""Counts decisions by everything that may define a group: one more GROUP BY.

Declared attributes, and the columns that [search] names: text by value, numbers in bands. Imports
`sources`, `spec` and this room.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.tally.amounts import sums_of
from isg_audit.tally.bands import cuts
from isg_audit.tally.build import MOST_CELLS
from isg_audit.tally.codes import FAVOURABLE
from isg_audit.tally.distinct import distinct
from isg_audit.tally.groups import group_key, levels_of
from isg_audit.tally.meaning import outcome_meaning
from isg_audit.tally.table import Floats
from isg_audit.tally.within import good_and_bad

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import DecisionsPart, Group, Spec
    from isg_audit.spec.search_part import SearchPart

MOST_VALUES = 200
"""Values of a column of text above which it names places or people rather than kinds of them."""

FEW = 6
"""Different numbers up to which each is a value, and not cut into bands."""

MOST_COLUMNS = 16
"""Attributes and columns together: with more, groups of four of them are too many to look at."""

NOT_KNOWN = "not known"
"""The value of those without one; they may be a group like any other."""

BESIDE = ("score", "time", "person", "weight")
"""Roles of columns that are not counted here."""


@dataclass(frozen=True, eq=False)
class Cube:
    """Decisions taken, by everything that may define a group.

    Attributes:
        names: declared attributes, then columns, in declared order.
        declared: how many of them are declared attributes.
        levels: the values of each; `NOT_KNOWN` is the last where it occurs.
        codes: shape (cells, names): index into `levels`.
        refused: whether the decision is unfavourable, shape (cells,).
        deserving: whether the outcome shows that a favourable one was right, alike.
        cases: alike.
        depth: how many values at most define a group.
        least: the smallest group looked for, as a share of all.
        left_out: columns that could not be searched, each with the reason.
        why: why nothing was counted; empty where something was.
    """

    names: tuple[str, ...]
    declared: int
    levels: tuple[tuple[str, ...], ...]
    codes: NDArray[np.intp]
    refused: NDArray[np.bool_]
    deserving: NDArray[np.bool_]
    cases: Floats
    depth: int = 4
    least: float = 0.005
    left_out: tuple[str, ...] = ()
    why: str = ""


def no_cube(why: str) -> Cube:
    """No counts, and why there are none."""
    none = np.zeros(0, dtype=bool)
    return Cube((), 0, (), np.zeros((0, 0), dtype=np.intp), none, none, np.zeros(0), why=why)


def count_cube(decisions: Decisions, spec: Spec) -> Cube:
    """Count decisions by declared attributes and by the columns of [search].

    Args:
        decisions: where they are, and the roles of the columns.
        spec: attributes, and what is searched.

    Returns:
        The counts, or the reason why there are none.

    Raises:
        DataError: counts are wrong.
        EngineFailed: the engine could not answer.
    """
    roles, part = decisions.roles, spec.search
    if part is None:
        return no_cube("the audit file has no table [search]")
    if roles.decision is None or roles.audited not in ("binary", "classes"):
        return no_cube("no decision is recorded")
    if roles.audited == "classes" and roles.favourable is None:
        return no_cube("no class of decision is named as favourable")
    groups: dict[str, Group] = dict(spec.groups)
    left_out = []
    for column in part.columns:
        found = _as_group(decisions, column, part)
        if isinstance(found, str):
            left_out.append(found)
        else:
            groups[column] = found
    if len(groups) > MOST_COLUMNS:
        many = f"{len(groups)} attributes and columns; the most is {MOST_COLUMNS}"
        return no_cube(f"[search] would look at {many}")
    where = {name: group.column or name for name, group in groups.items()}
    seen = replace(decisions, columns=where)
    keys = {f"g{at}": group_key(seen, *each) for at, each in enumerate(groups.items())}
    keys["decision"] = decisions.table[roles.decision]
    if roles.outcome is not None and roles.audited == "binary":
        keys["outcome"] = decisions.table[roles.outcome]
    counted = roles.model_copy(update=dict.fromkeys(BESIDE))
    cells = decisions.count(keys, sums_of(replace(decisions, roles=counted)), MOST_CELLS)
    if cells.num_rows > MOST_CELLS:
        named = ", ".join(groups)
        return no_cube(f"{named} make more than {MOST_CELLS:,} combinations: name fewer columns")
    cube = _cube(groups, len(spec.groups), roles, cells, tuple(left_out))
    return replace(cube, depth=part.depth, least=part.least)


def _as_group(decisions: Decisions, column: str, part: SearchPart) -> Group | str:
    """A column as a group: by value, or in bands; or why it cannot be searched."""
    from isg_audit.spec import Group

    kind = decisions.table[column].type()
    if kind.is_temporal():
        return f"'{column}' holds times: give a column of coarser ones"
    if column in part.cut and not kind.is_numeric():
        return f"'{column}' holds no numbers to cut"
    if column in part.cut:
        return Group(column=column, cut=part.cut[column])
    different = decisions.ask(many=decisions.table[column].nunique())["many"]
    if kind.is_numeric() and different > FEW:
        found = cuts(decisions, column, part.bins)
        return Group(column=column, cut=found) if found else f"'{column}' holds one number only"
    if different > MOST_VALUES:
        most = f"the most is {MOST_VALUES}: give a coarser one"
        return f"'{column}' has {different:,} different values; {most}"
    return Group(column=column)


def _cube(
    groups: dict[str, Group],
    declared: int,
    roles: DecisionsPart,
    cells: Any,
    left_out: tuple[str, ...],
) -> Cube:
    good, bad = good_and_bad(roles, distinct(cells, "decision"))
    cases = np.nan_to_num(cells["cases"].to_numpy().astype(float))
    taken = (good | bad) & (cases > 0)
    levels, codes = [], []
    for place, group in enumerate(groups.values()):
        raw = distinct(cells, f"g{place}")
        its_levels, its_codes = levels_of(raw.values, group)
        code = its_codes[raw.place][taken].astype(np.intp)
        if (code < 0).any():
            code[code < 0] = len(its_levels)
            its_levels = (*its_levels, NOT_KNOWN)
        levels.append(its_levels)
        codes.append(code)
    return Cube(
        names=tuple(groups),
        declared=declared,
        levels=tuple(levels),
        codes=np.column_stack(codes),
        refused=bad[taken],
        deserving=_deserving(roles, cells)[taken],
        cases=cases[taken],
        left_out=left_out,
    )


def _deserving(roles: DecisionsPart, cells: Any) -> NDArray[np.bool_]:
    if "outcome" not in cells.column_names:
        return np.zeros(cells.num_rows, dtype=bool)
    column = distinct(cells, "outcome")
    meaning = outcome_meaning(roles, column.numbers_or_texts)
    codes = np.array([meaning.code(text) for text in column.numbers_or_texts])
    return np.asarray((codes == FAVOURABLE)[column.place])
