"""The catalogue of measures, and the order in which they are run. Imports every family.

A measure that cannot be made leaves `NotMeasured` with its reason; none is silently absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from isg_audit.measures import coverage, fairness, impact
from isg_audit.measures.compare import compare
from isg_audit.measures.measurement import Findings, Measurement, NotMeasured
from isg_audit.measures.metric import Metric, Need
from isg_audit.measures.plan import Plan
from isg_audit.tally.table import NEGATIVE, POSITIVE, Counted, Table

if TYPE_CHECKING:
    from isg_audit.measures.explain import Explaining

METRICS: tuple[Metric, ...] = (*fairness.METRICS, *impact.METRICS, *coverage.METRICS)

WORDS: dict[Need, str] = {
    "decision": "no decision is recorded",
    "outcome": "no outcome is recorded: what really happened is not known",
    "score": "no score is recorded",
    "probability": "the score is not a probability between 0 and 1",
}


@dataclass(frozen=True, eq=False)
class Subject:
    """What is measured.

    Attributes:
        counted: the tally of the decisions.
        plan: which groups are compared.
        model_counted: the tally of the model's own decisions beside a log, if there are both.
        explaining: model and sampled rows for explanations; None for an audit without a model.
        no_explanation: why there is none.
    """

    counted: Counted
    plan: Plan
    model_counted: Counted | None = None
    explaining: Explaining | None = None
    no_explanation: str = "there is no model to explain"


def measure(subject: Subject) -> Findings:
    """Everything that can be measured of a subject, and why the rest cannot."""
    found = list(measure_counts(subject.counted, subject.plan))
    if subject.model_counted is not None:
        found += measure_counts(subject.model_counted, subject.plan, prefix="model_")
    if subject.explaining is None:
        found.append(NotMeasured("explain.shap_importance", subject.no_explanation))
    else:
        from isg_audit.measures import explain

        found += explain.measure(subject.explaining)
    return Findings.of(found)


def measure_counts(counted: Counted, plan: Plan, *, prefix: str = "") -> Findings:
    """Everything that is a matter of counting.

    Args:
        counted: a tally, or what was published of one.
        plan: which groups are compared.
        prefix: goes before each measure's name; `model_` for the model's own decisions.
    """
    tables = {by: counted.table(by) for by in ((), *plan.several_by)}
    return Findings.of(_measured(counted, tables, plan, prefix))


def _measured(
    counted: Counted, tables: dict[tuple[str, ...], Table], plan: Plan, prefix: str
) -> Iterator[Measurement | NotMeasured]:
    there = _roles(tables[()])
    for metric in METRICS:
        lacking = sorted(metric.needs - there)
        if lacking:
            yield NotMeasured(metric.measure(prefix), _why(lacking), metric.name)
            continue
        for table in tables.values():
            yield from compare(metric, table, plan, metric.measure(prefix))
    yield from _made_of_several(counted, tables, plan, prefix, there)


def _made_of_several(
    counted: Counted,
    tables: dict[tuple[str, ...], Table],
    plan: Plan,
    prefix: str,
    there: frozenset[Need],
) -> Iterator[Measurement | NotMeasured]:
    odds = f"fairness.{prefix}equalized_odds"
    both: frozenset[Need] = frozenset({"decision", "outcome"})
    if lacking := sorted(both - there):
        yield NotMeasured(odds, _why(lacking), "equalized_odds")
    else:
        for by in plan.several_by:
            yield from fairness.equalized_odds(tables[by], plan, odds)
    if "decision" in there:
        yield from impact.worst_off(counted, plan, f"impact.{prefix}worst_off")
    else:
        yield NotMeasured(f"impact.{prefix}worst_off", WORDS["decision"])
    if not prefix:
        yield from coverage.group_sizes(counted, plan, "coverage.group_size")
        yield from coverage.unknown_groups(counted, plan, "coverage.unknown_group")


def _roles(everybody: Table) -> frozenset[Need]:
    """Which roles have a value for anybody."""
    there: set[Need] = set()
    if everybody.cases[:, :, [POSITIVE, NEGATIVE]].sum() > 0:
        there.add("decision")
    if everybody.cases[:, [POSITIVE, NEGATIVE]].sum() > 0:
        there.add("outcome")
    if not everybody.scored.sum() > 0:
        there.add("probability")  # Nothing is wrong with a score that is not there.
    else:
        there.add("score")
        lows, highs = everybody.score_levels, everybody.score_ends
        if len(lows) and lows.min() >= 0 and highs.max() <= 1 + 1e-9:
            there.add("probability")
    return frozenset(there)


def _why(lacking: Iterable[Need]) -> str:
    return "; ".join(WORDS[need] for need in lacking)
