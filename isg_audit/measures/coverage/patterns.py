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
    covered: dict[Attributes, Codes] = {(): np.zeros(1, dtype=np.int64)}
    for size in range(1, min(depth or len(sizes), len(sizes)) + 1):
        deeper: dict[Attributes, Codes] = {}
        for attributes in combinations(range(len(sizes)), size):
            shape = tuple(sizes[one] for one in attributes)
            candidates = _candidates(attributes, shape, covered)
            if not len(candidates):
                continue
            count = _count(codes, people, attributes, shape, candidates)
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
                    lost &= ~_among(_flat(values, inside, shape), theirs)
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
        values = np.column_stack(np.unravel_index(children, shape))
        kept = [place for place in range(len(attributes)) if place != at]
        children = children[_among(_flat(values, kept, shape), covered[parents[at]])]
    return children


def _count(
    codes: NDArray[np.int32],
    people: Floats,
    attributes: Attributes,
    shape: tuple[int, ...],
    candidates: Codes,
) -> Floats:
    """People of each candidate."""
    flat, known = _numbered(codes, attributes, shape)
    place = np.minimum(np.searchsorted(candidates, flat), len(candidates) - 1)
    there = candidates[place] == flat
    return _sums(place[there], people[known][there], len(candidates))


def _sums(place: NDArray[np.intp], amounts: Floats, length: int) -> Floats:
    added: Floats = np.bincount(place, amounts, length).astype(np.float64)
    return added


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


def _among(values: Codes, rising: Codes) -> NDArray[np.bool_]:
    place = np.minimum(np.searchsorted(rising, values), len(rising) - 1)
    return np.asarray(rising[place] == values)
