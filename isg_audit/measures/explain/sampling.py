"""SHAP values of any model, by sampling permutations of its source columns, text included.

Imports this family and numpy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.margins import Margin

if TYPE_CHECKING:
    import pandas as pd

MOST_PEOPLE = 500
FEWEST_PAIRS, MOST_PAIRS = 4, 64
EVALUATIONS = 400_000
"""Rows the model is asked for in all, about: what decides how many pairs each person gets."""
AT_ONCE = 20_000

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def sampled_attributions(
    explaining: Explaining, explained: Margin, pairs: int | None = None
) -> Attributions:
    """Antithetic permutation sampling of at most `MOST_PEOPLE` people.

    Each pair takes one background row and one order of the inputs, and turns the row into the
    person input by input, once in that order and once in the reverse. What sampling leaves over
    of a person's margin is spread over the inputs in proportion to their sampling variance, so
    that attributions add up exactly, and means over groups stay free of bias.

    Noise makes absolute values too great: of K pairs, by about c / K on average over people whose
    values are spread evenly around 0. `freed` holds 2 |all| - (|one half| + |other half|) / 2 of
    each person, from which c / K drops out (the jackknife of Quenouille). What is left is of a
    higher order; of people whose values are all 0 but noisy, c / sqrt(K), some 6 parts in 10.

    Args:
        explaining: the model and the people.
        explained: the margin.
        pairs: of permutations for each person; by default as `EVALUATIONS` allows.

    Source:
        Castro, Gomez & Tejada (2009), Computers & Operations Research 36:1726-1730; antithetic
        pairs: Mitchell et al. (2022), JMLR 23(43).
    """
    features = list(explaining.model.features)
    rows = explaining.drawn(len(explaining.sample), MOST_PEOPLE, 1)
    people = explaining.sample[features].iloc[rows]
    background = explaining.background[features]
    steps = 2 * max(1, len(features) - 1)
    if pairs is None:
        pairs = int(np.clip(EVALUATIONS // (len(rows) * steps), FEWEST_PAIRS, MOST_PAIRS))
    draw = np.random.default_rng([explaining.seed, 3])
    ends, starts = explained.of(people), explained.of(background)
    found, noise, freed = [], [], []
    at_once = max(1, AT_ONCE // (pairs * steps))
    for first in range(0, len(rows), at_once):
        some = np.arange(first, min(first + at_once, len(rows)))
        each = _pairs_of(some, people, background, ends, starts, explained, pairs, draw)
        short = ends[some] - starts.mean()
        variance = each.var(axis=1, ddof=1) / pairs
        values, *halves = (
            _adding_up(part.mean(axis=1), short, variance)
            for part in (each, each[:, : pairs // 2], each[:, pairs // 2 :])
        )
        found.append(values)
        noise.append(variance)
        freed.append(2 * np.abs(values) - np.mean(np.abs(halves), axis=0))
    return Attributions(
        features=explaining.model.features,
        values=np.concatenate(found),
        margin=ends,
        base=float(starts.mean()),
        rows=rows,
        unit=explained.unit,
        method="permutation SHAP, antithetic",
        pairs=pairs,
        freed=np.concatenate(freed),
        note=(
            f"{explaining.interventional(len(background))} {pairs} pairs of permutations a person. "
            "Sampling noise of one "
            f"person's attribution: {np.sqrt(np.concatenate(noise).mean()):.2g} {explained.unit}; "
            "mean sizes are freed of it to the first order, signed means are not affected."
        ),
    )


def _adding_up(values: Floats, due: Floats, variance: Floats) -> Floats:
    """Values, what is left over of `due` spread over them, shape (people, inputs)."""
    summed: Floats = values + (due - values.sum(axis=1))[:, None] * _shares(variance)
    return summed


def _pairs_of(
    some: Integers,
    people: pd.DataFrame,
    background: pd.DataFrame,
    ends: Floats,
    starts: Floats,
    explained: Margin,
    pairs: int,
    draw: np.random.Generator,
) -> Floats:
    """Attribution of each input by each pair of permutations, shape (people, pairs, inputs)."""
    inputs = people.shape[1]
    person = np.repeat(some, pairs)
    other = np.concatenate([_others(len(background), pairs, draw) for _ in some])
    rank = draw.permuted(np.tile(np.arange(inputs), (len(person), 1)), axis=1)
    both = np.stack([rank, inputs - 1 - rank])  # the order, and its reverse
    inner = np.arange(1, inputs)
    taken = both[:, :, None, :] < inner[None, None, :, None]  # (2, pairs, steps, inputs)
    path = np.empty((2, len(person), inputs + 1))
    path[:, :, 0], path[:, :, -1] = starts[other], ends[person]
    if inputs > 1:
        mixed = _mixed(people, background, person, other, taken)
        path[:, :, 1:-1] = explained.of(mixed).reshape(2, len(person), inputs - 1)
    gains = np.diff(path, axis=2)
    each: Floats = np.take_along_axis(gains, both, axis=2).mean(axis=0)
    return each.reshape(len(some), pairs, inputs)


def _others(background: int, pairs: int, draw: np.random.Generator) -> Integers:
    """Background rows for one person's pairs: all different while there are enough."""
    if pairs <= background:
        return draw.choice(background, pairs, replace=False)
    return draw.permutation(np.resize(np.arange(background), pairs))


def _mixed(
    people: pd.DataFrame,
    background: pd.DataFrame,
    person: Integers,
    other: Integers,
    taken: NDArray[np.bool_],
) -> pd.DataFrame:
    """Rows that hold some inputs of a person and the rest of a background row, column by column.

    Columns keep their types, so that text and categories reach the model as the log has them.
    """
    import pandas as pd

    both = pd.concat([background, people], ignore_index=True)
    shape = taken.shape[:-1]
    mine = np.broadcast_to((person + len(background))[None, :, None], shape)
    theirs = np.broadcast_to(other[None, :, None], shape)

    def columns() -> Iterator[tuple[str, object]]:
        for place, feature in enumerate(both.columns):
            picked = np.where(taken[..., place], mine, theirs).ravel()
            yield str(feature), both[feature].array[picked]

    return pd.DataFrame(dict(columns()))


def _shares(variance: Floats) -> Floats:
    """Of each input in what is left over, shape (people, inputs), each row sums to 1."""
    total = variance.sum(axis=1, keepdims=True)
    even = np.full_like(variance, 1.0 / variance.shape[1])
    return np.where(total > 0, variance / np.where(total > 0, total, 1.0), even)
