"""The gap in each stratum of like circumstances, to be laid beside the gap as it is.

Imports `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.measures.strata_counts import Side
from isg_audit.measures.strata_pairs import Pair, pairs_of
from isg_audit.stats import newcombe, wilson
from isg_audit.tally.table import JOINT, Counted, Floats, Table
from isg_audit.tally.within import Within

MOST_STRATA, MOST_GROUPS = 30, 12
"""More rows than these nobody looks through; the figures over all strata remain."""

UNKNOWN = "not known"


def gap_by_stratum(
    within: Within | None, counted: Counted, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    """The favourable rate of each group in each stratum of like circumstances, and its gap.

    Strata are the combinations of the columns that the audit file names as `legitimate`;
    `feature` has the stratum's values. The gap is that against the declared reference, or else the
    best-off group, with Newcombe's interval; rates have Wilson's. They are published for all strata
    and groups of an attribute, or for none: a count below the smallest that may be published in one
    of them withholds all, since totals and the figures over strata would give it away.
    """
    if within is None or within.why:
        return  # said by the measure of the whole gap
    for attribute in within.attributes:
        table = counted.table((attribute,))
        strata, groups = len(within.strata), len(table.groups)
        if not (1 < strata <= MOST_STRATA and 1 < groups <= MOST_GROUPS):
            why = f"{strata:,} strata of {groups:,} groups are not told one by one"
            yield NotMeasured(measure, why, "", attribute)
            continue
        ours = Side(*within.by(attribute, table.groups), table.repeats)
        pair = next(pairs_of(table, ours, plan), None)
        if pair is not None and pair.versus != "rest":
            yield from _rows(pair, table, within, plan, measure)


def _rows(
    pair: Pair, table: Table, within: Within, plan: Plan, measure: str
) -> Iterator[Measurement]:
    hits, cases = pair.ours.counted
    several = (*pair.ours.hits[0], *(pair.ours.every[0] - pair.ours.hits[0]))
    persons = np.array(several) / np.tile(table.repeats, 2)[:, None]
    least = float(np.where(persons > 0, persons, np.inf).min())
    for at, group in enumerate(table.groups):
        for place in np.flatnonzero(cases[at] > 0):
            row = partial(
                Measurement,
                measure=measure,
                confidence=plan.confidence,
                n=round(float(pair.ours.every[0, at, place])),
                by=table.by[0],
                group=group,
                feature=named(within.strata[place]),
                smallest=None if np.isinf(least) else least,
            )
            mine = (hits[at, place], cases[at, place])
            low, high = wilson(*mine, plan.confidence)
            yield row(
                metric="favourable_rate_in_stratum", value=_share(*mine), low=float(low),
                high=float(high), method="wilson", limits=partial(_of_rate, *mine),
            )  # fmt: skip
            others, among = (float(one[at, place]) for one in pair.theirs.counted)
            theirs = (others, among)
            if at != pair.skip and among > 0:
                low, high = newcombe(*mine, *theirs, plan.confidence)
                yield row(
                    metric="favourable_rate_in_stratum.difference", versus=pair.versus,
                    value=_share(*mine) - _share(*theirs), low=float(low), high=float(high),
                    unit="difference", method="newcombe", note=pair.also,
                    limits=partial(_of_gap, *mine, *theirs),
                )  # fmt: skip


def named(values: tuple[str, ...]) -> str:
    """The values of a stratum in one text."""
    return JOINT.join(value or UNKNOWN for value in values)


def _share(hits: float | Floats, cases: float | Floats) -> float:
    return float(hits / cases)


def _of_rate(hits: float, cases: float, confidence: float) -> tuple[float, float]:
    low, high = wilson(hits, cases, confidence)
    return float(low), float(high)


def _of_gap(
    hits: float, cases: float, others: float, among: float, confidence: float
) -> tuple[float, float]:
    low, high = newcombe(hits, cases, others, among, confidence)
    return float(low), float(high)
