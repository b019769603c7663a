"""Measures again what is a matter of counting, from what was published.

Imports this room's `disclosure` and `views`, and `measures`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from isg_audit.evidence.disclosure import Published
from isg_audit.evidence.views import TABLES, TOGETHER
from isg_audit.measures.measurement import Findings, Measurement
from isg_audit.measures.plan import Plan
from isg_audit.tally.table import Counted

Measure = Callable[[Counted, Plan, str], Findings]
"""Measures a tally: counts, plan, and the prefix of the measures' names."""

Key = tuple[str, ...]

SHARES_OF_ALL = (
    "group_size", "exposure_share", "top_k_share", "favourable_rate_bounds",
    "favourable_rate_least", "favourable_rate_most",
)  # fmt: skip
"""Metrics that hold a group against everybody, withheld groups among them."""

CLOSE = 1e-9
"""Relative difference up to which two numbers are the same."""


def measure_counts(counted: Counted, plan: Plan, prefix: str) -> Findings:
    """Every measure of the catalogue that rests on counts."""
    from isg_audit.measures.catalogue import measure_counts as measure

    return measure(counted, plan, prefix=prefix)


@dataclass(frozen=True)
class Recount:
    """Rows as they come out of what was published; a key may have come out in two ways."""

    rows: dict[Key, tuple[Measurement, ...]]

    def of(self, key: Key) -> tuple[Measurement, ...]:
        """What came out for a row; empty where nothing did."""
        return self.rows.get(key, ())

    def agrees(self, row: Measurement) -> bool:
        """Whether a row came out the same."""
        return any(differences(row, one) == () for one in self.of(row.key))

    def has_rest(self, published: Published, view: str, by: tuple[str, ...]) -> bool:
        """Whether groups of `by` can be compared with the rest from what was published."""
        table = replace(published, seen=view, merged=True).table(by)
        return not math.isnan(float(table.cases[..., :2].sum()))


def recount(
    published: Published,
    plan: Plan,
    prefix: str,
    rests_on: Callable[[str, str], str],
    measure: Measure = measure_counts,
) -> Recount:
    """Measure every view of what was published.

    Args:
        published: what was published of a tally.
        plan: as it was for the audit.
        prefix: of the measures' names.
        rests_on: from measure and metric to the view; a row counts from its own view alone.
        measure: what measures.
    """
    rows: dict[Key, tuple[Measurement, ...]] = {}
    if published.whole:
        found = measure(replace(published, seen="whole"), plan, prefix)
        return Recount({one.key: (one,) for one in found.measured})
    for view in TABLES:
        if published.withheld(view, ())[""] or not published.holds(view):
            continue
        runs = [(False, plan)]
        if published.lacks(view):
            runs.append((True, _where_withheld(plan, published, view)))
        for merged, asked in runs:
            seen = replace(published, seen=view, merged=merged)
            for one in measure(seen, asked, prefix).measured:
                if rests_on(one.measure, one.metric) != view:
                    continue
                if merged and not _of_one_group_and_all(one):
                    continue
                rows[one.key] = (*rows.get(one.key, ()), one)
    return Recount(rows)


def _where_withheld(plan: Plan, published: Published, view: str) -> Plan:
    """The plan without the sets of groups of which none is withheld, and without references."""

    def lacks(by: tuple[str, ...]) -> bool:
        return any(published.withheld(view, by).values())

    return replace(
        plan,
        attributes=tuple(name for name in plan.attributes if lacks((name,))),
        intersections=tuple(by for by in plan.intersections if lacks(by)),
        references={},
        joint=plan.joint if plan.joint and lacks(plan.joint) else (),
    )


def _of_one_group_and_all(row: Measurement) -> bool:
    """Whether a row compares its group with all others, so that withheld ones may be as one."""
    of_all = row.metric.partition(".")[0] in SHARES_OF_ALL
    return row.group != TOGETHER and (row.versus == "rest" or of_all)


def differences(row: object, other: object) -> tuple[str, ...]:
    """Columns of numbers in which two rows differ; n and persons are compared, tests are not."""
    return tuple(
        name
        for name in ("value", "low", "high", "n", "affected", "affected_low", "affected_high")
        if not same(getattr(row, name), getattr(other, name))
    )


def same(one: float | None, other: float | None) -> bool:
    """Whether two numbers are the same to nine digits; infinite ones are written as None."""
    known = [None if x is None or not math.isfinite(x) else x for x in (one, other)]
    if known[0] is None or known[1] is None:
        return known[0] is known[1]
    return math.isclose(known[0], known[1], rel_tol=CLOSE, abs_tol=1e-12)
