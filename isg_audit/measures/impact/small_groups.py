"""Every combination of all declared attributes that occurs, as it is: rate, and gap to the rest.

Imports `measures` (this level), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from isg_audit.measures.estimates import Estimates, LimitsAt, rest_of
from isg_audit.measures.impact.quantities import QUANTITIES, Quantity
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.pairs import difference, p_values
from isg_audit.measures.plan import MOST_JOINT, Plan
from isg_audit.stats import holm
from isg_audit.tally.table import JOINT, Counted, Floats, Table

TOO_MANY = (
    f"more than {MOST_JOINT:,} combinations of all attributes occur: they are not measured one by "
    "one; declare fewer or coarser attributes"
)


def small_groups(counted: Counted, plan: Plan, measure: str) -> Iterator[Measurement | NotMeasured]:
    """The rate of every combination of all declared attributes that occurs, down to one person.

    The share of favourable decisions and, where outcomes are known, of wrong denials, with Wilson's
    interval; and its distance from everybody else's, with Newcombe's interval, in points and in
    people. These are the figures as they are: verdicts rest on them and never on estimates that
    are drawn towards other groups (`impact.small_group_model`). Who has an unknown value of an
    attribute is in no combination. Counts below the minimum cell are measured and judged, and never
    published. At most 1,000 combinations.
    """
    everybody = counted.table(())
    for quantity in QUANTITIES:
        reason = quantity.lacking(everybody) or ("" if plan.joint else TOO_MANY)
        if reason:
            yield NotMeasured(measure, reason, quantity.name)
        else:
            yield from _rows(quantity, counted.table(plan.joint), plan, measure)


def _rows(quantity: Quantity, table: Table, plan: Plan, measure: str) -> Iterator[Measurement]:
    ours, theirs = quantity.of(table), quantity.of(rest_of(table))
    gap_limits, alone = difference(ours, theirs), len(table.groups) < 2
    low, high = ours.limits(plan.confidence)
    gap_low, gap_high = gap_limits(plan.confidence)
    gap, p_value = ours.value - theirs.value, p_values(ours, theirs)
    adjusted = holm(p_value)
    for at in range(len(table.groups)):
        row = partial(_row, table, plan, measure, ours, at)
        yield row(quantity.name, "", ours.value[at], low[at], high[at], ours.limits, ours.method)
        if alone:
            continue
        sign = -1.0 if quantity.good else 1.0
        yield row(
            f"{quantity.name}.difference", "rest", gap[at], gap_low[at], gap_high[at], gap_limits,
            "newcombe" + ours.method.removeprefix("wilson"),
            affected=affected(sign * ours.n[at], gap[at], gap_low[at], gap_high[at]),
            p_value=number(p_value[at]), p_adjusted=number(adjusted[at]),
        )  # fmt: skip


def _row(
    table: Table,
    plan: Plan,
    measure: str,
    ours: Estimates,
    at: int,
    metric: str,
    versus: str,
    value: float,
    low: float,
    high: float,
    limits: LimitsAt,
    method: str,
    affected: tuple[float | None, float | None, float | None] = (None, None, None),
    p_value: float | None = None,
    p_adjusted: float | None = None,
) -> Measurement:
    cases, known = ours.n[at], not math.isnan(value)
    note = "withheld" if table.withheld[at] else "not estimable: nobody to count"
    return Measurement(
        measure=measure,
        metric=metric,
        value=number(value),
        low=number(low) if known else None,
        high=number(high) if known else None,
        confidence=plan.confidence,
        n=0 if math.isnan(cases) else round(float(cases)),
        by=JOINT.join(table.by),
        group=table.groups[at],
        versus=versus,
        people=people_of(table, at),
        affected=affected[0],
        affected_low=affected[1],
        affected_high=affected[2],
        p_value=p_value if known else None,
        p_adjusted=p_adjusted if known else None,
        unit="difference" if versus else "proportion",
        method=method,
        note="" if known else note,
        limits=partial(ends, limits, at) if known and not math.isnan(low) else None,
    )


def affected(
    cases: float, gap: float, low: float, high: float
) -> tuple[float | None, float | None, float | None]:
    """People a gap stands for with limits; nothing where the group fares no worse.

    Args:
        cases: the group's cases, negative where more of the metric is better.
        gap: group minus comparison.
        low: of the gap.
        high: of the gap.
    """
    if math.isnan(gap) or not cases * gap > 0:
        return (None, None, None)
    first, last = sorted((cases * low, cases * high))
    return number(cases * gap), number(first), number(last)


def people_of(table: Table, at: int) -> int | None:
    """Persons of a group, where they were counted."""
    return None if table.persons is None else int(np.nan_to_num(table.persons[at]))


def ends(limits: LimitsAt, at: int, confidence: float) -> tuple[float, float]:
    """The interval of one group."""
    low, high = limits(confidence)
    return float(low[at]), float(high[at])


def number(value: float | Floats) -> float | None:
    """A float, None where it is not a number."""
    return None if math.isnan(value) else float(value)
