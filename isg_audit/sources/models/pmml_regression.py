"""Logistic regression in PMML. Imports this room and numpy.

Source: https://dmg.org/pmml/v4-4-1/Regression.html: a table of terms for each class; `softmax`
over the tables, or `logit` of the first of two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element  # noqa: S405 - only the type

import numpy as np

from isg_audit.sources.models.inside import Floats, Inside, Linear
from isg_audit.sources.models.pmml_schema import NotRead, Schema, children, tag


@dataclass(frozen=True)
class Term:
    """A number to a power, or whether a column has a value."""

    column: str
    power: int = 1
    category: object = None


@dataclass(frozen=True, eq=False)
class Regression:
    """Weighted sums of terms; of two classes the log-odds of the second, else one sum a class."""

    terms: tuple[Term, ...]
    line: Linear

    def terms_of(self, columns: Mapping[str, Floats], rows: int) -> Floats:
        """Shape (rows, terms)."""
        found = np.zeros((rows, len(self.terms)))
        for place, term in enumerate(self.terms):
            values = columns[term.column]
            if term.category is None:
                found[:, place] = values**term.power
            else:
                found[:, place] = values == term.category
        return found

    def margins(self, columns: Mapping[str, Floats], rows: int) -> Floats:
        """Shape (rows, outputs)."""
        return self.terms_of(columns, rows) @ self.line.weights.T + self.line.intercept

    def shares(self, columns: Mapping[str, Floats], rows: int) -> Floats:
        """Probabilities, shape (rows, classes)."""
        from scipy.special import expit, softmax

        found = self.margins(columns, rows)
        if found.shape[1] == 1:
            return np.column_stack([expit(-found[:, 0]), expit(found[:, 0])])
        return np.asarray(softmax(found, axis=1))

    def inside(self) -> Inside:
        """The weights over the terms."""
        return Inside(self.line, "log-odds", direct=False)


def read_regression(model: Element, schema: Schema) -> Regression:
    """The regression in a `RegressionModel`.

    Raises:
        NotRead: no classification, another normalisation, interactions.
    """
    how = model.get("normalizationMethod", "none")
    tables = {one.get("targetCategory", ""): one for one in children(model, "RegressionTable")}
    if model.get("functionName") != "classification" or set(tables) != set(schema.written):
        raise NotRead("its regression has no table for each class")
    two = len(tables) == 2
    if how not in ({"logit", "softmax"} if two else {"softmax"}):
        raise NotRead(f"its regression of {len(tables)} classes is normalised by '{how}'")
    places: dict[Term, int] = {}
    sums = {}
    for name, table in tables.items():
        sums[name] = [(places.setdefault(t, len(places)), w) for t, w in _terms(table, schema)]
    order = [list(tables).index(one) for one in schema.written]
    weights = np.zeros((len(tables), len(places)))
    for row, pairs in enumerate(sums.values()):
        for place, weight in pairs:
            weights[row, place] += weight
    start = np.array([float(one.get("intercept", "0")) for one in tables.values()])
    if two and how == "logit":  # the first table's logit; the other class has the rest
        weights[1], start[1] = 0.0, 0.0
    weights, start = weights[order], start[order]
    if two:
        weights, start = weights[1:] - weights[:1], start[1:] - start[:1]
    return Regression(tuple(places), Linear(weights=weights, intercept=start))


def _terms(table: Element, schema: Schema) -> list[tuple[Term, float]]:
    found = []
    for one in table:
        if tag(one) == "Extension":
            continue
        if tag(one) not in {"NumericPredictor", "CategoricalPredictor"}:
            raise NotRead(f"its regression holds a {tag(one)}")
        about = schema.feature(one.get("name"))
        if tag(one) == "NumericPredictor":
            if not about.numeric:
                raise NotRead(f"its regression takes '{about.name}' for a number")
            term = Term(about.name, power=int(one.get("exponent", "1")))
        else:
            term = Term(about.name, category=about.value(one.get("value", "")))
        found.append((term, float(one.get("coefficient", ""))))
    return found
