"""How long people wait for a decision, and for an answer to their appeal, by group.

Imports `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from isg_audit.measures.compare import best_off, compare
from isg_audit.measures.estimates import Estimates, remembered, rest_of
from isg_audit.measures.few import smallest_known
from isg_audit.measures.marked_rates import Rate, bare, rates, safety
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.metric import Metric
from isg_audit.measures.plan import Plan
from isg_audit.stats import (
    difference_of,
    quantile_of_counts,
    still_waiting,
    survival_quantile,
    wilson,
)
from isg_audit.stats.bounds import Bounds, Estimate, plain
from isg_audit.tally.table import JOINT, Counted, Floats, Table
from isg_audit.tally.waits import Waits

Rows = Iterator[Measurement | NotMeasured]

NOT_NAMED = "the audit file names no {} under [voice]"

QUANTILES = (("median", 0.5), ("p90", 0.9))


@dataclass(frozen=True)
class _Of:
    """What is waited for: the measure, what its metrics are called, and what it needs."""

    measure: str
    word: str
    needs: str


def decision_time(
    counted: Counted, plan: Plan, waits: Waits | None, measure: str = "impact.decision_time"
) -> Rows:
    """Days from the day people asked to the decision, by group.

    `days_to_decision_median` and `days_to_decision_p90` (within which half, and nine tenths, had
    their decision) in whole days, with limits that are order statistics and hold whatever the
    distribution is; where cases are still open, by Kaplan and Meier with Brookmeyer and Crowley's
    limits. Groups are compared by difference and ratio (MOVER of the limits of both).
    `longer_wait_rate.difference` is the share of a group that waits longer than the median of
    everybody else, less the share of these who do; it stands for people. `late_decision_rate` is
    the share beyond the legal limit, answered or not, among cases whose limit had run out by the
    last day of the log: younger ones cannot be late yet and would make every group look punctual.
    Cases that end before they begin are left out and told as `backwards`. Weights give Kish's
    effective cases; where persons repeat, cases are divided by the most decisions about one. A
    wait that one person alone could be known by is withheld, the ninth decile of small groups so.

    Source:
        Conover (1999), section 3.2; Kaplan & Meier (1958), JASA 53:457-481; Brookmeyer & Crowley
        (1982), Biometrics 38:29-41; Zou & Donner (2008), Statistics in Medicine 27:1693-1702.
    """
    yield from _all(_Of(measure, "decision", "'applied_on'"), counted, plan, waits)


def redress_time(
    counted: Counted, plan: Plan, waits: Waits | None, measure: str = "impact.redress_time"
) -> Rows:
    """Days from an appeal to its answer, by group: figures as of `impact.decision_time`.

    `days_to_redress_median`, `days_to_redress_p90`, `longer_wait_rate.difference`,
    `late_redress_rate`, `backwards`. Appeals that were given up are left out: their wait had no
    answer. Open appeals count with the days they have waited.

    Source:
        Frameworks 5.2: median and ninth decile, share beyond the legal limit, Kaplan-Meier where
        cases are open.
    """
    yield from _all(_Of(measure, "redress", "'resolved_on'"), counted, plan, waits)


def _all(of: _Of, counted: Counted, plan: Plan, waits: Waits | None) -> Rows:
    if waits is None:
        yield NotMeasured(of.measure, NOT_NAMED.format(of.needs))
        return
    if not len(waits.days):
        yield NotMeasured(of.measure, "nobody is known to have waited")
        return
    for name, share in QUANTILES:
        yield from _quantiles(of, f"days_to_{of.word}_{name}", share, counted, plan, waits)
    yield from _longer(of, counted, plan, waits)
    late = f"late_{of.word}_rate"
    if waits.limit is None:
        why = NOT_NAMED.format(f"'{of.word}_limit'")
        yield NotMeasured(of.measure, why, late)
    else:
        note = f"more than {waits.limit} days, of cases older than that on {waits.as_of}"
        one = Rate(of.measure, late, "cases old enough to be late", "low", note=note)
        told = [waits.everybody, waits.ended, ~waits.ended]
        yield from rates(one, waits, waits.late, waits.due, told, counted, plan)
    if waits.backwards:
        yield Measurement(
            of.measure, "backwards", waits.backwards, waits.backwards, waits.backwards,
            n=round(waits.backwards), unit="count", method="counted",
            note="ended before they began; left out", smallest=waits.backwards,
        )  # fmt: skip


def _quantiles(
    of: _Of, metric: str, share: float, counted: Counted, plan: Plan, waits: Waits
) -> Iterator[Measurement]:
    name = of.measure.partition(".")[0]
    one = Metric(name, metric, partial(_estimates, share), frozenset(), ("low", "low"), unit="days")
    kinds = [waits.everybody, waits.ended, ~waits.ended]
    for by in ((), *plan.several_by):
        table = _table(counted.table(by), waits)
        if not by and not table.cases.sum():
            return
        ours = one.of(table)
        least = smallest_known(waits, by, table.groups, kinds)
        least = np.minimum(least, _beyond(table, ours, plan.confidence))
        rest = rest_of(table)
        others = _beyond(rest, one.of(rest), plan.confidence)
        safe = safety(least, table, best_off(one, table, ours) if by else None)
        for row in compare(one, table, plan, of.measure):
            smallest = safe(row)
            if row.versus == "rest":
                other = float(others[table.groups.index(row.group)]) / table.repeats.max()
                smallest = other if smallest is None else min(smallest, other)
            note = row.note if row.versus or not row.group else row.note or _open_note(table, row)
            if row.low is not None and math.isinf(row.low):
                note = "; ".join(filter(None, (note, "no lower limit")))
            days = "ratio" not in row.metric
            yield replace(
                row, note=note, smallest=smallest, unit="days" if days else row.unit
            )  # fmt: skip


def _open_note(table: Table, row: Measurement) -> str:
    waiting = table.parts["open"][0, table.groups.index(row.group)].sum()
    return "some are still open, and count with the days they have waited" if waiting else ""


def _table(base: Table, waits: Waits) -> Table:
    """The groups of `base` with how many of them waited how long."""
    place, groups = waits.place(base.by, base.groups), len(base.groups)
    days, at = np.unique(waits.days, return_inverse=True)
    parts = {}
    for name, chosen in (("ended", waits.ended), ("open", ~waits.ended)):
        kept = chosen & (place >= 0)
        cell = place[kept] * len(days) + at.reshape(-1)[kept]
        parts[name] = np.array(
            [
                np.bincount(cell, weights=waits.sums[kept, kind], minlength=groups * len(days))
                for kind in range(3)
            ],
            dtype=float,
        ).reshape(3, groups, len(days))
    whole = np.zeros((3, groups, 3, 3))
    whole[:, :, 2, 0], whole[:, :, 2, 1] = (parts[one].sum(axis=2) for one in ("ended", "open"))
    return replace(bare(base, *whole), parts=parts, score_levels=days)


def _effective(table: Table) -> tuple[Floats, Floats]:
    """Independent, unweighted people by group and days: answered, and still open."""
    weight = table.weight.sum(axis=(1, 2))
    squares = table.squares.sum(axis=(1, 2))
    factor = np.divide(weight, squares, out=np.zeros_like(weight), where=squares > 0)
    scale = (factor / table.repeats)[:, None]
    return table.parts["ended"][1] * scale, table.parts["open"][1] * scale


def _estimates(share: float, table: Table) -> Estimates:
    """The days within which a share of each group had their answer."""
    ended, waiting = _effective(table)
    days = table.score_levels

    def of(at: int, confidence: float) -> Estimate:
        if waiting[at].any():
            return survival_quantile(days, ended[at], waiting[at], share, confidence)
        return quantile_of_counts(days, ended[at], share, confidence)

    def limits(confidence: float) -> Bounds:
        each = [of(at, confidence) for at in range(len(table.groups))]
        low = np.array([float(one.low) for one in each])
        # Where fewer had an answer than are asked for, there is no limit either.
        low = np.where(np.isposinf(low), np.nan, np.maximum(low, 0.0))
        high = np.array([float(one.high) for one in each])
        return Bounds(low, np.where(np.isnan(low), np.nan, high))

    value = np.array([float(of(at, 0.95).value) for at in range(len(table.groups))])
    return Estimates(
        value=np.where(np.isinf(value), np.nan, value),
        n=table.cases.sum(axis=(1, 2)),
        limits=remembered(limits),
        method="kaplan-meier, brookmeyer-crowley" if waiting.any() else "order statistics",
        notes=tuple(
            "fewer than that had an answer by the last day" if math.isinf(one) else ""
            for one in value
        ),
    )


def _beyond(table: Table, ours: Estimates, confidence: float) -> Floats:
    """The fewest people of a group at or beyond a figure that is told of it."""
    counts = table.parts["ended"][0] + table.parts["open"][0]
    low, high = ours.limits(confidence)
    days, least = table.score_levels, np.full(len(table.groups), np.inf)
    for at in range(len(table.groups)):
        ends = [counts[at, days <= low[at]], counts[at, days >= high[at]],
                counts[at, days >= ours.value[at]], counts[at, days <= ours.value[at]]]  # fmt: skip
        told = [one.sum() for one in ends if one.sum() > 0]
        least[at] = min(told, default=np.inf)
    return least


def _longer(of: _Of, counted: Counted, plan: Plan, waits: Waits) -> Iterator[Measurement]:
    """Who waits longer than half of everybody else."""
    kinds = [waits.everybody, waits.ended, ~waits.ended]
    for by in plan.several_by:
        table = _table(counted.table(by), waits)
        if len(table.groups) < 2:
            continue
        rest = rest_of(table)
        middle = _estimates(0.5, rest).value
        least = smallest_known(waits, by, table.groups, kinds)
        safe = safety(np.minimum(least, _on_each_side(table, middle)), table, None)
        for at, group in enumerate(table.groups):
            gap = partial(_gap, table, rest, at, float(middle[at]))
            value, low, high = gap(plan.confidence)
            n = float(table.cases[at].sum())
            row = Measurement(
                measure=of.measure,
                metric="longer_wait_rate.difference",
                value=None if math.isnan(value) else value,
                low=None if math.isnan(low) else low,
                high=None if math.isnan(high) else high,
                confidence=plan.confidence,
                n=round(n),
                by=JOINT.join(by),
                group=group,
                versus="rest",
                unit="difference",
                method="mover over kaplan-meier" if _open(table, rest, at) else "newcombe",
                note="not estimable: nobody waited, or the others have no median"
                if math.isnan(value)
                else f"longer than {middle[at]:g} days, the median of everybody else",
                affected=n * value if value > 0 else None,
                affected_low=n * low if value > 0 and not math.isnan(low) else None,
                affected_high=n * high if value > 0 and not math.isnan(high) else None,
                limits=None if math.isnan(low) else partial(_ends, gap),
            )
            yield replace(row, smallest=safe(row))


def _on_each_side(table: Table, after: Floats) -> Floats:
    """The fewest people of a group who waited longer than so many days, or who did not."""
    counts = table.parts["ended"][0] + table.parts["open"][0]
    longer = np.where(table.score_levels > after[:, None], counts, 0.0).sum(axis=1)
    sides = np.array([longer, counts.sum(axis=1) - longer])
    fewest: Floats = np.where(sides > 0, sides, np.inf).min(axis=0)
    return fewest


def _open(table: Table, rest: Table, at: int) -> bool:
    return bool(table.parts["open"][0, at].any() or rest.parts["open"][0, at].any())


def _gap(
    table: Table, rest: Table, at: int, after: float, confidence: float
) -> tuple[float, float, float]:
    ours, theirs = (_still(one, at, after, confidence) for one in (table, rest))
    low, high = difference_of(*ours, *theirs)
    return float(ours.value - theirs.value), float(low), float(high)


def _ends(gap: Callable[[float], tuple[float, float, float]], level: float) -> tuple[float, float]:
    return gap(level)[1:]


def _still(table: Table, at: int, after: float, confidence: float) -> Estimate:
    """The share of a group that waits longer than so many days."""
    ended, waiting = (one[at] for one in _effective(table))
    days = table.score_levels
    if math.isnan(after):
        return Estimate(plain(math.nan), plain(math.nan), plain(math.nan))
    if waiting.any():
        return still_waiting(days, ended, waiting, after, confidence)
    longer, every = float(ended[days > after].sum()), float(ended.sum())
    share = longer / every if every else math.nan
    return Estimate(plain(share), *wilson(longer, every, confidence))
