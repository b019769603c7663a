"""Rates and gaps with unknown groups imputed: intervals under an assumption that is said.

Imports `measures` (the level above), this family, `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import NormalDist

import numpy as np

from isg_audit.measures.bounded_rates import Rate, rates_of
from isg_audit.measures.coverage.imputing import IMPUTATIONS, Completed, completed
from isg_audit.measures.coverage.unknown_sides import Known, known_of
from isg_audit.measures.measurement import Limits, Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.stats import newcombe, rubin, score_ratio, wilson
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import Floats, Table
from isg_audit.tally.tally import Tally

DIGITS = 4
"""Decimals that are given: with all digits, counts within cells could be worked out."""


def unknown_imputed(tally: Tally, plan: Plan, measure: str) -> Iterator[Measurement | NotMeasured]:
    """Rates and gaps with the unknown groups imputed, if they are missing at random.

    Each person of unknown group is given a group's count by chance, 100 times over, as people of
    known group have it who share their decision, outcome and other attributes; by Rubin's rules
    the interval allows for not knowing. No person is given a group in any output. It holds **only
    if** whoever is of unknown group is, within these cells, like those whose group is known. That
    cannot be checked from the log: read it beside the bounds, which assume nothing.

    The shares of the groups in a cell are drawn from their posterior (Dirichlet; before any case
    is seen, one case's worth of the groups' shares among all of that decision and outcome), then
    the people. Limits are Wilson's, Newcombe's or Miettinen and Nurminen's with as many cases
    fewer as Rubin's rules ask. Against the declared reference, the group best off on average over
    imputations, and everybody else. Where persons repeat, cases are divided by the most decisions
    about one; weighted cases are not measured. Above 200,000 cells times groups, decision and
    outcome alone form the cells, and the note says so. Four decimals, intervals rounded outwards.

    Source:
        Rubin (1987), Multiple Imputation for Nonresponse in Surveys; Lott & Reiter (2020),
        American Statistician 74:109-115, for Wilson's interval with imputations.
    """
    everybody = tally.table(())
    decided = everybody.task == "binary" or (everybody.task == "classes" and tally.favourable)
    if not decided or everybody.cases[:, :, :2].sum() == 0:
        yield NotMeasured(measure, "there are no decisions for or against people")
        return
    if everybody.weighted:
        yield NotMeasured(measure, "cases are weighted: imputation is from whole counts")
        return
    for name in plan.attributes:
        table = tally.table((name,))
        rates = [(rate, known_of(table, everybody, rate)) for rate in rates_of(table)]
        rates = [(rate, known) for rate, known in rates if known.unknown_cases > 0]
        if not rates:
            why = f"the value of {name} is known of everybody"
            yield NotMeasured(measure, why, "favourable_rate_imputed", name)
            continue
        several = completed(tally, name, plan.seed)
        for rate, known in rates:
            yield from _rows(rate, known, several, table, plan, measure)


@dataclass(frozen=True, eq=False)
class _Pooled:
    """A value by group from all imputations, with limits at any confidence."""

    value: Floats
    limits: Callable[[float], Bounds]
    increase: Floats


def _rows(
    rate: Rate, known: Known, several: Completed, table: Table, plan: Plan, measure: str
) -> Iterator[Measurement]:
    hits, cases = several.shares(rate)
    among = ", ".join(("decision", "outcome", *several.given))
    assumed = f"assumes that unknown {table.by[0]} is missing at random given {among}"
    row = partial(_row, known, table, plan, measure, assumed)
    share = _share(hits, cases, known.repeats)
    for at in range(len(table.groups)):
        yield row(f"{rate.name}_imputed", at, "", share, "proportion", "wilson")
    for versus, groups, others, among_others in _several(rate, hits, cases, known, table, plan):
        sides = (hits, cases, others, among_others)
        gap, quotient = (_compared(*sides, known.repeats, ratio=one) for one in (False, True))
        for at in groups:
            yield row(f"{rate.name}_imputed.difference", at, versus, gap, "difference", "newcombe")
            yield row(
                f"{rate.name}_imputed.ratio", at, versus, quotient, "ratio", "miettinen-nurminen"
            )


def _several(
    rate: Rate, hits: Floats, cases: Floats, known: Known, table: Table, plan: Plan
) -> Iterator[tuple[str, list[int], Floats, Floats]]:
    every = range(len(table.groups))
    reference = plan.reference_of(table.by)
    if reference in table.groups:
        at = table.groups.index(reference)
        yield reference, [one for one in every if one != at], hits[:, [at]], cases[:, [at]]
    if rate.with_best and known.yardsticks.sum() > 1:
        mean = hits.sum(axis=0) / np.maximum(cases.sum(axis=0), 1.0)
        at = int(np.argmax(np.where(known.yardsticks, mean, -np.inf)))
        yield "best", [one for one in every if one != at], hits[:, [at]], cases[:, [at]]
    if len(every) > 1:
        sums = hits.sum(axis=1, keepdims=True), cases.sum(axis=1, keepdims=True)
        yield "rest", list(every), sums[0] - hits, sums[1] - cases


def _share(hits: Floats, cases: Floats, repeats: float) -> _Pooled:
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = rubin(hits / cases, repeats * _variance(hits, cases))
    mean = cases.mean(axis=0) / repeats

    def limits(confidence: float) -> Bounds:
        level = _as_normal(confidence, pooled.freedom)
        fewer = mean / (1.0 + pooled.increase)
        return _each(wilson, (pooled.value * fewer, fewer), level)

    return _Pooled(pooled.value, limits, pooled.increase)


def _compared(
    hits: Floats, cases: Floats, others: Floats, among: Floats, repeats: float, *, ratio: bool
) -> _Pooled:
    """A difference or a ratio: by Rubin's rules as it is, or on the scale of logarithms."""
    with np.errstate(divide="ignore", invalid="ignore"):
        mine, its = hits / cases, others / among
        first, second = _variance(hits, cases), _variance(others, among)
        if ratio:
            # Half a case more, so that a group without hits has a logarithm.
            some, other = (hits + 0.5) / (cases + 1.0), (others + 0.5) / (among + 1.0)
            value, variance = np.log(some / other), first / some**2 + second / other**2
        else:
            value, variance = mine - its, first + second
        pooled = rubin(value, repeats * variance)
        ours, theirs = mine.mean(axis=0), np.broadcast_to(its.mean(axis=0), mine.shape[1:])
        middle = np.where(theirs > 0, ours / theirs, np.nan) if ratio else ours - theirs

    def limits(confidence: float) -> Bounds:
        level = _as_normal(confidence, pooled.freedom)
        fewer = [
            np.broadcast_to(one.mean(axis=0), ours.shape) / repeats / (1.0 + pooled.increase)
            for one in (cases, among)
        ]
        counts = (ours * fewer[0], fewer[0], theirs * fewer[1], fewer[1])
        return _each(score_ratio if ratio else newcombe, counts, level)

    return _Pooled(np.asarray(middle, dtype=float), limits, pooled.increase)


