"""Harm as numbers of people: how many, how many more than otherwise, which part of it.

Imports `measures` (this level), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from functools import partial

import numpy as np

from isg_audit.measures.compare import Versus, several_versus
from isg_audit.measures.estimates import Estimates, LimitsAt
from isg_audit.measures.impact.harm_kinds import Kind, kinds_of
from isg_audit.measures.impact.small_groups import affected, ends, number, people_of
from isg_audit.measures.measurement import Limits, Measurement, NotMeasured
from isg_audit.measures.metric import Need
from isg_audit.measures.pairs import difference, ratio
from isg_audit.measures.plan import Plan
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import JOINT, Floats, Table

NO_OUTCOME = "no outcome is recorded: nobody can say which decisions were wrong"

NO_INTERVAL = "no interval: too few cases for one"


def people_harmed(
    tables: Mapping[tuple[str, ...], Table], plan: Plan, measure: str, there: Collection[Need]
) -> Iterator[Measurement | NotMeasured]:
    """People who were harmed, by group, and how many of them would not have been otherwise.

    By kind, in the words of the person it falls on. A system that grants something: `denials`,
    `wrong_denials` (refused although the favourable decision would have been right) and
    `wrong_approvals`. A system that flags risks: `flags`, `wrong_accusations` (flagged, and nothing
    came true) and `missed_cases`. Each is a number of people with limits (Wilson's of the rate,
    times the people it could befall). `.excess` is how many fewer it would be at the rate of the
    reference, of the best-off group, or of everybody else: people it could befall times the gap,
    with Newcombe's limits. `.attributable_share` is the part of the group's harm that this makes
    up, 1 - 1 / ratio, with score limits. Numbers are those of this log; a longer run has more.

    Source:
        Greenland & Robins (1988), American Journal of Epidemiology 128:1185-1197, for excess and
        attributable shares.
    """
    for kind in kinds_of(tables[()]):
        if "decision" not in there:
            yield NotMeasured(measure, "no decision is recorded", kind.name)
        elif not kind.metric.needs <= set(there):
            yield NotMeasured(measure, NO_OUTCOME, kind.name)
        else:
            for table in tables.values():
                yield from _rows(kind, table, plan, measure)


def _rows(kind: Kind, table: Table, plan: Plan, measure: str) -> Iterator[Measurement]:
    ours = kind.metric.of(table)
    low, high = ours.limits(plan.confidence)
    row = partial(_row, table, plan, measure, ours)
    for at in range(len(table.groups)):
        n = ours.n[at]
        people = (n * ours.value[at], n * low[at], n * high[at])
        yield row(
            at, kind.name, "", *people, limits=partial(_times, ours.limits, at, n),
            method=f"{ours.method} times people", affected=tuple(number(one) for one in people),
        )  # fmt: skip
    if table.by:
        for versus in several_versus(kind.metric, table, ours, plan):
            yield from _against(kind, ours, versus, plan, row)


def _against(
    kind: Kind, ours: Estimates, versus: Versus, plan: Plan, row: partial[Measurement]
) -> Iterator[Measurement]:
    gap_limits, ratio_limits = difference(ours, versus.other), ratio(ours, versus.other)
    gap, (low, high) = ours.value - versus.other.value, gap_limits(plan.confidence)
    share_limits = partial(_attributable, ratio_limits)
    share_low, share_high = share_limits(plan.confidence)
    words = ours.method.removeprefix("wilson")
    with np.errstate(divide="ignore", invalid="ignore"):
        attributable = np.where(ours.value > 0, gap / ours.value, np.nan)
    for at in range(len(ours.value)):
        if at in versus.skip:
            continue
        n = ours.n[at]
        yield row(
            at, f"{kind.name}.excess", versus.name, n * gap[at], n * low[at], n * high[at],
            limits=partial(_times, gap_limits, at, n), method=f"newcombe times people{words}",
            affected=affected(n, gap[at], low[at], high[at]),
        )  # fmt: skip
        yield row(
            at, f"{kind.name}.attributable_share", versus.name,
            attributable[at], share_low[at], share_high[at], unit="proportion",
            limits=partial(ends, share_limits, at), method=f"miettinen-nurminen{words}",
        )  # fmt: skip


def _attributable(ratio_limits: LimitsAt, confidence: float) -> Bounds:
    low, high = ratio_limits(confidence)
    with np.errstate(divide="ignore"):
        return Bounds(1.0 - 1.0 / np.asarray(low), 1.0 - 1.0 / np.asarray(high))


def _times(limits: LimitsAt, at: int, n: float, confidence: float) -> tuple[float, float]:
    low, high = ends(limits, at, confidence)
    return n * low, n * high


def _row(
    table: Table,
    plan: Plan,
    measure: str,
    ours: Estimates,
    at: int,
    metric: str,
    versus: str,
    value: float | Floats,
    low: float,
    high: float,
    *,
    limits: Limits,
    method: str,
    unit: str = "people",
    affected: tuple[float | None, ...] = (None, None, None),
) -> Measurement:
    cases, known = ours.n[at], not math.isnan(value)
    said = ours.notes[at] if ours.notes else ""
    nobody = said or ("not estimable: nobody it could befall" if not cases > 0 else "not estimable")
    bounded = known and not math.isnan(low)
    return Measurement(
        measure=measure,
        metric=metric,
        value=number(value),
        low=number(low) if bounded else None,
        high=number(high) if bounded else None,
        confidence=plan.confidence,
        n=0 if math.isnan(cases) else round(float(cases)),
        by=JOINT.join(table.by),
        group=table.groups[at],
        versus=versus,
        people=people_of(table, at),
        affected=affected[0],
        affected_low=affected[1],
        affected_high=affected[2],
        unit=unit,
        method=method,
        note=_note(known, bounded, nobody, bool(table.withheld[at])),
        limits=limits if bounded else None,
    )


def _note(known: bool, bounded: bool, nobody: str, withheld: bool) -> str:
    if known:
        return "" if bounded else NO_INTERVAL
    return "withheld" if withheld else nobody
