"""Rates and gaps as far as they are known when the group of some people is not.

Imports `measures` (the level above), this family, `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from isg_audit.measures.bounded_rates import Rate, rates_of
from isg_audit.measures.coverage.unknown_sides import Known, known_of
from isg_audit.measures.coverage.unknown_versus import Versus, several_versus
from isg_audit.measures.estimates import LimitsAt, remembered
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.stats import partly_known_limits, wilson
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import Counted, Table

ONLY = "bounds only"
"""How the note of every row starts that holds bounds."""

HOLDS = "it holds whatever group they are of"
TURNS = "it may vanish or turn round, depending on which group they are of"
NOT_SHOWN = "no gap is told from chance among those of known group"
END = "an end of the bounds as counted, without sampling error"

CONCLUSIONS = "gaps_that_hold"


def unknown_bounds(
    counted: Counted, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    """What is known of a group's rate when some people's group is not known: bounds.

    Nobody is left out and nothing is assumed: everybody of unknown group is of some group. The
    least a group's rate can be is when all of them who were refused are of the group, and none
    who was not; the most, the reverse. The least of one group comes with the most of another, so
    differences and ratios have sharp bounds too, against the declared reference, the best-off of
    the other groups and everybody else. `value` is the rate, or the gap, among people of known
    group; `low` and `high` are the bounds with sampling error around them: the limits of Wilson,
    Newcombe or Miettinen and Nurminen at the level of Imbens and Manski, so that the true value
    is covered as often as `confidence` says, wherever between the bounds it lies.
    `..._least` and `..._most` are the bounds as counted, without sampling error.

    `gaps_that_hold` is the share of groups whose gap to everybody else is told from chance among
    people of known group and stays on its side whatever group the others are of: 1 is robust.
    Where no gap is told from chance, it is not measured. Weights give Kish's effective cases;
    where persons repeat, cases are divided by the most decisions about one. For a rate among the
    decided, only unknown people who were decided upon count; for one by outcome, those whose
    outcome is known. Of single attributes alone: in combinations, a person may be known by one and
    not by another, which these bounds do not use.

    Source:
        Manski (2003), Partial Identification of Probability Distributions; Imbens & Manski
        (2004), Econometrica 72:1845-1857.
    """
    everybody = counted.table(())
    for name in plan.attributes:
        table = counted.table((name,))
        for rate in rates_of(table):
            known = known_of(table, everybody, rate)
            if rate.with_best or float(known.groups.cases.sum() + known.unknown.cases) > 0:
                yield from _of_rate(rate, known, table, plan, measure)


def _of_rate(
    rate: Rate, known: Known, table: Table, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    (name,) = table.by
    if math.isnan(known.unknown_cases):
        why = "counts of some groups are withheld"
        yield NotMeasured(measure, why, f"{rate.name}_bounds", name)
        return
    if known.unknown_cases == 0:
        why = f"the value of {name} is known of everybody in this rate"
        yield NotMeasured(measure, why, f"{rate.name}_bounds", name)
        return
    yield from _shares(rate, known, table, plan, measure)
    for versus in several_versus(rate, known, table, plan):
        held: list[bool] = []
        for at in versus.groups:
            yield from _gap_rows(rate, known, versus, table, plan, measure, at, held)
        if rate.with_best and versus.name == "rest":
            yield _conclusions(held, known, table, plan, measure)


def _shares(
    rate: Rate, known: Known, table: Table, plan: Plan, measure: str
) -> Iterator[Measurement]:
    least, most = known.extremes(known.groups)
    limits = remembered(
        lambda confidence: partly_known_limits(
            least.share,
            most.share,
            lambda one: wilson(*least.counted(known.repeats), one),
            lambda one: wilson(*most.counted(known.repeats), one),
            confidence,
        )
    )
    method = "worst and best allocation, wilson, imbens-manski" + _words(table)
    note = f"{ONLY}: {_said(known)} of unknown {table.by[0]}, who may be of any group"
    for at in range(len(table.groups)):
        row = partial(_row, known, table, plan, measure, at, versus="", unit="proportion")
        yield row(f"{rate.name}_bounds", known.groups.share[at], limits, method=method, note=note)
        for end, side in (("least", least), ("most", most)):
            yield row(f"{rate.name}_{end}", side.share[at], None, method="", note=END)


def _gap_rows(
    rate: Rate, known: Known, versus: Versus, table: Table, plan: Plan, measure: str, at: int,
    held: list[bool],
) -> Iterator[Measurement]:  # fmt: skip
    row = partial(_row, known, table, plan, measure, at, versus=versus.name)
    method, words = "worst and best allocation, {}, imbens-manski", _words(table)
    plain, limits = versus.shown(plan.confidence), versus.gap[2]
    outer = limits(plan.confidence)
    side = _side(float(plain.low[at]), float(plain.high[at]))
    holds = side != 0 and _side(float(outer.low[at]), float(outer.high[at])) == side
    if side:
        held.append(holds)
    said = HOLDS if holds else TURNS if side else NOT_SHOWN
    gap = versus.value[0][at]
    meant = rate.with_best and gap < 0
    yield row(
        f"{rate.name}_bounds.difference", gap, limits, unit="difference",
        method=method.format("newcombe") + words,
        note=f"{ONLY}: {_said(known)} of unknown {table.by[0]}; {said}",
        affected=_people(known, at, gap, outer) if meant else (None, None, None),
    )  # fmt: skip
    for end, values in (("least", versus.gap[0]), ("most", versus.gap[1])):
        yield row(
            f"{rate.name}_{end}.difference", values[at], None, unit="difference", method="",
            note=END,
        )  # fmt: skip
    ratio = versus.value[1][at]
    yield row(
        f"{rate.name}_bounds.ratio", ratio, versus.ratio[2], unit="ratio",
        method=method.format("miettinen-nurminen") + words,
        note=f"{ONLY}: {_said(known)} of unknown {table.by[0]}"
        if not math.isnan(ratio) else "the comparison group's value is 0, or nobody to compare",
    )  # fmt: skip


def _side(low: float, high: float) -> int:
    """On which side of no difference an interval lies; 0 across it, or unknown."""
    return 1 if low > 0 else -1 if high < 0 else 0


def _people(
    known: Known, at: int, gap: float, outer: Bounds
) -> tuple[float | None, float | None, float | None]:
    """People whom a gap stands for: as it is, and at both ends with the group as large as there."""
    gone = known.unknown_cases
    share = float(known.unknown.hits / known.unknown.cases) if known.unknown.cases > 0 else 0.0
    most, least = known.cases[at] + gone * share, known.cases[at] + gone * (1.0 - share)
    return (
        float(-gap * known.cases[at]),
        float(-most * outer.high[at]),
        float(-least * outer.low[at]),
    )


def _conclusions(
    held: list[bool], known: Known, table: Table, plan: Plan, measure: str
) -> Measurement | NotMeasured:
    """How many of the gaps that are told from chance hold over the bounds."""
    by = table.by[0]
    if not held:
        return NotMeasured(measure, NOT_SHOWN, CONCLUSIONS, by)
    value = sum(held) / len(held)
    return Measurement(
        measure=measure, metric=CONCLUSIONS, value=value, low=value, high=value,
        confidence=plan.confidence, by=by,
        n=round(float(known.cases.sum()) + known.unknown_cases),
        method="intervals of known groups against the bounds",
        note=f"{sum(held)} of {len(held)} gaps hold whatever group the unknown are of",
        limits=lambda _: (value, value),
    )  # fmt: skip


def _row(
    known: Known, table: Table, plan: Plan, measure: str, at: int, metric: str, value: float,
    limits: LimitsAt | None, *, versus: str, unit: str, method: str, note: str,
    affected: tuple[float | None, float | None, float | None] = (None, None, None),
) -> Measurement:  # fmt: skip
    there = not math.isnan(value)
    low, high = (np.nan, np.nan)
    if limits is not None and there:
        low, high = _ends(limits, at, plan.confidence)
    bounded = not (math.isnan(low) or math.isnan(high))
    if not there and note != END and not note.startswith("the comparison"):
        note = "not estimable: nobody of known group, or nobody to compare with"
    cases = known.cases[at] + known.unknown_cases
    return Measurement(
        measure=measure,
        metric=metric,
        value=float(value) if there else None,
        low=low if bounded else None,
        high=high if bounded else None,
        confidence=plan.confidence,
        n=0 if math.isnan(cases) else round(float(cases)),
        by=table.by[0],
        group=table.groups[at],
        versus=versus,
        affected=affected[0],
        affected_low=affected[1],
        affected_high=affected[2],
        unit=unit,
        method=method,
        note=note,
        limits=partial(_ends, limits, at) if bounded and limits is not None else None,
    )


def _ends(limits: LimitsAt, at: int, confidence: float) -> tuple[float, float]:
    low, high = limits(confidence)
    return float(low[at]), float(high[at])


def _said(known: Known) -> str:
    every = float(known.cases.sum()) + known.unknown_cases
    return f"{known.unknown_cases:,.0f} of {every:,.0f} cases are"


def _words(table: Table) -> str:
    words = ", effective cases" if table.weighted else ""
    return words + (", repeated persons (worst case)" if (table.repeats > 1).any() else "")
