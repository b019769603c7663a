"""Does a gap persist over windows of time? Imports `measures`, this family, `stats`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.impact.gap_over_time import enough, window_tests
from isg_audit.measures.impact.linear import gaps_of, linear, weights_for
from isg_audit.measures.impact.series import FEWEST, Against, Series
from isg_audit.measures.impact.summaries import normal_limits, outwards, summary
from isg_audit.measures.measurement import Measurement
from isg_audit.measures.plan import Plan
from isg_audit.stats import anytime_reach, holm, longest_run, pooled
from isg_audit.tally.table import Floats

DISAGREE = 0.05
"""Below this p of Cochran's Q the note says that windows disagree."""

TOO_FEW = f"not enough: fewer than {FEWEST} cases in all windows together"


def persistence(series: Series, plan: Plan, measure: str) -> Iterator[Measurement]:
    """How steadily a group is worse off over windows of time.

    `worse_windows`: in how many windows the group is worse off beyond chance, allowing for all
    windows and groups (Holm), and `longest_run` of those in a row; out of the windows with 30
    cases on both sides. `pooled.difference`: one gap for all windows, each weighted by the inverse
    of its variance, so that a change in how many people of a group there are from window to
    window does not pass for a gap; the note has the p of Cochran's Q where windows disagree. Its
    variance follows from the cases in each window and, where persons repeat, is no smaller than
    what leaving out a sixteenth of them gives: a person may be in several windows.
    `so_far.difference`: the gap so far with an interval that holds at all windows together, so
    that an audit may be repeated every window with no more false alarms in all; it is narrowest
    at the number of cases of the first window.

    Source:
        Cochran (1954), Biometrics 10:101-129; Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas
        (2024), Annals of Statistics 52:2613-2640.
    """
    for against in series.several:
        yield from _windows(series, against, plan, measure)
        yield from _pooled(series, against, plan, measure)
        yield from _anytime(series, against, plan, measure)


def _windows(series: Series, against: Against, plan: Plan, measure: str) -> Iterator[Measurement]:
    tests, fit = window_tests(series, against), enough(series, against)
    gap, _ = gaps_of(series, against)
    worse = (tests.adjusted <= 1 - plan.confidence) & (gap * series.quantity.better < 0)
    for at in range(len(series.groups)):
        if at == against.at:
            continue
        looked, there = int(fit[at].sum()), int((series.rate.n[at] > 0).sum())
        note = f"of {looked} windows with {FEWEST} cases or more on both sides"
        if there > looked:
            note += f"; in {there - looked} not enough"
        for name, number in (
            ("worse_windows", int(worse[at].sum())),
            ("longest_run", longest_run(worse[at][fit[at]])),
        ):
            yield summary(
                series, plan, measure, f"{series.quantity.name}_{name}", at,
                value=float(number) if looked else math.nan,
                versus=against.versus, unit="count", method="holm over windows and groups",
                note=note,
            )  # fmt: skip


def _pooled(series: Series, against: Against, plan: Plan, measure: str) -> Iterator[Measurement]:
    gap, error = gaps_of(series, against)
    weights = weights_for(gap, error)
    total = weights.sum(axis=1, keepdims=True)
    found = linear(series, against, np.divide(weights, total, out=weights * 0, where=total > 0))
    disagree = np.atleast_1d(pooled(gap, error).p_value)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = two_sided(found.value / found.error)
    fit = known(series, against)
    adjusted = holm(np.where(fit, p, np.nan))
    for at in range(len(series.groups)):
        if at == against.at:
            continue
        value = float(found.value[at]) if fit[at] else math.nan
        notes = [against.also if fit[at] else TOO_FEW]
        if fit[at] and disagree[at] < DISAGREE:
            notes.append(f"windows disagree beyond chance (p {disagree[at]:.2g})")
        cases = int(series.rate.n[at].sum())
        yield summary(
            series, plan, measure, f"{series.quantity.name}_pooled.difference", at,
            value=value, limits=normal_limits(value, float(found.error[at])),
            versus=against.versus, method="inverse variance" + words(series),
            note="; ".join(filter(None, notes)), p_value=float(p[at]),
            p_adjusted=float(adjusted[at]), in_people=-series.quantity.better * cases,
        )  # fmt: skip


def _anytime(series: Series, against: Against, plan: Plan, measure: str) -> Iterator[Measurement]:
    fit = known(series, against)
    hits, cases = series.rate.hits, series.rate.cases
    others, among = against.rate.hits, against.rate.cases
    for at in range(len(series.groups)):
        if at == against.at:
            continue
        ours, theirs = float(cases[at].sum()), float(among[at].sum())
        first = int(np.argmax((cases[at] > 0) & (among[at] > 0)))
        if not fit[at]:
            value, limits = math.nan, None
        else:
            share, other = float(hits[at].sum()) / ours, float(others[at].sum()) / theirs
            value, seen = share - other, ours + theirs
            spread = (
                _variance(float(hits[at].sum()), ours) * seen / ours
                + _variance(float(others[at].sum()), theirs) * seen / theirs
            ) ** 0.5
            tuned = float(cases[at, first] + among[at, first])
            limits = partial(_anytime_limits, value, spread, seen, tuned)
        yield summary(
            series, plan, measure, f"{series.quantity.name}_so_far.difference", at,
            value=value, limits=limits, versus=against.versus,
            method="asymptotic confidence sequence" + words(series),
            note="may be looked at after every window" if fit[at] else TOO_FEW,
        )  # fmt: skip


def _variance(hits: float, cases: float) -> float:
    """Of one case; never 0, which nobody or everybody being hit does not show."""
    share = (hits + 1.0) / (cases + 2.0)
    return share * (1.0 - share)


def _anytime_limits(
    value: float, spread: float, seen: float, tuned: float, confidence: float
) -> tuple[float, float]:
    reach = spread * float(anytime_reach(seen, tuned, confidence))
    return outwards(value - reach, value + reach)


def known(series: Series, against: Against) -> NDArray[np.bool_]:
    """Groups with people enough on both sides over all windows."""
    there = (series.rate.n > 0) & (against.rate.n > 0)
    ours = np.where(there, series.rate.n, 0.0).sum(axis=1)
    theirs = np.where(there, against.rate.n, 0.0).sum(axis=1)
    fit = np.asarray((ours >= FEWEST) & (theirs >= FEWEST))
    if against.at is not None:
        fit[against.at] = False
    return fit


def words(series: Series) -> str:
    """What to add to a method where cases are weighted or persons repeat."""
    return series.rate.estimates.method.removeprefix("wilson")


def two_sided(z: Floats) -> Floats:
    """The p-value of a standardised figure."""
    from scipy.special import erfc

    p: Floats = erfc(np.abs(z) / np.sqrt(2.0))
    return p
