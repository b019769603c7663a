"""Whether the model that was handed over is the one that decided: it is held against the log.

The first finding of an audit with a model and a log. All of it follows from counts of the log's
decision by the model's own, so it covers every row. Imports this level of `measures`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from isg_audit.measures.compare import compare
from isg_audit.measures.estimates import Estimates, share
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.metric import Metric
from isg_audit.measures.plan import Plan
from isg_audit.stats import wilson
from isg_audit.tally.table import NEGATIVE, POSITIVE, Floats, Table

if TYPE_CHECKING:
    from isg_audit.tally import Tally

MEASURE = "explain.log_agreement"

BOTH = [(POSITIVE, POSITIVE), (POSITIVE, NEGATIVE), (NEGATIVE, POSITIVE), (NEGATIVE, NEGATIVE)]
"""Cells (log's decision, model's decision) of people whom both decided."""


def disagreement_rate(table: Table) -> Estimates:
    """Share of people for whom the model decides otherwise than the log says was decided."""
    return share(table, [(POSITIVE, NEGATIVE), (NEGATIVE, POSITIVE)], BOTH)


def overruled_against_rate(table: Table) -> Estimates:
    """Of the people for whom the model decides favourably, the share that was refused."""
    good, bad = _sides(table)
    return share(table, [(bad, good)], [(good, good), (bad, good)])


def overruled_in_favour_rate(table: Table) -> Estimates:
    """Of the people against whom the model decides, the share that was decided favourably."""
    good, bad = _sides(table)
    return share(table, [(good, bad)], [(good, bad), (bad, bad)])


def _sides(table: Table) -> tuple[int, int]:
    positive = table.positive_is_favourable
    return (POSITIVE, NEGATIVE) if positive else (NEGATIVE, POSITIVE)


def _metric(name: str, of: object, better: str) -> Metric:
    return Metric("explain", name, of, frozenset(), (better, better), id="log_agreement")  # type: ignore[arg-type]


METRICS = (
    _metric("disagreement_rate", disagreement_rate, "low"),
    _metric("overruled_against_rate", overruled_against_rate, "low"),
    _metric("overruled_in_favour_rate", overruled_in_favour_rate, "high"),
)


def log_agreement(counted: Tally, plan: Plan) -> Iterator[Measurement | NotMeasured]:
    """Does the model reproduce the logged decisions, for everybody, each group and each window?

    `disagreement_rate` is the share of people for whom the model that was handed over decides
    otherwise than the log says was decided. `overruled_against_rate` is, of the people for whom it
    decides favourably, the share that was refused all the same; `overruled_in_favour_rate` the
    reverse. A model that does not reproduce the log is not the model that decided: another
    version, another threshold, other inputs, a faulty export, or people who overrule it. Then
    everything else measured of the model says little about what happened to people. Groups are
    compared by difference and ratio, so that overruling which helps some people only is seen.

    `threshold_recovered` is the cut on the model's own score (probability of the textbook positive)
    at which the log is reproduced best, of everybody and of each group; `low` and `high` are the
    scores between which any cut does as well, and no confidence interval. `threshold_disagreement`
    is the share of people whom even that cut leaves decided otherwise.

    Interval: Wilson, Newcombe, Miettinen-Nurminen, as for any share of people; of the threshold
    none. There is no published limit; a checklist's 0.1 % is this project's default.

    Source:
        Replication as in the validation of models (SR 11-7); audits with two sources: Garcia
        Bourree et al. (2023), arXiv 2305.13883.
    """
    for metric in METRICS:
        for by in ((), *plan.several_by):
            yield from compare(metric, counted.table(by), plan, MEASURE)
    for window in counted.windows:
        for by in ((), *((name,) for name in plan.attributes)):
            table = counted.table(by, window)
            for metric in METRICS:
                rows = compare(metric, table, plan, MEASURE)
                yield from (replace(one, window=window) for one in rows if not one.versus
                            and one.metric == metric.name)  # fmt: skip
    for by in ((), *((name,) for name in plan.attributes)):
        yield from _thresholds(counted.table(by), plan)


def _thresholds(table: Table, plan: Plan) -> Iterator[Measurement | NotMeasured]:
    by = "".join(table.by)
    if not len(table.score_levels):
        yield NotMeasured(MEASURE, "the model gives no score", "threshold_recovered", by)
        return
    for at, group in enumerate(table.groups):
        logged = table.binned[at, (POSITIVE, NEGATIVE), :]
        if not (logged.sum(axis=1) > 0).all():
            reason = f"the log holds one decision only{f' for {group}' if group else ''}"
            yield NotMeasured(MEASURE, reason, "threshold_recovered", by)
            continue
        yield from _threshold(table, at, logged, plan)


def _threshold(table: Table, at: int, logged: Floats, plan: Plan) -> Iterator[Measurement]:
    """Cut before bin k: positive from there on. Scores rise, so two running sums find the best."""
    positive, negative = logged
    below = np.concatenate([[0.0], np.cumsum(negative)])
    above = np.concatenate([[0.0], np.cumsum(positive[::-1])])[::-1]
    right = below + above
    best = int(np.argmax(right))
    levels, ends = table.score_levels, table.score_ends
    low = float(ends[best - 1]) if best > 0 else float(levels[0])
    high = float(levels[best]) if best < len(levels) else float(ends[-1])
    cases = float(table.cases[at, (POSITIVE, NEGATIVE), :2].sum())
    total = float(logged.sum())
    wrong = 1.0 - float(right[best]) / total
    group, by = table.groups[at], "".join(table.by)

    def limits(confidence: float) -> tuple[float, float]:
        found = wilson(wrong * cases, cases, confidence)
        return float(found.low), float(found.high)

    yield Measurement(
        measure=MEASURE, metric="threshold_recovered", value=(low + high) / 2, low=low, high=high,
        confidence=plan.confidence, n=round(cases), by=by, group=group, unit="score",
        method="best cut",
        note="any cut between low and high reproduces the log as well; no confidence interval",
    )  # fmt: skip
    lowest, highest = limits(plan.confidence)
    yield Measurement(
        measure=MEASURE, metric="threshold_disagreement", value=wrong, low=lowest, high=highest,
        confidence=plan.confidence, n=round(cases), by=by, group=group, method="best cut; wilson",
        note="the cut was chosen on the same cases", limits=limits,
    )  # fmt: skip
