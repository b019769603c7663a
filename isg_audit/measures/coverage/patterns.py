"""Combinations of values that too few people have, though all that is more general has enough.

A pattern gives values to some attributes and leaves the others open. It is uncovered with fewer
than `least` people, and minimal if every pattern with one value less is covered. Patterns below an
uncovered one cannot have more people, so only those are looked at all of whose parents are
covered, level by level. Imports numpy only.

Source:
    Asudeh, Jin & Jagadish (2019), ICDE, "Assessing and remedying coverage for a given dataset";
    the search by levels: Agrawal & Srikant (1994), VLDB (apriori).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Attributes = tuple[int, ...]

MOST_PATTERNS = 20_000_000
"""Patterns of one set of attributes above which the memory would not hold them."""


DENSE = 4_000_000
"""Patterns of one set of attributes up to which a number for each costs less than a search."""


class TooManyPatterns(Exception):  # noqa: N818 - caught by whoever asked, never shown
    """There are more patterns to look at than the memory holds."""


@dataclass(frozen=True, eq=False)
class Uncovered:
    """Minimal uncovered patterns over one set of attributes.

    Attributes:
        attributes: places of the attributes that have a value.
        values: code of each, shape (patterns, attributes).
        people: of each pattern, shape (patterns,).
    """

    attributes: Attributes
    values: Codes
    people: Floats


def minimal_uncovered(
    codes: NDArray[np.int32],
    people: Floats,
    sizes: Sequence[int],
    least: float,
    depth: int | None = None,
) -> Iterator[Uncovered]:
    """Every minimal uncovered pattern, the more general ones first.

    Args:
        codes: shape (cells, attributes); -1 where a value is not known: such people are counted
            in every pattern that leaves the attribute open.
        people: of each cell, shape (cells,).
        sizes: how many values each attribute has; those that nobody has are uncovered.
        least: people below which a pattern is uncovered.
        depth: values a pattern gives at most; all attributes if None.

    Raises:
        TooManyPatterns: there are more than the memory holds.
    """
    if people.sum() < least:
        return
    cells = _Cells.of(codes, people, sizes)
    covered: dict[Attributes, Codes] = {(): np.zeros(1, dtype=np.int64)}
    for size in range(1, min(depth or len(sizes), len(sizes)) + 1):
        deeper: dict[Attributes, Codes] = {}
        for attributes in combinations(range(len(sizes)), size):
            shape = tuple(sizes[one] for one in attributes)
            candidates = _candidates(attributes, shape, covered)
            if not len(candidates):
                continue
            count = _count(cells, attributes, candidates)
            enough = count >= least
            if enough.any():
                deeper[attributes] = candidates[enough]
            if not enough.all():
                found = np.unravel_index(candidates[~enough], shape)
                yield Uncovered(attributes, np.column_stack(found), count[~enough])
        covered = deeper


def due_but_missing(
    codes: NDArray[np.int32],
    here: Floats,
    due: Floats,
    sizes: Sequence[int],
    least: float,
    depth: int | None = None,
) -> Iterator[Uncovered]:
    """The most general patterns of which enough people are due and too few are here.

    Args:
        codes: shape (cells, attributes); -1 where a value is not known.
        here: people who are here, of each cell, shape (cells,).
        due: people who are to be expected, alike.
        sizes: how many values each attribute has.
        least: people who are enough.
        depth: values a pattern gives at most; all attributes if None.
    """
    missing: dict[Attributes, Codes] = {}
    for size in range(1, min(depth or len(sizes), len(sizes)) + 1):
        for attributes in combinations(range(len(sizes)), size):
            shape = tuple(sizes[one] for one in attributes)
            flat, known = _numbered(codes, attributes, shape)
            keys, at = np.unique(flat, return_inverse=True)
            there = _sums(at, here[known], len(keys))
            lost = (_sums(at, due[known], len(keys)) >= least) & (there < least)
            values = np.column_stack(np.unravel_index(keys, shape))
            for above, theirs in missing.items():
                if set(above) < set(attributes):
                    inside = [attributes.index(one) for one in above]
                    room = int(np.prod([shape[place] for place in inside]))
                    lost &= ~_among(_flat(values, inside, shape), theirs, room)
            if lost.any():
                missing[attributes] = keys[lost]
                yield Uncovered(attributes, values[lost], there[lost])


def _candidates(
    attributes: Attributes, shape: tuple[int, ...], covered: dict[Attributes, Codes]
) -> Codes:
    """Patterns all of whose parents are covered, as rising numbers."""
    parents = [attributes[:at] + attributes[at + 1 :] for at in range(len(attributes))]
    if any(parent not in covered for parent in parents):
        return np.zeros(0, dtype=np.int64)
    # The last parent leaves the last attribute open: its children are numbered in order.
    first = covered[parents[-1]]
    if len(first) * shape[-1] > MOST_PATTERNS:
        raise TooManyPatterns
    children = (first[:, None] * shape[-1] + np.arange(shape[-1])[None, :]).ravel()
    for at in range(len(attributes) - 1):
        below = int(np.prod(shape[at + 1 :]))  # numbers that share all values up to `at`
        without = children // (below * shape[at]) * below + children % below
        room = int(np.prod(shape)) // shape[at]
        children = children[_among(without, covered[parents[at]], room)]
    return children


def _count(cells: _Cells, attributes: Attributes, candidates: Codes) -> Floats:
    """People of each candidate."""
    flat, people = cells.numbered(attributes)
    room = cells.room(attributes)
    if room <= DENSE:
        return _sums(flat, people, room)[candidates]
    place = np.minimum(np.searchsorted(candidates, flat), len(candidates) - 1)
    there = candidates[place] == flat
    return _sums(place[there], people[there], len(candidates))


def _sums(place: NDArray[np.intp], amounts: Floats, length: int) -> Floats:
    added: Floats = np.bincount(place, amounts, length).astype(np.float64)
    return added


@dataclass(frozen=True, eq=False)
class _Cells:
    """Cells, a column for each attribute.

    Attributes:
        columns: codes, -1 where a value is not known.
        whole: of each attribute, whether every value is known.
        people: of each cell.
        sizes: how many values each attribute has.
    """

    columns: tuple[Codes, ...]
    whole: tuple[bool, ...]
    people: Floats
    sizes: Sequence[int]

    @classmethod
    def of(cls, codes: NDArray[np.int32], people: Floats, sizes: Sequence[int]) -> _Cells:
        """Cells of one combination of values as one: scores, outcomes and folds play no part."""
        if np.prod([size + 1 for size in sizes], dtype=float) < 2.0**62 and len(sizes):
            wider = tuple(size + 1 for size in sizes)
            packed = np.ravel_multi_index(tuple(codes.T.astype(np.int64) + 1), wider)
            keys, at = np.unique(packed, return_inverse=True)
            people = _sums(at, people, len(keys))
            codes = np.column_stack(np.unravel_index(keys, wider)).astype(np.int32) - 1
        columns = tuple(np.ascontiguousarray(column, dtype=np.int64) for column in codes.T)
        return cls(columns, tuple(bool((one >= 0).all()) for one in columns), people, sizes)

    def room(self, attributes: Attributes) -> int:
        """How many patterns these attributes have."""
        return int(np.prod([self.sizes[one] for one in attributes]))

    def numbered(self, attributes: Attributes) -> tuple[Codes, Floats]:
        """The pattern of each cell all of whose values are known, as a number, and its people."""
        flat = self.columns[attributes[0]].copy()
        for one in attributes[1:]:
            flat *= self.sizes[one]
            flat += self.columns[one]
        if all(self.whole[one] for one in attributes):
            return flat, self.people
        known = np.logical_and.reduce([self.columns[one] >= 0 for one in attributes])
        return flat[known], self.people[known]


def _numbered(
    codes: NDArray[np.int32], attributes: Attributes, shape: tuple[int, ...]
) -> tuple[Codes, NDArray[np.bool_]]:
    """The pattern of each cell all of whose values are known, as a number, and which those are."""
    columns = codes[:, list(attributes)]
    known = np.asarray((columns >= 0).all(axis=1))
    return _flat(columns[known], range(len(attributes)), shape), known


def _flat(values: NDArray[np.integer], places: Sequence[int], shape: tuple[int, ...]) -> Codes:
    """Patterns with only the attributes at `places`, as numbers."""
    columns = tuple(values[:, place].astype(np.int64) for place in places)
    numbers: Codes = np.ravel_multi_index(columns, tuple(shape[place] for place in places))
    return numbers


def _among(values: Codes, rising: Codes, room: int) -> NDArray[np.bool_]:
    """Whether each of the values, all below `room`, is among those that rise."""
    if room <= DENSE:
        there = np.zeros(room, dtype=bool)
        there[rising] = True
        return there[values]
    place = np.minimum(np.searchsorted(rising, values), len(rising) - 1)
    return np.asarray(rising[place] == values)
