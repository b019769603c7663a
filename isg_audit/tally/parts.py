"""What only some tasks count: sums of numbers, cases between thresholds; see `Table.parts`.

Imports this room only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from isg_audit.tally.codes import DECISION, OUTCOME
from isg_audit.tally.spread_places import places_of
from isg_audit.tally.table import AMOUNTS, SUMS, Floats

if TYPE_CHECKING:
    from isg_audit.tally.tally import Tally

STEPS = 10
"""Steps between thresholds: each holds about as many cases, so a threshold selects a tenth more."""

Parts = dict[str, Floats]
Names = dict[str, tuple[str, ...]]
Scored = tuple[Floats, NDArray[np.intp], NDArray[np.intp]]
"""Of cells with a score: their sums, their group and outcome as one number, their score's place."""


def parts_of(
    tally: Tally,
    codes: NDArray[np.int32],
    sums: Floats,
    group: NDArray[np.intp],
    groups: int,
    scored: Scored,
) -> tuple[Parts, Names]:
    """The parts of a table of so many groups, and what their places are called.

    Args:
        tally: whose task says which parts there are.
        codes: of each cell.
        sums: of each cell.
        group: of each cell.
        groups: how many there are.
        scored: the cells with a score.
    """
    if tally.task == "number":
        columns = [np.bincount(group, one, groups) for one in sums[:, len(SUMS) :].T]
        return {"amounts": np.stack(columns, axis=-1)[None].astype(float)}, {"amounts": AMOUNTS}
    if tally.task == "score":
        thresholds = tally.thresholds
        return {"steps": _steps(thresholds, tally, groups, scored)}, {
            "steps": step_names(thresholds)
        }
    if tally.task == "classes":
        names = {
            "classes": tally.classes,
            "favourable": tally.favourable,
            "favourable_outcome": tally.favourable_outcome,
        }
        return {"classes": _classes(len(tally.classes), codes, sums, group, groups)}, names
    if tally.task == "ranking":
        return places_of(tally, groups, scored)
    return {}, {}


def _classes(
    classes: int, codes: NDArray[np.int32], sums: Floats, group: NDArray[np.intp], groups: int
) -> Floats:
    """By class of outcome and of decision; the last place of either is of no class."""
    size = classes + 1
    shape = (groups, size, size)
    outcome, decision = codes[:, OUTCOME] % size, codes[:, DECISION] % size
    place = (group * size + outcome) * size + decision
    added = [np.bincount(place, one, int(np.prod(shape))).reshape(shape) for one in sums[:, :3].T]
    return np.stack(added).astype(float)


def _steps(thresholds: Floats, tally: Tally, groups: int, scored: Scored) -> Floats:
    sums, by_outcome, place = scored
    steps = len(thresholds) + 1
    step = np.searchsorted(thresholds, tally.bins.scores, side="right")[place]
    shape = (groups, 3, steps)
    added = [
        np.bincount(by_outcome * steps + step, one, int(np.prod(shape))).reshape(shape)
        for one in sums[:, :3].T
    ]
    return np.stack(added).astype(float)


def thresholds_of(scores: Floats, weight: Floats) -> Floats:
    """Scores at or above which about 90 %, 80 %, ... 10 % of everybody are, rising, each once.

    Args:
        scores: those that occur, rising.
        weight: cases at each.
    """
    if not len(scores):
        return scores
    at_or_above = np.cumsum(weight[::-1])[::-1] / weight.sum()
    shares = np.arange(1, STEPS) / STEPS
    # The highest score that selects at least the share; ties select more, and are told as they are.
    chosen = [int(np.flatnonzero(at_or_above >= share - 1e-9)[-1]) for share in shares]
    kept = sorted({one for one in chosen if one > 0})  # at the lowest score nobody is left out
    found: Floats = scores[kept]
    return found


def step_names(thresholds: Floats) -> tuple[str, ...]:
    """What the steps are called: by the threshold at which they start."""
    if not len(thresholds):
        return ("every score",)
    said = [repr(float(one)).removesuffix(".0") for one in thresholds]
    return (f"score < {said[0]}", *(f"score >= {one}" for one in said))
