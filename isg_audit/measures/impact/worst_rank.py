"""Which group is the worst off, and how sure that is: places instead of a league table.

Imports `measures` (this level), `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.measures.impact.modelled import PART, Cells, told
from isg_audit.measures.measurement import Measurement
from isg_audit.measures.plan import Plan
from isg_audit.stats import CellPosterior, ranks_of
from isg_audit.tally.table import JOINT


def ranks(
    cells: Cells, posterior: CellPosterior, plan: Plan, measure: str
) -> Iterator[Measurement]:
    """Probability that each group is the worst off, and its place with the interval of places."""
    name, many = cells.quantity.name, len(cells.at)
    shares = posterior.shares if cells.quantity.good else -posterior.shares
    found, n = ranks_of(shares, plan.confidence), cells.n
    for at, group in enumerate(cells.groups):
        by, draws = JOINT.join(cells.table.by), len(shares)
        method = f"{draws:,} draws of the shares of all groups at once"
        yield Measurement(
            measure=measure,
            metric=f"{name}.worst_probability",
            value=told(found.worst[at], PART),
            confidence=plan.confidence,
            n=int(n[at]),
            by=by,
            group=group,
            method=method,
            note=f"of {many:,} groups",
        )
        yield Measurement(
            measure=measure,
            metric=f"{name}.rank",
            value=float(found.middle[at]),
            low=float(found.low[at]),
            high=float(found.high[at]),
            confidence=plan.confidence,
            n=int(n[at]),
            by=by,
            group=group,
            unit="count",
            method=method,
            note=f"1 is the worst off of {many:,} groups",
        )
