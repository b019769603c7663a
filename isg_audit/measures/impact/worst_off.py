"""Who is worst off among all combinations of the declared attributes.

Imports `measures` (this level), `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from isg_audit.measures.estimates import Estimates, rest_of
from isg_audit.measures.impact.quantities import favourable_rate
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.pairs import difference
from isg_audit.measures.plan import Plan
from isg_audit.stats import bonferroni_confidence
from isg_audit.tally.table import JOINT, Counted, Table

FEWEST = 30
"""Decided cases below which a group's rate is too uncertain to be ranked; such groups are named
by the coverage measures instead."""


def worst_off(counted: Counted, plan: Plan, measure: str) -> Iterator[Measurement | NotMeasured]:
    """The group with the lowest favourable rate among all declared combinations.

    Among groups of at least 30 decided cases of every combination of attributes (of the single
    attributes, where no combination is declared). Because the group was picked from the data, its
    interval and its gap to everybody else are made at Bonferroni's level for the number of groups
    that could have been picked. The gap is also given in people.

    Source:
        Rawls (1971), A Theory of Justice, for the standard; Bonferroni for the interval of a
        minimum that was picked from the data.
    """
    worst: tuple[float, Table, int] | None = None
    candidates = 0
    for by in plan.intersections or plan.several_by:
        table = counted.table(by)
        rate = favourable_rate(table)
        fit = np.nan_to_num(rate.n) >= FEWEST
        candidates += int(fit.sum())
        if fit.any():
            at = int(np.argmin(np.where(fit, rate.value, np.inf)))
            if worst is None or rate.value[at] < worst[0]:
                worst = (float(rate.value[at]), table, at)
    if worst is None:
        reason = f"no group has {FEWEST} decided cases"
        yield NotMeasured(measure, reason, "favourable_rate")
        return
    yield from _rows(worst[1], worst[2], candidates, plan, measure)


def _rows(
    table: Table, at: int, candidates: int, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    ours, theirs = favourable_rate(table), favourable_rate(rest_of(table))
    strict = bonferroni_confidence(plan.confidence, candidates)
    low, high = ours.limits(strict)
    gap_low, gap_high = _gap(ours, theirs, at, candidates, plan.confidence)
    gap = float(ours.value[at] - theirs.value[at])
    row = partial(
        Measurement,
        measure=measure,
        confidence=plan.confidence,
        n=int(ours.n[at]),
        by=JOINT.join(table.by),
        group=table.groups[at],
        people=_persons(table, at),
        note=f"the lowest of {candidates} groups, allowed for in the interval",
    )
    yield row(
        metric="favourable_rate",
        value=float(ours.value[at]),
        low=float(low[at]),
        high=float(high[at]),
        method="wilson, bonferroni",
    )
    if np.isnan(gap):
        reason = "nobody else was decided upon"
        yield NotMeasured(measure, reason, "favourable_rate.difference", JOINT.join(table.by))
        return
    worse = gap < 0
    yield row(
        metric="favourable_rate.difference",
        versus="rest",
        value=gap,
        low=gap_low,
        high=gap_high,
        unit="difference",
        method="newcombe, bonferroni",
        affected=float(-gap * ours.n[at]) if worse else None,
        affected_low=float(-gap_high * ours.n[at]) if worse else None,
        affected_high=float(-gap_low * ours.n[at]) if worse else None,
        limits=partial(_gap, ours, theirs, at, candidates),
    )


def _persons(table: Table, at: int) -> int | None:
    if table.persons is None or np.isnan(table.persons[at]):
        return None
    return int(table.persons[at])


def _gap(
    ours: Estimates, theirs: Estimates, at: int, candidates: int, confidence: float
) -> tuple[float, float]:
    low, high = difference(ours, theirs)(bonferroni_confidence(confidence, candidates))
    return float(low[at]), float(high[at])
