"""Cells of groups, categories and decisions with sums of numbers, as columns of a design.

The columns: 1, the numbers, whether each is missing, and of each category every value but the
first. Imports `spec` and this room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.tally.distinct import distinct
from isg_audit.tally.factor_kinds import Kinds
from isg_audit.tally.groups import levels_of
from isg_audit.tally.table import Floats
from isg_audit.tally.within import good_and_bad

if TYPE_CHECKING:
    from isg_audit.spec.audit_file import DecisionsPart, Group

Truths = NDArray[np.bool_]

FEW_STRATA = 3
"""Up to so many combinations, figures could give away what is in each of them."""


@dataclass(frozen=True, eq=False)
class Design:
    """Cells in which decisions were taken; the first axis of every array is the cell.

    Attributes:
        attributes: names of the declared attributes.
        levels: the values of each.
        codes: index into `levels`, -1 unknown, shape (cells, attributes).
        favourable: whether the decision is good for the person.
        cases: decisions.
        numbers: how many numbers there are.
        ends: the columns that are the same for all of a cell: missing numbers, categories.
        blocks: of each factor, which columns are its own, shape (columns,).
        incomplete: factors that are missing for anybody.
        of_cells: sums by name; of each number and of each product of two numbers besides.
    """

    attributes: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    codes: NDArray[np.int32]
    favourable: Truths
    cases: Floats
    numbers: int
    ends: Floats
    blocks: Mapping[str, Truths]
    incomplete: tuple[str, ...]
    of_cells: Mapping[str, tuple[Floats, Floats, Floats]]

    @property
    def columns(self) -> int:
        """How many there are."""
        return 1 + self.numbers + int(self.ends.shape[1])

    def by(self, attribute: str) -> Iterator[tuple[str, Truths]]:
        """Each group of an attribute that holds anybody, and its cells."""
        place = self.attributes.index(attribute)
        for code, level in enumerate(self.levels[place]):
            chosen = self.codes[:, place] == code
            if chosen.any():
                yield level, chosen

    def smallest(self, chosen: Truths) -> float:
        """The smallest count, not 0, that figures of some cells could give away.

        Those decided for and against; where there are few combinations of categories and no number
        blurs them, of each of them as well.
        """
        keys = np.column_stack([self.favourable, self.ends])[chosen]
        if self.numbers or len(np.unique(self.ends, axis=0)) > FEW_STRATA:
            keys = keys[:, :1]
        _, place = np.unique(keys, axis=0, return_inverse=True)
        return float(np.bincount(place.reshape(-1), self.cases[chosen]).min())

    def sums(self, name: str, chosen: Truths) -> tuple[Floats, Floats, Floats]:
        """The sums of some cells; 0 where nothing was summed, as there are no numbers."""
        if name not in self.of_cells:
            cells, none = int(chosen.sum()), self.numbers
            return np.zeros(cells), np.zeros((cells, none)), np.zeros((cells, none, none))
        one, numbers, products = self.of_cells[name]
        return one[chosen], numbers[chosen], products[chosen]

    def fixed(self, chosen: Truths) -> Floats:
        """The columns that are the same for all of a cell: 1 and the ends."""
        ends = self.ends[chosen]
        return np.column_stack([np.ones(len(ends)), ends])

    def of_fixed(self, columns: Floats) -> Floats:
        """Of values by column, those of the fixed ones."""
        return np.concatenate([columns[:1], columns[1 + self.numbers :]])

    def products(self, chosen: Truths, one: Floats, numbers: Floats, products: Floats) -> Floats:
        """Sums of each column times each other, shape (columns, columns)."""
        fixed, among = self.fixed(chosen), 1 + self.numbers
        whole = np.empty((self.columns, self.columns))
        places = np.r_[0, among : self.columns]
        whole[np.ix_(places, places)] = fixed.T @ (fixed * one[:, None])
        across = fixed.T @ numbers
        whole[np.ix_(places, np.arange(1, among))] = across
        whole[np.ix_(np.arange(1, among), places)] = across.T
        whole[1:among, 1:among] = products.sum(axis=0)
        return whole

    def columns_of(self, chosen: Truths, one: Floats, numbers: Floats) -> Floats:
        """Sums of each column, shape (columns,)."""
        fixed = self.fixed(chosen).T @ one
        return np.concatenate([fixed[:1], numbers.sum(axis=0), fixed[1:]])


def design_of(
    cells: Any,
    groups: Mapping[str, Group],
    roles: DecisionsPart,
    kinds: Kinds,
    names: Sequence[str],
) -> Design:
    """Read cells as the engine answered them.

    Args:
        cells: a `pyarrow.Table` of keys and sums.
        groups: the declared attributes.
        roles: of the columns.
        kinds: which factors are numbers.
        names: of the sums; see `moments`.
    """
    good, bad = good_and_bad(roles, distinct(cells, "decision"))
    cases = _column(cells, "cases")
    taken = (good | bad) & (cases > 0)
    levels, codes = [], []
    for at, group in enumerate(groups.values()):
        raw = distinct(cells, f"g{at}")
        its_levels, its_codes = levels_of(raw.values, group)
        levels.append(its_levels)
        codes.append(its_codes[raw.place][taken])
    ends, owners, incomplete = _ends(cells, kinds, taken)
    numbers, count = [one.name for one in kinds.numbers], int(taken.sum())
    owners = ["", *numbers, *owners]
    return Design(
        attributes=tuple(groups),
        levels=tuple(levels),
        codes=np.column_stack(codes) if codes else np.zeros((count, 0), dtype=np.int32),
        favourable=good[taken],
        cases=cases[taken],
        numbers=len(numbers),
        ends=np.column_stack(ends) if ends else np.zeros((count, 0)),
        blocks={
            name: np.array([owner == name for owner in owners])
            for name in (*numbers, *kinds.categories)
        },
        incomplete=tuple(dict.fromkeys(incomplete)),
        of_cells=_sums(cells, names, len(numbers), taken),
    )


def _ends(cells: Any, kinds: Kinds, taken: Truths) -> tuple[list[Floats], list[str], list[str]]:
    """Columns of missing numbers and of categories, the factor of each, who is incomplete."""
    ends, owners, incomplete = [], [], []
    for at, number in enumerate(kinds.numbers):
        if number.missing:
            ends.append(np.asarray(cells[f"m{at}"].to_numpy(), dtype=float)[taken])
            owners.append(number.name)
            incomplete.append(number.name)
    for at, name in enumerate(kinds.categories):
        raw = distinct(cells, f"c{at}")
        texts = [text or "" for text in raw.texts]
        its = sorted({texts[place] for place in np.unique(raw.place[taken])})
        here = np.array([its.index(text) if text in its else -1 for text in texts])[raw.place]
        if "" in its:
            incomplete.append(name)
        for code in range(1, len(its)):
            ends.append((here[taken] == code).astype(float))
            owners.append(name)
    return ends, owners, incomplete


def _sums(
    cells: Any, names: Sequence[str], numbers: int, taken: Truths
) -> dict[str, tuple[Floats, Floats, Floats]]:
    found = {}
    several = [f"{name}{end}" for name in names for end in ("", "p1", "p2")]
    for name in several:
        if name != "first" and name not in cells.column_names:
            continue
        # without weights and counts, what a cell stands for is its cases
        one = _column(cells, name if name in cells.column_names else "cases")[taken]
        single = np.zeros((len(one), numbers))
        products = np.zeros((len(one), numbers, numbers))
        for j in range(numbers):
            single[:, j] = _column(cells, f"{name}_{j}")[taken]
            for k in range(j + 1):
                both = _column(cells, f"{name}_{j}_{k}")[taken]
                products[:, j, k] = products[:, k, j] = both
        found[name] = (one, single, products)
    return found


def _column(cells: Any, name: str) -> Floats:
    column: Floats = np.nan_to_num(np.asarray(cells[name].to_numpy(), dtype=float))
    return column
