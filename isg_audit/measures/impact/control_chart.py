"""Which windows lie outside what chance gives, and when a lasting change would be noticed.

Imports `measures`, this family, `stats`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from isg_audit.measures.impact.gap_over_time import enough
from isg_audit.measures.impact.in_windows import in_tens, step_of, told
from isg_audit.measures.impact.series import FEWEST, Series
from isg_audit.measures.impact.summaries import summary
from isg_audit.measures.measurement import Measurement
from isg_audit.measures.plan import Plan
from isg_audit.stats import (
    bonferroni_confidence,
    control_limits,
    cusum_limit,
    cusum_path,
    cusum_run_length,
    wilson,
)

ODDS = 1.5
"""How many times the odds of faring badly must grow for the change to be one that the sum is built
to find: a rate of 50 % that falls to 40 %."""

FIRST = 0.25
"""Share of the windows, at least two, from which the rate before any change is taken."""

NO_START = "not enough: fewer than {} cases in the first windows, which set what is usual"
FEWEST_FIRST = 100


class Alarm(NamedTuple):
    """What a cumulative sum says of one group.

    Attributes:
        height: its greatest height over its limit; above 1 is an alarm.
        window: the place of the first window with one; -1 for none.
        cases: after how many cases a change of the size it is built for is noticed on average.
        accepted: the share of bad decisions up to which nothing counts as a change.
    """

    height: float
    window: int
    cases: float
    accepted: float


def control_chart(series: Series, plan: Plan, measure: str) -> Iterator[Measurement]:
    """Limits that a group's rate keeps to if nothing but chance moves it, and lasting changes.

    `lower_limit` and `upper_limit` of each window: exact binomial limits around the group's rate
    over all windows, at a level that allows for all windows and groups, so that an audit without
    any change marks a window in 5 % of cases at most; `windows_outside` counts those marked. What
    falls slowly leaves no limit: `cusum` is a cumulative sum of bad decisions, built to find odds
    that grow by half for good. It starts from the rate in the first quarter of the windows (its
    upper limit, so that chance there raises no alarm); above 1 is an alarm. Its limit is set so
    that false alarms over all cases and groups stay below the level; the note says after how many
    windows such a change would be noticed on average, which is long for small groups.

    Source:
        Shewhart (1931); Page (1954), Biometrika 41:100-115; Brook & Evans (1972), Biometrika
        59:539-549; Steiner, Cook, Farewell & Treasure (2000), Biostatistics 1:441-452.
    """
    fit = enough(series)
    looked = max(1, int(fit.sum()))
    level = bonferroni_confidence(plan.confidence, looked)
    cases = np.where(series.rate.cases > 0, series.rate.cases, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        target = series.rate.hits.sum(axis=1) / series.rate.cases.sum(axis=1)
    low, high = control_limits(np.broadcast_to(target[:, None], cases.shape), cases, level)
    method = f"exact binomial, allowing for {looked} windows of all groups"
    for at, group in enumerate(series.groups):
        rate = np.where(fit[at], series.rate.hits[at] / cases[at], np.nan)
        outside = (rate < low[at] - 1e-12) | (rate > high[at] + 1e-12)
        for window in np.flatnonzero(fit[at]):
            step = step_of(float(high[at, window] - low[at, window]), float(cases[at, window]))
            for name, limit, toward in (("lower", low, -1), ("upper", high, 1)):
                least = float(series.smallest[at, window])
                yield Measurement(
                    measure=measure,
                    metric=f"{series.quantity.name}_{name}_limit",
                    value=told(float(limit[at, window]), step, toward),
                    confidence=plan.confidence,
                    n=in_tens(float(series.rate.n[at, window])),
                    by=series.by,
                    group=group,
                    window=series.windows[window].name,
                    unit="limit",
                    method=method,
                    note=series.notes[window],
                    smallest=None if math.isinf(least) else least,
                )
        number = int(fit[at].sum())
        yield summary(
            series, plan, measure, f"{series.quantity.name}_windows_outside", at,
            value=float(outside.sum()) if number else math.nan, unit="count", method=method,
            note=f"of {number} windows with {FEWEST} cases or more",
        )  # fmt: skip
        yield _cusum(series, plan, measure, at)


def _cusum(series: Series, plan: Plan, measure: str, at: int) -> Measurement:
    found = alarm_of(series, at, plan.confidence)
    metric = f"{series.quantity.name}_cusum"
    if found is None:
        note = NO_START.format(FEWEST_FIRST)
        return summary(series, plan, measure, metric, at, value=math.nan, unit="ratio", note=note)
    usual = float(np.median(series.rate.cases[at][series.rate.cases[at] > 0]))
    windows = max(1.0, found.cases / usual)
    many = "s" if windows > 1.05 else ""
    note = f"a change would be noticed after about {windows:.2g} window{many}"
    if found.window >= 0:
        note = f"alarm in {series.windows[found.window].name}; {note}"
    return summary(
        series, plan, measure, metric, at, value=found.height, unit="ratio",
        method=f"bernoulli cusum, odds {ODDS:g} times", note=note,
    )  # fmt: skip


def alarm_of(series: Series, at: int, confidence: float) -> Alarm | None:
    """What the cumulative sum of bad decisions says of one group; None without a start.

    Half of the level is for a start that came out too good by chance, half for the sum itself.
    """
    windows, groups = len(series.windows), len(series.groups)
    first = max(2, math.ceil(FIRST * windows))
    cases = series.rate.cases[at]
    good = series.quantity.better > 0
    bad = cases - series.rate.hits[at] if good else series.rate.hits[at]
    start = float(cases[:first].sum())
    after = float(cases[first:].sum())
    if start < FEWEST_FIRST or not after > 0:
        return None
    spent = (1.0 - confidence) / groups / 2.0
    # One-sided: only a start that came out too good raises false alarms.
    _, high = wilson(float(bad[:first].sum()), start, 1.0 - 2.0 * spent)
    accepted = round(min(max(float(high), 0.001), 0.995), 3)
    odds = ODDS * accepted / (1.0 - accepted)
    lasting = odds / (1.0 + odds)
    limit = cusum_limit(accepted, lasting, float(f"{after / spent:.2g}"))
    path = cusum_path(bad[first:], cases[first:], accepted, lasting) / limit
    crossed = np.flatnonzero(path >= 1.0)
    return Alarm(
        height=float(path.max()),
        window=first + int(crossed[0]) if len(crossed) else -1,
        cases=cusum_run_length(limit, lasting, accepted, lasting),
        accepted=accepted,
    )
