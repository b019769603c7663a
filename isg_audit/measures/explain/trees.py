"""SHAP values of scikit-learn's trees: exact, against the whole background, leaf by leaf.

Not by the package shap: its interventional values (0.51) miss the model's score by up to 1.5 in
log-odds on ordinary HistGradientBoosting models, and it is wrong on native categories. It is an
oracle of the tests where it is right. Imports this family, numpy; scikit-learn in functions.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.margins import Margin, decision_margin, probability_margin
from isg_audit.measures.explain.opened import Opened, source_of_columns
from isg_audit.sources.models.split_trees import (
    Floats,
    Integers,
    SplitTree,
    Truths,
    averaged,
    boosted,
    boosted_by_histogram,
)

MOST_LEAVES = 20_000
"""A larger forest would take minutes; it is sampled."""

MOST_PEOPLE = 2_000
MOST_BACKGROUND = 1_000


def tree_margin(explaining: Explaining, found: Opened, place: int) -> Margin | None:
    """What is explained of trees: boosted ones add up log-odds, forests average probabilities.

    Returns:
        None where `found` does not end in trees that are read here.
    """
    from sklearn.ensemble import (
        ExtraTreesClassifier,
        GradientBoostingClassifier,
        HistGradientBoostingClassifier,
        RandomForestClassifier,
    )
    from sklearn.tree import DecisionTreeClassifier

    if isinstance(
        found.final, (RandomForestClassifier, ExtraTreesClassifier, DecisionTreeClassifier)
    ):
        return probability_margin(explaining.model, place)
    if isinstance(found.final, (HistGradientBoostingClassifier, GradientBoostingClassifier)):
        return decision_margin(explaining.model, place, explaining.sample)
    return None


def tree_attributions(
    explaining: Explaining, found: Opened, explained: Margin, place: int
) -> Attributions | None:
    """Interventional SHAP values of at most `MOST_PEOPLE` people.

    Several columns of one input (one-hot) are one player, so that the value is the input's own
    Shapley value and not a sum of its columns'.

    Returns:
        None where a column comes from several inputs, or there are more than `MOST_LEAVES`.

    Source:
        Lundberg et al. (2020), Nature Machine Intelligence 2:56-67, for the game; the sum over
        leaves is derived from the definition.
    """
    import pandas as pd

    trees = list(_trees(found, place))
    if sum(tree.leaves for tree in trees) > MOST_LEAVES:
        return None
    features = list(explaining.model.features)
    rows = explaining.drawn(len(explaining.sample), MOST_PEOPLE, 1)
    others = explaining.drawn(len(explaining.background), MOST_BACKGROUND, 2)
    people = explaining.sample[features].iloc[rows]
    background = explaining.background[features].iloc[others]
    everybody = pd.concat([people, background], ignore_index=True)
    source = source_of_columns(found, explaining.model.features, everybody)
    if source is None:
        return None
    columns = found.prepared(everybody)
    values = np.zeros((len(people), len(features) + 1))  # the last: columns that never change
    for tree in trees:
        _add(tree, columns, source, values)
    sign = -1.0 if place == 0 and explained.unit != "probability" else 1.0
    return Attributions(
        features=explaining.model.features,
        values=sign * values[:, :-1],
        margin=explained.of(people),
        base=float(explained.of(background).mean()),
        rows=rows,
        unit=explained.unit,
        method="tree SHAP, exact",
        note=(
            f"Interventional game; background of {len(background)} rows drawn from the log, seed "
            f"{explaining.seed}."
        ),
    )


def _trees(found: Opened, place: int) -> Iterator[SplitTree]:
    from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier

    if isinstance(found.final, HistGradientBoostingClassifier):
        return boosted_by_histogram(found.final)
    if isinstance(found.final, GradientBoostingClassifier):
        return boosted(found.final)
    return averaged(found.final, place)


def _add(tree: SplitTree, columns: Floats, source: Integers, values: Floats) -> None:
    """Add one tree's SHAP values to `values`, shape (people, inputs + 1).

    `columns` holds the people first, the background after them.
    """
    everybody = np.ones(len(columns), dtype=bool)
    pending: list[tuple[int, dict[int, Truths]]] = [(0, {})]
    while pending:
        node, met = pending.pop()
        if tree.left[node] < 0:
            if met:
                _add_leaf(float(tree.value[node]), met, values)
            continue
        player = int(source[tree.feature[node]])
        before = met.get(player, everybody)
        left = tree.goes_left(node, columns)
        pending.append((int(tree.left[node]), met | {player: before & left}))
        pending.append((int(tree.right[node]), met | {player: before & ~left}))


def _add_leaf(value: float, met: dict[int, Truths], values: Floats) -> None:
    """Add the SHAP values of a game that pays `value` where everything on the path is met.

    Each input on the path is met by the person's value, the background row's, both or neither.
    A pair pays only if each input is met by one of them: then those met by the person alone
    (`alone`) share the credit, and those met by the background row alone (`lacked`) the blame.
    Pairs with the same pattern are counted and worked out once.
    """
    players = list(met)
    bits = np.stack([met[player] for player in players])
    codes = np.left_shift(1, np.arange(len(players)), dtype=np.int64) @ bits
    people = len(values)
    mine, who = np.unique(codes[:people], return_inverse=True)
    theirs, times = np.unique(codes[people:], return_counts=True)
    here, there = _unpacked(mine, len(players)), _unpacked(theirs, len(players))
    pays = (here @ there.T + (1 - here) @ there.T + here @ (1 - there).T) == len(players)
    alone = here @ (1 - there).T
    lacked = (1 - here) @ there.T
    share = pays * (times / times.sum())
    ways = _binomial(alone + lacked, alone)
    credit = np.where(alone > 0, share / (np.maximum(alone, 1) * ways), 0.0)
    blame = np.where(lacked > 0, share / (np.maximum(lacked, 1) * ways), 0.0)
    table = here * (credit @ (1 - there)) - (1 - here) * (blame @ there)
    values[:, players] += value * table[who]


def _unpacked(codes: Integers, players: int) -> Floats:
    return ((codes[:, None] >> np.arange(players)) & 1).astype(np.float64)


def _binomial(many: Floats, few: Floats) -> Floats:
    from scipy.special import binom

    return np.asarray(binom(many, few), dtype=np.float64)
