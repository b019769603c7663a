"""A figure of several groups over windows of time: a small panel each, all on one scale.

Imports the shared modules of this folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from isg_audit.report.charts import text
from isg_audit.report.charts.intervals import WIDE
from isg_audit.report.charts.palette import GRID, INK, MUTED, PAPER, RULE, SERIES, TINT
from isg_audit.report.charts.scale import Scale, span, ticks
from isg_audit.report.charts.svg import box, drawing, element, line, words

TALL, BETWEEN, TOP, SIZE = 58.0, 11.0, 22.0, 7.8
LABEL, TICKS = 104.0, 30.0
LEAST_APART = 4.0
"""Between two names of windows."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One window.

    Attributes:
        value: None where there is none.
        low, high: its interval, None where there is none.
        marked: drawn filled: stands out beyond chance.
        unfinished: drawn with an open interval: the window is not over.
        limits: between which it would lie by chance, None where that is not shown.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    marked: bool = False
    unfinished: bool = False
    limits: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """One group: its name, a line below it, and its windows; None for one not told."""

    label: str
    below: str
    moments: tuple[Moment | None, ...]


def timeline_chart(
    windows: Sequence[str],
    tracks: Sequence[Track],
    changes: Sequence[tuple[int, str]] = (),
    *,
    tick: Callable[[float], str],
    axis: str,
    base: float | None,
    title: str,
    width: float = WIDE,
) -> Markup:
    """Draw the groups below one another.

    Args:
        windows: names, in order.
        tracks: the groups.
        changes: the place of the first window after a declared change, and its words.
        tick: how a value is written on the scale.
        axis: what is measured.
        base: a value with a line of its own, such as 0 for gaps; None for none.
        title: the finding in a sentence.
        width: points.

    Raises:
        ValueError: no group, or a group without a moment for each window.
    """
    if not tracks or any(len(one.moments) != len(windows) for one in tracks):
        raise ValueError("a timeline needs groups, each with a moment for every window")
    across = Scale(-0.5, len(windows) - 0.5, LABEL + TICKS, width - 4)
    low, high = _reach(tracks, base)
    head = TOP + (11 if changes else 0)
    parts = [words(LABEL + TICKS, 8, axis, size=7.5, face="semibold", fill=MUTED)]
    bottom = head
    for number, track in enumerate(tracks):
        top = head + number * (TALL + BETWEEN)
        bottom = top + TALL
        parts += _panel(track, across, Scale(low, high, bottom, top), tick, base)
    parts += _changes(changes, across, head, bottom, width)
    parts += _names(windows, across, bottom)
    return drawing(width, bottom + 16, title, parts)


def _reach(tracks: Sequence[Track], base: float | None) -> tuple[float, float]:
    """Ends of the scale: every value, and of the intervals as much as leaves values apart."""
    there = [one for track in tracks for one in track.moments if one and one.value is not None]
    values = [one.value for one in there if one.value is not None]
    limits = [end for one in there for end in one.limits or ()]
    keep = [] if base is None else [base]
    ends = [end for one in there for end in (one.low, one.high) if end is not None]
    centre = [*values, *limits, *keep] or [0.0, 1.0]
    room = max(max(centre) - min(centre), 0.05) * 0.6
    near = [min(max(end, min(centre) - room), max(centre) + room) for end in ends]
    return span([*values, *limits, *near], keep=keep, least=0.05)


def _panel(
    track: Track, across: Scale, up: Scale, tick: Callable[[float], str], base: float | None
) -> list[Markup]:
    name = text.fitted(track.label, LABEL - 4, SIZE, "semibold")
    parts = [
        words(0, up.end + 9, name, size=SIZE, face="semibold"),
        words(0, up.end + 19, text.fitted(track.below, LABEL - 4, 7.2), size=7.2, fill=MUTED),
    ]
    for value in ticks(up.low, up.high, 6):
        at = up(value)
        own = base is not None and abs(value - base) < 1e-12
        parts.append(line(across.start, at, across.end, at, INK if own else GRID, 0.9 if own
                          else 0.5))  # fmt: skip
        said = tick(value)
        parts.append(words(across.start - 4, at + 2.6, said, size=7, anchor="end", fill=MUTED))
    parts += _limits(track, across, up)
    for at, one in enumerate(track.moments):
        if one is None or one.value is None:
            x = across(at)
            parts.append(words(x, up.start - 2, "×", size=7, anchor="middle", fill=MUTED))
            continue
        parts += _moment(one, across(at), up)
    parts.append(line(across.start, up.start, across.end, up.start, RULE, 0.5))
    return parts


def _limits(track: Track, across: Scale, up: Scale) -> list[Markup]:
    """Bands in which chance alone would leave a value."""
    half = (across(1) - across(0)) / 2
    return [
        box(across(at) - half, up(one.limits[1]), 2 * half, up(one.limits[0]) - up(one.limits[1]),
            TINT)
        for at, one in enumerate(track.moments)
        if one is not None and one.limits is not None
    ]  # fmt: skip


def _moment(one: Moment, x: float, up: Scale) -> list[Markup]:
    parts = []
    if one.low is not None and one.high is not None:
        dash = {"stroke_dasharray": "2 1.5"} if one.unfinished else {}
        parts.append(
            element("line", x1=x, y1=up(one.low), x2=x, y2=up(one.high), stroke=SERIES,
                    stroke_width=1.3, **dash)
        )  # fmt: skip
    fill = SERIES if one.marked else PAPER
    value = up.low if one.value is None else one.value
    parts.append(
        element("circle", cx=x, cy=up(value), r=2.6, fill=fill, stroke=SERIES, stroke_width=1.2)
    )
    return parts


def _changes(
    changes: Sequence[tuple[int, str]], across: Scale, top: float, bottom: float, width: float
) -> list[Markup]:
    """A line before the first window after each change, its words above; shortened to fit."""
    parts, taken = [], [across(place - 0.5) for place, _ in changes]
    for number, (place, said) in enumerate(changes):
        x = across(place - 0.5)
        parts.append(
            element("line", x1=x, y1=top - 3, x2=x, y2=bottom, stroke=INK, stroke_width=0.9,
                    stroke_dasharray="4 2")
        )  # fmt: skip
        after = taken[number + 1] if number + 1 < len(changes) else width
        room = max(after - x, 40.0) - 4
        wide = text.width(said, 7.2)
        start = min(x, width - wide) if after == width else x
        fit = said if wide <= room or start < x else text.fitted(said, room, 7.2)
        parts.append(words(start, top - 6, fit, size=7.2, face="italic"))
    return parts


def _names(windows: Sequence[str], across: Scale, bottom: float) -> list[Markup]:
    """Names of windows below the last panel, as many as have room."""
    widest = max(text.width(one, 7.2) for one in windows) + LEAST_APART
    every = max(1, -(-int(widest) // max(1, int(across(1) - across(0)))))
    return [
        words(across(at), bottom + 10, windows[at], size=7.2, anchor="middle", fill=MUTED)
        for at in range(0, len(windows), every)
    ]
