"""Weighted sums of rates and gaps over windows of time, where persons may be in several windows.

Imports this family, `stats`, `tally`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from isg_audit import stats
from isg_audit.measures.impact.series import Against, Quantity, Series
from isg_audit.tally.table import Floats, Table


@dataclass(frozen=True, eq=False)
class Linear:
    """A weighted sum of a group's gaps over windows, shape (groups,) each.

    Attributes:
        value: the sum.
        error: its standard error, the greater of that which follows from the cases in each window
            and that found by leaving out persons, who may be in several windows.
    """

    value: Floats
    error: Floats


def linear(series: Series, against: Against | None, weights: Floats) -> Linear:
    """A weighted sum over windows of rates, or of gaps where `against` is given.

    Args:
        series: the rate over time.
        against: whom groups are held against; None for the rate itself.
        weights: shape (groups, windows), 0 where a window has nobody.
    """
    value, error = gaps_of(series, against)
    used = weights != 0
    total = np.where(used, weights * np.where(used, value, 0.0), 0.0).sum(axis=1)
    known = np.sqrt(np.where(used, (weights * np.where(used, error, 0.0)) ** 2, 0.0).sum(axis=1))
    left_out = _without_folds(series, against)
    if left_out is None:
        return Linear(total, known)
    moved = np.where(used, weights * np.where(used, left_out, 0.0), 0.0).sum(axis=2)
    found = stats.delete_a_group(total, moved)
    enough = found.folds >= stats.FEWEST_FOLDS
    error = np.where(enough, np.fmax(known, found.standard_error), known)
    return Linear(total, np.asarray(error, dtype=np.float64))


def gaps_of(series: Series, against: Against | None) -> tuple[Floats, Floats]:
    """The gap, or the rate itself, with its standard error, shape (groups, windows)."""
    if against is None:
        return series.rate.value, series.rate.error
    gap = series.rate.value - against.rate.value
    return gap, np.hypot(series.rate.error, against.rate.error)


def _without_folds(series: Series, against: Against | None) -> Floats | None:
    """Gaps with a fold of persons left out, shape (folds, groups, windows); None without folds."""
    table = series.over.table
    if table.folds is None or not (table.repeats > 1).any():
        return None
    ours = _rates_without(series, table)
    if against is None or ours is None:
        return ours
    theirs = _rates_without(series, against.table)
    if theirs is None:
        return None
    if against.at is not None:
        theirs = np.broadcast_to(theirs[:, against.at][:, None], ours.shape)
    return ours - theirs


def _rates_without(series: Series, table: Table) -> Floats | None:
    if table.folds is None:
        return None
    weight, folds = table.weight, table.folds.weight
    rates = []
    for fold in range(folds.shape[1]):
        # The quantity knows its cells; weights are all that its value rests on.
        left = np.maximum(weight - folds[:, fold], 0.0)
        rates.append(series.over.shaped(_value(series.quantity, table, left)))
    every = np.stack(rates)
    whole = series.over.shaped(_value(series.quantity, table, weight))
    # A window that one fold alone fills stays as it is: its cases bear on the error that is known.
    return np.where(np.isnan(every), whole, every)


def _value(quantity: Quantity, table: Table, weight: Floats) -> Floats:
    alone = replace(
        table, cases=weight, weight=weight, squares=weight, folds=None, effects={},
        repeats=np.ones(len(weight)),
    )  # fmt: skip
    return quantity.of(alone).value


def weights_for(values: Floats, errors: Floats) -> Floats:
    """Inverse variances, 0 where there is no value, shape (groups, windows)."""
    known = np.isfinite(values) & (errors > 0)
    return np.where(known, 1.0 / np.where(known, errors, 1.0) ** 2, 0.0)
