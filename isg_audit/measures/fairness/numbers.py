"""What a predicted number is worth by group: error, its size, and the numbers themselves.

Imports `measures.estimates`, `stats`, `tally`. Each function's docstring is its manual page. All
share these traits: error is the predicted number minus the true one, so it is positive where the
system expects more than came true; values and intervals are in the unit of the number itself;
cases without both numbers are left out and counted by the coverage measures; nobody gives no
value, never 0; weights give Kish's effective cases; where all values of a group are equal there is
no interval. Intervals lean on sums of many cases: below 30 the note says so.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from isg_audit.measures.estimates import Estimates, LimitsAt, remembered
from isg_audit.measures.fairness.means import SQUARES, ByFold, mean_of
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import AMOUNTS, POSITIVE, Floats, Folds, Table

FEWEST = 30
"""Cases below which skewed errors make Student's t interval too short."""


def mean_error(table: Table) -> Estimates:
    """Mean of predicted minus true number: above 0 a group is expected to have more than it has.

    It tells the direction: of an income, above 0 is overrated; of a need, below 0 is overlooked.
    Student's t interval; differences by Welch. Errors of both signs cancel: read it beside
    `mean_absolute_error`.
    """
    return _mean_of(table, "error", "squared_error")


def mean_absolute_error(table: Table) -> Estimates:
    """Mean size of the error, whatever its direction.

    scikit-learn: `mean_absolute_error`. Student's t interval; differences by Welch. A group that
    is small, or whose numbers are larger, is often predicted with larger errors: a difference
    here is one of quality of service.
    """
    return _mean_of(table, "absolute_error", "squared_error")


def root_mean_squared_error(table: Table) -> Estimates:
    """Root of the mean squared error: large errors weigh more than in `mean_absolute_error`.

    scikit-learn: `root_mean_squared_error`. Interval: roots of Student's t interval of the mean
    squared error on the log scale (from sums of squares and fourth powers), since a few large
    errors make the plain one too short; differences by MOVER.
    """
    cases = table.scored[:, POSITIVE]
    squares, fourth = _sum(table, "squared_error"), _sum(table, "fourth_power_error")
    squared = mean_of(
        table, "squared_error", (squares, fourth, cases), _by_fold("squared_error"),
        _people(table, cases), rule=SQUARES,
    )  # fmt: skip

    def limits(confidence: float) -> Bounds:
        low, high = squared.limits(confidence)
        return Bounds(np.sqrt(low), np.sqrt(high))

    return replace(
        squared,
        value=np.sqrt(squared.value),
        limits=remembered(limits),
        method="roots of " + squared.method,
        notes=_notes(squared, remembered(limits)),
        sums=None,
    )


def mean_outcome(table: Table) -> Estimates:
    """Mean of the true number, of cases where it is known.

    It describes people, not the system: where groups differ here, a system that predicts well
    gives them different numbers. Student's t interval; differences by Welch.
    """
    cases = table.weight[:, POSITIVE].sum(axis=1)
    sums = _sum(table, "outcome"), _sum(table, "squared_outcome"), cases
    known = table.cases[:, POSITIVE].sum(axis=1)

    def by_fold(folds: Folds) -> tuple[Floats, Floats]:
        there: Floats = folds.weight[:, :, POSITIVE].sum(axis=-1)
        return folds.amounts[..., AMOUNTS.index("outcome")], there

    found = mean_of(table, "outcome", sums, by_fold, known)
    return replace(found, notes=_notes(found, found.limits))


def _mean_of(table: Table, name: str, squared: str) -> Estimates:
    cases = table.scored[:, POSITIVE]
    sums = _sum(table, name), _sum(table, squared), cases
    found = mean_of(table, name, sums, _by_fold(name), _people(table, cases))
    return replace(found, notes=_notes(found, found.limits))


def _by_fold(name: str) -> ByFold:
    """Sums of one amount, and the cases with both numbers, by fold."""
    return lambda folds: (folds.amounts[..., AMOUNTS.index(name)], folds.scored[..., POSITIVE])


def _sum(table: Table, name: str) -> Floats:
    found: Floats = table.parts["amounts"][0, :, AMOUNTS.index(name)]
    return found


def _people(table: Table, cases: Floats) -> Floats:
    """Cases with both numbers; for weighted data the cases with a known outcome."""
    if not table.weighted:
        return cases
    known: Floats = table.cases[:, POSITIVE].sum(axis=1)
    return known


def _notes(found: Estimates, limits: LimitsAt) -> tuple[str, ...]:
    few = f"fewer than {FEWEST} cases: if values are skewed, the interval may be too short"
    bounded = ~np.isnan(limits(0.95).low)
    cases = np.zeros_like(found.n) if found.sums is None else found.sums.cases
    return tuple(
        few if one < FEWEST and has else "" for one, has in zip(cases, bounded, strict=True)
    )
