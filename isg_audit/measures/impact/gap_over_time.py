"""Rates and gaps in each window of time. Imports `measures`, this family, `stats`, `tally`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.estimates import LimitsAt
from isg_audit.measures.impact.in_windows import in_tens, p_told, step_of, told
from isg_audit.measures.impact.series import FEWEST, NOT_ENOUGH, Against, Series
from isg_audit.measures.measurement import Measurement
from isg_audit.measures.pairs import difference, p_values
from isg_audit.measures.plan import Plan
from isg_audit.stats import holm
from isg_audit.tally.table import Floats


@dataclass(frozen=True, eq=False)
class Tests:
    """Of every window with people enough, shape (groups, windows); NaN elsewhere.

    Attributes:
        p_value: two-sided, of no gap.
        adjusted: the same, Holm over all windows and groups.
    """

    p_value: Floats
    adjusted: Floats


def window_tests(series: Series, against: Against) -> Tests:
    """Is there a gap in a window? However many windows and groups are looked at."""
    p = p_values(series.rate.estimates, against.rate.estimates).reshape(series.rate.value.shape)
    p = np.where(enough(series, against), p, np.nan)
    return Tests(p, holm(p.reshape(-1)).reshape(p.shape))


def enough(series: Series, against: Against | None = None) -> NDArray[np.bool_]:
    """In which windows there are people enough for a figure of the window alone."""
    fit = series.rate.n >= FEWEST
    if against is None:
        return fit
    fit = fit & (against.rate.n >= FEWEST)
    if against.at is not None:
        fit[against.at] = False
    return np.asarray(fit)


def gap_over_time(series: Series, plan: Plan, measure: str) -> Iterator[Measurement]:
    """Rates and gaps of each group in each window of time.

    Windows are the months, quarters, years or own days of `audit.windows`; none holds decisions
    of before and after a declared change. The rate of favourable decisions and, where outcomes
    are known, of wrong denials: of each group with Wilson's interval, and minus that of the
    declared reference (else the group best off over all windows) and of everybody else, with
    Newcombe's. `p_adjusted` is Holm's over all windows and groups of an attribute, so that the
    chance of any false alarm stays as said however many windows there are. A window with fewer
    than 30 cases of the group or of those it is held against has no figure: not enough is never a
    pass. The last window is marked where it is not over. A person with decisions in several
    windows counts in each. Cases are told in tens, and figures so coarsely that no count follows
    from them; where one window of a group is withheld, so is a second. Single attributes.

    Source:
        Wilson (1927), JASA 22:209-212; Newcombe (1998), Statistics in Medicine 17:873-890; Holm
        (1979), Scandinavian Journal of Statistics 6:65-70.
    """
    quantity, fit = series.quantity, enough(series)
    for at, group in enumerate(series.groups):
        for window in np.flatnonzero(series.rate.n[at] > 0):
            place = at * len(series.windows) + int(window)
            yield row(
                series, plan, measure, quantity.name, at, int(window),
                value=float(series.rate.value[at, window]) if fit[at, window] else math.nan,
                limits=partial(_at, series.rate.estimates.limits, place),
                cases=float(series.rate.n[at, window]),
                method=series.rate.estimates.method,
                group=group,
            )  # fmt: skip
    for against in series.several:
        yield from _gaps(series, against, plan, measure)


def _gaps(series: Series, against: Against, plan: Plan, measure: str) -> Iterator[Measurement]:
    tests, fit = window_tests(series, against), enough(series, against)
    limits = difference(series.rate.estimates, against.rate.estimates)
    words = series.rate.estimates.method.removeprefix("wilson")
    least = _with(series, against)
    for at, group in enumerate(series.groups):
        for window in np.flatnonzero(series.rate.n[at] > 0):
            if at == against.at:
                continue
            place, there = at * len(series.windows) + int(window), bool(fit[at, window])
            gap = series.rate.value[at, window] - against.rate.value[at, window]
            yield row(
                series, plan, measure, f"{series.quantity.name}.difference", at, int(window),
                value=float(gap) if there else math.nan,
                limits=partial(_at, limits, place),
                cases=float(min(series.rate.n[at, window], against.rate.n[at, window])),
                method=f"newcombe{words}",
                group=group,
                versus=against.versus,
                unit="difference",
                also=against.also,
                p_value=p_told(float(tests.p_value[at, window])),
                p_adjusted=p_told(float(tests.adjusted[at, window])),
                smallest=float(least[at, window]),
            )  # fmt: skip


def _with(series: Series, against: Against) -> Floats:
    """The smallest count that a gap tells: of the group, and of the one it is held against."""
    if against.at is None:
        return series.smallest  # the rest and the group make a sum that is known already
    least: Floats = np.minimum(series.smallest, series.smallest[against.at])
    return least


def row(
    series: Series,
    plan: Plan,
    measure: str,
    metric: str,
    at: int,
    window: int,
    *,
    value: float,
    limits: partial[tuple[float, float]],
    cases: float,
    method: str,
    group: str,
    versus: str = "",
    unit: str = "proportion",
    also: str = "",
    p_value: float | None = None,
    p_adjusted: float | None = None,
    smallest: float | None = None,
) -> Measurement:
    """A figure of one window, told coarsely; NaN for one that there are not enough people for."""
    known = math.isfinite(value)
    coarse = partial(_coarse, limits, cases)
    low, high = coarse(plan.confidence) if known else (math.nan, math.nan)
    bounded = math.isfinite(low) and math.isfinite(high)
    step = step_of(_width(limits(plan.confidence)), cases) if bounded else 0.01
    least = float(series.smallest[at, window]) if smallest is None else smallest
    notes = (also if known else NOT_ENOUGH, series.notes[window])
    return Measurement(
        measure=measure,
        metric=metric,
        value=told(value, step) if known else None,
        low=low if bounded else None,
        high=high if bounded else None,
        confidence=plan.confidence,
        n=in_tens(float(series.rate.n[at, window])),
        by=series.by,
        group=group,
        versus=versus,
        window=series.windows[window].name,
        p_value=p_value,
        p_adjusted=p_adjusted,
        unit=unit,
        method=method,
        note="; ".join(filter(None, notes)),
        limits=coarse if bounded else None,
        smallest=None if math.isinf(least) else least,
    )


def _coarse(
    limits: partial[tuple[float, float]], cases: float, confidence: float
) -> tuple[float, float]:
    low, high = limits(confidence)
    step = step_of(_width((low, high)), cases)
    return told(low, step, -1), told(high, step, 1)


def _width(ends: tuple[float, float]) -> float:
    return ends[1] - ends[0]


def _at(limits: LimitsAt, place: int, confidence: float) -> tuple[float, float]:
    low, high = limits(confidence)
    return float(low[place]), float(high[place])
