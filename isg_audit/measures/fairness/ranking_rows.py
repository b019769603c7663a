"""Rows of a ranking: each group's figure, its comparisons, the range over groups.

Imports `measures` (this level), `stats`, `tally`. Limits come from standard errors between lists,
of each figure and of each comparison by itself; see `measures.by_list`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from isg_audit import stats
from isg_audit.measures.by_list import ListSums, Of, lists_of
from isg_audit.measures.compare import SMALL_GROUP, SMALL_SHARE
from isg_audit.measures.estimates import LimitsAt, remembered
from isg_audit.measures.measurement import Measurement
from isg_audit.measures.plan import Plan
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import JOINT, Effect, Floats

OVER_LISTS = " (delete-a-group jackknife over lists)"


@dataclass(frozen=True)
class Figure:
    """A column of the sums of lists, as a share or a mean.

    Attributes:
        name: of the metric.
        column: of the sums; the first holds entries.
        unit: of the value.
        feature: what tells it from others of the name.
    """

    name: str
    column: int
    unit: str
    feature: str = ""

    def mean(self, sums: Floats) -> Floats:
        """The column for each entry of a group, shape (..., groups)."""
        return _divided(sums[..., self.column], sums[..., 0])

    def part(self, sums: Floats) -> Floats:
        """The group's part of the column over all groups, alike."""
        return _divided(sums[..., self.column], sums[..., self.column].sum(axis=-1, keepdims=True))

    @property
    def key(self) -> str:
        """What tells it from every other figure."""
        return f"{self.name} {self.feature}".strip()


@dataclass(frozen=True, eq=False)
class _Made:
    """What is needed for one kind of row: values, limits, and where they come from."""

    metric: str
    value: Floats
    limits: LimitsAt
    folds: Floats
    unit: str
    method: str
    versus: str = ""
    skip: int | None = None
    notes: tuple[str, ...] = ()
    p_value: Floats | None = None


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
    own = _Made(figure.name, value, limits, effect.folds, figure.unit, rule + OVER_LISTS)
    yield from _rows(own, figure, sums, plan, measure)
    if not sums.table.by:
        return
    for versus, at in _several_versus(value, sums, plan):
        for made in _against(figure, sums, versus, at):
            yield from _rows(made, figure, sums, plan, measure)
    yield from _over_groups(own, figure, sums, plan, measure)


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
    own = _Made(figure.name, value, limits, effect.folds, "proportion", student, notes=notes)
    yield from _rows(own, figure, sums, plan, measure)

    def gap(given: Floats) -> Floats:
        return figure.part(given) - entries(given)

    def quotient(given: Floats) -> Floats:
        return _divided(figure.part(given), entries(given))

    for made in _compared(figure, sums, "all", None, gap, quotient):
        yield from _rows(made, figure, sums, plan, measure)


def of_lists(*, bounded: bool) -> str:
    """What to add to a method that has limits from lists."""
    return OVER_LISTS if bounded else ""


def why_no_interval(lists: int, folds: float) -> str:
    """Why a figure of a ranking has no limits."""
    if lists == 1:
        return "one list: how it would come out on another is not known"
    if folds < stats.FEWEST_FOLDS:
        return "no interval: in too few lists"
    return "no interval: no spread between lists"


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


def _against(figure: Figure, sums: ListSums, versus: str, at: int | None) -> Iterator[_Made]:
    """The difference from and the ratio to a comparison group, or everybody else."""

    def other(given: Floats) -> Floats:
        if at is None:
            return figure.mean(given.sum(axis=-2, keepdims=True) - given)
        return figure.mean(given)[..., at : at + 1]

    def gap(given: Floats) -> Floats:
        return figure.mean(given) - other(given)

    def quotient(given: Floats) -> Floats:
        return _divided(figure.mean(given), other(given))

    yield from _compared(figure, sums, versus, at, gap, quotient)


