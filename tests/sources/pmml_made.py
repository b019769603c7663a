"""PMML written from fitted scikit-learn models, to the last digit of their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

Columns = Mapping[str, Sequence[str] | None]
"""Each column with its categories, None for numbers."""


def pmml(model: str, columns: Columns, classes: Sequence[str], dictionary: str = "") -> str:
    """The whole file around one model element."""
    fields = "".join(
        f'<DataField name="{one}" optype="continuous" dataType="double"/>'
        if known is None
        else f'<DataField name="{one}" optype="categorical" dataType="string">{_values(known)}'
        "</DataField>"
        for one, known in columns.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4"><Header/>'
        f'<DataDictionary>{fields}<DataField name="y" optype="categorical" dataType="string">'
        f"{_values(classes)}</DataField></DataDictionary>{dictionary}{model}</PMML>"
    )


def schema(columns: Columns, more: str = "") -> str:
    """Its mining schema."""
    return (
        "<MiningSchema>"
        + "".join(f'<MiningField name="{one}" {more}/>' for one in columns)
        + '<MiningField name="y" usageType="target"/></MiningSchema>'
    )


def _values(known: Sequence[str]) -> str:
    return "".join(f"<Value value={quoteattr(one)}/>" for one in known)


def regression(fitted: Any, columns: Columns, how: str, more: str = "") -> str:
    """A `RegressionModel`; of two classes the second has the table with terms, and comes first."""
    classes = [str(one) for one in fitted.classes_]
    if len(classes) == 2:
        rows = [(classes[1], fitted.intercept_[0], fitted.coef_[0])]
        rest = f'<RegressionTable intercept="0.0" targetCategory={quoteattr(classes[0])}/>'
    else:
        rows, rest = list(zip(classes, fitted.intercept_, fitted.coef_, strict=True)), ""
    tables = "".join(
        f'<RegressionTable intercept="{float(start)!r}" targetCategory={quoteattr(one)}>'
        f"{_predictors(weights, columns)}</RegressionTable>"
        for one, start, weights in rows
    )
    return (
        f'<RegressionModel functionName="classification" normalizationMethod="{how}">'
        f"{schema(columns, more)}{tables}{rest}</RegressionModel>"
    )


def _predictors(weights: Any, columns: Columns) -> str:
    """Weights in the order of the columns, one a category."""
    said, at = [], 0
    for one, known in columns.items():
        for category in known or [None]:
            value = "" if category is None else f" value={quoteattr(category)}"
            kind = "NumericPredictor" if category is None else "CategoricalPredictor"
            said.append(f'<{kind} name="{one}"{value} coefficient="{float(weights[at])!r}"/>')
            at += 1
    return "".join(said)


def tree(fitted: Any, columns: Columns) -> str:
    """A `TreeModel` of a fitted decision tree on columns of numbers."""
    names, classes = list(columns), [str(one) for one in fitted.classes_]
    inner = fitted.tree_

    def node(at: int, predicate: str) -> str:
        shares = inner.value[at, 0] / inner.value[at, 0].sum()
        counts = "".join(
            f'<ScoreDistribution value={quoteattr(one)} recordCount="{float(share)!r}"/>'
            for one, share in zip(classes, shares, strict=True)
        )
        below = ""
        if inner.children_left[at] >= 0:
            field, value = names[inner.feature[at]], float(inner.threshold[at])
            for child, how in [
                (inner.children_left[at], "lessOrEqual"),
                (inner.children_right[at], "greaterThan"),
            ]:
                test = f'<SimplePredicate field="{field}" operator="{how}" value="{value!r}"/>'
                below += node(child, test)
        score = quoteattr(classes[int(shares.argmax())])
        return f'<Node score={score} recordCount="1.0">{predicate}{counts}{below}</Node>'

    return (
        '<TreeModel functionName="classification" splitCharacteristic="binarySplit">'
        f"{schema(columns)}{node(0, '<True/>')}</TreeModel>"
    )


def ensemble(trees: Sequence[str], columns: Columns, how: str) -> str:
    """A `MiningModel` of trees."""
    parts = "".join(f"<Segment><True/>{one}</Segment>" for one in trees)
    return (
        f'<MiningModel functionName="classification">{schema(columns)}'
        f'<Segmentation multipleModelMethod="{how}">{parts}</Segmentation></MiningModel>'
    )
