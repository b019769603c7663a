"""Funnel: each group by its size and its rate, between limits that narrow as groups grow.

Imports the shared modules of this folder. It ranks nobody: only groups outside are named.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from isg_audit.report.charts import text
from isg_audit.report.charts.dots import NAME, key_of, place_beside
from isg_audit.report.charts.marks import series_mark
from isg_audit.report.charts.palette import GRID, INK, MUTED, PAPER, SERIES
from isg_audit.report.charts.scale import Scale, span, ticks
from isg_audit.report.charts.svg import box, digits, drawing, element, line, words

HEIGHT, SIDE, TOP = 200.0, 34.0, 22.0
LINES = (2.6, -6.5, 11.5, -15.0, 20.0)
"""Lines on which a name may stand, from its dot down."""

INSIDE, WATCH, ACT = 0, 2, 1
"""The marks of a group inside the limits, outside the inner ones, outside the outer ones."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A group: its name, how many cases, its rate, and the number of its mark."""

    label: str
    cases: float
    rate: float
    mark: int = INSIDE


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for groups of several sizes, rising, and what they are called."""

    said: str
    cases: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What stands beside the picture: axes, the middle line, and what each mark means."""

    across: str
    up: str
    target: str
    key: tuple[tuple[int, str], ...]


def funnel_chart(
    units: Sequence[Unit],
    inner: Limits,
    outer: Limits,
    target: float,
    said: Words,
    tick: Callable[[float], str],
    size: Callable[[float], str],
    *,
    title: str,
    width: float = 487.4,
) -> Markup:
    """Draw the groups and the limits.

    Args:
        units: the groups, the more important to name first.
        inner: limits to watch.
        outer: limits to act on.
        target: the rate that all would have.
        said: what stands beside it.
        tick: how a rate is written.
        size: how a number of cases is written.
        title: the finding in a sentence.
        width: points.
    """
    cases = [one.cases for one in units]
    low, high = math.log(min(cases) * 0.85), math.log(max(cases) * 1.2)
    right = Scale(low, max(high, low + 1.0), SIDE, width - 8)
    near = [end for limits in (inner, outer) for at, end in _ends(limits) if at >= min(cases)]
    rates = [one.rate for one in units]
    bottom, ceiling = span([*rates, *near], keep=(target,), least=0.1, within=(0.0, 1.0))
    above = Scale(bottom, ceiling, TOP + HEIGHT, TOP + 10)
    parts = [key_of(said.key), *_grid(right, above, tick, size)]
    for limits, dashes in ((inner, ""), (outer, "4 2.5")):
        parts += _lines(limits, right, above, dashes)
    parts.append(line(right.start, above(target), right.end, above(target), INK, 0.9))
    parts += _lines_said(inner, outer, target, said, right, above)
    taken: list[tuple[float, float, float, float]] = []
    for one in units:
        x, y = right(math.log(one.cases)), above(one.rate)
        taken.append((x - 3.5, y - 3.5, x + 3.5, y + 3.5))
    for one in reversed(units):
        x, y = right(math.log(one.cases)), above(one.rate)
        parts.append(series_mark(one.mark, x, y, 2.4 if one.mark == INSIDE else 3.0))
    for one in units:
        if one.mark != INSIDE:
            x, y = right(math.log(one.cases)), above(one.rate)
            place = place_beside(one.label, (x, y), (SIDE, width - 4), taken, LINES)
            if place is not None:
                parts.append(_on_paper(*place, one.label, NAME, INK))
    foot = TOP + HEIGHT
    middle = (SIDE + width - 8) / 2
    parts.append(words(middle, foot + 22, said.across, size=7.2, anchor="middle", fill=MUTED))
    parts.append(words(0, TOP + 2, said.up, size=7.2, fill=MUTED))
    return drawing(width, foot + 26, title, parts)


def _ends(limits: Limits) -> list[tuple[float, float]]:
    return [
        *zip(limits.cases, limits.low, strict=True),
        *zip(limits.cases, limits.high, strict=True),
    ]


def _grid(
    right: Scale, above: Scale, tick: Callable[[float], str], size: Callable[[float], str]
) -> list[Markup]:
    parts = []
    for value in ticks(above.low, above.high, 6):
        at = above(value)
        parts.append(line(right.start, at, right.end, at, GRID, 0.5))
        parts.append(
            words(right.start - 5, at + 2.6, tick(value), size=7.2, anchor="end", fill=MUTED)
        )
    edge = -math.inf
    for value in _round(right.low, right.high):
        at, room = right(math.log(value)), text.width(size(value), 7.2) / 2 + 3
        parts.append(line(at, above.start, at, above.end, GRID, 0.5))
        if at - room > edge:
            parts.append(
                words(at, above.start + 10, size(value), size=7.2, anchor="middle", fill=MUTED)
            )
            edge = at + room
    parts.append(line(right.start, above.start, right.end, above.start, INK, 0.8))
    return parts


def _round(low: float, high: float) -> list[float]:
    """1, 2 and 5 times powers of ten on a logarithmic scale."""
    several = (times * 10.0**power for power in range(0, 13) for times in (1, 2, 5))
    return [one for one in several if low <= math.log(one) <= high]


def _lines(limits: Limits, right: Scale, above: Scale, dashes: str) -> list[Markup]:
    parts = []
    for ends in (limits.low, limits.high):
        places = [
            (right(math.log(at)), above(end))
            for at, end in zip(limits.cases, ends, strict=True)
            if right.holds(math.log(at))
        ]
        if len(places) < 2:
            continue
        points = " ".join(f"{digits(x)},{digits(y)}" for x, y in places)
        dashed = {"stroke_dasharray": dashes} if dashes else {}
        parts.append(
            element(
                "polyline", points=points, fill="none", stroke=SERIES, stroke_width=0.9, **dashed
            )
        )
    return parts


def _lines_said(
    inner: Limits, outer: Limits, target: float, said: Words, right: Scale, above: Scale
) -> list[Markup]:
    """The names of the lines at their right ends, on paper so that they stay readable."""
    parts = []
    ends = [(one.said, _last(one, right)) for one in (inner, outer)]
    for label, at in ((said.target, target), *ends):
        if math.isfinite(at):
            x, y = right.end, above(at) - 2.6
            parts.append(_on_paper(x - text.width(label, 7.0) - 2, y, label, 7.0, MUTED))
    return parts


def _on_paper(x: float, y: float, said: str, size: float, fill: str) -> Markup:
    paper = box(x - 1, y - size + 1, text.width(said, size) + 2, size + 0.5, PAPER)
    return paper + words(x, y, said, size=size, fill=fill)


def _last(limits: Limits, right: Scale) -> float:
    """The upper limit for the largest size on the scale."""
    shown = [
        end for at, end in zip(limits.cases, limits.high, strict=True) if right.holds(math.log(at))
    ]
    return shown[-1] if shown else math.nan
