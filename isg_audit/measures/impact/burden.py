"""The burden of being checked: how often it falls on people who did nothing.

Imports `measures` (this level), `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from isg_audit.measures.compare import compare
from isg_audit.measures.estimates import Estimates, share
from isg_audit.measures.impact.wrong_denials import wrong_denial_rate
from isg_audit.measures.measurement import Limits, Measurement, NotMeasured
from isg_audit.measures.metric import Metric, Need
from isg_audit.measures.plan import Plan
from isg_audit.tally.table import NEGATIVE, POSITIVE, Table

THOUSAND = 1_000.0

NO_FLAGS = (
    "nobody is flagged or checked here: positive is the favourable decision; write positive = "
    '"unfavourable" for a system that flags risks'
)


def flagged_rightly(table: Table) -> Estimates:
    """Of the people flagged, the share of whom it came true."""
    return share(
        table, [(POSITIVE, POSITIVE)], [(POSITIVE, POSITIVE), (NEGATIVE, POSITIVE)]
    )  # fmt: skip


NEEDS = frozenset[Need]({"decision", "outcome"})
CHECKED = Metric(
    "impact", "wrong_checks_per_1000", wrong_denial_rate, NEEDS, ("low", "low"), (True, True)
)
FOUND = Metric("impact", "checks_per_case_found", flagged_rightly, NEEDS)


def burden(
    tables: Mapping[tuple[str, ...], Table], plan: Plan, measure: str, there: Collection[Need]
) -> Iterator[Measurement | NotMeasured]:
    """How many innocent people are checked, and how many checks it takes to find one case.

    For systems that flag risks. `wrong_checks_per_1000`: of 1,000 people of a group of whom nothing
    came true, how many were flagged, with Wilson's interval, and compared as any rate is (a
    difference of 30 is 30 more innocent people in 1,000). `checks_per_case_found`: people flagged
    for each of whom it came true, 1 / precision; a group that is searched on weaker grounds needs
    more. A ratio above 1 says that more of the group are troubled for each case found.

    Source:
        Knowles, Persico & Todd (2001), Journal of Political Economy 109:203-229, for what hit rates
        tell, and Simoiu, Corbett-Davies & Goel (2017), Annals of Applied Statistics 11:1193-1216,
        for what they do not.
    """
    reason = NO_FLAGS if tables[()].positive_is_favourable else ""
    if not set(there) >= NEEDS:
        reason = "no outcome is recorded: nobody can say who was checked for nothing"
    if reason:
        yield from (NotMeasured(measure, reason, one.name) for one in (CHECKED, FOUND))
        return
    for table in tables.values():
        for row in compare(CHECKED, table, plan, measure):
            yield row if row.unit == "ratio" else _per_thousand(row)
        for row in compare(FOUND, table, plan, measure):
            if not row.metric.endswith((".difference", ".range", ".least_ratio")):
                yield _turned(row)


def _per_thousand(row: Measurement) -> Measurement:
    def times(value: float | None) -> float | None:
        return None if value is None else THOUSAND * value

    limits = row.limits
    return replace(
        row,
        value=times(row.value),
        low=times(row.low),
        high=times(row.high),
        unit="per 1,000",
        note="" if row.metric.endswith(".range") and row.value is not None else row.note,
        limits=None if limits is None else _scaled(limits),
    )


def _scaled(limits: Limits) -> Limits:
    def at(confidence: float) -> tuple[float, float]:
        low, high = limits(confidence)
        return THOUSAND * low, THOUSAND * high

    return at


def _turned(row: Measurement) -> Measurement:
    """One over the row: flagged for each case found, or the ratio of that."""
    if row.value is None or row.low is None:
        return replace(row, unit="ratio")
    none_found = row.value == 0
    limits = row.limits
    return replace(
        row,
        value=None if none_found else 1.0 / row.value,
        low=0.0 if row.high is None or math.isinf(row.high) else 1.0 / row.high,
        high=None if none_found else math.inf if row.low == 0 else 1.0 / row.low,
        unit="ratio",
        note="no case was found" if none_found else row.note,
        affected=None,
        affected_low=None,
        affected_high=None,
        limits=None if limits is None or none_found else _inverted(limits),
    )


def _inverted(limits: Limits) -> Limits:
    def at(confidence: float) -> tuple[float, float]:
        low, high = limits(confidence)
        return 1.0 / high if high else math.inf, 1.0 / low if low else math.inf

    return at
