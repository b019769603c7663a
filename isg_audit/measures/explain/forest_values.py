"""SHAP values of trees in bounded memory: hands trees and people to the kernel, some at a time.

Imports this family and numba: imported inside functions only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.kernel import (
    BLOCK,
    COUNTED,
    FULL,
    SUMS,
    add_people,
    background_patterns,
    fill_tables,
)
from isg_audit.measures.explain.leaf_tables import Tables, ways
from isg_audit.measures.explain.paths import Forest

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_NUMBERS = 2**24
"""Numbers that the tables of some trees may have together: 128 MiB. As many trees as there are
threads are taken together in any case: of deep forests some 250 MiB each."""


def add_values(forest: Forest, background: Floats, people: Floats, values: Floats) -> None:
    """Add the SHAP values of every tree to `values`.

    Args:
        forest: trees, laid out.
        background: prepared columns, shape (columns, rows).
        people: the same, shape (columns, people), people a multiple of BLOCK.
        values: shape (inputs + 1, people); the last are columns that never change.
    """
    rows = background.shape[1]
    padded = np.zeros((len(background), -(-rows // BLOCK) * BLOCK))
    padded[:, :rows] = background
    blocks = people.shape[1] // BLOCK
    with ThreadPoolExecutor(threads()) as pool:
        for trees, tables in _groups(forest, rows):
            _share(pool, trees, partial(_fill, padded, rows, forest, tables))
            _share(pool, (0, blocks), partial(_add, people, forest, trees, tables, values))


def threads() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _share(pool: ThreadPoolExecutor, among: tuple[int, int], work: Callable[..., None]) -> None:
    """Do `work` for parts of a range, several at once."""
    first, last = among
    step = max(1, -(-(last - first) // (8 * threads())))
    parts = [(at, min(at + step, last)) for at in range(first, last, step)]
    list(pool.map(work, parts))


def _fill(
    background: Floats, rows: int, forest: Forest, tables: Tables, trees: tuple[int, int]
) -> None:
    went_left, met = _room(forest)
    leaves = int(np.diff(forest.leaves[trees[0] : trees[1] + 1]).max())
    patterns = np.empty((leaves, rows), dtype=np.int64)
    counts = np.empty(1 << COUNTED)
    for tree in range(*trees):
        background_patterns(background, forest, tree, went_left, met, patterns)
        fill_tables(patterns, forest, tree, tables, counts)


def _add(
    people: Floats,
    forest: Forest,
    trees: tuple[int, int],
    tables: Tables,
    values: Floats,
    blocks: tuple[int, int],
) -> None:
    add_people(people, blocks, forest, trees, tables, *_room(forest), values)


def _room(forest: Forest) -> tuple[NDArray[np.uint16], NDArray[Any]]:
    """What a thread works in: sides at each split, and patterns at each depth."""
    splits, most = int(np.diff(forest.splits).max()), int(forest.many.max(initial=0))
    kind = np.uint16 if most <= 16 else np.uint64
    met = np.empty((int(forest.depth.max(initial=0)) + 1, BLOCK), dtype=kind)
    met[0] = np.iinfo(kind).max
    return np.empty((max(splits, 1), BLOCK), dtype=np.uint16), met


def _groups(forest: Forest, rows: int) -> Iterator[tuple[tuple[int, int], Tables]]:
    """Trees whose tables fit in memory together, each with room for their tables."""
    many = forest.many
    size = np.where(many <= FULL, many << np.minimum(many, FULL), 3 << np.minimum(many, SUMS))
    deep = many > SUMS
    size[deep] = 0
    way = ways(max(1, int(many.max(initial=1))))
    needed = size + 2 * rows * deep
    so_far = np.concatenate([[0], np.cumsum(needed)])[forest.leaves]
    first = 0
    while first < len(so_far) - 1:
        fits = int(np.searchsorted(so_far, so_far[first] + MOST_NUMBERS, side="right")) - 1
        last = min(max(first + threads(), fits), len(so_far) - 1)
        some = slice(forest.leaves[first], forest.leaves[last])
        numbers = np.concatenate([[0], np.cumsum(size[some])])
        patterns = np.concatenate([[0], np.cumsum(rows * deep[some])])
        yield (
            (first, last),
            Tables(
                first_leaf=int(forest.leaves[first]),
                start=np.where(np.append(deep[some], False), patterns, numbers),
                numbers=np.zeros(numbers[-1]),
                distinct=np.zeros(len(numbers), dtype=np.int64),
                patterns=np.empty(patterns[-1], dtype=np.int64),
                times=np.empty(patterns[-1]),
                way=way,
            ),
        )
        first = last
