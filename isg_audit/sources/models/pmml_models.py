"""The models in a PMML file: a regression, a decision tree, or an ensemble of trees.

Source: https://dmg.org/pmml/v4-4-1/TreeModel.html and MultipleModels.html. No value is missing
here, so that every predicate is true or false. Imports this room and numpy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from xml.etree.ElementTree import Element  # noqa: S405 - only the type

import numpy as np
from numpy.typing import NDArray

from isg_audit.errors import ModelFailed
from isg_audit.sources.models.inside import Floats
from isg_audit.sources.models.pmml_regression import read_regression
from isg_audit.sources.models.pmml_schema import Field, NotRead, Schema, children, tag

Columns = Mapping[str, NDArray[Any]]

_COMPARED: dict[str, Any] = {
    "equal": np.equal,
    "notEqual": np.not_equal,
    "lessThan": np.less,
    "lessOrEqual": np.less_equal,
    "greaterThan": np.greater,
    "greaterOrEqual": np.greater_equal,
}


class Decider(Protocol):
    """What gives probabilities."""

    def shares(self, columns: Columns, rows: int) -> Floats:
        """Shape (rows, classes)."""


@dataclass(frozen=True)
class Predicate:
    """A predicate: a comparison, membership in a set, or always true or false."""

    column: str = ""
    compare: str = "true"
    value: object = None
    values: tuple[object, ...] = ()

    def holds(self, columns: Columns, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """For whom of `rows` it is true."""
        if self.compare in {"true", "false"}:
            return np.full(len(rows), self.compare == "true")
        values = columns[self.column][rows]
        if self.compare in {"isIn", "isNotIn"}:
            inside = np.isin(values, np.array(self.values, dtype=values.dtype))
            return inside if self.compare == "isIn" else ~inside
        return np.asarray(_COMPARED[self.compare](values, self.value), dtype=bool)


@dataclass(frozen=True, eq=False)
class Node:
    """A node: who comes here, where they go on, and what they get if they go no further."""

    test: Predicate
    below: tuple[int, ...]
    shares: Floats | None


@dataclass(frozen=True, eq=False)
class Tree:
    """Nodes; the first is the root.

    Whoever meets no test below a node gets the node's answer where `last_counts`, else none.
    """

    nodes: tuple[Node, ...]
    last_counts: bool
    classes: int

    def shares(self, columns: Columns, rows: int) -> Floats:
        """Shape (rows, classes)."""
        found = np.full((rows, self.classes), np.nan)
        pending = [(0, np.arange(rows))]
        while pending:
            at, here = pending.pop()
            node = self.nodes[at]
            if node.below:
                for child in node.below:
                    holds = self.nodes[child].test.holds(columns, here)
                    pending.append((child, here[holds]))
                    here = here[~holds]
            if len(here) and (not node.below or self.last_counts) and node.shares is not None:
                found[here] = node.shares
        if np.isnan(found).any():
            lost = int(np.isnan(found).any(axis=1).sum())
            raise ModelFailed(f"the PMML tree has no answer to {lost} rows.")
        return found


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Trees whose probabilities are averaged, or whose votes are counted, by weight."""

    trees: tuple[Tree, ...]
    weights: tuple[float, ...]
    votes: bool

    def shares(self, columns: Columns, rows: int) -> Floats:
        """Shape (rows, classes)."""
        total: Floats | None = None
        for tree, weight in zip(self.trees, self.weights, strict=True):
            found = tree.shares(columns, rows)
            if self.votes:
                found = np.eye(found.shape[1])[found.argmax(axis=1)]
            total = weight * found if total is None else total + weight * found
        return np.asarray(total) / sum(self.weights)


def read_decider(root: Element, schema: Schema) -> Decider:
    """The file's one model.

    Raises:
        NotRead: none, several, or of another kind.
    """
    models = [one for one in root if tag(one).endswith(("Model", "Network", "SequenceModel"))]
    if len(models) != 1:
        raise NotRead(f"it holds {len(models)} models")
    if any(one.get("x-mathContext") == "float" for one in root.iter()):
        raise NotRead("it counts in single precision")
    model = models[0]
    if tag(model) == "RegressionModel":
        return read_regression(model, schema)
    if tag(model) == "TreeModel":
        return _tree(model, schema)
    if tag(model) == "MiningModel":
        return _ensemble(model, schema)
    raise NotRead(f"it is a {tag(model)}")


