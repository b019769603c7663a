"""Compares the groups of a table by a metric: rows for each group, each comparison, each range.

Shared by the families. Imports `measures` (this level), `stats`, `tally`. Against: the declared
reference, the best-off group, everybody else; never against "overall", which contains the group.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from isg_audit.measures.estimates import Estimates, LimitsAt, Share, Sums, rest_of
from isg_audit.measures.luck_notes import luck_note
from isg_audit.measures.measurement import Limits, Measurement
from isg_audit.measures.metric import Metric
from isg_audit.measures.pairs import difference, least_ratio, p_values, ratio, spread_of
from isg_audit.measures.plan import Plan
from isg_audit.measures.range_test import range_p
from isg_audit.measures.unseen_outcomes import UNSEEN
from isg_audit.stats import holm
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import JOINT, Floats, Table

SMALL_SHARE, SMALL_GROUP = 0.02, 50
"""A group below both is no yardstick: it is not taken for the best-off group."""


@dataclass(frozen=True, eq=False)
class Versus:
    """A comparison: each group against `other`, except where it would be against itself."""

    name: str
    other: Estimates
    skip: frozenset[int]


def compare(metric: Metric, table: Table, plan: Plan, measure: str) -> Iterator[Measurement]:
    """Every row that one metric gives for one set of groups.

    Args:
        metric: the metric.
        table: counts by group; `by` empty gives the row for everybody alone.
        plan: references and confidence.
        measure: id under which the rows stand.
    """
    ours = metric.of(table)
    row = partial(_row, metric, table, plan, measure)
    low, high = ours.limits(plan.confidence)
    for at, group in enumerate(table.groups):
        note = ours.notes[at] if ours.notes else ""
        yield row(
            at, group, "", metric.name, ours.value[at], low[at], high[at], ours,
            limits=partial(_limits, ours.limits, at), unit=metric.unit, method=ours.method,
            note=note,
        )  # fmt: skip
    if not table.by:
        return
    for versus in several_versus(metric, table, ours, plan):
        yield from _against(metric, table, plan, measure, ours, versus)
    yield from _over_groups(metric, table, plan, measure, ours)


def several_versus(metric: Metric, table: Table, ours: Estimates, plan: Plan) -> Iterator[Versus]:
    """What each group of a table is held against: the reference, the best-off group, the rest."""
    reference = plan.reference_of(table.by)
    if reference in table.groups:
        at = table.groups.index(reference)
        yield Versus(reference, _one(ours, at), frozenset({at}))
    best = best_off(metric, table, ours)
    if best is not None:
        yield Versus("best", _one(ours, best), frozenset({best}))
    if len(table.groups) > 1:
        yield Versus("rest", metric.of(rest_of(table)), frozenset())


def best_off(metric: Metric, table: Table, ours: Estimates) -> int | None:
    """The best-off group among those large enough to be a yardstick; None where there is none."""
    merit = {"high": ours.value, "low": -ours.value, "near zero": -np.abs(ours.value)}
    return yardstick(table, ours, merit[metric.best(table)])


def yardstick(table: Table, ours: Estimates, merit: Floats) -> int | None:
    """The group of most merit among those large enough and estimable; of ties the largest."""
    people = np.nan_to_num(table.people)
    fit = (people >= SMALL_SHARE * people.sum()) | (people >= SMALL_GROUP)
    fit &= ~np.isnan(ours.value)
    if not fit.any():
        return None
    most = np.where(fit, merit, -np.inf)
    return int(np.argmax(np.where(most == most.max(), people, -1.0)))


def _one(ours: Estimates, at: int) -> Estimates:
    """The estimate of one group, to be held against every group."""

    def limits(confidence: float) -> Bounds:
        low, high = ours.limits(confidence)
        return Bounds(low[at : at + 1], high[at : at + 1])

    value, n, share = ours.value[at : at + 1], ours.n[at : at + 1], ours.share
    its = None if share is None else Share(*(part[at : at + 1] for part in share))
    sums = None if ours.sums is None else Sums(*(part[at : at + 1] for part in ours.sums))
    return Estimates(value, n, limits, ours.method, its, sums=sums)


def _against(
    metric: Metric, table: Table, plan: Plan, measure: str, ours: Estimates, versus: Versus
) -> Iterator[Measurement]:
    theirs, confidence = versus.other, plan.confidence
    gap_limits, ratio_limits = difference(ours, theirs), ratio(ours, theirs)
    low, high = gap_limits(confidence)
    p_value = p_values(ours, theirs)
    compared = np.array([at not in versus.skip for at in range(len(table.groups))])
    adjusted = holm(np.where(compared, p_value, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = ours.value - theirs.value
        sensible = (theirs.value > 0) & (ours.value >= 0)
        quotient = np.where(sensible, ours.value / theirs.value, np.nan)
    people = -1.0 if metric.best(table) == "high" else 1.0
    row = partial(_row, metric, table, plan, measure)
    share = ours.share is not None
    between = "newcombe" if share else "mover" if ours.sums is None else "welch"
    words = "" if not ours.method.startswith("wilson") else ours.method[len("wilson") :]
    quotient_low, quotient_high = ratio_limits(confidence) if metric.ratio else (low, high)
    for at, group in enumerate(table.groups):
        if at in versus.skip:
            continue
        yield row(
            at, group, versus.name, f"{metric.name}.difference", gap[at], low[at], high[at], ours,
            limits=partial(_limits, gap_limits, at), unit="difference",
            method=between + words,
            affected=_people(metric, table, ours.n[at] * people, gap[at], low[at], high[at]),
            p_value=p_value[at], p_adjusted=adjusted[at],
        )  # fmt: skip
        if metric.ratio:
            nothing = math.isnan(quotient[at]) and not math.isnan(gap[at])
            yield row(
                at, group, versus.name, f"{metric.name}.ratio", quotient[at],
                quotient_low[at], quotient_high[at], ours,
                limits=partial(_limits, ratio_limits, at), unit="ratio",
                method=("miettinen-nurminen" if share else "mover") + words,
                note=_no_ratio(np.broadcast_to(theirs.value, gap.shape)[at]) if nothing else "",
            )  # fmt: skip


def _no_ratio(theirs: float) -> str:
    if theirs == 0:
        return "the comparison group's value is 0"
    return "a value is negative: a ratio would say nothing"


def _over_groups(
    metric: Metric, table: Table, plan: Plan, measure: str, ours: Estimates
) -> Iterator[Measurement]:
    """The range over groups, and the least ratio: one row each."""
    known = ours.value[~np.isnan(ours.value)]
    enough = len(known) > 1
    blind = ours.blind is not None and bool(ours.blind.any())
    why = "" if enough else "fewer than two groups have a value"
    why = UNSEEN if blind else why
    # A range is bounded only if each of its groups is: one without limits may be the extreme one.
    bounded = enough and not np.isnan(ours.limits(plan.confidence).low[~np.isnan(ours.value)]).any()
    spread, least = spread_of(ours), least_ratio(ours)
    n = int(np.nansum(ours.n))
    summaries = [("range", spread, float(np.ptp(known)) if enough else np.nan, "difference")]
    if metric.ratio:
        top = float(known.max()) if enough else 0.0
        least_known = float(known.min()) if enough else 0.0
        ratio = least_known / top if top > 0 and least_known >= 0 else np.nan
        none_above = "" if top > 0 else "every group's value is 0"
        below = "" if least_known >= 0 else "a value is negative: a ratio would say nothing"
        why_not = why or below or none_above
        summaries.append(("least_ratio", least, ratio, "ratio"))
    else:
        why_not = why
    for name, limits, value, unit in summaries:
        low, high = limits(plan.confidence) if bounded else (np.nan, np.nan)
        # A group that is not published hides the range too: it may be the extreme one.
        hidden = bool(table.withheld.any()) or blind
        number = _number(np.nan if hidden else value)
        tested = name == "range" and number is not None
        p, how = range_p(ours.share, plan.seed) if tested else (np.nan, "")
        yield Measurement(
            measure=measure,
            metric=f"{metric.name}.{name}",
            value=number,
            low=_number(low) if number is not None else None,
            high=_number(high) if number is not None else None,
            confidence=plan.confidence,
            n=n,
            by=JOINT.join(table.by),
            p_value=_number(p),
            unit=unit,
            method="pairs, lower or upper limit for all pairs at once" + how,
            note=_summary_note(why_not if name == "least_ratio" else why, number, bounded)
            or (
                luck_note(ours, plan.confidence, percent=_percent(metric))
                if name == "range"
                else ""
            ),
            limits=partial(_pair, limits) if number is not None and bounded else None,
        )


def _percent(metric: Metric) -> bool:
    return metric.unit == "proportion"


def _summary_note(why: str, number: float | None, bounded: bool) -> str:
    if number is None:
        return why or "withheld"
    return "" if bounded else "no interval: a group has too few cases for one"


def _row(
    metric: Metric, table: Table, plan: Plan, measure: str, at: int, group: str, versus: str,
    name: str, value: float, low: float, high: float, ours: Estimates, *,
    limits: Limits, unit: str, method: str, note: str = "",
    affected: tuple[float | None, float | None, float | None] = (None, None, None),
    p_value: float = np.nan, p_adjusted: float = np.nan,
) -> Measurement:  # fmt: skip
    number, cases = _number(value), ours.n[at]
    if number is None and not note:
        note = "withheld" if table.withheld[at] else _why_nothing(cases, versus)
    elif math.isnan(low) and not note:
        note = "no interval: too few cases, or no spread among them"
    known = number is not None
    return Measurement(
        measure=measure,
        metric=name,
        value=number,
        low=_number(low) if known else None,
        high=_number(high) if known else None,
        confidence=plan.confidence,
        n=0 if math.isnan(cases) else round(float(cases)),
        by=JOINT.join(table.by),
        group=group,
        versus=versus,
        people=None if table.persons is None else int(np.nan_to_num(table.persons[at])),
        affected=affected[0],
        affected_low=affected[1],
        affected_high=affected[2],
        p_value=_number(p_value),
        p_adjusted=_number(p_adjusted),
        unit=unit,
        method=method,
        note=note,
        limits=limits if known and not math.isnan(low) else None,
    )


def _why_nothing(cases: float, versus: str) -> str:
    if not cases > 0:
        return "not estimable: nobody to count"
    return "not estimable: nobody to compare with" if versus else "not estimable"


def _people(
    metric: Metric, table: Table, cases: float, gap: float, low: float, high: float
) -> tuple[float | None, float | None, float | None]:
    """People who fared worse than at the comparison's rate; None where the group fares better."""
    if not metric.counts_people(table) or math.isnan(gap) or not cases * gap > 0:
        return (None, None, None)
    ends = sorted((cases * low, cases * high))
    return (_number(cases * gap), _number(ends[0]), _number(ends[1]))


def _number(value: float | Floats) -> float | None:
    return None if math.isnan(value) else float(value)


def _limits(limits: LimitsAt, at: int, confidence: float) -> tuple[float, float]:
    low, high = limits(confidence)
    return float(np.broadcast_to(low, low.shape)[at]), float(np.broadcast_to(high, high.shape)[at])


def _pair(limits: LimitsAt, confidence: float) -> tuple[float, float]:
    low, high = limits(confidence)
    return float(low), float(high)
