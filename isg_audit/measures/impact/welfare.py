"""How well off people are together, the worst-off counting for more.

Imports `measures` (this level), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial

import numpy as np

from isg_audit.measures.estimates import Estimates, share
from isg_audit.measures.impact.harm_kinds import good_of
from isg_audit.measures.impact.people_harmed import NO_INTERVAL, NO_OUTCOME
from isg_audit.measures.impact.quantities import favourable_rate
from isg_audit.measures.measurement import Limits, Measurement, NotMeasured
from isg_audit.measures.metric import Need
from isg_audit.measures.plan import Plan
from isg_audit.measures.unseen_outcomes import of_both_decisions
from isg_audit.stats import (
    atkinson_index,
    atkinson_interval,
    equally_distributed_equivalent,
    equivalent_interval,
    generator_of,
    least_interval,
)
from isg_audit.stats.bounds import Bounds
from isg_audit.stats.welfare import off_zero
from isg_audit.tally.table import JOINT, Floats, Table

AVERSIONS = (0.5, 1.0, 2.0)
"""How much more the worse-off count: a little, much, very much."""

MOST_GROUPS = 100
"""Groups above which intervals of the summaries would take too long."""


def due_rate(table: Table) -> Estimates:
    """Of the people to whom the favourable decision was due, the share that got it."""
    good = good_of(table)
    among = [(good, decision) for decision in range(2)]
    return of_both_decisions(table, share(table, [(good, good)], among))


BENEFITS: tuple[tuple[str, Callable[[Table], Estimates], frozenset[Need]], ...] = (
    ("favourable_rate", favourable_rate, frozenset({"decision"})),
    ("due_rate", due_rate, frozenset({"decision", "outcome"})),
)


def welfare(
    tables: Mapping[tuple[str, ...], Table], plan: Plan, measure: str, there: Collection[Need]
) -> Iterator[Measurement | NotMeasured]:
    """One figure for all groups that does not let the well-off make up for the worst-off.

    Of the share with the favourable decision, and, where outcomes are known, of the share that got
    it among those to whom it was due (`due_rate`). `.least` is the rate of the worst-off group
    (Rawls), its interval allowing for its being picked from the data. `.equivalent` is the rate
    that, if every group had it, would be as good as what they have now, where `feature` says how
    much more the worse-off count (0.5 a little, 1 much, 2 very much); `.atkinson` is the share of
    the mean rate that is lost by being unequally spread. Groups weigh by their people; one without
    any favourable decision counts as half of one. No gap is needed for harm: all may be badly off.

    Source:
        Atkinson (1970), Journal of Economic Theory 2:244-263; Rawls (1971), A Theory of Justice; Hu
        & Chen (2020), FAT* '20:535-545.
    """
    for name, of, needs in BENEFITS:
        if not set(there) >= needs:
            reason = NO_OUTCOME if "decision" in there else "no decision is recorded"
            yield NotMeasured(measure, reason, name)
            continue
        for by, table in tables.items():
            if by:
                yield from _summaries(name, of(table), table, plan, measure)


def _summaries(
    name: str, ours: Estimates, table: Table, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    its = ours.share
    known = ~np.isnan(ours.value)
    if its is None or known.sum() < 2:
        by = JOINT.join(table.by)
        yield NotMeasured(measure, "fewer than two groups have a value", name, by)
        return
    row = partial(_row, table, plan, measure, round(float(np.nansum(ours.n))))
    least = partial(_ends, lambda confidence: least_interval(ours.limits, confidence))
    worst = table.groups[int(np.nanargmin(ours.value))]
    yield row(
        f"{name}.least", float(np.nanmin(ours.value)), least(plan.confidence),
        method="the lower limit plain, the upper one for all groups at once", limits=least,
        note=f"the lowest: {worst}",
    )  # fmt: skip
    hits, cases = its.at(plan.confidence)
    # In an order of their own, so that the names of groups change no draw.
    order = np.lexsort((ours.n[known], cases[known], hits[known]))
    of = (hits[known][order], cases[known][order], ours.n[known][order])
    for aversion in AVERSIONS:
        yield from _of_aversion(name, aversion, of, row, plan)


def _of_aversion(
    name: str,
    aversion: float,
    of: tuple[Floats, Floats, Floats],
    row: partial[Measurement],
    plan: Plan,
) -> Iterator[Measurement]:
    hits, cases, people = of
    level = off_zero(hits, cases)
    for what, value, interval in (
        ("equivalent", equally_distributed_equivalent(level, people, aversion),
         equivalent_interval),
        ("atkinson", atkinson_index(level, people, aversion), atkinson_interval),
    ):  # fmt: skip
        rng = generator_of(plan.seed, "welfare", what, str(aversion), hits, cases)
        bounded = len(cases) <= MOST_GROUPS
        ends = interval(*of, aversion, rng, plan.confidence) if bounded else None
        yield row(
            f"{name}.{what}", float(value),
            (math.nan, math.nan) if ends is None else (float(ends.low), float(ends.high)),
            feature=f"{aversion:g}",
            method="bootstrap from counts, bias corrected" if what == "equivalent"
            else "observed distances scaled, by simulation",
            note="" if bounded else f"no interval: more than {MOST_GROUPS} groups",
        )  # fmt: skip


def _row(
    table: Table,
    plan: Plan,
    measure: str,
    n: int,
    metric: str,
    value: float,
    ends: tuple[float, float],
    *,
    method: str,
    feature: str = "",
    note: str = "",
    limits: Limits | None = None,
) -> Measurement:
    low, high = (None if math.isnan(one) else one for one in ends)
    hidden = bool(table.withheld.any())
    return Measurement(
        measure=measure,
        metric=metric,
        value=None if hidden or math.isnan(value) else value,
        low=None if hidden else low,
        high=None if hidden else high,
        confidence=plan.confidence,
        n=n,
        by=JOINT.join(table.by),
        feature=feature,
        method=method,
        note="withheld" if hidden else note or ("" if low is not None else NO_INTERVAL),
        limits=None if hidden else limits,
    )


def _ends(limits_at: Callable[[float], Bounds], confidence: float) -> tuple[float, float]:
    low, high = limits_at(confidence)
    return float(low), float(high)
