"""The catalogue of measures, and the order in which they are run. Imports every family.

A measure that cannot be made leaves `NotMeasured` with its reason; none is silently absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from isg_audit.measures import coverage, fairness, impact
from isg_audit.measures.compare import compare
from isg_audit.measures.estimates import rest_of
from isg_audit.measures.measurement import Findings, Measurement, NotMeasured
from isg_audit.measures.metric import Metric, Need
from isg_audit.measures.plan import Plan
from isg_audit.measures.subject import MODEL_FAILED, Subject
from isg_audit.measures.task_words import of_another_task as _other
from isg_audit.measures.unseen_outcomes import remark, with_note
from isg_audit.tally.table import NEGATIVE, POSITIVE, Counted, Table

METRICS: tuple[Metric, ...] = (*fairness.METRICS, *impact.METRICS, *coverage.METRICS)

WORDS: dict[Need, str] = {
    "decision": "no decision is recorded",
    "outcome": "no outcome is recorded: what really happened is not known",
    "score": "no score is recorded",
    "probability": "the score is not a probability between 0 and 1",
    "amounts": "sums of numbers are not published",
    "steps": "counts between thresholds are not published",
    "classes": "counts by class are not published",
    "exposure": "sums of exposure are not published",
    "order": "counts of single places are not published",
    "places": "counts among the first places are not published",
    "given": "no decision is recorded",
    "known": "no outcome is recorded: what really happened is not known",
}


UNKNOWN = ("coverage.{}unknown_bounds", "coverage.{}unknown_different")
"""Measures of people of unknown group, with a place for the prefix."""


def measure(subject: Subject) -> Findings:
    """Everything that can be measured of a subject, and why the rest cannot."""
    plan, named = subject.plan, "fairness.{}favourable_rate_within".format
    found = list(measure_counts(subject.counted, plan))
    within = subject.further.within
    found += fairness.favourable_rate_within(within, subject.counted, plan, named(""))
    found += impact.measure(subject.counted, plan, subject.further)
    found += coverage.measure(subject.counted, plan, subject.further)
    if subject.model_counted is not None:
        model = subject.model_counted
        found += measure_counts(model, plan, prefix="model_")
        found += fairness.favourable_rate_within(subject.model_within, model, plan, named("model_"))
        found += impact.gap_decomposition(
            subject.model_within, model, plan, "impact.model_gap_decomposition"
        )
    if subject.model_failed:
        found += _of_failed_model()
    elif subject.explaining is None:
        found.append(NotMeasured("explain.shap_importance", subject.no_explanation))
    else:
        from isg_audit.measures import explain

        if subject.against_log is not None:
            found += explain.log_agreement(subject.against_log, plan)
            found += (
                [NotMeasured("explain.score_agreement", "there are not both scores")]
                if subject.score_distances is None
                else explain.score_agreement(subject.score_distances, plan)
            )
        else:
            reason = "there is no logged decision to hold the model's against"
            found.append(NotMeasured("explain.log_agreement", reason))
        found += explain.measure(subject.explaining)
    return Findings.of(found)


def _of_failed_model() -> Iterator[NotMeasured]:
    """Why there is nothing of the model: silence would read as if it had decided all there is."""
    for metric in METRICS:
        yield NotMeasured(metric.measure("model_"), MODEL_FAILED, metric.name)
    for family, name in (
        ("fairness", "equalized_odds"),
        ("fairness", "favourable_rate_within"),
        ("impact", "worst_off"),
    ):
        yield NotMeasured(f"{family}.model_{name}", MODEL_FAILED)
    for name in ("log_agreement", "shap_importance"):
        yield NotMeasured(f"explain.{name}", MODEL_FAILED)


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
    task, there = tables[()].task, _roles(tables[()])
    seen_only = remark(tables[()])
    for metric in METRICS:
        if task not in metric.tasks:
            yield NotMeasured(metric.measure(prefix), _other(task, metric.tasks), metric.name)
            continue
        lacking = sorted(metric.needs - there)
        if lacking:
            yield NotMeasured(metric.measure(prefix), _why(lacking, there), metric.name)
            continue
        said = seen_only if "outcome" in metric.needs else ""
        for table in tables.values():
            for row in compare(metric, table, plan, metric.measure(prefix)):
                yield with_note(row, said)
    yield from _made_of_several(counted, tables, plan, prefix, there)


def _made_of_several(
    counted: Counted,
    tables: dict[tuple[str, ...], Table],
    plan: Plan,
    prefix: str,
    there: frozenset[Need],
) -> Iterator[Measurement | NotMeasured]:
    odds, worst = f"fairness.{prefix}equalized_odds", f"impact.{prefix}worst_off"
    task = tables[()].task
    if task not in ("binary", "classes"):
        why = _other(task, frozenset({"binary", "classes"}))
        yield NotMeasured(odds, why, "equalized_odds")
        yield NotMeasured(worst, why, "favourable_rate")
        yield from (NotMeasured(one, why) for one in _named(UNKNOWN, prefix))
        yield from (NotMeasured(f"impact.{prefix}{one}", why) for one in impact.HARM)
    else:
        yield from impact.harm(tables, plan, prefix, there)
        yield from _of_decisions(counted, tables, plan, (odds, worst), there)
        yield from _of_unknown(counted, plan, prefix, there)
    yield from impact.small_groups(counted, plan, f"impact.{prefix}small_groups")
    yield from _of_parts(tables, plan, prefix, there)
    if not prefix:
        yield from coverage.group_sizes(counted, plan, "coverage.group_size")
        yield from coverage.unknown_groups(counted, plan, "coverage.unknown_group")
        yield from _of_unseen(tables, plan, there)


def _of_unseen(
    tables: dict[tuple[str, ...], Table], plan: Plan, there: frozenset[Need]
) -> Iterator[Measurement | NotMeasured]:
    """What outcomes that were never seen leave open."""
    measure = "coverage.selective_labels"
    task, both = tables[()].task, frozenset[Need]({"decision", "outcome"})
    if task not in ("binary", "classes"):
        yield NotMeasured(measure, _other(task, frozenset({"binary", "classes"})))
    elif lacking := sorted(both - there):
        yield NotMeasured(measure, _why(lacking, there))
    else:
        yield from coverage.selective_labels(tables, plan, measure)


def _of_parts(
    tables: dict[tuple[str, ...], Table], plan: Plan, prefix: str, there: frozenset[Need]
) -> Iterator[Measurement | NotMeasured]:
    """What only some tasks have."""
    yield from _of_ranking(tables, plan, prefix, there)
    task, sweep = tables[()].task, f"fairness.{prefix}threshold_sweep"
    several = f"fairness.{prefix}classes"
    if task != "classes":
        yield NotMeasured(several, _other(task, frozenset({"classes"})))
    elif "classes" not in there:
        yield NotMeasured(several, WORDS["classes"])
    else:
        yield from fairness.classes(tables, plan, several)
    if task != "score":
        yield NotMeasured(sweep, _other(task, frozenset({"score"})))
    elif "steps" not in there:
        yield NotMeasured(sweep, WORDS["steps"])
    else:
        yield from fairness.threshold_sweep(tables, plan, sweep)


def _of_ranking(
    tables: dict[tuple[str, ...], Table], plan: Plan, prefix: str, there: frozenset[Need]
) -> Iterator[Measurement | NotMeasured]:
    """What only places in lists have."""
    task = tables[()].task
    several: tuple[tuple[str, Need, Callable[..., Iterator[Measurement]]], ...] = (
        ("exposure", "exposure", fairness.exposure),
        ("top_places", "places", fairness.top_places),
        ("ndkl", "order", fairness.ndkl),
    )
    for name, need, made in several:
        measure = f"fairness.{prefix}{name}"
        if task != "ranking":
            yield NotMeasured(measure, _other(task, frozenset({"ranking"})))
        elif need not in there:
            yield NotMeasured(measure, WORDS[need])
        else:
            yield from made(tables, plan, measure)


def _of_decisions(
    counted: Counted,
    tables: dict[tuple[str, ...], Table],
    plan: Plan,
    measures: tuple[str, str],
    there: frozenset[Need],
) -> Iterator[Measurement | NotMeasured]:
    odds, worst = measures
    both: frozenset[Need] = frozenset({"decision", "outcome"})
    if lacking := sorted(both - there):
        yield NotMeasured(odds, _why(lacking, there), "equalized_odds")
    else:
        for by in plan.several_by:
            yield from fairness.equalized_odds(tables[by], plan, odds)
    if "decision" in there:
        yield from impact.worst_off(counted, plan, worst)
    else:
        yield NotMeasured(worst, _why(["decision"], there))


def _named(several: Iterable[str], prefix: str) -> tuple[str, ...]:
    return tuple(one.format(prefix) for one in several)


def _of_unknown(
    counted: Counted, plan: Plan, prefix: str, there: frozenset[Need]
) -> Iterator[Measurement | NotMeasured]:
    """What is known of groups when the group of some people is not."""
    bounds, different = _named(UNKNOWN, prefix)
    if "decision" not in there:
        yield NotMeasured(bounds, _why(["decision"], there))
    else:
        yield from coverage.unknown_bounds(counted, plan, bounds)
    yield from coverage.unknown_different(counted, plan, different)


def estimate_effects(table: Table) -> None:
    """Estimate how far repeated decisions widen each metric's interval, as `table.effects`."""
    if table.folds is None:
        return
    for metric in METRICS:
        if table.task in metric.tasks:
            metric.of(table)
            metric.of(rest_of(table))


