"""A score without decisions: who would be selected at each of several thresholds.

Imports this family, `compare`, `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from isg_audit.measures.compare import compare
from isg_audit.measures.fairness.rates import (
    false_positive_rate,
    selection_rate,
    true_positive_rate,
)
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.metric import Metric
from isg_audit.measures.plan import Plan
from isg_audit.stats import bonferroni_confidence
from isg_audit.tally.table import JOINT, NEGATIVE, POSITIVE, UNKNOWN, Table

SWEPT: tuple[Metric, ...] = (
    Metric("fairness", "selection_rate", selection_rate, frozenset({"score"}),
           better=("high", "low"), in_people=(True, True)),
    Metric("fairness", "true_positive_rate", true_positive_rate,
           frozenset({"score", "outcome"}), in_people=(True, False)),
    Metric("fairness", "false_positive_rate", false_positive_rate,
           frozenset({"score", "outcome"}), better=("low", "low"), in_people=(False, True)),
)  # fmt: skip


def threshold_sweep(
    tables: Mapping[tuple[str, ...], Table], plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    """Who would be selected, and rightly so, if a decision were made at a threshold of the score.

    Nobody has decided yet: at each of up to nine thresholds, at or above which about 90 %, 80 %
    ... 10 % of everybody are, a person whose score reaches it counts as selected. `feature` names
    the threshold, such as "score >= 7"; of each there are selection rates by group and their
    comparisons and, where outcomes are known, true and false positive rates. The textbook positive
    is a high score; `positive = "unfavourable"` says that it is bad for the person.

    Intervals at a threshold are for that threshold alone (Wilson, Newcombe, Miettinen-Nurminen).
    Whoever looks for the worst threshold reads the row without `feature`: the largest range (least
    ratio) over all thresholds, whose lower (upper) limit allows for their number by Bonferroni.
    People without a score are left out; ties at a threshold are all selected.
    """
    everybody = tables[()]
    names = everybody.names["steps"]
    if len(names) < 2:
        yield NotMeasured(measure, "all scores are the same: no threshold divides people")
        return
    has_outcome = bool((everybody.parts["steps"][0, :, :UNKNOWN] > 0).any())
    for metric in SWEPT:
        if "outcome" in metric.needs and not has_outcome:
            reason = "no outcome is recorded: what really happened is not known"
            yield NotMeasured(measure, reason, metric.name)
            continue
        for by, table in tables.items():
            found = [
                list(compare(metric, at_threshold(table, step), plan, measure))
                for step in range(1, len(names))
            ]
            for name, rows in zip(names[1:], found, strict=True):
                yield from (replace(row, feature=name) for row in rows)
            if by:
                yield from _worst([row for rows in found for row in rows], plan, measure, by)


def at_threshold(table: Table, step: int) -> Table:
    """The table as if everybody from a step on had been selected, and nobody below.

    Args:
        table: with counts of steps.
        step: the first one that is selected.
    """
    steps = table.parts["steps"]
    decided = np.zeros((*steps.shape[:3], 3))
    decided[..., POSITIVE] = steps[..., step:].sum(axis=-1)
    decided[..., NEGATIVE] = steps[..., :step].sum(axis=-1)
    cases, weight, squares = decided
    # Folds do not hold the thresholds: where decisions repeat for persons, the worst case stands.
    return replace(
        table, cases=cases, weight=weight, squares=squares, folds=None, effects={}, rest_effects={}
    )


def _worst(
    rows: Sequence[Measurement], plan: Plan, measure: str, by: tuple[str, ...]
) -> Iterator[Measurement]:
    """The largest range and the least ratio over all thresholds."""
    for kind in ("range", "least_ratio"):
        ours = [row for row in rows if row.metric.rpartition(".")[2] == kind]
        values = [row.value for row in ours if row.value is not None]
        whole = bool(ours) and len(values) == len(ours)
        limits = partial(_limits, ours, kind) if whole and all(row.limits for row in ours) else None
        low, high = limits(plan.confidence) if limits else (None, None)
        most = max if kind == "range" else min
        yield Measurement(
            measure=measure,
            metric=ours[0].metric,
            value=most(values) if whole else None,
            low=low,
            high=high,
            confidence=plan.confidence,
            n=max(row.n for row in ours),
            by=JOINT.join(by),
            unit=ours[0].unit,
            method=f"the furthest of {len(ours)} thresholds, bonferroni",
            note="" if limits else _why(whole, ours),
            limits=limits,
        )


def _limits(ours: Sequence[Measurement], kind: str, confidence: float) -> tuple[float, float]:
    """One end of every threshold's interval holds for all at once, the other for the furthest."""
    strict = bonferroni_confidence(confidence, len(ours))
    plain = [row.limits(confidence) for row in ours if row.limits]
    joint = [row.limits(strict) for row in ours if row.limits]
    if kind == "range":
        return max(low for low, _ in joint), max(high for _, high in plain)
    return min(low for low, _ in plain), min(high for _, high in joint)


def _why(whole: bool, ours: Sequence[Measurement]) -> str:
    if whole:
        return "no interval: a group has too few cases for one"
    return next(row.note for row in ours if row.value is None)
