"""Errors weighed by how grave they are: the weights are a checklist's, never this toolkit's.

Imports `measures` (this level), `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from isg_audit.measures.clustering import kish
from isg_audit.measures.compare import compare
from isg_audit.measures.estimates import Estimates, Sums, remembered, weighted_words
from isg_audit.measures.impact.harm_kinds import error_cells
from isg_audit.measures.impact.quantities import QUANTITIES
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.metric import Metric
from isg_audit.measures.plan import Plan
from isg_audit.measures.unseen_outcomes import of_both_decisions
from isg_audit.stats import mean_interval
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import Counted, Table

NO_WEIGHTS = "no checklist of this audit says how grave each kind of error is ([[harm]])"
NAME = "severity_weighted_harm"


def severity_weighted_harm(
    counted: Counted, plan: Plan, weights: Mapping[str, float], measure: str
) -> Iterator[Measurement | NotMeasured]:
    """Harm by errors for each person decided upon, grave errors counting for more.

    The sum over both kinds of error of its weight times the share of people it befalls: 0.3 says
    that three in ten bear harm of weight 1, or one in ten of weight 3. Weights come from the
    checklists of the audit (`[[harm]]`, each with its reason; where several weigh the same error,
    the greatest counts, so that a grave harm is never averaged away). Student's interval within 0
    and the greatest weight; differences by Welch. Of people with known outcome; where persons
    repeat, for the worst case that all decisions about one agree.

    Source:
        Council of Europe, HUDERIA (methodology for the risk and impact assessment of AI systems),
        for severity as a judgement that is written down.
    """
    reason = NO_WEIGHTS if not weights else QUANTITIES[1].lacking(counted.table(()))
    if not reason:
        cells = error_cells(counted.table(()))
        named = {cells[error]: weight for error, weight in weights.items() if error in cells}
        reason = "" if named else f"no weight is given for {' or '.join(cells)}"
    if reason:
        yield NotMeasured(measure, reason, NAME)
        return
    metric = Metric(
        "impact", NAME, partial(_harm, named), frozenset({"decision", "outcome"}),
        better=("low", "low"), unit="severity per person",
    )  # fmt: skip
    said = ", ".join(
        f"{error.replace('_', ' ')} {weights[error]:g}" for error in cells if error in weights
    )
    for by in ((), *plan.several_by):
        for row in compare(metric, counted.table(by), plan, measure):
            yield replace(row, method=f"{row.method}; weights: {said}")


def _harm(named: Mapping[tuple[int, int], float], table: Table) -> Estimates:
    total, squares = (
        sum(weight**power * table.weight[:, outcome, decision]
            for (outcome, decision), weight in named.items())
        for power in (1, 2)
    )  # fmt: skip
    every = table.weight[:, :2, :2].sum(axis=(1, 2))
    factor = kish(table) / table.repeats
    n = table.cases[:, :2, :2].sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(every > 0, np.asarray(total) / every, np.nan)
    its = Sums(
        np.asarray(total) * factor, np.asarray(squares) * factor, every * factor,
        np.zeros(len(n)),
    )  # fmt: skip
    most = max(named.values())

    def limits(confidence: float) -> Bounds:
        low, high = mean_interval(*its.at(confidence), confidence)
        return Bounds(np.maximum(low, 0.0), np.minimum(high, most))

    method = "student t" + weighted_words(table)
    estimates = Estimates(value, n, remembered(limits), method, sums=its)
    return of_both_decisions(table, estimates)
