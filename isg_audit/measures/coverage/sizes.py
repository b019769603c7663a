"""How many people each group has, and of how many the group is not known.

Imports `measures` (this level), `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from isg_audit.measures.measurement import Limits, Measurement
from isg_audit.measures.plan import Plan
from isg_audit.stats import wilson
from isg_audit.tally.table import JOINT, Counted

NOT_ALONE = "no interval: entries of one list are not independent"


def group_sizes(counted: Counted, plan: Plan, measure: str) -> Iterator[Measurement]:
    """Share of each group among the people whose group is known.

    `affected` is the number of people. Wilson interval: the cases as a sample of a longer run of
    the system. Combinations that do not occur have no row; a group of nobody cannot be measured.
    """
    for by in plan.several_by:
        table = counted.table(by)
        people, total = table.people, float(table.people.sum())
        low, high = wilson(people, np.full(len(people), total), plan.confidence)
        ranked = table.task == "ranking"
        for at, group in enumerate(table.groups):
            known = bool(people[at] == people[at]) and total > 0
            yield Measurement(
                measure=measure,
                metric="group_size",
                value=float(people[at] / total) if known else None,
                low=float(low[at]) if known and not ranked else None,
                high=float(high[at]) if known and not ranked else None,
                confidence=plan.confidence,
                n=int(people[at]) if known else 0,
                by=JOINT.join(by),
                group=group,
                affected=float(people[at]) if known else None,
                method="" if ranked else "wilson",
                note=(NOT_ALONE if ranked else "") if known else "withheld",
            )


def unknown_groups(counted: Counted, plan: Plan, measure: str) -> Iterator[Measurement]:
    """Share of people whose value of an attribute is not known.

    They are in no group of that attribute: every comparison by it is about the others. `affected`
    is their number.
    """
    everybody = float(counted.table(()).people[0])
    for name in plan.attributes:
        unknown = everybody - float(counted.table((name,)).people.sum())
        known = unknown == unknown and everybody > 0
        low, high = wilson(unknown, everybody, plan.confidence) if known else (0.0, 0.0)
        bounded = known and counted.table(()).task != "ranking"
        yield Measurement(
            measure=measure,
            metric="unknown_share",
            value=unknown / everybody if known else None,
            low=float(low) if bounded else None,
            high=float(high) if bounded else None,
            confidence=plan.confidence,
            n=int(everybody),
            by=name,
            affected=unknown if known else None,
            method="wilson" if bounded else "",
            note="withheld" if not known else "" if bounded else NOT_ALONE,
            limits=_limits(unknown, everybody) if bounded else None,
        )


def _limits(hits: float, cases: float) -> Limits:
    def at(confidence: float) -> tuple[float, float]:
        low, high = wilson(hits, cases, confidence)
        return float(low), float(high)

    return at
