"""Means over the people of a group, and who is behind them.

Imports `measures.clustering`, `measures.estimates`, `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from isg_audit import stats
from isg_audit.measures.clustering import LeftOut, effect_on, kish
from isg_audit.measures.estimates import Estimates, Sums, remembered, weighted_words
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import NEGATIVE, POSITIVE, Floats, Folds, Table

ByFold = Callable[[Folds], tuple[Floats, Floats]]
"""A quantity's sum and its cases by fold of persons, each of shape (groups, folds)."""


class Rule(NamedTuple):
    """An interval of a mean from its sums and a confidence, and what it is called."""

    method: str
    limits: Callable[..., Bounds]


STUDENT = Rule("student t", stats.mean_interval)
SQUARES = Rule("student t on the log scale", stats.mean_square_interval)
"""For means of squares, of which a few are large: Student's own would be too short."""


def mean_of(
    table: Table,
    key: str,
    sums: tuple[Floats, Floats, Floats],
    by_fold: ByFold,
    n: Floats | None = None,
    rule: Rule = STUDENT,
) -> Estimates:
    """A mean with its interval.

    Args:
        table: the counts.
        key: of the metric, for its design effect.
        sums: of the quantity, of its squares, and of 1, over the cases of each group.
        by_fold: the same by fold of persons.
        n: cases behind it, where that is not the sum of 1.
        rule: the interval.
    """
    total, squares, cases = sums
    value = np.divide(total, cases, out=np.full_like(total, np.nan), where=cases > 0)

    def left_out(folds: Folds) -> LeftOut:
        inside, there = by_fold(folds)
        with np.errstate(divide="ignore", invalid="ignore"):
            without = (total[:, None] - inside) / (cases[:, None] - there)
            variance = (squares / cases - value**2) / (cases * kish(table))
        return LeftOut(value, without.T, there.T > 0, variance)

    effect = effect_on(table, key, left_out)
    factor = kish(table) / effect.cases
    its = Sums(total * factor, squares * factor, cases * factor, effect.folds)
    return Estimates(
        value=value,
        n=cases if n is None else n,
        limits=remembered(lambda confidence: rule.limits(*its.at(confidence), confidence)),
        method=rule.method + weighted_words(table),
        sums=its,
    )


def people_scored(table: Table) -> Floats:
    """Cases with score and known outcome; for weighted data the cases with a known outcome."""
    if table.weighted:
        known: Floats = table.cases[:, [POSITIVE, NEGATIVE]].sum(axis=(1, 2))
        return known
    scored: Floats = table.scored[:, [POSITIVE, NEGATIVE]].sum(axis=1)
    return scored
