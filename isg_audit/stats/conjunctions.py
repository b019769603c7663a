"""Every group of people that up to four of their attributes define, counted from one cube.

Imports numpy, scipy inside a function, and this room only. A group is a conjunction of literals
("sex = Female and age under 25"); its counts are marginal sums of the cube, so no row is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.stats.bounds import FloatArray

Codes = NDArray[np.intp]

ANY = -1
"""In `Conjunctions.values`: the group does not ask about this attribute."""

MOST_GROUPS = 3_000_000
"""Combinations above which the search does not go one literal deeper."""


@dataclass(frozen=True, eq=False)
class Cube:
    """Counts by the attributes that groups may be defined by.

    Attributes:
        codes: the value of each attribute, shape (cells, attributes), from 0.
        sizes: how many values each attribute has.
        cases: shape (cells,).
        hits: of the cases, those to whom it happened, alike.
    """

    codes: Codes
    sizes: tuple[int, ...]
    cases: FloatArray
    hits: FloatArray

    def of_values(self, asked: Sequence[int]) -> NDArray[np.bool_]:
        """Which cells belong to a group, given its row of `Conjunctions.values`."""
        inside = np.ones(len(self.codes), dtype=bool)
        for attribute, value in enumerate(asked):
            if value != ANY:
                inside &= self.codes[:, attribute] == value
        return inside


@dataclass(frozen=True, eq=False)
class Conjunctions:
    """Groups large enough to be looked at, and different from those one literal less defines.

    Attributes:
        values: shape (groups, attributes), the value asked for or `ANY`.
        cases: shape (groups,).
        hits: alike.
        over_cases: cases of each parent, which has one literal less; shape (groups, depth), NaN
            where there are fewer literals.
        over_hits: hits of each parent, alike.
        total: cases and hits of everybody.
        depth: literals of the deepest group that was looked for.
    """

    values: NDArray[np.int32]
    cases: FloatArray
    hits: FloatArray
    over_cases: FloatArray
    over_hits: FloatArray
    total: tuple[float, float]
    depth: int

    @property
    def literals(self) -> NDArray[np.intp]:
        """How many literals define each group."""
        return np.asarray((self.values != ANY).sum(axis=1))

    def some(self, places: NDArray[np.intp]) -> Conjunctions:
        """Those of them at some places."""
        return replace(
            self,
            values=self.values[places],
            cases=self.cases[places],
            hits=self.hits[places],
            over_cases=self.over_cases[places],
            over_hits=self.over_hits[places],
        )


def conjunctions(cube: Cube, depth: int, least: float) -> Conjunctions:
    """Count every group of at most `depth` literals.

    Args:
        cube: the counts.
        depth: most literals, at least 1; lowered where that would make over three million
            combinations.
        least: fewest cases of a group, and of everybody else.

    Returns:
        The groups with `least` cases at least on either side, fewest literals first. A group that
        is as large as one of its parents is the same people, and left out.
    """
    few = _without_rare(cube, least)
    depth = _affordable(few.sizes, min(depth, len(few.sizes)))
    sums = _marginal_sums(few, depth)
    everybody = sums[()]
    kept = [
        _kept(subset, sums, len(few.sizes), depth, least)
        for size in range(1, depth + 1)
        for subset in combinations(range(len(few.sizes)), size)
    ]
    kept = kept or [_nobody(depth)]
    values, cases, hits, over_cases, over_hits = map(np.concatenate, zip(*kept, strict=True))
    total = (float(everybody[0]), float(everybody[1]))
    return Conjunctions(values, cases, hits, over_cases, over_hits, total, depth)


def _nobody(depth: int) -> tuple[NDArray[Any], ...]:
    none, over = np.zeros(0), np.zeros((0, depth))
    return np.zeros((0, 0), dtype=np.int32), none, none, over, over


def _without_rare(cube: Cube, least: float) -> Cube:
    """Codes from 1; 0 stands for every value that too few people have, which no group asks for."""
    codes = np.empty_like(cube.codes)
    for attribute, size in enumerate(cube.sizes):
        column = cube.codes[:, attribute]
        often = np.bincount(column, cube.cases, size) >= least
        codes[:, attribute] = np.where(often[column], column + 1, 0)
    return Cube(codes, tuple(size + 1 for size in cube.sizes), cube.cases, cube.hits)


def _affordable(sizes: Sequence[int], depth: int) -> int:
    groups = 0
    for literals in range(1, depth + 1):
        groups += sum(
            int(np.prod([sizes[one] for one in subset], dtype=float))
            for subset in combinations(range(len(sizes)), literals)
        )
        if groups > MOST_GROUPS:
            return max(literals - 1, 1)
    return depth


def _marginal_sums(cube: Cube, depth: int) -> dict[tuple[int, ...], FloatArray]:
    """Cases and hits by every subset of at most `depth` attributes, shape (2, *sizes of it)."""
    sums: dict[tuple[int, ...], FloatArray] = {}
    for subset in combinations(range(len(cube.sizes)), depth):
        sums[subset] = _counted(cube, subset)
    for size in range(depth - 1, -1, -1):
        for subset in combinations(range(len(cube.sizes)), size):
            more = next(one for one in range(len(cube.sizes)) if one not in subset)
            wider = tuple(sorted((*subset, more)))
            sums[subset] = sums[wider].sum(axis=1 + wider.index(more))
    return sums


def _place(cube: Cube, subset: Sequence[int]) -> Codes:
    """Where each cell's values stand among all values of some attributes."""
    place = np.zeros(len(cube.codes), dtype=np.intp)
    for attribute in subset:
        place *= cube.sizes[attribute]
        place += cube.codes[:, attribute]
    return place


