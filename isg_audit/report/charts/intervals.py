"""Rows of dots and intervals: a group a row, its rate, its comparison, its limit, its verdict.

Imports the shared modules of this folder. A panel is one scale; there are one or two.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from isg_audit.report.charts import text
from isg_audit.report.charts.marks import mark
from isg_audit.report.charts.palette import (
    FAIL,
    FAILING_ZONE,
    GRID,
    INK,
    MUTED,
    PASS,
    RULE,
    VERDICTS,
)
from isg_audit.report.charts.scale import Scale, span, ticks
from isg_audit.report.charts.svg import box, digits, drawing, element, line, words

ROW, HEAD, GAP = 14.2, 30.0, 22.0
WIDE = 487.4
"""All of the page between its margins, points."""
SIZE = 7.8


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval, and the wider one that allows for several comparisons."""

    value: float
    low: float
    high: float
    wide_low: float | None = None
    wide_high: float | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """One scale.

    Attributes:
        head: what is measured, with its unit.
        tick: how a value is written on the scale.
        allowed: ends of the tolerance, None where there is no limit.
        keep: values that must be on the scale (0 for differences, 1 for ratios).
        within: no tick beyond these.
        below, above: what the sides of the limit mean, e.g. "Below 0.80: fails".
    """

    head: str
    tick: Callable[[float], str]
    allowed: tuple[float | None, float | None] = (None, None)
    keep: tuple[float, ...] = ()
    within: tuple[float, float] = (-math.inf, math.inf)
    below: str = ""
    above: str = ""


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One group. A row that is a `section` is a heading; a `note` stands in place of the marks."""

    label: str
    people: str = ""
    estimates: tuple[Estimate | None, ...] = ()
    word: str = ""
    said: str = ""
    note: str = ""
    section: bool = False


@dataclass(frozen=True, slots=True)
class _Columns:
    people: float
    panels: tuple[tuple[float, float], ...]
    said: float
    room: float
    """Width of the labels."""


def interval_chart(
    rows: Sequence[IntervalRow],
    panels: Sequence[Panel],
    *,
    heads: tuple[str, str, str],
    title: str,
    width: float = WIDE,
) -> Markup:
    """Draw the rows in the order given.

    Args:
        rows: groups and headings; each group has one estimate (or None) a panel.
        panels: one or two scales.
        heads: headings of the label, people and result columns; an empty one leaves no column.
        title: the finding in a sentence.
        width: points.

    Returns:
        SVG. A thick line is the interval, a thin one the wider interval; an arrow head says that
        an interval goes on beyond the scale.
    """
    columns = _columns(rows, len(panels), heads, width)
    scales = [
        _scale(rows, at, panel, place)
        for at, (panel, place) in enumerate(zip(panels, columns.panels, strict=True))
    ]
    bottom = HEAD + ROW * len(rows)
    parts = [_heads(heads, columns)]
    for panel, scale in zip(panels, scales, strict=True):
        parts.append(_panel(panel, scale, rows, bottom))
    for at, row in enumerate(rows):
        parts.append(_row(row, HEAD + ROW * at, columns, scales, width))
    parts.append(line(0, bottom, width, bottom, RULE, 0.5))
    sides = [
        _sides(panel, scale, bottom, width) for panel, scale in zip(panels, scales, strict=True)
    ]
    height = bottom + (13 if any(sides) else 2)
    return drawing(width, height, title, [*parts, *sides])


def _columns(
    rows: Sequence[IntervalRow], panels: int, heads: tuple[str, str, str], width: float
) -> _Columns:
    named = [row for row in rows if not row.section] or [IntervalRow("")]
    label = max(
        text.width(heads[0], 7.5, "semibold"),
        *(text.width(row.label, SIZE, "semibold") for row in named),
    )
    label = min(label, width * 0.3)
    people = max(
        text.width(heads[1], 7.5, "semibold"), *(text.width(row.people, SIZE) for row in named)
    )
    result = max(
        text.width(heads[2], 7.5, "semibold"),
        *(text.width(row.said, SIZE, "semibold") for row in named),
    )
    start = label + (10 + people if heads[1] else 0) + GAP
    end = width - (result + GAP if heads[2] else 4)
    each = (end - start - GAP * (panels - 1)) / panels
    places = tuple(
        (start + at * (each + GAP), start + at * (each + GAP) + each) for at in range(panels)
    )
    return _Columns(label + 10 + people, places, width - result, label)


def _scale(rows: Sequence[IntervalRow], at: int, panel: Panel, place: tuple[float, float]) -> Scale:
    shown = [row.estimates[at] for row in rows if at < len(row.estimates)]
    values = [one.value for one in shown if one]
    ends = [end for one in shown if one for end in (one.low, one.high, one.wide_low, one.wide_high)]
    limits = [one for one in panel.allowed if one is not None]
    centre = [*values, *panel.keep, *limits]
    reach = 2.5 * (max(centre) - min(centre)) if centre else math.inf
    near = [
        end
        for end in ends
        if end is not None and (reach == 0 or min(centre) - reach <= end <= max(centre) + reach)
    ]
    low, high = span([*values, *near], keep=[*panel.keep, *limits], within=panel.within)
    return Scale(low, high, place[0], place[1])


def _heads(heads: tuple[str, str, str], columns: _Columns) -> Markup:
    label, people, result = heads
    parts = [_head(0, label)]
    if people:
        parts.append(_head(columns.people, people, anchor="end"))
    if result:
        parts.append(_head(columns.said, result))
    return Markup("").join(parts)


def _head(x: float, said: str, anchor: str = "start") -> Markup:
    return words(x, 8, said, size=7.5, face="semibold", anchor=anchor, fill=MUTED)


def _panel(panel: Panel, scale: Scale, rows: Sequence[IntervalRow], bottom: float) -> Markup:
    parts = [_head(scale.start, panel.head)]
    low, high = panel.allowed
    if low is not None:
        parts.append(box(scale.start, HEAD, scale(low) - scale.start, bottom - HEAD, FAILING_ZONE))
    if high is not None:
        parts.append(box(scale(high), HEAD, scale.end - scale(high), bottom - HEAD, FAILING_ZONE))
    limits = [one for one in panel.allowed if one is not None]
    taken = [(scale(one), text.width(panel.tick(one), 7.2, "semibold")) for one in limits]
    for value in ticks(scale.low, scale.high, 5):
        at, wide = scale(value), text.width(panel.tick(value), 7.2)
        parts.append(line(at, HEAD, at, bottom, GRID, 0.5))
        if all(abs(at - other) > (wide + room) / 2 + 3 for other, room in taken):
            parts.append(words(at, 23, panel.tick(value), size=7.2, anchor="middle", fill=MUTED))
    for one in limits:
        said = panel.tick(one)
        parts.append(words(scale(one), 23, said, size=7.2, face="semibold", anchor="middle"))
        parts.append(line(scale(one), HEAD, scale(one), bottom, INK, 1.0))
    return Markup("").join(parts)


def _row(
    row: IntervalRow, top: float, columns: _Columns, scales: Sequence[Scale], width: float
) -> Markup:
    base, middle = top + ROW / 2 + 2.7, top + ROW / 2
    parts = [line(0, top, width, top, RULE if row.section else GRID, 0.5)]
    if row.section:
        said = text.fitted(row.label, columns.people, SIZE, "semibold")
        return Markup("").join([*parts, words(0, base, said, size=SIZE, face="semibold")])
    face = "semibold" if row.word in ("fail", "error") else "regular"
    parts.append(
        words(0, base, text.fitted(row.label, columns.room, SIZE, face), size=SIZE, face=face)
    )
    parts.append(words(columns.people, base, row.people, size=SIZE, anchor="end"))
    loud = row.word in ("fail", "inconclusive", "error")
    parts.append(
        words(
            columns.said,
            base,
            row.said,
            size=SIZE,
            face="semibold" if loud else "regular",
            fill=MUTED if row.word in ("reference", "") else VERDICTS[row.word],
        )
    )
    if row.note:
        room = scales[-1].end - scales[0].start
        said = text.fitted(row.note, room, SIZE, "italic")
        parts.append(words(scales[0].start, base, said, size=SIZE, face="italic", fill=MUTED))
    for estimate, scale in zip(row.estimates, scales, strict=False):
        if estimate is not None:
            parts.append(_estimate(estimate, row.word, scale, middle))
    return Markup("").join(parts)


def _estimate(one: Estimate, word: str, scale: Scale, y: float) -> Markup:
    colour = VERDICTS[word]
    parts = []
    if one.wide_low is not None and one.wide_high is not None:
        parts.append(_whisker(one.wide_low, one.wide_high, scale, y, colour, 0.7))
    if word != "reference" or one.low < one.high:
        parts.append(_whisker(one.low, one.high, scale, y, colour, 2.0))
    if scale.holds(one.value):
        parts.append(mark(word, scale(one.value), y))
    return Markup("").join(parts)


def _whisker(
    low: float, high: float, scale: Scale, y: float, colour: str, thickness: float
) -> Markup:
    parts = [line(scale(low), y, scale(high), y, colour, thickness)]
    for end, beyond, way in ((scale.start, low < scale.low, -1), (scale.end, high > scale.high, 1)):
        if beyond:
            tip = f"{digits(end)},{digits(y)}"
            base = digits(end - 4 * way)
            back = f"{base},{digits(y - 2.6)} {base},{digits(y + 2.6)}"
            parts.append(element("polygon", points=f"{tip} {back}", fill=colour))
    return Markup("").join(parts)


def _sides(panel: Panel, scale: Scale, bottom: float, width: float) -> Markup:
    """What the two sides of the limit mean, written under the panel without touching."""
    limits = [one for one in panel.allowed if one is not None]
    if not limits:
        return Markup("")
    at_least = panel.allowed[0] is not None
    left, right = scale(limits[0]) - 5, scale(limits[-1]) + 5
    space = text.width(panel.below, 7.2, "semibold")
    if len(limits) == 2 or left - space < 0:
        left = max(left, space)
        right = max(right, left + 10)
    right = min(right, width - text.width(panel.above, 7.2, "semibold"))
    left = min(left, right - 8)
    below, above = (FAIL, PASS) if at_least else (PASS, FAIL)
    if len(limits) == 2:
        above = FAIL
    y = bottom + 10
    return words(left, y, panel.below, size=7.2, face="semibold", anchor="end", fill=below) + words(
        right, y, panel.above, size=7.2, face="semibold", fill=above
    )
