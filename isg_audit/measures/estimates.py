"""What a metric gives for the groups of a table: values, cases, and limits at any confidence.

Shared by the families; imports `tally`, `stats`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from isg_audit.stats import wilson
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import Floats, Table

LimitsAt = Callable[[float], Bounds]


class Share(NamedTuple):
    """Hits among cases by group, scaled to independent, unweighted cases."""

    hits: Floats
    cases: Floats


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
    """

    value: Floats
    n: Floats
    limits: LimitsAt
    method: str
    share: Share | None = None
    notes: tuple[str, ...] = ()


def share(
    table: Table, hits: Sequence[tuple[int, int]], among: Sequence[tuple[int, int]]
) -> Estimates:
    """A share of people: those in the cells `hits` among those in the cells `among`.

    Args:
        table: counts by group.
        hits: (outcome, decision) cells, a part of `among`.
        among: (outcome, decision) cells.

    Weights: Kish's effective cases, (Σw)²/Σw². Repeated persons: cases are divided by the most
    cautious design effect. Nobody in the cells: NaN.
    """
    weight = _sum(table.weight, among)
    selected = _sum(table.weight, hits)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(weight > 0, selected / weight, np.nan)
        effective = np.where(weight > 0, weight**2 / _sum(table.squares, among), 0.0)
    cases = effective / table.repeats
    # Unweighted counts are multiplied by exactly 1, so that they stay whole.
    scale = np.divide(cases, weight, out=np.zeros_like(weight), where=weight > 0)
    counted = np.nan_to_num(selected * scale)
    withheld = np.isnan(weight)
    cases = np.where(withheld, np.nan, cases)
    method = "wilson" + weighted_words(table)
    return Estimates(
        value=value,
        n=_sum(table.cases, among),
        limits=remembered(lambda confidence: wilson(counted, cases, confidence)),
        method=method,
        share=Share(np.where(withheld, np.nan, counted), cases),
    )


def weighted_words(table: Table) -> str:
    """What to add to a method where cases are weighted or persons repeat."""
    words = ", effective cases" if table.weighted else ""
    return words + (", repeated persons" if (table.repeats > 1).any() else "")


def remembered(limits: LimitsAt) -> LimitsAt:
    """The same limits, computed once for each confidence."""
    kept: LimitsAt = lru_cache(maxsize=8)(limits)
    return kept


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
        persons=persons,
        repeats=np.full(len(table.groups), table.repeats.max(initial=1.0)),
    )


def _sum(counts: Floats, cells: Sequence[tuple[int, int]]) -> Floats:
    outcomes, decisions = zip(*cells, strict=True)
    added: Floats = counts[:, list(outcomes), list(decisions)].sum(axis=1)
    return added
