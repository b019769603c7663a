"""Which of the remedies tried is worth discussing; chosen on the half they were fitted on.

Imports `measures` (the level above), `stats`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from isg_audit.measures.impact.change import Change
from isg_audit.measures.impact.remedy_rows import About, levelled, rows_of
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.weighing import Point
from isg_audit.stats import closure
from isg_audit.stats.levelling import MARGIN

MOST_LOST = 0.01
"""Accuracy that a remedy worth discussing may cost; this project's default."""

BENEFIT = "right_grant_rate"

WORTH = {False: "worth_discussing_", True: "worth_discussing_by_group_"}
"""How metrics start of the remedy worth discussing, by whether it needs the group."""

NOTHING = (
    "no remedy that was tried lifts the worst-off group without levelling down at a loss of "
    "accuracy of at most one point"
)
NO_FREE = (
    "nothing that was tried and needs nobody's group is as accurate and less unequal; other rules "
    "may be"
)

NOT_HELD = "on the people it was read on the gap does not close"
NOT_FREE = "what cost no accuracy where it was fitted does so on the people whom it was read on"


@dataclass(frozen=True, eq=False)
class Tried:
    """A remedy: the people it was fitted on, and those it is read on."""

    point: Point
    fitted: Change
    read: Change


@dataclass(frozen=True)
class _Said:
    """What the fitted half says of a remedy."""

    rise: float
    lowered: float
    closed: float
    cost: float
    most_cost: float


def summary_of(tried: Sequence[Tried], about: About) -> Iterator[Measurement | NotMeasured]:
    """The remedy worth discussing, and what closes the gap at no cost, read on held-out people."""
    said = {one.point: _fitted(one.fitted) for one in tried}
    yield from _worth(tried, said, about)
    yield from _at_no_cost(tried, said, about)


def _worth(
    tried: Sequence[Tried], said: dict[Point, _Said], about: About
) -> Iterator[Measurement | NotMeasured]:
    able = [
        one
        for one in tried
        if (it := said[one.point]).closed > MARGIN
        and it.rise > MARGIN
        and not it.lowered > 0.5
        and it.cost <= MOST_LOST
        and levelled(one.fitted, one.point, about).state != "shown"
    ]
    for needs_group, start in WORTH.items():
        its = [one for one in able if one.point.needs_group is needs_group]
        chosen = max(its, key=lambda one: said[one.point].rise, default=None)
        if chosen is None:
            yield NotMeasured(about.measure, NOTHING, f"{start}least_rise", about.by)
            continue
        kept = {"levelling_down", "least_rise", "lowered_share", "gap_closed", "accuracy_change"}
        rows = {row.metric: row for row in rows_of(chosen.read, chosen.point, about)
                if row.metric in kept}  # fmt: skip
        for row in _held_up(rows):
            yield _summary(row, start + row.metric, chosen, chosen.point, about)


def _held_up(rows: dict[str, Measurement]) -> Iterator[Measurement]:
    """The rows; where the gap does not close on held-out people, nothing is cleared by them."""
    closed = rows["gap_closed"].value
    for metric, row in rows.items():
        if metric == "levelling_down" and not (closed is not None and closed > MARGIN):
            note = "; ".join(filter(None, (NOT_HELD, row.note)))
            yield replace(row, value=None, low=None, high=None, note=note)
        else:
            yield row


def _at_no_cost(
    tried: Sequence[Tried], said: dict[Point, _Said], about: About
) -> Iterator[Measurement | NotMeasured]:
    metric = "gap_closed_at_no_cost"
    able = [
        one
        for one in tried
        if not one.point.needs_group
        and (it := said[one.point]).cost <= 0
        and it.most_cost <= MOST_LOST
        and it.closed > 0
        and not it.lowered > 0.5
    ]
    chosen = max(able, key=lambda one: said[one.point].closed, default=None)
    if chosen is None:
        yield NotMeasured(about.measure, NO_FREE, metric, about.by)
        return
    if chosen.read.accuracy_change(about.confidence).high < 0:
        yield NotMeasured(about.measure, NOT_FREE, metric, about.by)
        return
    point = replace(chosen.point, aim="equal_opportunity")  # so that the gap is of right grants
    row = next(one for one in rows_of(chosen.read, point, about) if one.metric == "gap_closed")
    yield _summary(row, metric, chosen, point, about)


def _summary(
    row: Measurement, metric: str, chosen: Tried, point: Point, about: About
) -> Measurement:
    """A row of one remedy as a row of the attribute, that can be judged at any confidence."""
    note = "; ".join(filter(None, (f"of {chosen.point.name}", row.note)))
    limits = lru_cache(partial(_limits, row.metric, chosen.read, point, about))
    known = row.value is not None and row.low is not None
    return replace(row, metric=metric, feature="", note=note, limits=limits if known else None)


def _limits(
    metric: str, change: Change, point: Point, about: About, confidence: float
) -> tuple[float, float]:
    at = replace(about, confidence=confidence)
    rows = (one for one in rows_of(change, point, at) if one.metric == metric)
    low, high = next((one.low, one.high) for one in rows)
    if low is None or high is None:
        return (0.0, 1.0) if metric == "levelling_down" else (-math.inf, math.inf)
    return low, high


def _fitted(change: Change) -> _Said:
    before, after = (change.rate(BENEFIT, one) for one in (change.before, change.after))
    gap = closure(before, after)
    lowered, moved = float(gap.lowered), change.accuracy_change(0.95)
    return _Said(
        rise=float(after.min() - before.min()),
        lowered=lowered if math.isfinite(lowered) else 1.0,
        closed=float(gap.before - gap.after),
        cost=-float(moved.value),
        most_cost=-float(moved.low),
    )
