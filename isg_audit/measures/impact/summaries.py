"""Rows of a group over all windows together. Imports `measures`, this family, `stats`."""

from __future__ import annotations

import math
from functools import partial

from isg_audit.measures.impact.in_windows import p_told
from isg_audit.measures.impact.series import Series
from isg_audit.measures.measurement import Limits, Measurement
from isg_audit.measures.plan import Plan
from isg_audit.stats import critical_value

DIGITS = 4


def normal(value: float, error: float, confidence: float) -> tuple[float, float]:
    """Limits of a figure with a standard error, to four decimals, outwards."""
    reach = critical_value(confidence) * error
    return outwards(value - reach, value + reach)


def outwards(low: float, high: float) -> tuple[float, float]:
    """Limits to four decimals, the lower never up, the upper never down."""
    scale = 10.0**DIGITS
    if not (math.isfinite(low) and math.isfinite(high)):
        return math.nan, math.nan
    return (
        math.floor(round(low * scale, 6)) / scale + 0.0,
        math.ceil(round(high * scale, 6)) / scale + 0.0,
    )


def summary(
    series: Series,
    plan: Plan,
    measure: str,
    metric: str,
    at: int,
    *,
    value: float,
    limits: Limits | None = None,
    versus: str = "",
    unit: str = "difference",
    method: str = "",
    note: str = "",
    feature: str = "",
    n: int | None = None,
    p_value: float = math.nan,
    p_adjusted: float = math.nan,
    in_people: float = 0.0,
    smallest: float | None = None,
) -> Measurement:
    """A row of one group over all windows.

    Args:
        series: the rate over time.
        plan: its confidence.
        measure: id.
        metric: name.
        at: the place of the group.
        value: the figure; NaN where there is none, with the reason in `note`.
        limits: its interval at any confidence.
        versus: whom it is held against.
        unit: of the figure.
        method: how it was made.
        note: what to say besides.
        feature: which change it is about.
        n: cases; default: all of the group that are in a window.
        p_value: of no difference.
        p_adjusted: Holm over groups.
        in_people: people for each 1 of the figure, signed so that worse is above 0; 0 where that
            has no meaning.
        smallest: the smallest count but 0 that could be worked out from it.
    """
    known = math.isfinite(value)
    low, high = limits(plan.confidence) if known and limits else (math.nan, math.nan)
    bounded = math.isfinite(low) and math.isfinite(high)
    people: tuple[float | None, ...] = (None, None, None)
    if known and in_people * value > 0:
        ends = sorted((in_people * low, in_people * high)) if bounded else (None, None)
        people = (in_people * value, *ends)
    return Measurement(
        measure=measure,
        metric=metric,
        value=round(value, DIGITS) + 0.0 if known else None,
        low=low if bounded else None,
        high=high if bounded else None,
        confidence=plan.confidence,
        n=int(series.rate.n[at].sum()) if n is None else n,
        by=series.by,
        group=series.groups[at],
        versus=versus,
        feature=feature,
        affected=people[0],
        affected_low=people[1],
        affected_high=people[2],
        p_value=p_told(p_value) if known else None,
        p_adjusted=p_told(p_adjusted) if known else None,
        unit=unit,
        method=method,
        note=note,
        limits=limits if bounded else None,
        smallest=None if smallest is None or math.isinf(smallest) else smallest,
    )


def normal_limits(value: float, error: float) -> partial[tuple[float, float]]:
    """`normal` at any confidence."""
    return partial(normal, value, error)
