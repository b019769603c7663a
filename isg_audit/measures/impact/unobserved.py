"""Gaps between groups that nobody recorded: bounds, and estimates that need an assumption.

Imports `measures` (the level above), this family, `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from isg_audit.measures.bounded_rates import Rate, rates_of
from isg_audit.measures.estimates import remembered
from isg_audit.measures.impact.unobserved_bounds import LEAST_CASES, Ends, Target, target_of
from isg_audit.measures.impact.unobserved_estimates import Estimated, estimated, smallest_count
from isg_audit.measures.measurement import Limits, Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.stats import wilson
from isg_audit.tally.signals import Signals
from isg_audit.tally.table import Table
from isg_audit.tally.tally import Tally

DIGITS = 4
"""Decimals that are given: with all digits, counts by signals could be worked out."""

NOT_NAMED = "the audit file names no [unobserved] attribute"
ONLY = "bounds only"
ASSUMES = "an estimate: right only if decisions depend on the group through the signals alone"
END = "an end of the bounds as counted, without sampling error"
_INSIDE = {"proportion": (0.0, 1.0), "difference": (-1.0, 1.0), "ratio": (0.0, math.inf)}


def unobserved(
    several: Sequence[Signals], tally: Tally, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    """Rates and gaps of groups that nobody recorded, from chances of the groups by signals.

    Of people with the same signals (a surname, a place) only the share that is of a group is
    known, from a table that the auditor gives, or from columns of the log. No person is given a
    group, and there is no threshold at which one would be. What follows without any assumption
    are **bounds** (`..._unobserved`): in each stratum of signals, between max(0, a + y - 1) and
    min(a, y) of the people are of the group and have the decision. `low` and `high` are these
    bounds with sampling error around both, by a bootstrap of the counts (200 replicates), and
    that of the table where it says on how many people it rests. People whose signals have no
    chances may be of any group. A verdict rests on the bounds alone. `value` is the weighted
    estimate, shown for what it is; people are counted by that estimate alone. `..._least` and
    `..._most` are the bounds as counted.

    Two estimates stand beside, each with its own interval and assumption. `..._weighted`: everybody
    counts in each group by their chance; right only if decisions depend on the group through the
    signals alone, else too small or too large. `..._regression`: the slope of the decision on the
    chance. If what is left of the decision goes with the group, at a given chance, in the same
    direction as it goes with the chance within a group, the truth lies between the two; this
    cannot be checked without the groups. All of it rests on the table being right for these people.

    Strata of fewer than 50 people (more in a large log) are put together with those of alike
    chances: with few people, bounds would shrink to a point by chance. No stratum is published.
    Four decimals, intervals rounded outwards. Weights give Kish's effective cases; repeated
    persons widen errors by the most decisions about one. Only for decisions for or against people.

    Source:
        Chen, Kallus, Mao, Svacha & Udell (2019), Fairness under unawareness; Kallus, Mao & Zhou
        (2022), Management Science 68:1959-1981; Elzayn et al. (2023); McCartan et al. (2023).
    """
    if not several:
        yield NotMeasured(measure, NOT_NAMED)
    everybody = tally.table(())
    for signals in several:
        if signals.why:
            yield NotMeasured(measure, signals.why, by=signals.name)
        elif signals.sums[0].sum() < 2 * LEAST_CASES:
            why = f"fewer than {2 * LEAST_CASES} people have signals with chances"
            yield NotMeasured(measure, why, by=signals.name)
        else:
            yield from _of_attribute(signals, everybody, plan, measure)


def _of_attribute(
    signals: Signals, everybody: Table, plan: Plan, measure: str
) -> Iterator[Measurement]:
    repeats = float(everybody.repeats.max(initial=1.0))
    yield _no_signals(signals, plan, measure)
    reference = None if signals.reference is None else signals.groups.index(signals.reference)
    for at, group in enumerate(signals.groups):
        against = None if reference == at else reference
        target = target_of(signals, at, against, repeats, plan.seed)
        for rate in rates_of(everybody):
            n = _cases(signals, rate)
            if n:
                least = smallest_count(signals, target, rate) / repeats
                made = _Made(signals, group, at, against, target, rate, plan, measure, n, least)
                yield from _rows(made, repeats)


def _cases(signals: Signals, rate: Rate) -> int:
    counts = signals.sums[0].sum(axis=0) + signals.unknown[0]
    return round(float(sum(counts[cell] for cell in rate.among)))


def _no_signals(signals: Signals, plan: Plan, measure: str) -> Measurement:
    without, every = (
        float(signals.unknown[0].sum()), float(signals.unknown[0].sum() + signals.sums[0].sum())
    )  # fmt: skip
    low, high = wilson(without, every, plan.confidence)
    came = [f"from {signals.origin}"] if signals.origin else []
    came += [f"table {one}" for one in signals.tables]
    note = f"people whose signals ({', '.join(signals.signals)}) have no chances: they may be of "
    return Measurement(
        measure=measure, metric="signals_unknown", value=without / every, low=float(low),
        high=float(high), confidence=plan.confidence, n=int(every), by=signals.name,
        affected=without, method="wilson",
        note="; ".join([note + "any group", *came]),
        limits=lambda one: _pair(wilson(without, every, one)),
    )  # fmt: skip


def _pair(bounds: Sequence[object]) -> tuple[float, float]:
    low, high = bounds
    return float(low), float(high)  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class _Made:
    """One rate of one group, and what its rows share."""

    signals: Signals
    group: str
    at: int
    reference: int | None
    target: Target
    rate: Rate
    plan: Plan
    measure: str
    n: int
    smallest: float

    def row(
        self, metric: str, value: float, limits: Limits | None, *, unit: str, method: str,
        note: str, versus: str = "", people: float | None = None,
    ) -> Measurement:  # fmt: skip
        low, high = limits(self.plan.confidence) if limits else (math.nan, math.nan)
        there = not math.isnan(value)
        bounded = there and not (math.isnan(low) or math.isnan(high))
        affected: tuple[float | None, float | None, float | None] = (None, None, None)
        if people is not None and bounded and value < 0:
            affected = (-people * value, -people * high, -people * low)
        return Measurement(
            measure=self.measure,
            metric=f"{self.rate.name}_{metric}",
            value=round(value, DIGITS) + 0.0 if there else None,
            low=low if bounded else None,
            high=high if bounded else None,
            confidence=self.plan.confidence,
            n=self.n,
            by=self.signals.name,
            group=self.group,
            versus=versus,
            affected=affected[0],
            affected_low=affected[1],
            affected_high=affected[2],
            unit=unit,
            method=method,
            note=note if there else "not estimable: nobody to count, or nobody to compare with",
            limits=limits if bounded else None,
            smallest=self.smallest,
        )


BOUNDS = "sharp bounds by stratum, bootstrap of counts"


def _rows(made: _Made, repeats: float) -> Iterator[Measurement]:
    share = made.target.share(made.rate)
    alone = estimated(made.signals, made.rate, made.at, None, repeats)
    if alone is None:
        return
    yield made.row(
        "unobserved", alone.share, _outer(share, "proportion"), unit="proportion", method=BOUNDS,
        note=f"{ONLY}; the value is the weighted estimate",
    )  # fmt: skip
    yield from _ends(made, share, "", "proportion", "")
    yield made.row(
        "weighted", alone.share, alone.limits("share"), unit="proportion",
        method="weighted by chances", note=ASSUMES,
    )  # fmt: skip
    several: list[tuple[str, int | None]] = [("rest", None)]
    if made.reference is not None:
        several.append((made.signals.groups[made.reference], made.reference))
    for versus, other in several:
        told = estimated(made.signals, made.rate, made.at, other, repeats)
        if told is not None:
            yield from _gaps(made, versus, told)


def _gaps(made: _Made, versus: str, told: Estimated) -> Iterator[Measurement]:
    gap, ratio = made.target.against(made.rate, rest=versus == "rest")
    outer = _outer(gap, "difference")
    low, high = outer(made.plan.confidence)
    side = "the gap is on this side whoever is of the group"
    shown = side if low > 0 or high < 0 else "they do not show on which side the gap is"
    people = made.target.people if made.rate.with_best else None
    yield made.row(
        "unobserved.difference", told.gap, outer, unit="difference", method=BOUNDS, versus=versus,
        note=f"{ONLY}: {shown}; the value is the weighted estimate",
    )  # fmt: skip
    yield from _ends(made, gap, ".difference", "difference", versus)
    yield made.row(
        "unobserved.ratio", told.ratio, _outer(ratio, "ratio"), unit="ratio", method=BOUNDS,
        versus=versus, note=f"{ONLY}; the value is the weighted estimate",
    )  # fmt: skip
    yield made.row(
        "weighted.difference", told.gap, told.limits("gap"), unit="difference",
        method="weighted by chances", note=ASSUMES, versus=versus, people=people,
    )  # fmt: skip
    if versus == "rest" and not math.isnan(told.slope):
        ends = sorted((told.gap, told.slope))
        yield made.row(
            "regression.difference", told.slope, told.limits("slope"), unit="difference",
            method="slope on the chance", versus=versus,
            note="an estimate; the truth lies between "
            f"{100 * ends[0]:+.1f} and {100 * ends[1]:+.1f} points (weighted and regression) if, "
            "beyond the chance, decisions go with the group as they go with the chance within "
            "groups: not to be checked without the groups",
        )  # fmt: skip


def _ends(
    made: _Made, ends: Ends, comparison: str, unit: str, versus: str
) -> Iterator[Measurement]:
    for name, value in (("least", ends.least), ("most", ends.most)):
        yield made.row(
            f"unobserved_{name}{comparison}", value, None, unit=unit, method="", note=END,
            versus=versus,
        )  # fmt: skip


def _outer(ends: Ends, unit: str) -> Limits:
    """Limits rounded outwards and kept within what can be."""
    floor, ceiling = _INSIDE[unit]
    at = remembered(ends.limits)

    def limits(confidence: float) -> tuple[float, float]:
        low, high = (float(one) for one in at(confidence))
        if math.isnan(ends.least) or math.isnan(ends.most):
            return math.nan, math.nan
        return (
            max(_outwards(low, math.floor), floor), min(_outwards(high, math.ceil), ceiling)
        )  # fmt: skip

    return limits


def _outwards(value: float, toward: Callable[[float], int]) -> float:
    if not math.isfinite(value):
        return value
    scale = 10.0**DIGITS
    return toward(round(value * scale, 6)) / scale + 0.0
