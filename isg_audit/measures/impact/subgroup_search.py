"""Groups nobody declared: rows of what the search among all combinations found.

Imports `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from isg_audit import stats
from isg_audit.measures.impact.subgroups_looked_at import (
    LookedAt,
    look_at,
    smallest,
)
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.stats import ANY
from isg_audit.tally.cube import Cube
from isg_audit.tally.table import JOINT, Table

METRICS = ("favourable_rate", "wrong_denial_rate")

NOTHING = "no group differs by more than chance would make the largest of all differ"

POINTS = 2
"""Decimals of the largest gap, which is of a group that may not be published itself."""

SHARES = (0.01, 0.02, 0.05, 0.1)
"""Sizes of groups for which it is told what could have been found."""


def subgroup_search(
    counted: Cube | None, everybody: Table, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    """Groups that fare worse, looked for among all combinations of up to four values.

    Values of the declared attributes, and of the columns that the audit file names in [search]:
    text by value, numbers in bands of about equally many people, a missing value as a value of its
    own. Every group of at least `least` of all cases (0.5 %, never fewer than 30) is looked at,
    from counts and without a row: for fewer favourable decisions than everybody else has, and,
    where outcomes are known, for more wrong denials. A group is told where its difference from
    everybody else is larger than the largest of all groups would be in 95 of 100 audits in which
    nobody is treated differently (max-T: decisions are dealt out anew 499 times; Bonferroni's
    level where that would cost too much); the two harms share the 5 %. Intervals are made at the
    same critical value, so that they hold for all groups together, however one was picked; what is
    to be expected of a picked group lies nearer to no gap and stands in the note. A group is told
    only if it differs from each group that asks one value less, and if it still differs once the
    groups told before are set aside, or lies within one of them and fares worse than the rest of
    it; at most ten are told, the others counted. Where persons repeat, cases are divided by the
    most decisions about one, the worst case; weights are not used. The `range` of
    `favourable_rate_searched` is the largest gap told (0 if none), in whole points; its interval
    reaches up to the largest gap that any group looked at may have. `detectable_gap` is the gap
    that a group of that size needs to be found four times in five. No figure of these can be
    recomputed from the published counts.

    Source:
        Westfall & Young (1993), Resampling-Based Multiple Testing; Pastor, de Alfaro & Baralis
        (2021), SIGMOD, for groups by frequent values; Zhong & Prentice (2008), Biostatistics
        9:621-634, for what is to be expected of picked groups.
    """
    if counted is None or counted.why:
        why = counted.why if counted else "the audit file has no table [search]"
        for metric in METRICS:
            yield NotMeasured(measure, why, f"{metric}.difference")
        return
    if everybody.weighted:
        said = "weights are not used, each decision counts once"
        counted = replace(counted, left_out=(*counted.left_out, said))
    there = [one for one in METRICS if one == METRICS[0] or counted.deserving.any()]
    level = 1 - (1 - plan.confidence) / len(there)
    repeats = float(max(1.0, everybody.repeats[0]))
    found: list[LookedAt] = []
    for metric in METRICS:
        if metric not in there:
            why = "no outcome is recorded: what really happened is not known"
            yield NotMeasured(measure, why, f"{metric}.difference")
            continue
        rng = stats.generator_of(plan.seed, "subgroups", metric)
        looked = look_at(metric, counted, level, repeats, rng)
        if looked is None:
            why = "nobody, or everybody, was decided against"
            yield NotMeasured(measure, why, f"{metric}.difference")
            continue
        if not len(looked.groups.cases):
            why = f"no group has {math.ceil(looked.least):,} cases, and as many beside it"
            yield NotMeasured(measure, why, f"{metric}.difference")
            continue
        found.append(looked)
        yield from _rows(looked, counted, found[0] if len(found) > 1 else None, plan, measure)


def _rows(
    looked: LookedAt, counted: Cube, also: LookedAt | None, plan: Plan, measure: str
) -> Iterator[Measurement]:
    least = smallest(looked, counted.declared, also)
    told = []
    for at, fewest in zip(looked.told, least, strict=True):
        rate, gap = _told(looked, counted, at, fewest, plan, measure)
        told.append(gap)
        yield rate
        yield gap
    yield from _summary(looked, counted, told, plan, measure)


def _told(
    looked: LookedAt, counted: Cube, at: int, fewest: float, plan: Plan, measure: str
) -> tuple[Measurement, Measurement]:
    """The rate of a group that is told, and its gap to everybody else."""
    values = looked.groups.values[at]
    of = [place for place, value in enumerate(values) if value != ANY]
    cases, harmed = float(looked.groups.cases[at]), float(looked.groups.hits[at])
    hits = cases - harmed if looked.harm_is_low else harmed
    low, high = stats.wilson(hits / looked.repeats, cases / looked.repeats, looked.confidence)
    row = partial(
        Measurement,
        measure=measure,
        by=JOINT.join(counted.names[one] for one in of),
        group=JOINT.join(counted.levels[one][values[one]] for one in of),
        confidence=plan.confidence,
        n=round(cases),
        smallest=fewest,
    )
    rate = row(
        metric=looked.metric,
        value=_rounded(hits / cases),
        low=_rounded(float(low), -1),
        high=_rounded(float(high), 1),
        method="wilson, max-T" + _words(looked),
    )
    return rate, _gap(looked, row, at)


def _gap(looked: LookedAt, row: partial[Measurement], at: int) -> Measurement:
    gaps, limits = looked.gaps()
    gap, low, high = float(gaps[at]), float(limits.low[at]), float(limits.high[at])
    cases = float(looked.groups.cases[at])
    score = float(looked.scores()[at])
    expected = gap * stats.allowed_for(score, looked.critical) / score
    way = -1 if looked.harm_is_low else 1
    ends = (low, high) if way > 0 else (-high, -low)
    number = score / math.sqrt(looked.repeats)
    return row(
        metric=f"{looked.metric}.difference",
        versus="rest",
        value=_rounded(way * gap),
        low=_rounded(ends[0], -1),
        high=_rounded(ends[1], 1),
        unit="difference",
        method="newcombe, max-T" + _words(looked),
        affected=_rounded(gap, 0) * cases,
        affected_low=max(0.0, _rounded(low, -1)) * cases,
        affected_high=_rounded(high, 1) * cases,
        p_value=_figures(math.erfc(number / math.sqrt(2))),
        p_adjusted=_figures(looked.chance.p_adjusted(number, len(looked.groups.cases))),
        note=f"picked among {len(looked.groups.cases):,} groups, which the interval allows for; "
        f"of picked groups less is to be expected: {100 * way * expected:+.1f} points",
    )


def _summary(
    looked: LookedAt, counted: Cube, told: list[Measurement], plan: Plan, measure: str
) -> Iterator[Measurement]:
    """How many groups were looked at and found, the largest gap, and what could be found."""
    every = looked.groups.total[0]
    row = partial(
        Measurement, measure=measure, confidence=plan.confidence, n=round(every),
        method="max-T" + _words(looked),
    )  # fmt: skip
    groups, confirmed = len(looked.groups.cases), looked.confirmed
    depth = f"up to {looked.groups.depth} values of {', '.join(counted.names)}"
    notes = [f"every group of {math.ceil(looked.least):,} cases or more, {depth}"]
    notes += counted.left_out
    for name, count, note in (
        ("groups_searched", groups, "; ".join(notes)),
        ("groups_confirmed", confirmed, "overlapping ones counted each"),
        ("groups_told", len(told), "none is another in other words" if told else NOTHING),
    ):
        yield row(metric=f"{looked.metric}.{name}", value=count, unit="count", note=note)
    worst = max(told, key=lambda one: abs(one.value or 0), default=None)
    _, limits = looked.gaps()
    yield row(
        metric=f"{looked.metric}_searched.range",
        value=_rounded(abs(worst.value or 0), 0, POINTS) if worst else 0.0,
        low=max(0.0, _rounded(float(limits.low.max()), -1, POINTS)) if worst else 0.0,
        high=_rounded(float(limits.high.max()), 1, POINTS),
        unit="difference",
    )
    sizes = sorted({looked.least / every, *(one for one in SHARES if one * every > looked.least)})
    for share in sizes:
        yield row(
            metric=f"{looked.metric}.detectable_gap",
            feature=f"{100 * share:.2g}% of all",
            value=_rounded(min(1.0, looked.detectable(share * every)), 1),
            unit="difference",
            note=f"a group of {math.ceil(share * every):,} cases is found four times in five "
            "where its gap is as large",
        )


def _words(looked: LookedAt) -> str:
    words = "" if len(looked.chance.largest) else " (bonferroni)"
    return words + (", repeated persons (worst case)" if looked.repeats > 1 else "")


def _rounded(value: float, toward: int = 0, digits: int = 4) -> float:
    """To few decimals, as counts could be worked out of all digits; outwards for limits."""
    scale = 10.0**digits
    scaled = round(value * scale, 6)
    if toward:
        scaled = math.ceil(scaled) if toward > 0 else math.floor(scaled)
    return round(scaled) / scale + 0.0


def _figures(p: float) -> float:
    return float(f"{p:.3g}")