def _compared(
    figure: Figure, sums: ListSums, versus: str, at: int | None, gap: Of, quotient: Of
) -> Iterator[_Made]:
    # By its name: which group is the best may be another among those that are published.
    named = versus if at is None else sums.table.groups[at]
    for kind, of, scale in (("difference", gap, "identity"), ("ratio", quotient, "log")):
        value = of(sums.full)
        effect = sums.spread(f"{figure.key}.{kind}", named, of, at)
        method = "student t" if kind == "difference" else "student t, log scale"
        yield _Made(
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
    made: _Made, figure: Figure, sums: ListSums, plan: Plan, measure: str
) -> Iterator[Measurement]:
    table, entries = sums.table, sums.full[:, 0]
    low, high = made.limits(plan.confidence)
    p_value = np.full(len(entries), np.nan) if made.p_value is None else made.p_value
    others = np.arange(len(entries)) != made.skip
    adjusted = stats.holm(np.where(others, p_value, np.nan))
    for at, group in enumerate(table.groups):
        if at == made.skip:
            continue
        value = _number(made.value[at])
        bounded = value is not None and not math.isnan(low[at])
        why = _why_nothing(sums, at, made.versus) if value is None else ""
        if value is not None and not bounded:
            why = why_no_interval(lists_of(table), float(made.folds[at]))
        said = made.notes[at] if made.notes and value is not None else ""
        yield Measurement(
            measure=measure,
            metric=made.metric,
            value=value,
            low=_number(low[at]) if bounded else None,
            high=_number(high[at]) if bounded else None,
            confidence=plan.confidence,
            n=0 if math.isnan(entries[at]) else round(float(entries[at])),
            by=JOINT.join(table.by),
            group=group,
            versus=made.versus,
            feature=figure.feature,
            people=None if table.persons is None else int(np.nan_to_num(table.persons[at])),
            p_value=_number(p_value[at]),
            p_adjusted=_number(adjusted[at]),
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


def _over_groups(
    own: _Made, figure: Figure, sums: ListSums, plan: Plan, measure: str
) -> Iterator[Measurement]:
    """The range over groups and the least ratio; limits that hold for all groups at once."""
    hidden = bool(sums.table.withheld.any()) or bool(np.isnan(sums.full[:, 0]).any())
    known = ~np.isnan(own.value)
    value = own.value[known]
    for kind, made in (("range", _range), ("least_ratio", _least_ratio)):
        number = None if hidden or len(value) < 2 else _number(made(value, value))
        limits = partial(_of_all, own, known, made)
        bounded = number is not None and not math.isnan(limits(plan.confidence)[0])
        low, high = limits(plan.confidence) if bounded else (math.nan, math.nan)
        why = "withheld" if hidden else "fewer than two groups have a value"
        if number is None and not hidden and len(value) > 1:
            why = "every group's value is 0"
        lacking = why_no_interval(lists_of(sums.table), float(own.folds[known].min(initial=0)))
        yield Measurement(
            measure=measure,
            metric=f"{figure.name}.{kind}",
            value=number,
            low=_number(low),
            high=_number(high),
            confidence=plan.confidence,
            n=int(np.nansum(sums.full[:, 0])),
            by=JOINT.join(sums.table.by),
            feature=figure.feature,
            unit="ratio" if kind == "least_ratio" else "difference",
            method="all groups at once, bonferroni" + of_lists(bounded=bounded),
            note=why if number is None else "" if bounded else lacking,
            limits=limits if bounded else None,
        )


def _of_all(
    own: _Made, known: Floats, made: Callable[[Floats, Floats], float], confidence: float
) -> tuple[float, float]:
    """Where all groups' intervals hold at once, so do these, however groups hang together."""
    strict = stats.bonferroni_confidence(confidence, max(1, int(known.sum())))
    low, high = (one[known.astype(bool)] for one in own.limits(strict))
    if np.isnan(low).any():
        return math.nan, math.nan
    ends = made(low, high), made(high, low)
    return min(ends), max(ends)


def _range(least: Floats, most: Floats) -> float:
    """The greatest of `most` less the smallest of `least`; never below 0."""
    return max(0.0, float(most.max() - least.min()))


def _least_ratio(least: Floats, most: Floats) -> float:
    """The smallest of `least` over the greatest of `most`; never above 1."""
    low, high = max(0.0, float(least.min())), float(most.max())
    return min(1.0, low / high) if high > 0 else math.nan


def _wilson(value: Floats, effect: Effect, entries: Floats, confidence: float) -> Bounds:
    cases = stats.clustered_cases(value, effect.cases, effect.folds, entries, confidence)
    return stats.wilson(value * cases, cases, confidence)


def _student(value: Floats, effect: Effect, entries: Floats, confidence: float) -> Bounds:
    return _jackknifed(value, effect, "identity", confidence)


def _jackknifed(value: Floats, effect: Effect, scale: str, confidence: float) -> Bounds:
    found = stats.jackknife_limits(value, effect.cases, effect.folds, confidence, scale)  # type: ignore[arg-type]
    return Bounds(np.asarray(found.low), np.asarray(found.high))


def _divided(some: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(whole > 0, some / whole, np.nan)
    return found


def _limits(limits: LimitsAt, at: int, confidence: float) -> tuple[float, float]:
    low, high = limits(confidence)
    return float(low[at]), float(high[at])


def _number(value: float | Floats) -> float | None:
    return None if math.isnan(value) else float(value)
