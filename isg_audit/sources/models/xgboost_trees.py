"""XGBoost's trees in the common form. Imports this room and numpy.

A split sends `value < condition` left, in single precision: the same as "at most the next smaller
number". A split by category sends the codes of its set to the right, all others to the left.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.sources.models.inside import Inside, Trees
from isg_audit.sources.models.split_trees import RawTree, SplitTree, Truths, in_order


def unnamed_code(learner: dict[str, Any]) -> int:
    """The lowest code that no split by category names, nor any above it: all go left."""
    grown = learner["gradient_booster"]
    trees = grown.get("gbtree", grown).get("model", {}).get("trees", [])
    return 1 + max((max(tree["categories"], default=-1) for tree in trees), default=-1)


def inside_of_booster(
    booster: Any, columns: int, classes: int, rounds: int, unnamed: int
) -> Inside | None:
    """The sum of a booster's trees.

    Args:
        booster: xgboost's.
        columns: how many it reads.
        classes: how many it decides between.
        rounds: how many rounds of boosting count; 0 for all.
        unnamed: see `unnamed_code`.

    Returns:
        None for what is no sum of single values: linear boosters, several values a leaf.
    """
    learner = json.loads(bytes(booster.save_raw("json")))["learner"]
    weights: list[float] | None = None
    grown = learner["gradient_booster"]
    if grown["name"] == "dart":
        weights, grown = grown["weight_drop"], grown["gbtree"]
    if grown["name"] != "gbtree":
        return None
    model = grown["model"]
    count = model["iteration_indptr"][rounds] if rounds else len(model["trees"])
    raw = model["trees"][:count]
    if any(int(tree["tree_param"]["size_leaf_vector"]) > 1 for tree in raw):
        return None
    scales = [1.0] * count if weights is None else weights[:count]
    return Inside(
        Trees(
            trees=tuple(_tree(*pair, columns, unnamed) for pair in zip(raw, scales, strict=True)),
            output=np.array(model["tree_info"][:count], dtype=np.int64),
            base=_base(learner["learner_model_param"]["base_score"], classes),
        ),
        "log-odds",
        direct=True,
    )


def _base(said: str, classes: int) -> NDArray[np.float64]:
    """What each output starts from; for two classes the file holds a probability."""
    given = np.array(json.loads(said if said.startswith("[") else f"[{said}]"), dtype=np.float32)
    if classes == 2:
        given = -np.log(np.float32(1) / given - np.float32(1))
    return np.broadcast_to(given, (1 if classes == 2 else classes,)).astype(np.float64)


def _tree(raw: dict[str, Any], scale: float, columns: int, unnamed: int) -> SplitTree:
    condition = np.array(raw["split_conditions"], dtype=np.float32)
    left = np.array(raw["left_children"], dtype=np.int64)
    sets = _sets(raw, unnamed)
    single = np.float32(scale)
    return in_order(
        RawTree(
            feature=np.array(raw["split_indices"], dtype=np.int64),
            threshold=np.nextafter(condition, np.float32(-np.inf)).astype(np.float64),
            left=left,
            right=np.array(raw["right_children"], dtype=np.int64),
            value=(condition * single).astype(np.float64),
            missing_left=np.array(raw["default_left"], dtype=bool),
            left_categories=sets,
        ),
        columns,
    )


def _sets(raw: dict[str, Any], unnamed: int) -> dict[int, Truths]:
    """Of each split by category, which codes go left."""
    found = {}
    listed = np.array(raw["categories"], dtype=np.int64)
    for node, start, size in zip(
        raw["categories_nodes"], raw["categories_segments"], raw["categories_sizes"], strict=True
    ):
        left = np.ones(unnamed + 1, dtype=bool)
        left[listed[start : start + size]] = False
        found[int(node)] = left
    return found
