"""SHAP values of trees written as their definition, in numpy: the oracle of the kernel."""

import numpy as np
from scipy.special import binom

from isg_audit.sources.models.split_trees import SplitTree


def by_leaves(trees, scale, source, people, background, inputs):
    """Shape (people, inputs + 1); `people` and `background` have shape (rows, columns)."""
    columns = np.concatenate([people, background])
    values = np.zeros((len(people), inputs + 1))
    for tree, times in zip(trees, scale, strict=True):
        pending = [(0, {})]
        while pending:
            node, met = pending.pop()
            if tree.left[node] < 0:
                if met:
                    _add(times * tree.value[node], met, values)
                continue
            player = int(source[tree.feature[node]])
            before = met.get(player, np.ones(len(columns), dtype=bool))
            left = tree.goes_left(node, columns)
            pending.append((int(tree.left[node]), met | {player: before & left}))
            pending.append((int(tree.right[node]), met | {player: before & ~left}))
    return values


def _add(value, met, values):
    players = list(met)
    bits = np.stack([met[player] for player in players])
    codes = np.left_shift(1, np.arange(len(players)), dtype=np.int64) @ bits
    people = len(values)
    mine, who = np.unique(codes[:people], return_inverse=True)
    theirs, times = np.unique(codes[people:], return_counts=True)
    here, there = _unpacked(mine, len(players)), _unpacked(theirs, len(players))
    pays = (here @ there.T + (1 - here) @ there.T + here @ (1 - there).T) == len(players)
    alone, lacked = here @ (1 - there).T, (1 - here) @ there.T
    share = pays * (times / times.sum())
    ways = binom(alone + lacked, alone)
    credit = np.where(alone > 0, share / (np.maximum(alone, 1) * ways), 0.0)
    blame = np.where(lacked > 0, share / (np.maximum(lacked, 1) * ways), 0.0)
    table = here * (credit @ (1 - there)) - (1 - here) * (blame @ there)
    values[:, players] += value * table[who]


def _unpacked(codes, players):
    return ((codes[:, None] >> np.arange(players)) & 1).astype(np.float64)


def grown(draw, depth, columns, by_category=(), chance=0.8):
    """A tree at random; columns in `by_category` hold codes 0 to 4, of which 4 is not known."""
    nodes = []

    def grow(left_to_go):
        at = len(nodes)
        nodes.append(None)
        if left_to_go == 0 or (at and draw.random() > chance):
            nodes[at] = (0, 0.0, -1, -1, draw.normal(), False, None)
            return at
        column = int(draw.integers(columns))
        known = draw.random(5) < 0.5 if column in by_category else None
        below = grow(left_to_go - 1), grow(left_to_go - 1)
        nodes[at] = (column, draw.normal() * 0.7, *below, 0.0, draw.random() < 0.5, known)
        return at

    grow(depth)
    feature, threshold, left, right, value, missing, sets = (
        list(one) for one in zip(*nodes, strict=True)
    )
    return SplitTree(
        feature=np.array(feature),
        threshold=np.array(threshold),
        left=np.array(left),
        right=np.array(right),
        value=np.array(value),
        missing_left=np.array(missing),
        left_categories={at: one for at, one in enumerate(sets) if one is not None},
        known_categories={
            at: np.array([True] * 4 + [False]) for at, one in enumerate(sets) if one is not None
        },
    )


def comb(draw, depth):
    """A tree of one long path, a new column at every step, so that its last leaves lie deep."""
    inner = np.arange(depth)
    return SplitTree(
        feature=np.append(np.repeat(inner, 2), 0),
        threshold=np.full(2 * depth + 1, 1.2),
        left=np.append(np.column_stack([2 * inner + 2, np.full(depth, -1)]).ravel(), -1),
        right=np.append(np.column_stack([2 * inner + 1, np.full(depth, -1)]).ravel(), -1),
        value=draw.normal(size=2 * depth + 1),
        missing_left=np.append(np.repeat(draw.random(depth) < 0.5, 2), False),
    )
