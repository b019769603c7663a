"""LightGBM's text in the common form. Imports this room and numpy.

What a missing value does is said at every split: counted as 0 (`None`), sent the default way
together with zeros (`Zero`), or sent the default way (`NaN`). Categories of a split's set go left,
every other one and missing values right.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from isg_audit.sources.models.inside import Inside, Trees
from isg_audit.sources.models.split_trees import Floats, Integers, RawTree, Truths, in_order

_BY_CATEGORY, _DEFAULT_LEFT = 1, 2
_ZERO, _NAN = 1, 2
"""Of the two bits that say what is missing."""


class ZeroIsMissing(enum.Enum):
    """Of one column: whether its splits take zeros for missing."""

    NEVER = enum.auto()
    ALWAYS = enum.auto()
    MIXED = enum.auto()


@dataclass(frozen=True)
class TextModel:
    """The file's head, and its trees as the text has them.

    Attributes:
        objective: its first word, such as `binary`; empty where there is none.
        scale: what sums are multiplied by to become log-odds.
        outputs: sums that a row has: 1, or one for each class.
        columns: names in the file.
        by_category: positions of the columns that are categories.
        trees: of each, its keys and values.
    """

    objective: str
    scale: float
    outputs: int
    columns: tuple[str, ...]
    by_category: tuple[int, ...]
    trees: tuple[Mapping[str, str], ...]

    @property
    def decides(self) -> bool:
        """Whether it gives probabilities of classes."""
        return self.objective == ("binary" if self.outputs == 1 else "multiclass")


def read_text(words: str) -> TextModel:
    """The parts of a LightGBM text file.

    Raises:
        ValueError, KeyError: it is damaged.
    """
    body, ended, rest = words.partition("\nend of trees")
    head, *trees = body.split("\nTree=")
    keys = _keys(head)
    objective = keys.get("objective", "").split()
    settings = dict(one.partition(":")[::2] for one in objective[1:])
    outputs = int(keys["num_tree_per_iteration"])
    if not ended or len(trees) != len(keys["tree_sizes"].split()):
        raise ValueError("trees are missing")
    rounds = max(len(trees) // outputs, 1)
    averages = "average_output" in head.splitlines()
    listed = [line for line in rest.splitlines() if line.startswith("[categorical_feature:")]
    places = listed[0].partition(":")[2].strip(" ]").split(",") if listed else []
    return TextModel(
        objective=objective[0] if objective else "",
        scale=float(settings.get("sigmoid", 1)) / (rounds if averages else 1),
        outputs=outputs,
        columns=tuple(keys["feature_names"].split(" ")),
        by_category=tuple(sorted(int(one) for one in places if one)),
        trees=tuple(_keys(tree) for tree in trees),
    )


def _keys(lines: str) -> dict[str, str]:
    return dict(line.strip().partition("=")[::2] for line in lines.splitlines() if "=" in line)


def zero_is_missing(text: TextModel) -> list[ZeroIsMissing]:
    """Of each column."""
    seen: list[set[bool]] = [set() for _ in text.columns]
    for tree in text.trees:
        kinds = _integers(tree.get("decision_type", ""))
        for place, kind in zip(_integers(tree.get("split_feature", "")), kinds, strict=True):
            if not kind & _BY_CATEGORY:
                seen[place].add(bool((kind >> 2) & 3 == _ZERO))
    mixed, always = {True, False}, {True}
    return [
        ZeroIsMissing.MIXED
        if one == mixed
        else (ZeroIsMissing.ALWAYS if one == always else ZeroIsMissing.NEVER)
        for one in seen
    ]


def inside_of_text(text: TextModel) -> Inside | None:
    """The sum of the file's trees.

    Returns:
        None where leaves hold lines and not values, or a column's zeros are missing at some
        splits and not at others.
    """
    lines = any(tree.get("is_linear", "0") != "0" for tree in text.trees)
    if lines or ZeroIsMissing.MIXED in zero_is_missing(text):
        return None
    trees = tuple(in_order(_raw(tree, text.scale), len(text.columns)) for tree in text.trees)
    return Inside(
        Trees(
            trees=trees,
            output=np.arange(len(trees), dtype=np.int64) % text.outputs,
            base=np.zeros(text.outputs),
        ),
        "log-odds",
        direct=True,
    )


def _raw(tree: Mapping[str, str], scale: float) -> RawTree:
    """Splits first, leaves after them; the text counts leaves from -1 downwards."""
    leaves = _floats(tree["leaf_value"]) * scale
    kinds = _integers(tree.get("decision_type", "")) if len(leaves) > 1 else np.zeros(0, np.int64)
    splits = len(kinds)
    nobody = np.full(len(leaves), -1, dtype=np.int64)
    threshold = _floats(tree["threshold"]) if splits else np.zeros(0)
    by_category = (kinds & _BY_CATEGORY) > 0
    default = (kinds & _DEFAULT_LEFT) > 0
    missing = (kinds >> 2) & 3
    as_zero = (missing != _NAN) & (missing != _ZERO)
    missing_left = np.where(by_category, False, np.where(as_zero, threshold >= 0, default))
    return RawTree(
        feature=np.concatenate([_integers(tree["split_feature"])[:splits], 0 * nobody]),
        threshold=np.concatenate([threshold, 0.0 * nobody]),
        left=np.concatenate([_children(tree.get("left_child", ""), splits), nobody]),
        right=np.concatenate([_children(tree.get("right_child", ""), splits), nobody]),
        value=np.concatenate([np.zeros(splits), leaves]),
        missing_left=np.concatenate([missing_left.astype(bool), nobody >= 0]),
        left_categories=_sets(tree, threshold, np.flatnonzero(by_category)),
    )


def _children(said: str, splits: int) -> Integers:
    found = _integers(said)[:splits]
    return np.where(found < 0, splits + ~found, found)


def _sets(tree: Mapping[str, str], threshold: Floats, nodes: Integers) -> dict[int, Truths]:
    """Of each split by category, which codes go left: 32 flags a word, lowest first."""
    if not len(nodes):
        return {}
    bounds = _integers(tree["cat_boundaries"])
    words = np.array([int(one) for one in tree["cat_threshold"].split()], dtype="<u4")
    found = {}
    for node in nodes:
        which = int(threshold[node])
        own = words[bounds[which] : bounds[which + 1]]
        flags = np.unpackbits(np.ascontiguousarray(own).view(np.uint8), bitorder="little")
        found[int(node)] = flags.astype(bool)
    return found


def _integers(said: str) -> Integers:
    return np.array([int(one) for one in said.split()], dtype=np.int64)


def _floats(said: str) -> Floats:
    return np.array([float(one) for one in said.split()], dtype=np.float64)