def _roles(everybody: Table) -> frozenset[Need]:
    """Which roles have a value for anybody."""
    there: set[Need] = set()
    named = everybody.names
    if everybody.cases[:, :, [POSITIVE, NEGATIVE]].sum() > 0:
        there.add("given")
        there |= {"decision"} if named.get("favourable", True) else set()
    if everybody.cases[:, [POSITIVE, NEGATIVE]].sum() > 0:
        there.add("known")
        there |= {"outcome"} if named.get("favourable_outcome", True) else set()
    if not everybody.scored.sum() > 0:
        there.add("probability")  # Nothing is wrong with a score that is not there.
    else:
        there.add("score")
        lows, highs = everybody.score_levels, everybody.score_ends
        if len(lows) and lows.min() >= 0 and highs.max() <= 1 + 1e-9:
            there.add("probability")
    if everybody.task == "ranking" and everybody.binned.shape[-1]:
        there.add("order")
    parts: tuple[Need, ...] = ("amounts", "steps", "classes", "exposure", "places")
    return frozenset(there | {one for one in parts if one in everybody.parts})


def _why(lacking: Iterable[Need], there: frozenset[Need]) -> str:
    """Why a metric is not measured; with classes, what is there may only not be named."""
    words = dict(WORDS)
    if "given" in there:
        words["decision"] = "no class of decision is named as favourable"
    if "known" in there:
        words["outcome"] = "no class of outcome is named as favourable"
    return "; ".join(words[need] for need in lacking)
