"""Whether an input of which more may only help a person ever hurts one.

Imports this family, `measures.measurement`, numpy.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.asking import decided, inputs_of, is_number, like, scored, seen
from isg_audit.measures.explain.by_group import About, means, shares
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.measurement import Measurement, NotMeasured

MEASURE = "explain.monotonicity"
GRID = 21
MOST_PEOPLE, EVALUATIONS = 500, 21_000
NOTICED = 0.01
"""A drop in probability that is counted; smaller ones are the noise of unconstrained trees."""
ROUNDING = 1e-9

Floats = NDArray[np.float64]


def monotonicity(explaining: Explaining) -> Iterator[Measurement | NotMeasured]:
    """Does more of an input ever hurt a person where the audit file says that it may only help?

    For each input named in `model.more_helps` or `model.more_hurts`, the input of each person is
    moved over 21 evenly spaced ranks of the values seen, everything else left as it is.

    `reversal_rate` is the share of people whose decision turns against them somewhere on the way
    although the input moved in their favour, `any_reversal_rate` the share for whom any declared
    input does that. `wrong_steps` is the share of steps at which the score goes the wrong way,
    `worst_drop` the mean over people of the largest fall of the probability below what it was at a
    less favourable value, `drop_rate` the share of people for whom that is more than 0.01,
    `largest_drop` the largest of all people looked at. Of everybody and of each group. A model that
    gives labels only has reversals alone.

    Interval: Wilson for shares, Student's t for the mean drop, none for the largest.
    At most 500 people and 21,000 rows for all inputs. Trees without constraints fall a little
    everywhere; there is no published threshold. Project default: any reversal fails, a drop above
    0.01 warns.

    Raises:
        ModelFailed: the model failed on changed rows, or returned what no model may return.

    Source:
        Individual monotonicity: Chen & Ye (2023), ICML, arXiv 2305.00799; testing it: Sharma &
        Wehrheim (2020).
    """
    declared = explaining.directions
    if not declared:
        reason = "the audit file names no input of which more may only help or only hurt"
        yield NotMeasured(MEASURE, reason)
        return
    people = max(1, min(MOST_PEOPLE, EVALUATIONS // (GRID * len(declared))))
    rows = explaining.drawn(len(explaining.sample), people, 11)
    anywhere = np.zeros(len(rows), dtype=bool)
    moved = 0
    for feature, direction in declared.items():
        values = seen(explaining, feature)
        if not is_number(values) or values.nunique() < 2:
            reason = f"'{feature}' holds no numbers, or one only, and cannot be moved"
            yield NotMeasured(MEASURE, reason)
            continue
        moved += 1
        against, found = _of(explaining, feature, direction, rows)
        anywhere |= against
        yield from found
    if moved:
        note = f"Any of {moved} declared inputs, one at a time."
        about = _about("any_reversal_rate", "", note, len(rows))
        yield from shares(explaining, about, rows, anywhere)


def _of(
    explaining: Explaining, feature: str, direction: int, rows: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], list[Measurement | NotMeasured]]:
    """Whose decision turns against them, and the rows."""
    values = seen(explaining, feature)
    ranks = np.quantile(values.to_numpy(dtype=float), np.linspace(0, 1, GRID), method="nearest")
    grid = np.unique(ranks)[::direction]  # from what is worst to what is best for a person
    people = inputs_of(explaining, rows)
    moved = people.iloc[np.repeat(np.arange(len(people)), len(grid))].reset_index(drop=True)
    moved = moved.assign(**{feature: like(np.tile(grid, len(people)), people[feature])})
    shape = (len(people), len(grid))
    good = decided(explaining, moved, f"moving {feature}").reshape(shape)
    note = f"{len(grid)} values from {grid.min():g} to {grid.max():g}."
    about = _about("reversal_rate", feature, note, len(rows))
    against = reversed_against(good)
    found_rows = list(shares(explaining, about, rows, against))
    if explaining.model.gives_scores:
        found = scored(explaining, moved, f"moving {feature}").reshape(shape)
        found_rows += _of_scores(explaining, feature, found, rows, note)
    return against, found_rows


def reversed_against(good: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whose decision turns bad after it was good, shape (people,); values along the second axis."""
    against: NDArray[np.bool_] = np.any(np.maximum.accumulate(good, axis=1) & ~good, axis=1)
    return against


def drops(scores: Floats) -> Floats:
    """Largest fall below an earlier score, shape (people,); values along the second axis."""
    fall: Floats = (np.maximum.accumulate(scores, axis=1) - scores).max(axis=1)
    return fall


def _of_scores(
    explaining: Explaining,
    feature: str,
    scores: Floats,
    rows: NDArray[np.int64],
    note: str,
) -> Iterator[Measurement | NotMeasured]:
    wrong = (np.diff(scores, axis=1) < -ROUNDING).mean(axis=1)
    fall = drops(scores)
    yield from shares(
        explaining, _about("drop_rate", feature, note, len(rows)), rows, fall > NOTICED
    )
    yield from shares(explaining, _about("wrong_steps", feature, note), rows, wrong)
    yield from means(
        explaining, _about("worst_drop", feature, note, unit="probability", most=1.0), rows, fall
    )
    yield Measurement(
        measure=MEASURE,
        metric="largest_drop",
        feature=feature,
        value=float(fall.max()),
        confidence=explaining.confidence,
        n=len(rows),
        unit="probability",
        method="one input moved; largest seen",
        note=f"{note} The largest seen has no interval.",
    )


def _about(
    metric: str,
    feature: str,
    note: str,
    drawn: int = 0,
    unit: str = "proportion",
    most: float = np.inf,
) -> About:
    return About(MEASURE, metric, feature, unit, "one input moved", note, drawn, 0.0, most)
