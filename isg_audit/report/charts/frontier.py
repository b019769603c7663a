"""What a smaller gap costs: one line for each kind of remedy, and the point as things are.

Imports the shared modules of this folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from isg_audit.report.charts import text
from isg_audit.report.charts.marks import polygon, series_mark
from isg_audit.report.charts.palette import GRID, INK, MUTED, PAPER, SERIES_COLOURS
from isg_audit.report.charts.scale import Scale, span, ticks
from isg_audit.report.charts.svg import digits, drawing, element, line, words

HEIGHT, SIDE, LINE = 128.0, 34.0, 12.5
MOST_SERIES = len(SERIES_COLOURS)


@dataclass(frozen=True, slots=True)
class Spot:
    """One remedy: the gap that stays, the accuracy with its limits, whether it takes away."""

    gap: float
    accuracy: float
    low: float | None = None
    high: float | None = None
    takes_away: bool = False


@dataclass(frozen=True, slots=True)
class Trail:
    """Remedies of one kind, joined in this order: each with another gap that may stay."""

    label: str
    spots: tuple[Spot, ...]


def frontier_chart(
    trails: Sequence[Trail],
    now: Spot,
    *,
    tick: tuple[Callable[[float], str], Callable[[float], str]],
    names: tuple[str, str, str, str],
    title: str,
    width: float = 357.0,
) -> Markup:
    """Draw the trails and the present point.

    Args:
        trails: at most four.
        now: as things are.
        tick: how a gap and how a share are written on their scales.
        names: of the scale to the right, of the one upwards, of the present point, and what a
            crossed mark means.
        title: the finding in a sentence.
        width: points.

    Raises:
        ValueError: more trails than can be told apart.
    """
    if len(trails) > MOST_SERIES:
        raise ValueError(f"{len(trails)} trails; at most {MOST_SERIES} can be told apart")
    across, up, present, crossed = names
    every = [now, *(spot for trail in trails for spot in trail.spots)]
    key, top = _key(trails, present, crossed if any(one.takes_away for one in every) else "", width)
    top += 16.0
    low, high = span([one.gap for one in every], keep=(0.0,), least=0.02)
    right = Scale(max(low, -0.005), high, SIDE, width - 8)
    ends = [end for one in every for end in (one.low, one.high, one.accuracy) if end is not None]
    above = Scale(*span(ends, least=0.02), top + HEIGHT, top)
    parts = [key, *_grid(right, above, tick)]
    for number, trail in enumerate(trails):
        parts += _trail(trail, number, right, above)
    parts += _now(now, right, above)
    bottom = top + HEIGHT
    middle = (SIDE + width - 8) / 2
    parts.append(words(middle, bottom + 22, across, size=7.2, anchor="middle", fill=MUTED))
    parts.append(words(0, top - 8, up, size=7.2, fill=MUTED))
    return drawing(width, bottom + 26, title, parts)


def _key(trails: Sequence[Trail], present: str, crossed: str, width: float) -> tuple[Markup, float]:
    parts, y = [], 7.0
    for number, trail in enumerate(trails):
        parts.append(_spot_mark(number, 4, y - 2.6))
        said = text.fitted(trail.label, width - 14, 7.5)
        parts.append(words(12, y, said, size=7.5))
        y += LINE
    parts.append(_star(4, y - 2.6))
    parts.append(words(12, y, present, size=7.5, face="semibold"))
    if crossed:
        y += LINE
        parts += _cross(4, y - 2.6)
        parts.append(words(12, y, crossed, size=7.5, face="semibold"))
    return Markup("").join(parts), y + 4


def _grid(
    right: Scale, above: Scale, tick: tuple[Callable[[float], str], Callable[[float], str]]
) -> list[Markup]:
    parts = []
    for value in ticks(right.low, right.high, 6):
        at = right(value)
        parts.append(line(at, above.start, at, above.end, GRID, 0.5))
        said = tick[0](value)
        parts.append(words(at, above.start + 10, said, size=7.2, anchor="middle", fill=MUTED))
    for value in ticks(above.low, above.high, 5):
        at = above(value)
        parts.append(line(right.start, at, right.end, at, GRID, 0.5))
        said = tick[1](value)
        parts.append(words(right.start - 5, at + 2.6, said, size=7.2, anchor="end", fill=MUTED))
    parts.append(line(right.start, above.start, right.end, above.start, INK, 0.8))
    parts.append(line(right.start, above.start, right.start, above.end, INK, 0.8))
    return parts


def _trail(trail: Trail, number: int, right: Scale, above: Scale) -> list[Markup]:
    spots = trail.spots
    places = [(right(one.gap), above(one.accuracy)) for one in spots]
    joined = " ".join(f"{digits(x)},{digits(y)}" for x, y in places)
    parts = [
        element(
            "polyline",
            points=joined,
            fill="none",
            stroke=SERIES_COLOURS[number],
            stroke_width=1.0,
        )
    ]
    for one, (x, y) in zip(spots, places, strict=True):
        parts.append(_spot_mark(number, x, y))
        if one.takes_away:
            parts += _cross(x, y)
    return parts


def _spot_mark(number: int, x: float, y: float) -> Markup:
    return series_mark(number, x, y, 2.8)


def _cross(x: float, y: float) -> list[Markup]:
    """A cross over a mark, seen in grey as well."""
    return [
        line(x - 5, y + side * 5, x + 5, y - side * 5, shade, wide)
        for shade, wide in ((PAPER, 1.9), (INK, 1.1))
        for side in (1, -1)
    ]


def _now(now: Spot, right: Scale, above: Scale) -> list[Markup]:
    x, y = right(now.gap), above(now.accuracy)
    parts = []
    if now.low is not None and now.high is not None:
        parts.append(line(x, above(now.low), x, above(now.high), INK, 1.0))
    return [*parts, _star(x, y)]


def _star(x: float, y: float) -> Markup:
    """The present point: a triangle, a shape that no series has."""
    return polygon([(x, y - 4.6), (x + 4.4, y + 3.4), (x - 4.4, y + 3.4)], fill=INK)
