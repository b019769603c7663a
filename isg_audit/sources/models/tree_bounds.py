"""Bounds of the trees in a model file: scikit-learn follows their indices without looking.

A file with one index out of range opens well and then crashes the process, or reads memory that
is not its own. Imports numpy; knows scikit-learn's trees by their fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

# Ensembles that hand their checked input to their trees without checking it again.
_FORESTS = ("estimators_", "_predictors")


def faults_of_trees(fitted: object) -> list[str]:
    """What is wrong with the trees inside `fitted`, in plain words; empty if nothing is.

    Every child must come after its parent and exist, every split must read a column that exists,
    every set of categories must exist.
    """
    faults = []
    for tree, columns in _trees(fitted):
        check = _fault_of_predictor if hasattr(tree, "nodes") else _fault_of_tree
        if fault := check(tree, columns):
            faults.append(fault)
    return faults


def _trees(fitted: object) -> Iterator[tuple[Any, int]]:
    """Each tree with the number of columns it will be handed."""
    pending: list[tuple[object, int | None]] = [(fitted, None)]
    seen: set[tuple[int, int | None]] = set()
    while pending:
        part, columns = pending.pop()
        if (id(part), columns) in seen:
            continue
        seen.add((id(part), columns))
        kind = type(part).__name__
        if kind in {"TreePredictor", "Tree"}:
            yield part, 0 if columns is None else columns
        elif isinstance(part, dict):
            pending += [(one, columns) for one in part.values()]
        elif isinstance(part, (list, tuple, set)):
            pending += [(one, columns) for one in part]
        elif isinstance(part, np.ndarray):
            if part.dtype.hasobject:
                pending += [(one, columns) for one in part.ravel().tolist()]
        elif hasattr(part, "__dict__") and not isinstance(part, type):
            pending += [(one, _columns(part, columns)) for one in vars(part).values()]


def _columns(owner: object, above: int | None) -> int | None:
    own = getattr(owner, "__dict__", {}).get("n_features_in_")
    if not isinstance(own, (int, np.integer)):
        return above if own is None and not _is_estimator(owner) else None
    holds_trees = hasattr(owner, "tree_") or any(name in vars(owner) for name in _FORESTS)
    if not holds_trees:  # a pipeline's own columns are not those its last step is handed
        return None
    return int(own) if above is None else min(int(own), above)


def _is_estimator(owner: object) -> bool:
    return hasattr(owner, "get_params")


def _fault_of_predictor(tree: Any, columns: int) -> str:
    """A tree of HistGradientBoosting: an array of records."""
    nodes = tree.nodes
    splits = nodes[nodes["is_leaf"] == 0]
    where = np.flatnonzero(nodes["is_leaf"] == 0)
    children = (splits["left"].astype(np.int64), splits["right"].astype(np.int64))
    sets = splits["bitset_idx"][splits["is_categorical"] != 0].astype(np.int64)
    if (sets >= min(len(tree.raw_left_cat_bitsets), len(tree.binned_left_cat_bitsets))).any():
        return "a split names a set of categories that the file does not hold"
    return _fault(len(nodes), where, children, splits["feature_idx"].astype(np.int64), columns)


def _fault_of_tree(tree: Any, columns: int) -> str:
    """A tree of DecisionTree, RandomForest, GradientBoosting, ...: arrays side by side."""
    left, right = tree.children_left, tree.children_right
    where = np.flatnonzero(left != -1)
    children = (left[where], right[where])
    return _fault(tree.node_count, where, children, tree.feature[where], columns)


def _fault(nodes: int, where: Any, children: tuple[Any, Any], features: Any, columns: int) -> str:
    if nodes < 1:
        return "a tree has no node"
    for child in children:
        if ((child <= where) | (child >= nodes)).any():
            return "a split leads to a node that does not come after it"
    if ((features < 0) | (features >= columns)).any():
        return f"a split reads a column outside the {columns} there are"
    return ""
