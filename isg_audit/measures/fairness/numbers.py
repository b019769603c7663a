"""What a predicted number is worth by group: error, its size, and the numbers themselves.

Imports `measures.estimates`, `stats`, `tally`. Each function's docstring is its manual page. All
share these traits: error is the predicted number minus the true one, so it is positive where the
system expects more than came true; values and intervals are in the unit of the number itself;
cases without both numbers are left out and counted by the coverage measures; nobody gives no
value, never 0; weights give Kish's effective cases; where all values of a group are equal there is
no interval. Intervals lean on sums of many cases: below 30 the note says so.
"""

from __future__ import annotations

import numpy as np

from isg_audit import stats
from isg_audit.measures.estimates import (
    Estimates,
    LimitsAt,
    Sums,
    remembered,
    scale_of,
    weighted_words,
)
from isg_audit.tally.table import AMOUNTS, POSITIVE, Floats, Table

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
    squared error (from sums of squares and fourth powers); differences by MOVER.
    """
    cases = table.scored[:, POSITIVE]
    squares, fourth = _sum(table, "squared_error"), _sum(table, "fourth_power_error")
    scale = scale_of(table)
    limits = remembered(
        lambda confidence: stats.root_mean_square_interval(
            squares * scale, fourth * scale, cases * scale, confidence
        )
    )
    return Estimates(
        value=np.sqrt(
            np.divide(squares, cases, out=np.full_like(squares, np.nan), where=cases > 0)
        ),
        n=_people(table, cases),
        limits=limits,
        method="roots of student t" + weighted_words(table),
        notes=_notes(cases * scale, limits),
    )


def mean_outcome(table: Table) -> Estimates:
    """Mean of the true number, of cases where it is known.

    It describes people, not the system: where groups differ here, a system that predicts well
    gives them different numbers. Student's t interval; differences by Welch.
    """
    cases = table.weight[:, POSITIVE].sum(axis=1)
    total, squares = _sum(table, "outcome"), _sum(table, "squared_outcome")
    return _estimates(table, total, squares, cases, table.cases[:, POSITIVE].sum(axis=1))


def _mean_of(table: Table, name: str, squared: str) -> Estimates:
    cases = table.scored[:, POSITIVE]
    return _estimates(table, _sum(table, name), _sum(table, squared), cases, _people(table, cases))


def _estimates(table: Table, total: Floats, squares: Floats, cases: Floats, n: Floats) -> Estimates:
    scale = scale_of(table)
    sums = Sums(total * scale, squares * scale, cases * scale)
    limits = remembered(lambda confidence: stats.mean_interval(*sums, confidence))
    return Estimates(
        value=np.divide(total, cases, out=np.full_like(total, np.nan), where=cases > 0),
        n=n,
        limits=limits,
        method="student t" + weighted_words(table),
        notes=_notes(sums.cases, limits),
        sums=sums,
    )


def _sum(table: Table, name: str) -> Floats:
    found: Floats = table.amounts[:, AMOUNTS.index(name)]
    return found


def _people(table: Table, cases: Floats) -> Floats:
    """Cases with both numbers; for weighted data the cases with a known outcome."""
    if not table.weighted:
        return cases
    known: Floats = table.cases[:, POSITIVE].sum(axis=1)
    return known


def _notes(cases: Floats, limits: LimitsAt) -> tuple[str, ...]:
    few = f"fewer than {FEWEST} cases: if values are skewed, the interval may be too short"
    bounded = ~np.isnan(limits(0.95).low)
    return tuple(
        few if one < FEWEST and has else "" for one, has in zip(cases, bounded, strict=True)
    )