def _ensemble(model: Element, schema: Schema) -> Ensemble:
    (parts,) = children(model, "Segmentation")
    how = parts.get("multipleModelMethod", "")
    plain = how.removeprefix("weighted")
    if plain.lower() not in {"average", "majorityvote"}:
        raise NotRead(f"it combines models by '{how}'")
    trees, weights = [], []
    for segment in children(parts, "Segment"):
        inner = [one for one in segment if tag(one) not in {"True", "Extension"}]
        if not children(segment, "True") or len(inner) != 1 or tag(inner[0]) != "TreeModel":
            raise NotRead("it combines more than trees for everybody")
        trees.append(_tree(inner[0], schema))
        weights.append(float(segment.get("weight", "1")) if how != plain else 1.0)
    if not trees:
        raise NotRead("it combines no trees")
    return Ensemble(tuple(trees), tuple(weights), votes=plain.lower() == "majorityvote")


def _tree(model: Element, schema: Schema) -> Tree:
    if model.get("functionName") != "classification":
        raise NotRead("it holds a tree that does not classify")
    last = model.get("noTrueChildStrategy", "returnNullPrediction")
    (root,) = children(model, "Node")
    elements, below = [root], []
    for element in elements:  # grows while it is read: parents before children
        inner = children(element, "Node")
        below.append(tuple(range(len(elements), len(elements) + len(inner))))
        elements += inner
    nodes = tuple(
        Node(_test(element, schema), under, _shares(element, schema))
        for element, under in zip(elements, below, strict=True)
    )
    if nodes[0].test.compare != "true":
        raise NotRead("a tree is not for everybody")
    return Tree(nodes, last == "returnLastPrediction", len(schema.written))


def _shares(node: Element, schema: Schema) -> Floats | None:
    """Probabilities at a node; None where it has no answer."""
    parts = {one.get("value"): one for one in children(node, "ScoreDistribution")}
    if parts:
        key = "probability" if all("probability" in p.attrib for p in parts.values()) else ""
        counts = [
            float(parts[one].get(key or "recordCount", "")) if one in parts else 0.0
            for one in schema.written
        ]
        if not set(parts) <= set(schema.written) or sum(counts) <= 0:
            raise NotRead("a node counts people of no class")
        found = np.array(counts) / sum(counts)
        score = node.get("score")
        if score is not None and schema.written.index(score) != found.argmax():
            raise NotRead("a node's answer is not its likeliest class")
        return found
    score = node.get("score")
    return None if score is None else np.eye(len(schema.written))[schema.written.index(score)]


def _test(node: Element, schema: Schema) -> Predicate:
    known = {"True", "False", "SimplePredicate", "SimpleSetPredicate"}
    beside = {"Node", "ScoreDistribution", "Extension"}
    strange = [tag(one) for one in node if tag(one) not in known | beside]
    found = [one for one in node if tag(one) in known]
    if strange or len(found) != 1:
        raise NotRead(f"a node is chosen by {strange[0] if strange else 'no one predicate'}")
    one = found[0]
    if tag(one) in {"True", "False"}:
        return Predicate(compare=tag(one).lower())
    about = schema.feature(one.get("field"))
    if tag(one) == "SimpleSetPredicate":
        how = one.get("booleanOperator", "")
        if how not in {"isIn", "isNotIn"}:
            raise NotRead(f"a node is chosen by '{how}'")
        return Predicate(about.name, how, values=_array(one, about))
    how = one.get("operator", "")
    ordered = how not in {"equal", "notEqual"}
    if how not in _COMPARED or (ordered and not about.numeric):
        raise NotRead(f"a node compares '{about.name}' by '{how}'")
    return Predicate(about.name, how, value=about.value(one.get("value", "")))


def _array(predicate: Element, about: Field) -> tuple[object, ...]:
    """The values of a set: words between blanks, or in quotation marks, those inside escaped."""
    import re

    (array,) = children(predicate, "Array")
    words = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', array.text or "")
    said = [bare or quoted.replace('\\"', '"') for quoted, bare in words]
    if array.get("n") is not None and int(array.get("n", "0")) != len(said):
        raise ValueError("an array has another length than it says")
    return tuple(about.value(one) for one in said)
