"""Trees as arrays, whatever they come from, and which way each person goes at each split.

scikit-learn's are read here; the other formats bring theirs into the same form with `in_order`.

Imports numpy; scikit-learn inside the functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class SplitTree:
    """One tree; every array has shape (nodes,), node 0 is the root, children come later.

    Attributes:
        feature: column that a split reads.
        threshold: people at most there go left.
        left: child, -1 at a leaf.
        right: child, -1 at a leaf.
        value: what a leaf adds to the margin.
        missing_left: whether people without a value go left.
        left_categories: for a split by category, which codes go left, shape (codes,).
        known_categories: for the same splits, which codes are known, of the same shape; others,
            negative ones and those beyond the end count as missing.
        single: whether the tree compares in single precision.
    """

    feature: Integers
    threshold: Floats
    left: Integers
    right: Integers
    value: Floats
    missing_left: Truths
    left_categories: dict[int, Truths] = field(default_factory=dict)
    known_categories: dict[int, Truths] = field(default_factory=dict)
    single: bool = False

    @property
    def leaves(self) -> int:
        """How many leaves there are."""
        return int((self.left < 0).sum())

    def goes_left(self, node: int, columns: Floats) -> Truths:
        """Who goes left at a split, shape (rows,), of what the tree is handed."""
        values = columns[:, self.feature[node]]
        missing = np.isnan(values)
        if node in self.left_categories:
            missing = missing | (values < 0) | (values >= len(self.left_categories[node]))
            codes = np.where(missing, 0, values).astype(np.int64)
            missing = missing | ~self.known_categories[node][codes]
            here = self.left_categories[node][codes]
        else:
            seen = values.astype(np.float32) if self.single else values
            here = seen <= self.threshold[node]
        return np.where(missing, self.missing_left[node], here)


@dataclass(frozen=True, eq=False)
class RawTree:
    """A tree as a file has it, in any order of nodes; see `SplitTree` for the attributes."""

    feature: Integers
    threshold: Floats
    left: Integers
    right: Integers
    value: Floats
    missing_left: Truths
    left_categories: dict[int, Truths] = field(default_factory=dict)


def in_order(raw: RawTree, columns: int) -> SplitTree:
    """The tree with its nodes from the root down; nodes that nobody reaches are left out.

    Raises:
        ValueError: a child that does not exist or has two parents, a column that does not exist.
    """
    order, inner = [0], []
    for node in order:  # grows while it is read
        if raw.left[node] < 0:
            continue
        inner.append(node)
        order += [int(raw.left[node]), int(raw.right[node])]
        if len(order) > len(raw.left) or not all(0 <= one < len(raw.left) for one in order[-2:]):
            raise ValueError("a split leads to a node that does not come after it")
        if not 0 <= raw.feature[node] < columns:
            raise ValueError(f"a split reads a column outside the {columns} there are")
    kept = np.array(order)
    place = np.full(len(raw.left), -1)
    place[kept] = np.arange(len(kept))
    sets = {
        int(place[node]): raw.left_categories[node] for node in inner if node in raw.left_categories
    }
    leaf = raw.left[kept] < 0
    return SplitTree(
        feature=np.where(leaf, 0, raw.feature[kept]),
        threshold=raw.threshold[kept],
        left=np.where(leaf, -1, place[raw.left[kept]]),
        right=np.where(leaf, -1, place[raw.right[kept]]),
        value=np.where(leaf, raw.value[kept], 0.0),
        missing_left=raw.missing_left[kept],
        left_categories=sets,
        known_categories={node: np.ones(len(left), dtype=bool) for node, left in sets.items()},
    )


def boosted_by_histogram(final: Any) -> Iterator[tuple[SplitTree, int]]:
    """The trees of a fitted HistGradientBoostingClassifier, each with the output it adds to.

    Of two classes, log-odds of the second. Splits by native category included.
    """
    known, places = final._bin_mapper.make_known_categories_bitsets()
    pairs = ((one, output) for step in final._predictors for output, one in enumerate(step))
    for predictor, output in pairs:
        nodes = predictor.nodes
        leaf = nodes["is_leaf"].astype(bool)
        split_by_category = np.flatnonzero(nodes["is_categorical"].astype(bool) & ~leaf)
        tree = SplitTree(
            feature=nodes["feature_idx"].astype(np.int64),
            threshold=nodes["num_threshold"].astype(np.float64),
            left=np.where(leaf, -1, nodes["left"].astype(np.int64)),
            right=np.where(leaf, -1, nodes["right"].astype(np.int64)),
            value=nodes["value"].astype(np.float64),
            missing_left=nodes["missing_go_to_left"].astype(bool),
            left_categories={
                int(node): _bits(predictor.raw_left_cat_bitsets[nodes["bitset_idx"][node]])
                for node in split_by_category
            },
            known_categories={
                int(node): _bits(known[places[nodes["feature_idx"][node]]])
                for node in split_by_category
            },
        )
        yield tree, output


def boosted(final: Any, scale: float = 1.0) -> Iterator[tuple[SplitTree, int]]:
    """The trees of a fitted GradientBoostingClassifier, each with the output it adds to.

    Args:
        final: the classifier.
        scale: what its own sums are multiplied by.
    """
    for step in final.estimators_:
        for output, estimator in enumerate(step):
            tree = estimator.tree_
            yield _plain(tree, scale * final.learning_rate * tree.value[:, 0, 0]), output


def averaged(final: Any, place: int) -> Iterator[SplitTree]:
    """The trees of a fitted forest, or one decision tree: probability of the class at `place`."""
    estimators = getattr(final, "estimators_", [final])
    for estimator in estimators:
        tree = estimator.tree_
        counts = tree.value[:, 0, :]
        yield _plain(tree, counts[:, place] / counts.sum(axis=1) / len(estimators))


def _plain(tree: Any, value: Floats) -> SplitTree:
    return SplitTree(
        feature=tree.feature.astype(np.int64),
        threshold=tree.threshold.astype(np.float64),
        left=tree.children_left.astype(np.int64),
        right=tree.children_right.astype(np.int64),
        value=value,
        missing_left=tree.missing_go_to_left.astype(bool),
        single=True,
    )


def _bits(words: Any) -> Truths:
    """256 flags from eight words of 32 bits, lowest first."""
    little = np.ascontiguousarray(words, dtype="<u4").view(np.uint8)
    return np.unpackbits(little, bitorder="little").astype(bool)
