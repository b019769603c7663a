"""How far the model's scores lie from the scores that were logged, for everybody and by group.

Imports this level of `measures`, `tally`. The distances were counted as scores are: see
`sources.scored.distance_from_the_log`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.tally.table import JOINT, Floats, Table

if TYPE_CHECKING:
    from isg_audit.tally import Tally

MEASURE = "explain.score_agreement"
SHARE = 0.99


def score_agreement(counted: Tally, plan: Plan) -> Iterator[Measurement | NotMeasured]:
    """How far are the model's scores from those that were logged?

    The distance of a person is the size of the difference between the score that the model gives
    and the score in the log, both the probability of the textbook positive. `distance_q99` is the
    distance that 99 % of people do not exceed, `largest_distance` the greatest; both of everybody
    and of each group. Distances beyond rounding mean that another model, other inputs or another
    preparation of them stood behind the log, even where few decisions flip.

    With many different distances they are counted in bins, and the upper end of a bin is given:
    never too small. Interval of the 99 % point: ranks of the binomial, free of any distribution,
    counting persons as independent and weights as cases; of the largest none. No value where the
    logged score is no probability: a distance between two scales says nothing.

    Source:
        Replication as in the validation of models (SR 11-7); the interval: Conover (1999),
        Practical Nonparametric Statistics, 3.2.
    """
    everybody = counted.table(())
    if not len(everybody.score_levels):
        yield NotMeasured(MEASURE, "no person has a score both in the log and by the model")
        return
    if everybody.score_ends[-1] > 1 + 1e-9:
        yield NotMeasured(MEASURE, "the logged score is no probability between 0 and 1")
        return
    for by in ((), *plan.several_by):
        table = counted.table(by)
        for at in range(len(table.groups)):
            yield from _rows(table, at, plan)


def _rows(table: Table, at: int, plan: Plan) -> Iterator[Measurement]:
    held = table.binned[at].sum(axis=0)
    ends, cases = table.score_ends, int(table.cases[at].sum())
    by, group = JOINT.join(table.by), table.groups[at]
    if not held.sum() > 0:
        return
    note = "counted in bins, upper ends given" if len(table.score_edges) else ""

    def limits(confidence: float) -> tuple[float, float]:
        return _quantile_limits(held, ends, cases, confidence)

    low, high = limits(plan.confidence)
    yield Measurement(
        measure=MEASURE, metric="distance_q99", value=_quantile(held, ends, SHARE), low=low,
        high=high, confidence=plan.confidence, n=cases, by=by, group=group, unit="probability",
        method="quantile; binomial ranks", note=note, limits=limits,
    )  # fmt: skip
    yield Measurement(
        measure=MEASURE, metric="largest_distance", value=_quantile(held, ends, 1.0),
        confidence=plan.confidence, n=cases, by=by, group=group, unit="probability",
        method="largest value", note="; ".join(filter(None, [note, "no interval: the largest"])),
    )  # fmt: skip


def _quantile(held: Floats, ends: Floats, share: float) -> float:
    """The end of the first bin with at least `share` of the weight at or below it."""
    running = np.cumsum(held) / held.sum()
    return float(ends[min(int(np.searchsorted(running, share - 1e-12)), len(ends) - 1)])


def _quantile_limits(
    held: Floats, ends: Floats, cases: int, confidence: float
) -> tuple[float, float]:
    from scipy.stats import binom

    tail = (1 - confidence) / 2
    first = binom.ppf(tail, cases, SHARE) / cases
    last = min((binom.ppf(1 - tail, cases, SHARE) + 1) / cases, 1.0)
    return _quantile(held, ends, first), _quantile(held, ends, last)
