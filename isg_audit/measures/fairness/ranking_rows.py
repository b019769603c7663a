"""Rows of a ranking: each group's figure and its comparisons.

Imports `measures` (this level), this family, `stats`, `tally`. Limits come from standard errors
between lists, of each figure and of each comparison by itself; see `measures.by_list`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from isg_audit import stats
from isg_audit.measures.by_list import ListSums, Of, lists_of
from isg_audit.measures.compare import SMALL_GROUP, SMALL_SHARE
from isg_audit.measures.estimates import LimitsAt, remembered
from isg_audit.measures.fairness.ranking_figures import (
    OVER_LISTS,
    Figure,
    Made,
    divided,
    number_of,
    why_no_interval,
)
from isg_audit.measures.fairness.ranking_ranges import over_groups
from isg_audit.measures.measurement import Measurement
from isg_audit.measures.plan import Plan
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import JOINT, Effect, Floats


def compared(figure: Figure, sums: ListSums, plan: Plan, measure: str) -> Iterator[Measurement]:
    """A mean or a share of each group's entries, with its comparisons and the range.

    Args:
        figure: what.
        sums: of the lists.
        plan: references and confidence.
        measure: id under which the rows stand.
    """
    value = figure.mean(sums.full)
    effect = sums.spread(figure.key, "", figure.mean)
    share = figure.unit == "proportion"
    limits = remembered(partial(_wilson if share else _student, value, effect, sums.full[:, 0]))
    rule = "wilson, effective cases" if share else "student t"
    own = Made(figure.name, value, limits, effect.folds, figure.unit, rule + OVER_LISTS)
    yield from _rows(own, figure, sums, plan, measure)
    if not sums.table.by:
        return
    for versus, at in _several_versus(value, sums, plan):
        for made in _against(figure, sums, versus, at):
            yield from _rows(made, figure, sums, plan, measure)
    yield from over_groups(own, figure, sums, plan, measure)


def part_of_all(figure: Figure, sums: ListSums, plan: Plan, measure: str) -> Iterator[Measurement]:
    """A group's part of the whole, against its part of all entries.

    Args: as for `compared`.
    """
    entries = Figure("entries", 0, "proportion").part
    value, size = figure.part(sums.full), entries(sums.full)
    effect = sums.spread(figure.key, "", figure.part)
    notes = tuple("" if math.isnan(one) else f"{one:.1%} of all entries" for one in size)
    limits = remembered(partial(_jackknifed, value, effect, "logit"))
    student = "student t, logit scale" + OVER_LISTS
    own = Made(figure.name, value, limits, effect.folds, "proportion", student, notes=notes)
    yield from _rows(own, figure, sums, plan, measure)

    def gap(given: Floats) -> Floats:
        return figure.part(given) - entries(given)

    def quotient(given: Floats) -> Floats:
        return divided(figure.part(given), entries(given))

    for made in _compared(figure, sums, "all", None, gap, quotient):
        yield from _rows(made, figure, sums, plan, measure)


def _several_versus(value: Floats, sums: ListSums, plan: Plan) -> Iterator[tuple[str, int | None]]:
    table = sums.table
    reference = plan.reference_of(table.by)
    if reference in table.groups:
        yield reference or "", table.groups.index(reference or "")
    best = _best(value, sums)
    if best is not None:
        yield "best", best
    if len(table.groups) > 1:
        yield "rest", None


def _best(value: Floats, sums: ListSums) -> int | None:
    """The best-off group among those large enough to be a yardstick; of equals the largest."""
    entries = np.nan_to_num(sums.full[:, 0])
    fit = (entries >= SMALL_SHARE * entries.sum()) | (entries >= SMALL_GROUP)
    fit &= ~np.isnan(value)
    if not fit.any():
        return None
    merit = np.where(fit, value if sums.table.positive_is_favourable else -value, -np.inf)
    return int(np.argmax(np.where(merit == merit.max(), entries, -1.0)))


def _against(figure: Figure, sums: ListSums, versus: str, at: int | None) -> Iterator[Made]:
    """The difference from and the ratio to a comparison group, or everybody else."""

    def other(given: Floats) -> Floats:
        if at is None:
            return figure.mean(given.sum(axis=-2, keepdims=True) - given)
        return figure.mean(given)[..., at : at + 1]

    def gap(given: Floats) -> Floats:
        return figure.mean(given) - other(given)

    def quotient(given: Floats) -> Floats:
        return divided(figure.mean(given), other(given))

    yield from _compared(figure, sums, versus, at, gap, quotient)


def _compared(
    figure: Figure, sums: ListSums, versus: str, at: int | None, gap: Of, quotient: Of
) -> Iterator[Made]:
    # By its name: which group is the best may be another among those that are published.
    named = versus if at is None else sums.table.groups[at]
    for kind, of, scale in (("difference", gap, "identity"), ("ratio", quotient, "log")):
        value = of(sums.full)
        effect = sums.spread(f"{figure.key}.{kind}", named, of, at)
        method = "student t" if kind == "difference" else "student t, log scale"
        yield Made(
            f"{figure.name}.{kind}", value, remembered(partial(_jackknifed, value, effect, scale)),
            effect.folds, kind, method + OVER_LISTS, versus, at,
            p_value=_p_values(value, effect) if kind == "difference" else None,
        )  # fmt: skip


def _p_values(gap: Floats, effect: Effect) -> Floats:
    """Two-sided p of no difference, by Student's t between lists."""
    from scipy.special import stdtr

    enough = effect.folds >= stats.FEWEST_FOLDS
    with np.errstate(divide="ignore", invalid="ignore"):
        p: Floats = 2 * stdtr(np.maximum(effect.folds, 2) - 1, -np.abs(gap / effect.cases))
    return np.where(enough, p, np.nan)