def _counted(cube: Cube, subset: Sequence[int]) -> FloatArray:
    shape = tuple(cube.sizes[one] for one in subset)
    place, many = _place(cube, subset), int(np.prod(shape, dtype=np.intp))
    counted: FloatArray = np.empty((2, many))
    for at, amount in enumerate((cube.cases, cube.hits)):
        counted[at] = np.bincount(place, amount, many)
    return counted.reshape(2, *shape)


def _kept(
    subset: tuple[int, ...],
    sums: dict[tuple[int, ...], FloatArray],
    attributes: int,
    depth: int,
    least: float,
) -> tuple[NDArray[Any], ...]:
    """The groups of one subset of attributes that are looked at."""
    cases, hits = sums[subset]
    kept = (cases >= least) & (sums[()][0] - cases >= least)
    parents = []
    for axis in range(len(subset)):
        np.moveaxis(kept, axis, 0)[0] = False  # what too few people have
        over = np.expand_dims(sums[subset[:axis] + subset[axis + 1 :]], 1 + axis)
        kept &= cases < over[0]
        parents.append(over)
    at = np.nonzero(kept)
    values = np.full((len(at[0]), attributes), ANY, dtype=np.int32)
    over_cases = np.full((len(at[0]), depth), np.nan)
    over_hits = over_cases.copy()
    for axis, attribute in enumerate(subset):
        values[:, attribute] = at[axis] - 1
        above = np.broadcast_to(parents[axis], sums[subset].shape)
        over_cases[:, axis], over_hits[:, axis] = above[0][at], above[1][at]
    return values, cases[at], hits[at], over_cases, over_hits


def counted_again(cube: Cube, values: NDArray[np.int32]) -> tuple[FloatArray, FloatArray]:
    """Cases and hits of groups in another cube of the same attributes, alike in shape (groups,).

    Args:
        cube: the counts.
        values: of the groups, as in `Conjunctions`.
    """
    cases, hits = np.zeros(len(values)), np.zeros(len(values))
    for subset, of in _by_subset(values):
        at = tuple(values[of][:, one] for one in subset)
        cases[of], hits[of] = (one[at] for one in _counted(cube, subset))
    return cases, hits


def membership(cube: Cube, groups: Conjunctions) -> Any:
    """Which cells belong to which group: a sparse 0/1 matrix, shape (groups, cells)."""
    from scipy.sparse import csr_array

    rows, cells = [np.zeros(0, dtype=np.intp)], [np.zeros(0, dtype=np.intp)]
    for subset, of in _by_subset(groups.values):
        place = _place(cube, subset)
        shape = tuple(cube.sizes[one] for one in subset)
        asked = np.ravel_multi_index(tuple(groups.values[of][:, one] for one in subset), shape)
        order = np.argsort(asked)
        at = np.searchsorted(asked[order], place)
        at[at == len(asked)] = 0
        inside = asked[order][at] == place
        rows.append(of[order[at[inside]]])
        cells.append(np.flatnonzero(inside))
    row, cell = np.concatenate(rows), np.concatenate(cells)
    ones = np.ones(len(row), dtype=np.float32)
    return csr_array((ones, (row, cell)), shape=(len(groups.cases), len(cube.codes)))


def _by_subset(values: NDArray[np.int32]) -> Iterator[tuple[tuple[int, ...], Codes]]:
    """The attributes that groups ask about, and which groups ask about just these."""
    asked = (values != ANY) @ (1 << np.arange(values.shape[1], dtype=np.int64))
    for pattern in np.unique(asked):
        subset = tuple(one for one in range(values.shape[1]) if int(pattern) >> one & 1)
        yield subset, np.flatnonzero(asked == pattern)
