"""People of whom no outcome is known, or who were never decided or scored.

Imports `measures`, `tally`.
"""

from __future__ import annotations

from isg_audit.measures.estimates import Estimates, share
from isg_audit.measures.metric import Metric
from isg_audit.tally.table import UNKNOWN, Table

EVERY_TASK = frozenset({"binary", "classes", "score", "number"})
SCORED = frozenset({"score", "number"})
EVERY = [(outcome, decision) for outcome in range(3) for decision in range(3)]


def missing_outcome_rate(table: Table) -> Estimates:
    """Share of cases of which it is not known what really happened.

    Where it differs between groups, every figure that needs the outcome may mislead; where it is
    missing for the refused alone, error rates are not those of the people decided upon.
    """
    return share(table, [cell for cell in EVERY if cell[0] == UNKNOWN], EVERY)


def undecided_rate(table: Table) -> Estimates:
    """Share of cases without a decision: not processed, withdrawn, lost on the way.

    They are in no rate of decisions; a group that is often undecided is left out silently
    unless this is read.
    """
    return share(table, [cell for cell in EVERY if cell[1] == UNKNOWN], EVERY)


def missing_score_rate(table: Table) -> Estimates:
    """Share of cases without the score, or the predicted number, that is audited.

    They are in no figure of scores; a group that often has none is left out silently unless this
    is read.
    """
    return share(table, [cell for cell in EVERY if cell[1] == UNKNOWN], EVERY)


METRICS: tuple[Metric, ...] = (
    Metric("coverage", "missing_outcome_rate", missing_outcome_rate, frozenset({"known"}),
           ("low", "low"), (True, True), id="missing_outcome", tasks=EVERY_TASK),
    Metric("coverage", "undecided_rate", undecided_rate, frozenset({"given"}),
           ("low", "low"), (True, True), id="undecided"),
    Metric("coverage", "missing_score_rate", missing_score_rate, frozenset({"given"}),
           ("low", "low"), (True, True), id="missing_score", tasks=SCORED),
)  # fmt: skip