def _rows(
    made: Made, figure: Figure, sums: ListSums, plan: Plan, measure: str
) -> Iterator[Measurement]:
    table, entries = sums.table, sums.full[:, 0]
    low, high = made.limits(plan.confidence)
    p_value = np.full(len(entries), np.nan) if made.p_value is None else made.p_value
    others = np.arange(len(entries)) != made.skip
    adjusted = stats.holm(np.where(others, p_value, np.nan))
    for at, group in enumerate(table.groups):
        if at == made.skip:
            continue
        value = number_of(made.value[at])
        bounded = value is not None and not math.isnan(low[at])
        why = _why_nothing(sums, at, made.versus) if value is None else ""
        if value is not None and not bounded:
            why = why_no_interval(lists_of(table), float(made.folds[at]))
        said = made.notes[at] if made.notes and value is not None else ""
        yield Measurement(
            measure=measure,
            metric=made.metric,
            value=value,
            low=number_of(low[at]) if bounded else None,
            high=number_of(high[at]) if bounded else None,
            confidence=plan.confidence,
            n=0 if math.isnan(entries[at]) else round(float(entries[at])),
            by=JOINT.join(table.by),
            group=group,
            versus=made.versus,
            feature=figure.feature,
            people=None if table.persons is None else int(np.nan_to_num(table.persons[at])),
            p_value=number_of(p_value[at]),
            p_adjusted=number_of(adjusted[at]),
            unit=made.unit,
            method=made.method,
            note="; ".join(part for part in (said, why) if part),
            limits=partial(_limits, made.limits, at) if bounded else None,
        )


def _why_nothing(sums: ListSums, at: int, versus: str) -> str:
    if sums.table.withheld[at] or math.isnan(sums.full[at, 0]):
        return "withheld"
    if not sums.full[at, 0] > 0:
        return "not estimable: nobody to count"
    return "not estimable: nothing to compare with" if versus else "not estimable"


def _wilson(value: Floats, effect: Effect, entries: Floats, confidence: float) -> Bounds:
    cases = stats.clustered_cases(value, effect.cases, effect.folds, entries, confidence)
    return stats.wilson(value * cases, cases, confidence)


def _student(value: Floats, effect: Effect, entries: Floats, confidence: float) -> Bounds:
    return _jackknifed(value, effect, "identity", confidence)


def _jackknifed(value: Floats, effect: Effect, scale: str, confidence: float) -> Bounds:
    found = stats.jackknife_limits(value, effect.cases, effect.folds, confidence, scale)  # type: ignore[arg-type]
    return Bounds(np.asarray(found.low), np.asarray(found.high))


def _limits(limits: LimitsAt, at: int, confidence: float) -> tuple[float, float]:
    low, high = limits(confidence)
    return float(low[at]), float(high[at])
