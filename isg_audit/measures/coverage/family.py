"""Who is in the data and who is not: the measures of the family in their order.

Metrics by group stand in `METRICS` instead. Imports this family; types of `measures`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from isg_audit.measures.coverage.missing_inputs import missing_inputs
from isg_audit.measures.coverage.per_population import per_population
from isg_audit.measures.coverage.representation import representation
from isg_audit.measures.coverage.stages import stages
from isg_audit.measures.coverage.uncovered import uncovered
from isg_audit.measures.coverage.unknown_imputed import unknown_imputed
from isg_audit.measures.coverage.unprocessed import unprocessed
from isg_audit.measures.further import Further
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
    population = None if further.population is None else further.population.as_in(tally)
    yield from representation(tally, plan, population)
    yield from per_population(tally, plan, population)
    yield from uncovered(tally, plan, population)
    yield from missing_inputs(tally, plan, further.missing_inputs)
    yield from unprocessed(tally, plan)
    yield from stages(tally, plan, further.stages)
    yield from unknown_imputed(tally, plan, "coverage.unknown_imputed")
