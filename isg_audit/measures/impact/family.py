"""What gaps mean for people: the measures of the family in their order.

Metrics by group stand in `METRICS` instead. Imports this family; types of `measures`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from isg_audit.measures.further import Further
from isg_audit.measures.impact.clusters import clusters
from isg_audit.measures.impact.consultations import consultations
from isg_audit.measures.impact.frontier import frontier
from isg_audit.measures.impact.funnel import funnel
from isg_audit.measures.impact.over_time import measure_over_time
from isg_audit.measures.impact.redress import overturns, silence
from isg_audit.measures.impact.remedies import remedies
from isg_audit.measures.impact.severity import severity_weighted_harm
from isg_audit.measures.impact.small_group_model import small_group_model
from isg_audit.measures.impact.subgroup_search import subgroup_search
from isg_audit.measures.impact.unobserved import unobserved
from isg_audit.measures.impact.voice import appeals, complaints, notice, overrides
from isg_audit.measures.impact.waiting import decision_time, redress_time
from isg_audit.measures.impact.why import why_the_gap
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan

if TYPE_CHECKING:
    from isg_audit.tally import Tally


def measure(tally: Tally, plan: Plan, further: Further) -> Iterator[Measurement | NotMeasured]:
    """Every measure of the family that is more than one metric by group.

    Args:
        tally: of the decisions audited, nothing withheld.
        plan: which groups are compared.
        further: what was counted or drawn beside the tally.
    """
    yield from why_the_gap(tally, plan, further)
    for voiced in (notice, appeals, overturns, overrides, complaints, silence):
        yield from voiced(tally, plan, further.voice)
    yield from consultations(tally, plan, further.heard, further.voice is not None)
    yield from frontier(tally, plan, further.weighing, "impact.frontier")
    yield from remedies(further.remedies, plan, "impact.remedies")
    yield from decision_time(tally, plan, further.decision_waits)
    yield from redress_time(tally, plan, further.redress_waits)
    yield from subgroup_search(further.cube, tally.table(()), plan, "impact.subgroup_search")
    yield from small_group_model(tally, plan, "impact.small_group_model")
    yield from funnel(tally, plan, "impact.funnel_plot")
    yield from unobserved(further.signals, tally, plan, "impact.unobserved")
    yield from measure_over_time(tally, plan, further.period)
    weights = further.harm_weights
    yield from severity_weighted_harm(tally, plan, weights, "impact.severity_weighted_harm")
    yield from clusters(further.alike, tally.table(()), plan, "impact.clusters")
