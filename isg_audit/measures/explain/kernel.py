"""The kernel: exact SHAP values of trees for blocks of people. `leaf_tables` says how.

All of it in one file: numba compiles a function anew when its own file changes, and does not look
at others that it calls. Imports numba: imported inside functions only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.compiled import compiled
from isg_audit.measures.explain.leaf_tables import Tables
from isg_audit.measures.explain.paths import Forest

BLOCK = 256
"""People whose patterns are worked out at once, so that the loops over them vectorise."""

TOGETHER = 16
"""Blocks that one tree is put to before the next, while its tables are still near."""

FULL, SUMS = 11, 16
"""Leaves of at most `FULL` inputs get a table of every pattern, of at most `SUMS` the three sums
of every N, deeper ones the background's distinct patterns."""

CHARGE, CREDIT, SHARED = 0, 1, 2
"""The three sums of N: what each input lacked is charged; what an input met is credited; and, at
N with one input more, how much of that credit goes to rows that meet it too."""

COUNTED = 12
"""Patterns of at most so many inputs are counted in a table, longer ones are sorted."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Shorts = NDArray[np.uint16]


@compiled
def sides_taken(columns: Floats, start: int, forest: Forest, tree: int, went_left: Shorts) -> None:
    """Who of a block goes left at each split of a tree, into `went_left`, shape (splits, BLOCK)."""
    first = forest.splits[tree]
    for split in range(first, forest.splits[tree + 1]):
        column = columns[forest.column[split], start : start + BLOCK]
        missing_left = forest.missing_left[split]
        into = went_left[split - first]
        if forest.codes[split] < 0:
            threshold = forest.threshold[split]
            for at in range(BLOCK):
                seen = column[at]
                into[at] = np.uint16(seen <= threshold) | (np.uint16(seen != seen) & missing_left)
        else:
            codes, known = forest.codes[split], forest.known[split]
            for at in range(BLOCK):
                seen = column[at]
                side = np.uint16(2)
                if seen >= 0 and seen < known:
                    side = forest.sides[codes + int(seen)]
                into[at] = missing_left if side == 2 else side


@compiled
def walk_down(edge: int, forest: Forest, went_left: Shorts, met: NDArray[Any]) -> None:
    """Which inputs the people of a block meet down to the lower end of an edge: `met[depth]`."""
    above, here = met[forest.depth[edge] - 1], met[forest.depth[edge]]
    side, left = went_left[forest.split[edge]], forest.left[edge]
    bit = met.dtype.type(1) << met.dtype.type(forest.bit[edge])
    for at in range(BLOCK):
        here[at] = above[at] & ~(met.dtype.type(side[at] ^ left) * bit)


@compiled
def background_patterns(
    columns: Floats, forest: Forest, tree: int, went_left: Shorts, met: NDArray[Any], into: Integers
) -> None:
    """The pattern of every background row at every leaf of a tree, shape (leaves, rows)."""
    for start in range(0, into.shape[1], BLOCK):
        sides_taken(columns, start, forest, tree, went_left)
        for edge in range(forest.edges[tree], forest.edges[tree + 1]):
            walk_down(edge, forest, went_left, met)
            leaf = forest.leaf[edge]
            if leaf >= 0:
                full = (np.int64(1) << forest.many[leaf]) - 1
                here = met[forest.depth[edge]]
                for at in range(start, min(start + BLOCK, into.shape[1])):
                    into[leaf - forest.leaves[tree], at] = np.int64(here[at - start]) & full


@compiled
def fill_tables(
    patterns: Integers, forest: Forest, tree: int, tables: Tables, counts: Floats
) -> None:
    """Work out what each leaf of a tree pays, from the background's patterns there."""
    rows = patterns.shape[1]
    masks, times = np.empty(rows, np.int64), np.empty(rows)
    for leaf in range(forest.leaves[tree], forest.leaves[tree + 1]):
        many = forest.many[leaf]
        found = patterns[leaf - forest.leaves[tree]]
        distinct = 0
        if many <= COUNTED:
            counts[: 1 << many] = 0
            for mask in found:
                counts[mask] += 1
            for mask in range(1 << many):
                if counts[mask] > 0:
                    masks[distinct], times[distinct] = mask, counts[mask] / rows
                    distinct += 1
        else:
            found = np.sort(found)
            for at in range(rows):
                if at == 0 or found[at] != found[at - 1]:
                    masks[distinct], times[distinct] = found[at], 0.0
                    distinct += 1
                times[distinct - 1] += 1.0 / rows
        here = leaf - tables.first_leaf
        start = tables.start[here]
        if many <= SUMS:
            fill(
                masks[:distinct], times[:distinct], many, forest.value[leaf], tables.way,
                tables.numbers[start : tables.start[here + 1]],
            )  # fmt: skip
        else:
            tables.distinct[here] = distinct
            tables.patterns[start : start + distinct] = masks[:distinct]
            tables.times[start : start + distinct] = times[:distinct]