def _variance(hits: Floats, cases: Floats) -> Floats:
    """Of a share; of none or all it is not 0 (Agresti and Coull)."""
    share = (hits + 1.0) / (cases + 2.0)
    variance: Floats = share * (1.0 - share) / cases
    return variance


def _as_normal(confidence: float, freedom: Floats) -> Floats:
    """The confidence at which a normal limit is as far out as Student's with this freedom."""
    from scipy.special import ndtr, stdtrit

    tail = (1.0 + confidence) / 2.0
    known = np.where(np.isfinite(freedom), freedom, 1e9)
    reach = np.where(np.isfinite(freedom), stdtrit(known, tail), NormalDist().inv_cdf(tail))
    level: Floats = np.where(np.isnan(freedom), confidence, 2.0 * ndtr(reach) - 1.0)
    return level


def _each(made: Callable[..., Bounds], counts: tuple[Floats, ...], level: Floats) -> Bounds:
    """Limits of each group at a level of its own; as many runs as levels differ to 6 digits."""
    low, high = np.full(level.shape, np.nan), np.full(level.shape, np.nan)
    rounded = np.ceil(level * 1e6) / 1e6
    for one in np.unique(rounded):
        at = rounded == one
        found = made(*(part[at] for part in counts), float(min(one, 1.0 - 1e-9)))
        low[at], high[at] = found.low, found.high
    return Bounds(low, high)


def _row(
    known: Known, table: Table, plan: Plan, measure: str, assumed: str,
    metric: str, at: int, versus: str, pooled: _Pooled, unit: str, method: str,
) -> Measurement:  # fmt: skip
    value = float(pooled.value[at])
    there = not math.isnan(value)
    limits: Limits = partial(_ends, pooled.limits, at)
    low, high = limits(plan.confidence) if there else (np.nan, np.nan)
    bounded = not (math.isnan(low) or math.isnan(high))
    wider = float(pooled.increase[at])
    note = f"an estimate: {assumed}; not knowing widens the variance by {100 * wider:.0f}%"
    return Measurement(
        measure=measure,
        metric=metric,
        value=round(value, DIGITS) + 0.0 if there else None,
        low=low if bounded else None,
        high=high if bounded else None,
        confidence=plan.confidence,
        n=round(float(known.cases[at] + known.unknown_cases)),
        by=table.by[0],
        group=table.groups[at],
        versus=versus,
        unit=unit,
        method=f"{IMPUTATIONS} imputations, rubin, {method}" + _words(table),
        note=note if there else "not estimable: nobody to count, or nobody to compare with",
        limits=limits if bounded else None,
        smallest=_smallest(known, at),
    )


def _smallest(known: Known, at: int) -> float:
    """The smallest count, not 0, of the group: hits and misses, in persons."""
    ours = known.groups
    counts = (ours.hits[at], ours.cases[at] - ours.hits[at])
    return min((float(one) for one in counts if one > 0.5), default=math.inf) / known.repeats


def _ends(limits: Callable[[float], Bounds], at: int, confidence: float) -> tuple[float, float]:
    """Rounded outwards."""
    low, high = limits(confidence)
    return _outwards(float(low[at]), math.floor), _outwards(float(high[at]), math.ceil)


def _outwards(value: float, toward: Callable[[float], int]) -> float:
    if not math.isfinite(value):
        return value
    scale = 10.0**DIGITS
    return toward(round(value * scale, 6)) / scale + 0.0


def _words(table: Table) -> str:
    return ", repeated persons (worst case)" if (table.repeats > 1).any() else ""
