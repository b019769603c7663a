"""Counts decisions by group within strata of like circumstances: one more GROUP BY.

Strata are the combinations of the columns that the audit file names as `legitimate`. Imports
`sources`, `spec` and this room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.tally.amounts import sums_of
from isg_audit.tally.build import MOST_CELLS
from isg_audit.tally.codes import FAVOURABLE, UNFAVOURABLE
from isg_audit.tally.distinct import Distinct, distinct
from isg_audit.tally.groups import group_key, levels_of
from isg_audit.tally.meaning import classes_of, decision_meaning
from isg_audit.tally.table import Floats

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import DecisionsPart, Group, Spec

MOST_VALUES, MOST_STRATA = 50, 5_000
"""Values of one factor, and combinations of all, above which people are not in like circumstances
with anybody any more."""

BESIDE = ("score", "outcome", "time", "person")
"""Roles of columns that are not counted here."""


@dataclass(frozen=True, eq=False)
class Within:
    """Decisions taken, by group and stratum; a cell is a place along the first axes.

    Attributes:
        factors: columns whose combinations are the strata; a missing value is a value of its own.
        attributes: names of the declared attributes.
        levels: the values of each attribute.
        codes: shape (cells, attributes): index into `levels`, -1 unknown.
        stratum: of each cell, shape (cells,).
        favourable: whether the decision is good for the person, alike.
        sums: cases, Σw, Σw², shape (cells, 3).
        incomplete: whether a factor is missing in a stratum, shape (strata,).
        strata: the values of the factors in each stratum; empty text for a missing one.
        why: why nothing was counted; empty where something was.
    """

    factors: tuple[str, ...]
    attributes: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    codes: NDArray[np.int32]
    stratum: NDArray[np.intp]
    favourable: NDArray[np.bool_]
    sums: Floats
    incomplete: NDArray[np.bool_]
    strata: tuple[tuple[str, ...], ...] = ()
    why: str = ""

    def by(self, attribute: str, groups: Sequence[str]) -> tuple[Floats, Floats]:
        """Sums of favourable decisions and of all, each of shape (3, groups, strata).

        Args:
            attribute: whose values form the groups.
            groups: which of them, in this order.
        """
        place = self.attributes.index(attribute)
        order = {group: at for at, group in enumerate(groups)}
        row_of = np.array([*(order.get(level, -1) for level in self.levels[place]), -1])
        row = row_of[self.codes[:, place]]
        shape = (3, len(groups), len(self.incomplete))
        hits, every = np.zeros(shape), np.zeros(shape)
        for counts, chosen in ((every, row >= 0), (hits, (row >= 0) & self.favourable)):
            for kind in range(3):
                np.add.at(
                    counts[kind], (row[chosen], self.stratum[chosen]), self.sums[chosen, kind]
                )
        return hits, every


def nothing_within(factors: tuple[str, ...], why: str) -> Within:
    """No counts, and why there are none."""
    none, whole = np.zeros(0, dtype=bool), np.zeros(0, dtype=np.intp)
    codes = np.zeros((0, 0), dtype=np.int32)
    return Within(factors, (), (), codes, whole, none, np.zeros((0, 3)), none, why=why)


def count_within(decisions: Decisions, spec: Spec) -> Within:
    """Count decisions by group and by the factors that the audit file names.

    Args:
        decisions: where they are, and the roles of the columns.
        spec: attributes and factors.

    Returns:
        The counts, or the reason why there are none.

    Raises:
        DataError: weights or counts are wrong.
        EngineFailed: the engine could not answer.
    """
    factors = tuple(dict.fromkeys(spec.audit.legitimate))
    if why := cannot_take_apart(decisions, factors) or _too_fine(decisions, factors):
        return nothing_within(factors, why)
    table = decisions.table
    roles = decisions.roles.model_copy(update=dict.fromkeys(BESIDE))
    keys = {
        f"g{place}": group_key(decisions, name, group)
        for place, (name, group) in enumerate(spec.groups.items())
    }
    keys |= {f"f{place}": table[column] for place, column in enumerate(factors)}
    keys["decision"] = table[roles.decision]
    cells = decisions.count(keys, sums_of(replace(decisions, roles=roles)), MOST_CELLS)
    if cells.num_rows > MOST_CELLS:
        return nothing_within(factors, _too_many(factors, "groups and factors", MOST_CELLS))
    return _within(factors, spec.groups, roles, cells)


def cannot_take_apart(decisions: Decisions, factors: Sequence[str]) -> str:
    """Why decisions cannot be compared by factors, whatever these hold; empty where they can."""
    roles = decisions.roles
    if roles.decision is None or roles.audited not in ("binary", "classes"):
        return "no decision is recorded"
    if roles.audited == "classes" and roles.favourable is None:
        return "no class of decision is named as favourable"
    if roles.decision in factors:
        return f"'{roles.decision}' is the decision itself and cannot explain it"
    return ""


def _too_fine(decisions: Decisions, factors: Sequence[str]) -> str:
    asked = {f"c{at}": decisions.table[name].nunique() for at, name in enumerate(factors)}
    found = decisions.ask(**asked)
    many = [
        f"column '{name}' has {found[f'c{at}']:,} different values, more than {MOST_VALUES} make "
        "no strata: name a coarser column, such as bands of it"
        for at, name in enumerate(factors)
        if found[f"c{at}"] > MOST_VALUES
    ]
    return "; ".join(many)


def _too_many(factors: Sequence[str], what: str, most: int) -> str:
    named = ", ".join(factors)
    return f"{what} ({named}) make more than {most:,} combinations: name fewer or coarser columns"


def _within(
    factors: tuple[str, ...], groups: dict[str, Group], roles: DecisionsPart, cells: Any
) -> Within:
    good, bad = good_and_bad(roles, distinct(cells, "decision"))
    sums = _sums(cells)
    taken = (good | bad) & (sums[:, 0] > 0)
    levels, codes = [], []
    for place, group in enumerate(groups.values()):
        raw = distinct(cells, f"g{place}")
        its_levels, its_codes = levels_of(raw.values, group)
        levels.append(its_levels)
        codes.append(its_codes[raw.place][taken])
    stratum, strata = _strata(
        [distinct(cells, f"f{place}") for place in range(len(factors))], taken
    )
    incomplete = np.array([not all(values) for values in strata], dtype=bool)
    if len(incomplete) > MOST_STRATA:
        return nothing_within(factors, _too_many(factors, "the factors", MOST_STRATA))
    return Within(
        factors=factors,
        attributes=tuple(groups),
        levels=tuple(levels),
        codes=np.column_stack(codes) if codes else np.zeros((int(taken.sum()), 0), dtype=np.int32),
        stratum=stratum,
        favourable=good[taken],
        sums=sums[taken],
        incomplete=incomplete,
        strata=strata,
    )


def good_and_bad(
    roles: DecisionsPart, column: Distinct
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each cell's decision is favourable, and whether it is unfavourable."""
    texts = column.numbers_or_texts
    if roles.audited == "classes":
        classes = classes_of(roles, texts, [])
        good = np.array([text in classes.favourable for text in texts])
        bad = np.array([text in classes.names for text in texts]) & ~good
    else:
        meaning = decision_meaning(roles, texts)
        codes = np.array([meaning.code(text) for text in texts])
        good, bad = codes == FAVOURABLE, codes == UNFAVOURABLE
    return good[column.place], bad[column.place]


def _strata(
    columns: Sequence[Distinct], taken: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], tuple[tuple[str, ...], ...]]:
    """The stratum of each cell that is taken, and the values that make each stratum."""
    codes, levels = [], []
    for column in columns:
        texts = [text or "" for text in column.texts]
        its = sorted(set(texts))
        place = {text: at for at, text in enumerate(its)}
        codes.append(np.array([place[text] for text in texts], dtype=np.intp)[column.place][taken])
        levels.append(its)
    strata, stratum = np.unique(np.column_stack(codes), axis=0, return_inverse=True)
    names = tuple(
        tuple(its[code] for its, code in zip(levels, row, strict=True)) for row in strata.tolist()
    )
    return stratum.reshape(-1), names


def _sums(cells: Any) -> Floats:
    cases = np.nan_to_num(cells["cases"].to_numpy().astype(float))
    if "weight" not in cells.column_names:
        return np.column_stack([cases, cases, cases])
    several = (cells[name].to_numpy().astype(float) for name in ("weight", "squares"))
    return np.column_stack([cases, *(np.nan_to_num(one) for one in several)])