@compiled
def add_block(
    columns: Floats, start: int, forest: Forest, tree: int, tables: Tables,
    went_left: Shorts, met: NDArray[Any], paid: Floats,
) -> None:  # fmt: skip
    """Add what a tree pays to the people of a block, into `paid`, shape (inputs + 1, BLOCK)."""
    sides_taken(columns, start, forest, tree, went_left)
    for edge in range(forest.edges[tree], forest.edges[tree + 1]):
        walk_down(edge, forest, went_left, met)
        leaf = forest.leaf[edge]
        if leaf >= 0:
            many = forest.many[leaf]
            here = met[forest.depth[edge]]
            players = forest.players[forest.first[leaf] : forest.first[leaf] + many]
            if many <= FULL:
                first = tables.start[leaf - tables.first_leaf]
                by_table(here, many, players, tables.numbers, first, paid)
            elif many <= SUMS:
                first = tables.start[leaf - tables.first_leaf]
                by_sums(here, many, players, tables.numbers, first, paid)
            else:
                by_patterns(here, players, forest.value[leaf], leaf, tables, paid)


@compiled
def by_table(
    met: NDArray[Any], many: int, players: Integers, numbers: Floats, first: int, paid: Floats
) -> None:
    """What a leaf pays to a block, by its table of every pattern."""
    full = met.dtype.type((1 << many) - 1)
    for place in range(many):
        table = numbers[first + (place << many) : first + ((place + 1) << many)]
        into = paid[players[place]]
        for at in range(BLOCK):
            into[at] += table[met[at] & full]


@compiled
def by_sums(
    met: NDArray[Any], many: int, players: Integers, numbers: Floats, first: int, paid: Floats
) -> None:
    """What a leaf pays to a block, by its three sums of every N."""
    full = (1 << many) - 1
    for at in range(BLOCK):
        lacked = ~np.int64(met[at]) & full
        charge, credit = numbers[first + 3 * lacked + CHARGE], numbers[first + 3 * lacked + CREDIT]
        if charge == 0 and credit == 0:
            continue
        for place in range(many):
            if lacked >> place & 1:
                paid[players[place], at] -= charge
            else:
                shared = numbers[first + 3 * (lacked | (1 << place)) + SHARED]
                paid[players[place], at] += credit - shared


@compiled
def by_patterns(
    met: NDArray[Any], players: Integers, value: float, leaf: int, tables: Tables, paid: Floats
) -> None:
    """What a deep leaf pays to a block, by the distinct patterns of the background."""
    many = len(players)
    full = (np.int64(1) << many) - 1
    start = tables.start[leaf - tables.first_leaf]
    patterns = tables.patterns[start : start + tables.distinct[leaf - tables.first_leaf]]
    times = tables.times[start : start + len(patterns)]
    for at in range(BLOCK):
        lacked = ~np.int64(met[at]) & full
        count = popcount(lacked)
        charge = 0.0
        for one in range(len(patterns)):
            mask = patterns[one]
            if mask & lacked != lacked:
                continue
            alone = many - popcount(mask)
            charge += times[one] * tables.way[count, alone]
            credit = value * times[one] * tables.way[alone, count]
            if credit != 0:
                for place in range(many):
                    if not (mask | lacked) >> place & 1:
                        paid[players[place], at] += credit
        if charge != 0:
            for place in range(many):
                if lacked >> place & 1:
                    paid[players[place], at] -= value * charge


@compiled
def add_people(
    columns: Floats, blocks: tuple[int, int], forest: Forest, trees: tuple[int, int],
    tables: Tables, went_left: Shorts, met: NDArray[Any], values: Floats,
) -> None:  # fmt: skip
    """Add what some trees pay to the people of some blocks, into `values`, (inputs + 1, people)."""
    for first in range(blocks[0], blocks[1], TOGETHER):
        last = min(first + TOGETHER, blocks[1])
        for tree in range(trees[0], trees[1]):
            for start in range(first * BLOCK, last * BLOCK, BLOCK):
                paid = values[:, start : start + BLOCK]
                add_block(columns, start, forest, tree, tables, went_left, met, paid)


@compiled
def popcount(bits: Any) -> int:
    """How many bits are set."""
    count = 0
    while bits:
        bits &= bits - 1
        count += 1
    return count


@compiled
def fill(
    masks: Integers, times: Floats, many: int, value: float, way: Floats, table: Floats
) -> None:
    """Write a leaf's table.

    Args:
        masks: distinct patterns of the background.
        times: share of the background that has each.
        many: inputs on the path.
        value: of the leaf.
        way: see `ways`.
        table: of the size `size_of_table` says.
    """
    if many > FULL:
        _sum(masks, times, many, value, way, table)
        return
    sums = np.zeros(3 << many)
    _sum(masks, times, many, value, way, sums)
    full = (1 << many) - 1
    for pattern in range(full + 1):
        lacked = full ^ pattern
        charge, credit = sums[3 * lacked + CHARGE], sums[3 * lacked + CREDIT]
        for place in range(many):
            if pattern >> place & 1:
                shared = sums[3 * (lacked | (1 << place)) + SHARED]
                table[(place << many) + pattern] = credit - shared
            else:
                table[(place << many) + pattern] = -charge


@compiled
def _sum(
    masks: Integers, times: Floats, many: int, value: float, way: Floats, sums: Floats
) -> None:
    """The three sums of every N, over the subsets N of every pattern of the background."""
    for at in range(len(masks)):
        mask, share = masks[at], times[at] * value
        alone = many - popcount(mask)
        lacked = mask
        while True:
            count = popcount(lacked)
            sums[3 * lacked + CHARGE] += share * way[count, alone]
            sums[3 * lacked + CREDIT] += share * way[alone, count]
            if count > 0:
                sums[3 * lacked + SHARED] += share * way[alone, count - 1]
            if lacked == 0:
                break
            lacked = (lacked - 1) & mask
