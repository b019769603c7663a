"""Does a rate or a gap grow or shrink over time? Imports `measures`, this family, `stats`."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from isg_audit.measures.impact.linear import gaps_of, linear, weights_for
from isg_audit.measures.impact.persistence import TOO_FEW, known, two_sided, words
from isg_audit.measures.impact.series import FEWEST, Against, Series
from isg_audit.measures.impact.summaries import normal_limits, summary
from isg_audit.measures.measurement import Measurement
from isg_audit.measures.plan import Plan
from isg_audit.stats import FEWEST_WINDOWS, cochran_armitage, holm
from isg_audit.tally.table import Floats

FEW_WINDOWS = f"not enough: fewer than {FEWEST_WINDOWS} windows with anybody in them"


def trend(series: Series, plan: Plan, measure: str) -> Iterator[Measurement]:
    """How much a rate, and a gap, changes in a year.

    The slope of a straight line through all windows with anybody in them, from six windows on, by
    weighted least squares with variances that follow from the cases in each window, not from how
    well the line fits. Below 0 a gap in favourable decisions falls further behind. `p_value` of a
    rate is of Cochran and Armitage's test, of a gap of its slope; `p_adjusted` is Holm's over the
    groups. Where persons repeat, the standard error is no smaller than what leaving out a
    sixteenth of them gives. A line is what is asked for, not what is shown: a gap that grows and
    shrinks again has none.

    Source:
        Cochran (1954), Biometrics 10:417-451; Armitage (1955), Biometrics 11:375-386.
    """
    if len(series.by.split(" × ")) == 1:
        yield from _slopes(series, None, plan, measure)
    for against in series.several:
        yield from _slopes(series, against, plan, measure)


def _slopes(
    series: Series, against: Against | None, plan: Plan, measure: str
) -> Iterator[Measurement]:
    values, errors = gaps_of(series, against)
    weights = slope_weights(weights_for(values, errors), series.times)
    found = linear(series, against, weights)
    windows = (np.isfinite(values) & np.isfinite(errors)).sum(axis=1)
    fit = (windows >= FEWEST_WINDOWS) & (weights != 0).any(axis=1)
    people = known(series, against) if against else series.rate.n.sum(axis=1) >= FEWEST
    with np.errstate(divide="ignore", invalid="ignore"):
        p = two_sided(found.value / found.error)
    if against is None and series.over.table.folds is None:
        p = np.atleast_1d(
            cochran_armitage(series.rate.hits, series.rate.cases, series.times).p_value
        )
    adjusted = holm(np.where(fit & people, p, np.nan))
    comparison = "per_year.difference" if against else "per_year"
    for at in range(len(series.groups)):
        if against is not None and at == against.at:
            continue
        there = bool(fit[at] and people[at])
        value = float(found.value[at]) if there else math.nan
        note = f"{windows[at]} windows" if there else TOO_FEW if fit[at] else FEW_WINDOWS
        if there and against is not None and against.also:
            note += f"; {against.also}"
        yield summary(
            series, plan, measure, f"{series.quantity.name}_{comparison}", at,
            value=value, limits=normal_limits(value, float(found.error[at])),
            versus=against.versus if against else "", note=note,
            method="least squares, known variances" + words(series),
            p_value=float(p[at]), p_adjusted=float(adjusted[at]),
        )  # fmt: skip


def slope_weights(weights: Floats, times: Floats) -> Floats:
    """What each window counts in the slope of the line, shape (groups, windows)."""
    total = weights.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (weights * times).sum(axis=1, keepdims=True) / total
        away = np.where(weights > 0, times - middle, 0.0)
        spread = (weights * away**2).sum(axis=1, keepdims=True)
        slope: Floats = np.where(spread > 1e-9 * total, weights * away / spread, 0.0)
    return slope
