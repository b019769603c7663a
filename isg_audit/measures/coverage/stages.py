"""Where along the way people drop out, by group.

Imports `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from isg_audit.measures.estimates import Estimates, rest_of
from isg_audit.measures.few import smallest_known
from isg_audit.measures.marked_rates import Rate, metric_of, rates, safety, table_of
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.metric import Better
from isg_audit.measures.plan import Plan
from isg_audit.stats import stage_shares
from isg_audit.tally.cells import Truths
from isg_audit.tally.stages import Stages
from isg_audit.tally.table import JOINT, Counted, Floats, Table

MEASURE = "coverage.stages"

NOT_DECLARED = "the audit file names no stages ([[stages]])"


def stages(
    counted: Counted, plan: Plan, found: Stages | None, measure: str = MEASURE
) -> Iterator[Measurement | NotMeasured]:
    """Where along the way people drop out: applied, complete, scored, selected, appealed, ...

    `pass_rate` is the share of those who came to a stage (`feature`) that passed it, with Wilson's
    interval, compared with everybody else, the reference and the best-off group; `reach_rate` is
    the share of all that came so far, and `last_stage_rate` that of the last stage. The ratios of a
    group's pass rates multiply to the ratio of its reach rate, so each stage's `stage_share` of the
    final gap is the logarithm of its ratio over that of the final one: the shares add up to 1, and
    one below 0 works against the gap (Fieller's interval from the variances of the delta method;
    none where the final ratio is not told from 1). Whoever is marked at a later stage without one
    before it counts up to the gap and is told of as `out_of_order`; an empty mark means not
    reached, and the note says where there are any.
    Weights give Kish's effective cases; where persons repeat, cases are divided by the most
    decisions about one. People who never applied are in no stage: see the population. Few people
    at a stage withhold it and every later one.

    Source:
        This project's methods: decomposition ln R = Σ ln R_s; Newcombe (1998) for differences,
        Miettinen & Nurminen (1985) for ratios, Fieller (1954) for shares.
    """
    if found is None:
        yield NotMeasured(measure, NOT_DECLARED)
        return
    everybody = found.reached(-1)
    told: list[Truths] = [everybody]
    for at, name in enumerate(found.names):
        before, here = found.reached(at - 1), found.reached(at)
        told += [here, before & ~here]
        better: Better = "low" if found.burdens[at] else "high"
        words = "people who came to this stage"
        one = Rate(measure, "pass_rate", words, better, feature=name, note=_blank(found, at))
        yield from rates(one, found.marked, here, before, told, counted, plan)
        whole = replace(one, metric="reach_rate", among="people in the log", note="")
        yield from rates(whole, found.marked, here, everybody, told, counted, plan)
    last = replace(whole, metric="last_stage_rate", feature="", note=f"the stage “{name}”")
    yield from rates(last, found.marked, here, everybody, told, counted, plan)
    for by in plan.several_by:
        yield from _shares(found, told, counted.table(by), plan, measure)
    yield _out_of_order(found, measure)


def _blank(found: Stages, at: int) -> str:
    """How many have no mark; few of them are not counted out."""
    cases = float(found.marked.sums[found.blank(at), 0].sum())
    if not cases:
        return ""
    return "some of them have no mark, and count as not having passed"


def _out_of_order(found: Stages, measure: str) -> Measurement:
    cases = float(found.marked.sums[found.out_of_order, 0].sum())
    return Measurement(
        measure=measure,
        metric="out_of_order",
        value=cases,
        low=cases,
        high=cases,
        n=round(float(found.marked.sums[:, 0].sum())),
        unit="count",
        method="counted",
        note="marked at a later stage without one before it; counted up to the one that is missing"
        if cases
        else "",
        smallest=cases or None,
    )


def _shares(
    found: Stages, told: list[Truths], table: Table, plan: Plan, measure: str
) -> Iterator[Measurement]:
    """What each stage makes of the final ratio of a group to everybody else, to the reference."""
    rate = metric_of(Rate(measure, "pass_rate", ""))
    tables = [
        table_of(table, found.marked, found.reached(at), found.reached(at - 1))
        for at in range(len(found.names))
    ]
    ours = [rate.of(one) for one in tables]
    rest = [rate.of(rest_of(one)) for one in tables]
    safe = safety(smallest_known(found.marked, table.by, table.groups, told), table, None)
    reference = plan.reference_of(table.by)
    for at, group in enumerate(table.groups):
        compared = [("rest", rest, at)] if len(table.groups) > 1 else []
        if reference in table.groups and reference != group:
            compared.append((str(reference), ours, table.groups.index(str(reference))))
        for versus, theirs, other in compared:
            counts = (*_counts(ours, at), *_counts(theirs, other))
            shares = stage_shares(*counts, plan.confidence)
            for stage, name in enumerate(found.names):
                limits = partial(_limits, counts, stage)
                low, high = limits(plan.confidence)
                value = float(shares.share[stage])
                row = Measurement(
                    measure=measure,
                    metric="stage_share",
                    value=None if math.isnan(value) else value,
                    low=None if math.isnan(low) else low,
                    high=None if math.isnan(high) else high,
                    confidence=plan.confidence,
                    n=round(float(ours[stage].n[at])),
                    by=JOINT.join(table.by),
                    group=group,
                    versus=versus,
                    feature=name,
                    unit="share",
                    method="share of the logarithm of the final ratio, fieller",
                    note=_why(value, low),
                    limits=None if math.isnan(low) else limits,
                )
                yield replace(row, smallest=safe(row))


def _counts(estimates: list[Estimates], at: int) -> tuple[Floats, Floats]:
    """Effective people who passed each stage, and who came to it, shape (stages,) each."""
    shares = [one.share for one in estimates if one.share is not None]
    return (
        np.array([float(one.hits[at]) for one in shares]),
        np.array([float(one.cases[at]) for one in shares]),
    )


def _limits(
    counts: tuple[Floats, Floats, Floats, Floats], stage: int, confidence: float
) -> tuple[float, float]:
    low, high = stage_shares(*counts, confidence).limits
    return float(low[stage]), float(high[stage])


def _why(value: float, low: float) -> str:
    if math.isnan(value):
        return "not estimable: nobody of one side came to the end, or both came alike"
    return "no interval: the final gap is not told from none" if math.isnan(low) else ""
