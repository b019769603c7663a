"""`Table`: the counts of every group of one set of attributes; what measures read.

A table is a roll-up of a tally, spread into arrays. Along the outcome and the decision axis,
index 0 is the textbook positive, 1 the negative, 2 unknown (no value). Where a number was predicted
instead of a decision taken (`task`), index 0 is a number that is there and 2 one that is not.
Imports `errors` only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

POSITIVE, NEGATIVE, UNKNOWN = 0, 1, 2

SUMS = ("cases", "weight", "squares", "score_sum", "score_squares")
"""What is added up in each cell: cases, Σw, Σw², Σw·score, Σw·score²."""

AMOUNTS = (
    "error", "absolute_error", "squared_error", "fourth_power_error", "outcome", "squared_outcome",
)  # fmt: skip
"""Weighted sums that are kept of predicted numbers: of the error (predicted minus true) over cases
with both numbers, of the true number over cases where it is known."""

JOINT = " × "
"""What joins attribute names (`by`) and their values (`group`), in declared order."""


OF_LISTS = "|"
"""What the key of an effect of a ranking starts with, and what stands between its parts: the block
of counts, the figure, the comparison group's name (empty, `rest` or `all`)."""


class Effect(NamedTuple):
    """How far repeated decisions widen one metric's interval, by group.

    Attributes:
        cases: cases that stand for one independent case, shape (groups,), at least 1; for a
            figure of a ranking its standard error between lists.
        folds: folds of persons from which that was estimated, shape (groups,); 0 where it is the
            most cautious value instead.
    """

    cases: Floats
    folds: Floats


@dataclass(frozen=True, eq=False)
class Folds:
    """Sums of weights by fold of persons; the second axis of every array is the fold.

    Attributes:
        weight: shape (groups, folds, 3 outcomes, 3 decisions).
        scored: of cases with a score, shape (groups, folds, 3 outcomes).
        score_sum: weighted sums of scores, alike.
        score_squares: weighted sums of squared scores, alike.
        amounts: sums as in `AMOUNTS`, shape (groups, folds, 6) or (groups, folds, 0).
        binned: by coarse bin of the score, shape (groups, folds, 3 outcomes, coarse bins).
        nameless: share of a group's weight whose person is not known, in no fold, (groups,).
        placed: of a ranking alone, whose folds are of lists: a row for each group, fold and place
            that occur together, with the entries there, shape (rows, 4).
    """

    weight: Floats
    scored: Floats
    score_sum: Floats
    score_squares: Floats
    amounts: Floats
    binned: Floats
    nameless: Floats
    placed: Floats = field(default_factory=lambda: np.zeros((0, 4)))


@dataclass(frozen=True, eq=False)
class Table:
    """Counts by group; every array's first axis is the group, in the order of `groups`.

    Attributes:
        by: attributes that form the groups; empty for everybody (one group called "").
        groups: the groups' names, values joined by ` × `; people with an unknown value of any
            attribute of `by` are in no group.
        positive_is_favourable: whether the textbook positive is the favourable decision.
        cases: decisions counted, shape (groups, 3 outcomes, 3 decisions).
        weight: sums of weights, alike; equals `cases` where nothing is weighted.
        squares: sums of squared weights, alike.
        scored: sums of weights of cases with a score, shape (groups, 3 outcomes).
        score_sum: weighted sums of scores, alike.
        score_squares: weighted sums of squared scores, alike.
        score_levels: the score of each bin (its value, or its lower edge), rising, shape (bins,).
        score_edges: where all bins start, rising, and the end of the last, shape (all bins + 1,);
            empty where every bin holds one value, so that order is exact.
        binned: sums of weights by score bin, shape (groups, 3 outcomes, bins).
        persons: persons behind the cases, shape (groups,), None where no person is declared.
        repeats: how many decisions stand for one independent case, shape (groups,), at least 1;
            the most cautious value (all decisions about one person agree).
        withheld: True for a group whose counts are not published; its counts are NaN.
        task: what is audited: `binary` decisions, decisions into `classes`, a `score` without
            decisions, a predicted `number`, or a `ranking`, of which `score_levels` are places.
        parts: what only some tasks count, by name; of each array the second axis is the group:
            `amounts`, shape (1, groups, 6), the sums of `AMOUNTS`;
            `steps`, shape (3, groups, 3 outcomes, steps), cases, weights and squared weights of
            scores between one threshold and the next;
            `classes`, shape (3, groups, classes + 1, classes + 1), alike, by class of outcome and
            of decision, the last of either without a class;
            `exposure`, shape (1, groups, 2), entries of a ranking and the sum of their exposure;
            `places`, shape (3, groups, parts of a list), cases, weight and squared weight from
            the first place on, the last part all others.
        names: of the places along the last axis of each of `parts`; for classes also which of
            them is `favourable` (`favourable_outcome`), where that is said; for a ranking how many
            first places are looked at (`top`) and how many lists there are (`lists`).
        folds: the counts by fold of persons; None where no person is declared, or where only
            what was estimated from them was published.
        effects: what was estimated from the folds, by metric; filled by whoever estimates it.
        rest_effects: the same for everybody but the group.
    """

    by: tuple[str, ...]
    groups: tuple[str, ...]
    positive_is_favourable: bool
    cases: Floats
    weight: Floats
    squares: Floats
    scored: Floats
    score_sum: Floats
    score_squares: Floats
    score_levels: Floats
    score_edges: Floats
    binned: Floats
    persons: Floats | None
    repeats: Floats
    withheld: NDArray[np.bool_]
    task: str
    parts: Mapping[str, Floats]
    names: Mapping[str, tuple[str, ...]]
    folds: Folds | None = None
    effects: dict[str, Effect] = field(default_factory=dict)
    rest_effects: dict[str, Effect] = field(default_factory=dict)

    @cached_property
    def weighted(self) -> bool:
        """Whether weights other than 1 were counted."""
        return not np.array_equal(self.cases, self.weight, equal_nan=True)

    @property
    def score_ends(self) -> Floats:
        """Where each bin of `score_levels` ends; its score itself where it holds one value."""
        if not len(self.score_edges):
            return self.score_levels
        after = np.searchsorted(self.score_edges, self.score_levels, side="right")
        ends: Floats = self.score_edges[np.minimum(after, len(self.score_edges) - 1)]
        return ends

    @property
    def score_middles(self) -> Floats:
        """The middle of each bin of `score_levels`; its score where it holds one value."""
        middles: Floats = (self.score_levels + self.score_ends) / 2
        return middles

    @property
    def people(self) -> Floats:
        """Cases in each group, whatever their outcome and decision, shape (groups,)."""
        total: Floats = self.cases.sum(axis=(1, 2))
        return total


class Counted(Protocol):
    """Anything that gives tables: a tally, or what was published of one."""

    @property
    def attributes(self) -> tuple[str, ...]:
        """The declared attributes, in order."""

    def table(self, by: Sequence[str]) -> Table:
        """The counts of every group of `by`."""
