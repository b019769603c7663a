"""SHAP values of sums of trees: exact, against the whole background, people in blocks.

Not by the package shap: its interventional values (0.51) miss the model's score by up to 1.5 in
log-odds on ordinary HistGradientBoosting models, and it is wrong on native categories. It is an
oracle of the tests where it is right. Imports this family, `sources`, numpy; numba in functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.attributions import TOLERANCE, Attributions
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.input_columns import AT_ONCE
from isg_audit.measures.explain.margins import Margin
from isg_audit.measures.explain.taken_apart import TakenApart
from isg_audit.sources.models.inside import Trees

if TYPE_CHECKING:
    import pandas as pd

    from isg_audit.measures.explain.paths import Forest

Floats = NDArray[np.float64]

MOST_LEAVES = 200_000
"""A larger forest would take minutes; it is sampled."""

MOST_PAIRS = 10**9
"""Leaves times people, about: some seconds. A deep leaf counts as `DEEP` shallow ones."""
DEEP, DEEP_FROM = 12, 12
FEWEST_PEOPLE = 1_000
"""Explained whatever it takes, if there are so many."""

SINGLE = 1e-4
"""How far single precision may miss, per unit of margin: a sum of some hundred of its numbers."""

NO_NUMBA = (
    "Sampled because the package numba is not there to read trees with: "
    "pip install 'isg-audit[explain]'."
)


def can_read_trees() -> bool:
    """Whether numba, which the exact way needs, is installed."""
    return find_spec("numba") is not None


def tree_attributions(
    explaining: Explaining, trees: Trees, found: TakenApart, explained: Margin
) -> Attributions | None:
    """Interventional SHAP values of as many people as `MOST_PAIRS` allows.

    Several columns of one input (one-hot) are one player, so that the value is the input's own
    Shapley value and not a sum of its columns'.

    Returns:
        None where there are more than `MOST_LEAVES`, or more inputs on a path than can be told
        apart.

    Source:
        Lundberg et al. (2020), Nature Machine Intelligence 2:56-67, for the game; the sum over
        leaves is derived from the definition.
    """
    from isg_audit.measures.explain.paths import MOST_PLAYERS

    if sum(tree.leaves for tree in trees.trees) > MOST_LEAVES:
        return None
    forests = _forests(trees, found, np.asarray(explained.mix))
    if any((forest.many > MOST_PLAYERS).any() for forest, _ in forests):
        return None
    features = list(explaining.model.features)
    rows = explaining.drawn(len(explaining.sample), _most_people(forests), 1)
    people = explaining.sample[features].iloc[rows]
    background = explaining.background[features]
    values = list(_values(found, forests, people, background, len(features)))
    outputs = found.read.margins(background)
    single = bool((outputs == outputs.astype(np.float32)).all())
    return Attributions(
        features=explaining.model.features,
        values=np.concatenate(values),
        margin=explained.of(people),
        base=float(explained.of(background).mean()),
        rows=rows,
        unit=explained.unit,
        method="tree SHAP, exact",
        note=explaining.interventional(len(background))
        + (" The model adds up in single precision." if single else ""),
        tolerance=SINGLE if single else TOLERANCE,
    )


def _forests(trees: Trees, found: TakenApart, mix: Floats) -> list[tuple[Forest, bool]]:
    """The trees laid out, those that compare in single precision apart from the others."""
    from isg_audit.measures.explain.paths import laid_out

    weights = mix[trees.output]
    single = np.array([tree.single for tree in trees.trees], dtype=bool)
    laid = []
    for precision in (False, True):
        some = np.flatnonzero((single == precision) & (weights != 0))
        some = some[[trees.trees[at].leaves > 1 for at in some]]
        if len(some):
            chosen = [trees.trees[at] for at in some]
            laid.append((laid_out(chosen, weights[some], found.source), precision))
    return laid


def _most_people(forests: list[tuple[Forest, bool]]) -> int:
    deep = sum(int((forest.many >= DEEP_FROM).sum()) for forest, _ in forests)
    leaves = sum(len(forest.many) for forest, _ in forests)
    return max(FEWEST_PEOPLE, MOST_PAIRS // max(1, leaves + (DEEP - 1) * deep))


def _values(
    found: TakenApart,
    forests: list[tuple[Forest, bool]],
    people: pd.DataFrame,
    background: pd.DataFrame,
    features: int,
) -> Iterator[Floats]:
    """SHAP values of some people after another, each of shape (people, inputs)."""
    from isg_audit.measures.explain.forest_values import add_values
    from isg_audit.measures.explain.kernel import BLOCK

    there = np.ascontiguousarray(found.read.prepared(background).T)
    for start in range(0, len(people), AT_ONCE):
        some = found.read.prepared(people[start : start + AT_ONCE])
        here = np.zeros((some.shape[1], -(-len(some) // BLOCK) * BLOCK))
        here[:, : len(some)] = some.T
        paid = np.zeros((features + 1, here.shape[1]))  # the last: columns that never change
        for forest, single in forests:
            if single:
                add_values(forest, _single(there), _single(here), paid)
            else:
                add_values(forest, there, here, paid)
        yield np.ascontiguousarray(paid[:-1, : len(some)].T)


def _single(columns: Floats) -> Floats:
    with np.errstate(over="ignore"):
        return columns.astype(np.float32).astype(np.float64)
