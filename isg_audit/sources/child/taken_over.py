"""`Inside` as plain numbers for the way out of the child, and back, believed in nothing.

The parent walks trees without looking where they lead, in compiled code: every index is checked
here. Imports `sources.models` and numpy.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from isg_audit.sources.child.wire import NotOurs
from isg_audit.sources.models.inside import Inside, Linear, Native, Trees, Unit
from isg_audit.sources.models.split_trees import SplitTree

Block = NDArray[Any]

_KINDS: dict[str, Any] = {"Integers": np.int64, "Floats": np.float64, "Truths": np.bool_}
_FIELDS = {one.name: str(one.type) for one in fields(SplitTree)}
_MOST_EXACT = 2.0**53


def written(inside: Inside) -> tuple[dict[str, Any], tuple[Block, ...]]:
    """What is said of it, and its numbers."""
    said: dict[str, Any] = {"unit": inside.unit, "direct": inside.direct}
    made_of = inside.made_of
    if isinstance(made_of, Native):
        return said | {"made_of": "native", "game": made_of.game}, ()
    if isinstance(made_of, Linear):
        return said | {"made_of": "linear"}, (made_of.weights, made_of.intercept)
    plain, blocks = [], [made_of.output, made_of.base]
    for tree in made_of.trees:
        of_one, numbers = _written_tree(tree)
        plain.append(of_one)
        blocks += numbers
    return said | {"made_of": "trees", "trees": plain}, tuple(blocks)


def _written_tree(tree: SplitTree) -> tuple[dict[str, Any], list[Block]]:
    plain, blocks = {}, []
    for name, kind in _FIELDS.items():
        value = getattr(tree, name)
        if kind in _KINDS:
            blocks.append(value)
        elif kind.startswith("dict"):
            plain[name] = [int(key) for key in value]
            blocks += value.values()
        else:
            plain[name] = value
    return plain, blocks


def read(said: dict[str, Any], blocks: tuple[Block, ...]) -> Inside:
    """What the child wrote, checked.

    Raises:
        NotOurs: it is no such thing, or a tree leads outside itself.
    """
    try:
        unit, direct = said["unit"], said["direct"]
        if unit not in get_args(Unit) or not isinstance(direct, bool):
            raise NotOurs("its unit is unknown")
        return Inside(_made_of(said, list(blocks)), unit, direct)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise NotOurs("what it is made of is not as agreed") from error


def _made_of(said: dict[str, Any], blocks: list[Block]) -> Linear | Trees | Native:
    if said["made_of"] == "native":
        return Native(str(said["game"]))
    first, second = blocks[:2]
    if said["made_of"] == "linear":
        if first.ndim != 2 or second.shape != (len(first),):
            raise NotOurs("its weights have no such shape")
        return Linear(_finite(first), _finite(second))
    rest = iter(blocks[2:])
    trees = tuple(_read_tree(plain, rest) for plain in said["trees"])
    outputs = _whole(first)
    if first.shape != (len(trees),) or second.ndim != 1 or next(rest, None) is not None:
        raise NotOurs("its trees are not as many as it says")
    if len(outputs) and (outputs.min() < 0 or outputs.max() >= len(second)):
        raise NotOurs("a tree adds to an output that there is not")
    return Trees(trees, outputs, _finite(second))


def _read_tree(plain: dict[str, Any], blocks: Any) -> SplitTree:
    made: dict[str, Any] = {}
    for name, kind in _FIELDS.items():
        if kind in _KINDS:
            made[name] = _as(kind, next(blocks, None))
        elif kind.startswith("dict"):
            inner = kind.removesuffix("]").split(",")[1].strip()
            made[name] = {int(key): _as(inner, next(blocks, None)) for key in plain[name]}
        else:
            made[name] = _plain(plain[name], kind)
    tree = SplitTree(**made)
    _check(tree)
    return tree


def _as(kind: str, block: Block | None) -> Block:
    if block is None or block.ndim != 1:
        raise NotOurs("an array is missing")
    if kind == "Integers":
        return _whole(block)
    if kind == "Truths":
        if not np.isin(block, (0.0, 1.0)).all():
            raise NotOurs("an array holds what is neither true nor false")
        return block.astype(np.bool_)
    return np.array(block, dtype=np.float64)


def _plain(value: Any, kind: str) -> Any:
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "str" and isinstance(value, str):
        return value
    if kind == "int" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind == "float" and isinstance(value, (int, float)):
        return float(value)
    raise NotOurs("a mark of a tree is of another type")


def _whole(block: Block) -> Block:
    if not (np.isfinite(block).all() and (np.abs(block) < _MOST_EXACT).all()):
        raise NotOurs("a whole number is too large")
    if (block % 1 != 0).any():
        raise NotOurs("a whole number has a fraction")
    return block.astype(np.int64)


def _finite(block: Block) -> Block:
    if not np.isfinite(block).all():
        raise NotOurs("a weight is no number")
    return np.array(block, dtype=np.float64)


def _check(tree: SplitTree) -> None:
    """Arrays of one length; children that exist and come after their parents; columns from 0."""
    nodes = len(tree.left)
    arrays = [getattr(tree, name) for name, kind in _FIELDS.items() if kind in _KINDS]
    if nodes < 1 or any(len(one) != nodes for one in arrays):
        raise NotOurs("the arrays of a tree differ in length")
    split = np.flatnonzero(tree.left >= 0)
    leaves = np.flatnonzero(tree.left < 0)
    for child in (tree.left, tree.right):
        if (child[leaves] != -1).any():
            raise NotOurs("a leaf has a child")
        if ((child[split] <= split) | (child[split] >= nodes)).any():
            raise NotOurs("a split leads to a node that does not come after it")
    if (tree.feature[split] < 0).any():
        raise NotOurs("a split reads a column below the first")
    if not np.isfinite(tree.value[leaves]).all():
        raise NotOurs("a leaf is no number")
    for name, kind in _FIELDS.items():
        if kind.startswith("dict"):
            held = getattr(tree, name)
            if any(not 0 <= node < nodes for node in held):
                raise NotOurs("a set of categories belongs to no split")
    if set(tree.left_categories) != set(tree.known_categories):
        raise NotOurs("a split by category lacks its set")


def largest_column(inside: Inside) -> int:
    """The last prepared column that is read; -1 for none."""
    made_of = inside.made_of
    if isinstance(made_of, Linear):
        return int(made_of.weights.shape[1]) - 1
    if isinstance(made_of, Native):
        return -1
    read_by = [int(tree.feature[tree.left >= 0].max(initial=-1)) for tree in made_of.trees]
    return max(read_by, default=-1)
