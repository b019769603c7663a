"""What a metric gives for the groups of a table: values, cases, and limits at any confidence.

Shared by the families; imports `tally`, `stats`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.clustering import effect_on_share, others_in_folds, student_shrink
from isg_audit.stats import wilson
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import Floats, Table

LimitsAt = Callable[[float], Bounds]


class Share(NamedTuple):
    """Hits among cases by group, scaled to independent, unweighted cases.

    `folds` of persons stand behind the scale, 0 where it was not estimated from any.
    """

    hits: Floats
    cases: Floats
    folds: Floats

    def at(self, confidence: float) -> tuple[Floats, Floats]:
        """Hits and cases for an interval at a confidence: fewer where the scale is an estimate."""
        if not self.folds.any():
            return self.hits, self.cases
        shrink = student_shrink(self.folds, confidence)
        return self.hits * shrink, self.cases * shrink


class Sums(NamedTuple):
    """Sum of values, of their squares, and how many, scaled to independent, unweighted cases.

    `folds` as for `Share`.
    """

    total: Floats
    squares: Floats
    cases: Floats
    folds: Floats

    def at(self, confidence: float) -> tuple[Floats, Floats, Floats]:
        """The sums for an interval at a confidence: fewer cases where the scale is an estimate."""
        if not self.folds.any():
            return self[:3]
        shrink = student_shrink(self.folds, confidence)
        return self.total * shrink, self.squares * shrink, self.cases * shrink


@dataclass(frozen=True, eq=False)
class Estimates:
    """One metric over the groups of one table; every array has shape (groups,).

    Attributes:
        value: the estimates, NaN where not estimable (0/0).
        n: cases they rest on.
        limits: from a confidence to the interval of each group.
        method: estimator and interval.
        share: for a share of people, the counts it is made of; None for any other metric.
        notes: what to say of a group's value, e.g. the bounds that binning leaves.
        sums: for a mean that is compared by Welch's test, what it is made of.
        blind: groups without a value because their outcomes are seen after one decision alone;
            None where there are none.
    """

    value: Floats
    n: Floats
    limits: LimitsAt
    method: str
    share: Share | None = None
    notes: tuple[str, ...] = ()
    sums: Sums | None = None
    blind: NDArray[np.bool_] | None = None


def share(
    table: Table, hits: Sequence[tuple[int, int]], among: Sequence[tuple[int, int]]
) -> Estimates:
    """A share of people: those in the cells `hits` among those in the cells `among`.

    Args:
        table: counts by group.
        hits: (outcome, decision) cells, a part of `among`.
        among: (outcome, decision) cells.

    Weights: Kish's effective cases, (Σw)²/Σw². Repeated persons: cases are divided by the design
    effect (see `clustering`). Nobody in the cells: NaN.
    """
    weight = _sum(table.weight, among)
    selected = _sum(table.weight, hits)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(weight > 0, selected / weight, np.nan)
        effective = np.where(weight > 0, weight**2 / _sum(table.squares, among), 0.0)
    effect = effect_on_share(table, hits, among, value, effective)
    cases = effective / effect.cases
    # Unweighted counts are multiplied by exactly 1, so that they stay whole.
    scale = np.divide(cases, weight, out=np.zeros_like(weight), where=weight > 0)
    counted = np.nan_to_num(selected * scale)
    withheld = np.isnan(weight)
    cases = np.where(withheld, np.nan, cases)
    its = Share(np.where(withheld, np.nan, counted), cases, effect.folds)
    return Estimates(
        value=value,
        n=_sum(table.cases, among),
        limits=remembered(lambda confidence: wilson(*its.at(confidence), confidence)),
        method="wilson" + weighted_words(table),
        share=its,
    )


def weighted_words(table: Table) -> str:
    """What to add to a method where cases are weighted or persons repeat."""
    words = ", effective cases" if table.weighted else ""
    if not (table.repeats > 1).any():
        return words
    how = "delete-a-group jackknife" if table.folds is not None or table.effects else "worst case"
    return f"{words}, repeated persons ({how})"


def remembered(limits: LimitsAt) -> LimitsAt:
    """The same limits, computed once for each confidence."""
    kept: LimitsAt = lru_cache(maxsize=8)(limits)
    return kept


@lru_cache(maxsize=64)  # by identity: every metric asks for the rest of the same few tables
def rest_of(table: Table) -> Table:
    """For each group, everybody else who has a known value of all its attributes."""

    def others(counts: Floats) -> Floats:
        rest: Floats = counts.sum(axis=0, keepdims=True) - counts
        return rest

    persons = None if table.persons is None else others(table.persons)
    return replace(
        table,
        cases=others(table.cases),
        weight=others(table.weight),
        squares=others(table.squares),
        scored=others(table.scored),
        score_sum=others(table.score_sum),
        score_squares=others(table.score_squares),
        binned=others(table.binned),
        parts={name: part.sum(axis=1, keepdims=True) - part for name, part in table.parts.items()},
        persons=persons,
        repeats=np.full(len(table.groups), table.repeats.max(initial=1.0)),
        folds=None if table.folds is None else others_in_folds(table.folds, table.weight),
        effects=table.rest_effects,
        rest_effects={},
    )


def _sum(counts: Floats, cells: Sequence[tuple[int, int]]) -> Floats:
    outcomes, decisions = zip(*cells, strict=True)
    added: Floats = counts[:, list(outcomes), list(decisions)].sum(axis=1)
    return added
