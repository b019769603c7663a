"""Splits people into clusters in which they fare differently, and finds a newcomer's cluster.

Imports this family's `cluster_columns`; scikit-learn inside the functions that need it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
Integers = NDArray[np.int64]

MOST_CLUSTERS, TRIES = 24, 3


@dataclass(frozen=True, eq=False)
class Split:
    """One split: who is nearer to which of two centres, in columns that weigh differently.

    Attributes:
        weights: of the columns, shape (columns,).
        centres: shape (2, columns).
        below: the two splits or cluster numbers that follow.
    """

    weights: Floats
    centres: Floats
    below: tuple[Split | int, Split | int]

    def side(self, values: Floats) -> Integers:
        """Which centre each row is nearer to."""
        scaled = values * self.weights
        far = ((scaled[:, None, :] - self.centres[None]) ** 2).sum(axis=2)
        return np.asarray(far.argmin(axis=1), dtype=np.int64)


@dataclass(eq=False)
class _Leaf:
    """A cluster that may be split further."""

    rows: Integers
    final: bool = False
    split: tuple[Floats, Floats, _Leaf, _Leaf] | None = None


def clustered(values: Floats, harm: Truths, least: int, seed: int) -> Split | int:
    """Split people recursively where the harm differs most, as HBAC does.

    Each cluster, the largest first, is split in two by k-means: once with all columns alike, once
    with columns weighed by how much they go with the harm within it; the split with the larger
    difference in harm is kept, if one part fares worse than the whole did, and both hold enough.

    Args:
        values: columns, shape (rows, columns).
        harm: what happened to each, shape (rows,).
        least: rows that a cluster holds at least.
        seed: of k-means.

    Returns:
        The first split, or 0 where there is none: everybody is one cluster.

    Source:
        Misztal-Radecka & Indurkhya (2021), Information Processing & Management 58:102519; the
        weighing of columns is ours.
    """
    root = _Leaf(np.arange(len(values)))
    leaves = [root]
    while len(leaves) < MOST_CLUSTERS:
        open_ = [one for one in leaves if not one.final and len(one.rows) >= 2 * least]
        if not open_:
            break
        leaf = max(open_, key=lambda one: len(one.rows))
        found = _best_split(values, harm, leaf.rows, least, seed)
        if found is None:
            leaf.final = True
            continue
        weights, centres, side = found
        parts = _Leaf(leaf.rows[side == 0]), _Leaf(leaf.rows[side == 1])
        leaf.split = (weights, centres, *parts)
        leaves.remove(leaf)
        leaves += parts
    number = iter(range(MOST_CLUSTERS))
    return _tree(root, number)


def cluster_of(tree: Split | int, values: Floats) -> Integers:
    """The cluster of each row, also of rows that were not there when clusters were made."""
    if isinstance(tree, int):
        return np.full(len(values), tree, dtype=np.int64)
    side = tree.side(values)
    found = np.empty(len(values), dtype=np.int64)
    for at, below in enumerate(tree.below):
        found[side == at] = cluster_of(below, values[side == at])
    return found


def _tree(leaf: _Leaf, number: object) -> Split | int:
    if leaf.split is None:
        return next(number)  # type: ignore[call-overload, no-any-return]
    weights, centres, one, other = leaf.split
    return Split(weights, centres, (_tree(one, number), _tree(other, number)))


def _best_split(
    values: Floats, harm: Truths, rows: Integers, least: int, seed: int
) -> tuple[Floats, Floats, Integers] | None:
    here, hit = values[rows], harm[rows]
    best, largest = None, 0.0
    for weights in (np.ones(here.shape[1]), _worth(here, hit)):
        scaled = here * weights
        if not np.ptp(scaled, axis=0).any():
            continue
        split = Split(weights, _two_means(scaled, seed), (0, 0))
        side = split.side(here)
        counts = np.bincount(side, minlength=2)
        if counts.min() < least:
            continue
        rates = np.array([hit[side == at].mean() for at in (0, 1)])
        if rates.max() > hit.mean() and abs(rates[1] - rates[0]) > largest:
            best, largest = (weights, split.centres, side), abs(rates[1] - rates[0])
    return best


def _two_means(scaled: Floats, seed: int) -> Floats:
    """The centres of two clusters; on one thread, so that they are the same on every machine."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        fit = KMeans(2, n_init=TRIES, max_iter=60, random_state=seed).fit(scaled)
    centres: Floats = fit.cluster_centers_
    return centres


def _worth(here: Floats, hit: Truths) -> Floats:
    """How much each column goes with the harm: its correlation, without sign, the largest 1."""
    spread, own = here.std(axis=0), hit.std()
    if not own > 0:
        return np.ones(here.shape[1])
    together = ((here - here.mean(axis=0)) * (hit - hit.mean())[:, None]).mean(axis=0)
    found = np.abs(np.divide(together, spread * own, out=np.zeros_like(spread), where=spread > 0))
    largest = found.max(initial=0.0)
    return found / largest if largest > 0 else np.ones(here.shape[1])
