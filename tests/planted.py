"""People of whom it is known what a model does to them: three planted models of one population.

Income and debt differ a little between the groups and may count. `area` goes far with the group,
`device` somewhat, `colour` not at all. One model was taught by fair decisions, one by decisions
that went by the area, one by decisions that went by the group itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder
from threadpoolctl import threadpool_limits

INPUTS = ("income", "debt", "area", "device", "colour")
FAIR = ("income", "debt", "colour")
LEGITIMATE = ("income", "debt")
KINDS = ("clean", "proxy", "attribute")


@dataclass(frozen=True)
class Planted:
    """A fitted model, its inputs, and people it never saw, with the decisions it takes of them."""

    fitted: Any
    inputs: tuple[str, ...]
    people: pd.DataFrame


def population(rows: int, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """People, 30 % of them of group `b`, and how well off their area is.

    `area` is text and `device` is missing for some.
    """
    draw = np.random.default_rng([seed, 41])
    other = draw.random(rows) < 0.3
    area = draw.normal(size=rows) + 1.6 * other
    device = draw.normal(size=rows) + 0.6 * other
    frame = pd.DataFrame(
        {
            "group": np.where(other, "b", "a"),
            "income": draw.normal(size=rows) - 0.22 * other,
            "debt": draw.normal(size=rows) + 0.15 * other,
            "area": [f"area {part:02d}" for part in np.clip((area * 4 + 10).astype(int), 0, 23)],
            "device": np.where(draw.random(rows) < 0.03, np.nan, device),
            "colour": draw.choice(["red", "green", "blue"], rows),
        }
    )
    return frame, area


def planted(kind: str, rows: int = 10_000, seed: int = 0) -> Planted:
    """One of the three models, fitted on 10,000 people, and `rows` others.

    Args:
        kind: of `KINDS`.
        rows: how many people to decide upon.
        seed: of everything drawn.
    """
    taught, where = population(10_000, seed)
    inputs = {"clean": FAIR, "proxy": INPUTS, "attribute": (*INPUTS, "group")}[kind]
    text = [name for name in inputs if name in ("area", "colour", "group")]
    coded = make_column_transformer(
        (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan), text),
        remainder="passthrough",
    )
    trees = HistGradientBoostingClassifier(
        max_iter=40, min_samples_leaf=50, early_stopping=False, random_state=0
    )
    fitted = make_pipeline(coded, trees)
    people, _ = population(rows, seed + 1)
    with threadpool_limits(1):
        fitted.fit(taught[list(inputs)], _decided(taught, where, kind, seed))
        decided = fitted.predict(people[list(inputs)])
        score = fitted.predict_proba(people[list(inputs)])[:, 1]
    return Planted(fitted, inputs, people.assign(granted=decided, score=score))


def _decided(people: pd.DataFrame, where: np.ndarray, kind: str, seed: int) -> np.ndarray:
    worth = 2.0 * people.income - 1.1 * people.debt
    if kind == "proxy":
        worth -= 1.5 * (where - 0.1)
    if kind == "attribute":
        worth -= 2.3 * (people.group == "b")
    noise = np.random.default_rng([seed, 42]).logistic(size=len(people))
    return np.where(worth + noise > 0, 1, 0)
