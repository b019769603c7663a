"""`Forest`: trees laid out for the kernel, each as its splits and its edges in the order of a walk.

Imports this family, `sources` and numba: imported inside functions only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.compiled import compiled
from isg_audit.sources.models.split_trees import SplitTree

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_PLAYERS = 64
"""Inputs on one path: as many as fit the bits of a number."""


class Forest(NamedTuple):
    """Trees laid out one after the other; a tree of a single leaf has no edges and adds nothing.

    Attributes:
        splits: where each tree's splits start, shape (trees + 1,).
        edges: where each tree's edges start, shape (trees + 1,).
        leaves: where each tree's leaves start, shape (trees + 1,).
        column: that a split reads, shape (splits,).
        threshold: people at most there go left, shape (splits,).
        missing_left: whether people without a value do, shape (splits,).
        codes: where a split by category starts in `sides`, -1 for a split by number.
        known: how many codes a split by category has there; codes beyond count as missing.
        sides: for one code after another: 0 goes right, 1 left, 2 counts as missing.
        split: the tree's split above an edge, shape (edges,).
        left: 1 for an edge that people who go left take.
        bit: of the input that the split reads, among those of the path.
        depth: of the edge's lower end.
        leaf: at the lower end, -1 for none.
        value: what a leaf adds, shape (leaves,).
        many: inputs on its path.
        first: where they start in `players`.
        players: the inputs of all paths.
    """

    splits: Integers
    edges: Integers
    leaves: Integers
    column: Integers
    threshold: Floats
    missing_left: NDArray[np.uint16]
    codes: Integers
    known: Integers
    sides: NDArray[np.uint16]
    split: Integers
    left: NDArray[np.uint16]
    bit: NDArray[np.uint16]
    depth: Integers
    leaf: Integers
    value: Floats
    many: Integers
    first: Integers
    players: Integers


SIDES = Forest._fields.index("sides")


def laid_out(trees: Sequence[SplitTree], scale: Floats, source: Integers) -> Forest:
    """Trees as the kernel walks them.

    Args:
        trees: any.
        scale: what the leaves of each are multiplied by, shape (trees,).
        source: the input of each column, shape (columns,); -1 for a column that never changes.
    """
    parts: list[tuple[NDArray[np.generic], ...]] = []
    counts = np.zeros((len(trees) + 1, 3), dtype=np.int64)
    sides: list[NDArray[np.uint16]] = []
    players = taken = 0
    for place, tree in enumerate(trees):
        inner = np.flatnonzero(tree.left >= 0)
        local = np.cumsum(tree.left >= 0) - 1
        walked = _walk(
            tree.left, tree.right, source[tree.feature], local, tree.value * scale[place]
        )
        split, left, bit, depth, leaf, value, many, some = walked
        codes, known = np.full((2, len(inner)), -1, dtype=np.int64)
        for at, node in enumerate(inner):
            if int(node) in tree.left_categories:
                sides.append(_sides(tree, int(node)))
                codes[at], known[at] = taken, len(sides[-1])
                taken += len(sides[-1])
        parts.append(
            (
                tree.feature[inner],
                tree.threshold[inner],
                tree.missing_left[inner].astype(np.uint16),
                codes,
                known,
                split,
                left,
                bit,
                depth,
                np.where(leaf < 0, -1, leaf + counts[place, 2]),
                value,
                many,
                players + np.cumsum(many) - many,
                some,
            )
        )
        players += len(some)
        counts[place + 1] = counts[place] + (len(inner), len(split), len(value))
    joined = [np.concatenate(one) for one in zip(*parts, strict=True)]
    columns = [*np.ascontiguousarray(counts.T), *joined]
    columns.insert(SIDES, np.concatenate(sides) if sides else np.zeros(0, dtype=np.uint16))
    return Forest._make(columns)


def _sides(tree: SplitTree, node: int) -> NDArray[np.uint16]:
    left = tree.left_categories[node].astype(np.uint16)
    return np.where(tree.known_categories[node], left, 2).astype(np.uint16)


@compiled
def _walk(
    left: Integers, right: Integers, player: Integers, local: Integers, value: Floats
) -> tuple[
    Integers,
    NDArray[np.uint16],
    NDArray[np.uint16],
    Integers,
    Integers,
    Floats,
    Integers,
    Integers,
]:
    """Edges in the order of a walk that goes down first; leaves as they are met."""
    nodes = len(left)
    split = np.empty(nodes - 1, np.int64)
    side = np.empty(nodes - 1, np.uint16)
    bits = np.empty(nodes - 1, np.uint16)
    deep = np.empty(nodes - 1, np.int64)
    leaf = np.full(nodes - 1, -1, np.int64)
    values = np.empty((nodes + 1) // 2, np.float64)
    many = np.empty((nodes + 1) // 2, np.int64)
    players = np.empty(max(16, nodes), np.int64)
    path = np.empty(nodes + 1, np.int64)  # inputs met on the way down
    met = np.zeros(nodes + 1, np.int64)  # how many of them at each depth
    pending = np.empty(nodes + 1, np.int64)
    above = np.empty(nodes, np.int64)
    depth = np.zeros(nodes, np.int64)
    waiting, edges, leaves, used = 1, 0, 0, 0
    pending[0] = 0
    while waiting > 0:
        waiting -= 1
        node = pending[waiting]
        here = depth[node]
        if node > 0:
            parent = above[node]
            known = met[here - 1]
            bit = 0
            while bit < known and path[bit] != player[parent]:
                bit += 1
            path[bit] = player[parent]
            met[here] = max(known, bit + 1)
            split[edges], side[edges] = local[parent], left[parent] == node
            bits[edges], deep[edges] = bit, here
            edges += 1
        if left[node] >= 0:
            for child in (right[node], left[node]):
                above[child], depth[child] = node, here + 1
                pending[waiting] = child
                waiting += 1
        elif node > 0:
            leaf[edges - 1] = leaves
            values[leaves], many[leaves] = value[node], met[here]
            while used + met[here] > len(players):
                players = np.concatenate((players, np.empty(len(players), np.int64)))
            players[used : used + met[here]] = path[: met[here]]
            used += met[here]
            leaves += 1
    return (
        split[:edges],
        side[:edges],
        bits[:edges],
        deep[:edges],
        leaf[:edges],
        values[:leaves],
        many[:leaves],
        players[:used],
    )
