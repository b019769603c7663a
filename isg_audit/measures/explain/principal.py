"""The principal reasons of a refusal: the inputs that speak most against a person.

Imports this family, `sources`, numpy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from isg_audit.measures.explain.asking import decided, inputs_of
from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.by_group import Floats, Integers, Truths
from isg_audit.measures.explain.explaining import FEWEST_PEOPLE, Explaining
from isg_audit.measures.explain.likeness import MOST_REASONS
from isg_audit.measures.explain.margins import margin
from isg_audit.measures.explain.sampling import sampled_attributions
from isg_audit.sources.models.model import class_position

FEWEST_PAIRS = 64
"""Of permutations, below which the attributions of one person are too noisy to be told."""

EVALUATIONS = 80_000
NOTHING = 1e-9


@dataclass(frozen=True, eq=False)
class Reasons:
    """Reasons of some people.

    Attributes:
        features: the model's inputs.
        rows: positions in the sample, shape (people,).
        refused: whether the model decides against them, shape (people,).
        order: places of the reasons among `features`, the weightiest first, -1 where there are
            fewer, shape (people, reasons).
        margin: the score, shape (people,).
        drawn: how many people were looked at for it, refused or not.
        method: how attributions were found.
        note: the game and the background.
    """

    features: tuple[str, ...]
    rows: Integers
    refused: Truths
    order: Integers
    margin: Floats
    drawn: int
    method: str
    note: str

    def has(self, place: int) -> Truths:
        """Who is given this input as a reason, shape (people,)."""
        given: Truths = np.any(self.order == place, axis=1)
        return given

    def only(self, chosen: Truths) -> Reasons:
        """The same of some of the people, by a mask of shape (people,)."""
        return replace(
            self, rows=self.rows[chosen], refused=self.refused[chosen], order=self.order[chosen],
            margin=self.margin[chosen],
        )  # fmt: skip


def principal(values: Floats, most: int = MOST_REASONS) -> Integers:
    """Places of the inputs that lower a person's score most, shape (people, reasons).

    Args:
        values: attributions toward the favourable decision, shape (people, inputs).
        most: how many reasons are given.

    Returns:
        The most adverse first; -1 where an input does not lower the score.
    """
    order = np.argsort(values, axis=1, kind="stable")[:, :most]
    adverse = np.take_along_axis(values, order, axis=1) < -NOTHING
    return np.where(adverse, order, -1)


def reasons_of(explaining: Explaining, found: Attributions | str) -> Reasons | str:
    """Reasons of everybody explained, or why there are none.

    Where attributions are sampled from fewer than 64 pairs of permutations a person, some people
    are explained again with as many.
    """
    if isinstance(found, str):
        return found
    drawn = len(found.rows)
    if found.pairs is not None and found.pairs < FEWEST_PAIRS:
        steadier = _steadier(explaining, found)
        if isinstance(steadier, str):
            return steadier
        found, drawn = steadier, len(steadier.rows)
    people = inputs_of(explaining, found.rows)
    return Reasons(
        features=found.features,
        rows=found.rows,
        refused=~decided(explaining, people, "looking for reasons"),
        order=principal(found.values),
        margin=found.margin,
        drawn=drawn,
        method=found.method,
        note=found.note,
    )


def _steadier(explaining: Explaining, found: Attributions) -> Attributions | str:
    steps = 2 * max(1, len(found.features) - 1)
    people = EVALUATIONS // (FEWEST_PAIRS * steps)
    if people < FEWEST_PEOPLE:
        return (
            f"attributions are sampled, and {len(found.features)} inputs are too many to sample "
            f"{FEWEST_PAIRS} pairs of permutations a person, below which no person's reasons are "
            "told"
        )
    rows = found.rows[explaining.drawn(len(found.rows), people, 27)]
    few = explaining.some(rows)
    explained = margin(few.model, class_position(few.model, few.favourable), few.sample)
    if explained is None:
        return "the model gives labels only, and there is no score to explain"
    again = sampled_attributions(few, explained, FEWEST_PAIRS)
    return replace(again, rows=rows[again.rows])
