"""How many of each group are still there after each stage: one falling line a group.

Imports the shared modules of this folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from isg_audit.report.charts import text
from isg_audit.report.charts.intervals import WIDE, Estimate
from isg_audit.report.charts.marks import series_mark
from isg_audit.report.charts.palette import GRID, INK, MUTED, RULE, SERIES_COLOURS
from isg_audit.report.charts.scale import Scale, ticks
from isg_audit.report.charts.svg import drawing, line, words

HEIGHT, TOP, SIDE, SIZE = 125.0, 20.0, 30.0, 7.8
APART = 10.0
"""Between two names at the end of their lines."""


@dataclass(frozen=True, slots=True)
class Way:
    """One group: its name, and the share of it that passed each stage, None where not told."""

    label: str
    shares: tuple[Estimate | None, ...]


def way_chart(
    stages: Sequence[str],
    ways: Sequence[Way],
    others: Sequence[Way] = (),
    *,
    tick: Callable[[float], str],
    axis: str,
    title: str,
    from_all: bool = True,
    width: float = WIDE,
) -> Markup:
    """Draw the groups, all of them starting from 1 before the first stage unless told otherwise.

    Args:
        stages: names, in order; with `from_all` the start before the first of them included.
        ways: one to four groups, named and marked.
        others: further groups, drawn without a name.
        tick: how a share is written on the scale.
        axis: what is shown.
        title: the finding in a sentence.
        from_all: whether the lines start from everybody; else from the first stage, on a scale
            that fits, for stages that few come to.
        width: points.

    Raises:
        ValueError: more than four named groups, which nobody can tell apart.
    """
    if not 1 <= len(ways) <= len(SERIES_COLOURS):
        raise ValueError(f"{len(ways)} series; one to {len(SERIES_COLOURS)} can be told apart")
    room = min(max(text.width(one.label, SIZE, "semibold") for one in ways) + 14, width * 0.3)
    across = Scale(0.0, max(len(stages) - 1.0, 1.0), SIDE + 8, width - room)
    seen = [share.high for one in (*ways, *others) for share in one.shares if share is not None]
    most = 1.0 if from_all or not seen else min(1.0, max(seen) * 1.05)
    up = Scale(0.0, most, TOP + HEIGHT, TOP)
    parts = [words(0, 7, axis, size=7.2, fill=MUTED)]
    for value in ticks(0.0, most, 5):
        at = up(value)
        parts.append(line(SIDE, at, across.end, at, INK if value == 0 else GRID, 0.5))
        said = tick(value)
        parts.append(words(SIDE - 4, at + 2.6, said, size=7.2, anchor="end", fill=MUTED))
    parts += _stages(stages, across)
    for one in others:
        parts += _line(_places(one, across, up, from_all), RULE, None)
    for number, one in enumerate(ways):
        places = _places(one, across, up, from_all)
        parts += _intervals(one, places, up, SERIES_COLOURS[number], from_all)
        parts += _line(places, SERIES_COLOURS[number], number)
    parts += _names(ways, [_places(one, across, up, from_all) for one in ways], width)
    return drawing(width, TOP + HEIGHT + 32, title, parts)


def _stages(stages: Sequence[str], across: Scale) -> list[Markup]:
    """The name of each stage below its place, in two lines where it needs them."""
    each = (across.end - across.start) / max(len(stages) - 1, 1) - 6
    parts = []
    for at, name in enumerate(stages):
        place = across(at)
        parts.append(line(place, TOP + HEIGHT, place, TOP + HEIGHT + 3, INK, 0.8))
        for down, said in enumerate(_two_lines(name, each)):
            y = TOP + HEIGHT + 12 + 9 * down
            anchor = "start" if at == 0 else "middle"
            start = place - 8 if at == 0 else place
            parts.append(words(start, y, said, size=7.5, anchor=anchor))
    return parts


def _two_lines(name: str, each: float) -> list[str]:
    if text.width(name, 7.5) <= each or " " not in name:
        return [text.fitted(name, each, 7.5)]
    parts = name.split(" ")
    cuts = range(1, len(parts))
    first = min(
        cuts,
        key=lambda at: max(
            text.width(" ".join(parts[:at]), 7.5), text.width(" ".join(parts[at:]), 7.5)
        ),
    )
    halves = (" ".join(parts[:first]), " ".join(parts[first:]))
    return [text.fitted(half, each, 7.5) for half in halves]


Places = list[tuple[float, float]]


def _places(one: Way, across: Scale, up: Scale, from_all: bool) -> Places:
    """Where a line goes, up to the last stage that is told."""
    places = [(across(0), up(1.0))] if from_all else []
    for share in one.shares:
        if share is None:
            break
        places.append((across(len(places)), up(share.value)))
    return places


def _line(places: Places, colour: str, number: int | None) -> list[Markup]:
    wide = 0.8 if number is None else 1.4
    parts = [line(*here, *there, colour, wide) for here, there in pairwise(places)]
    if number is None:
        return parts
    return [*parts, *(series_mark(number, *place, 2.8) for place in places)]


def _intervals(one: Way, places: Places, up: Scale, colour: str, from_all: bool) -> list[Markup]:
    told = zip(places[1:] if from_all else places, one.shares, strict=False)
    return [
        line(x, up(share.low), x, up(share.high), colour, 0.8)
        for (x, _), share in told
        if share is not None
    ]


def _names(ways: Sequence[Way], lines: Sequence[Places], width: float) -> list[Markup]:
    """Each name beside the end of its line, moved where it would meet the one above."""
    ends = sorted((its[-1][1], number) for number, its in enumerate(lines) if its)
    heights = [y for y, _ in ends]
    for at in range(1, len(heights)):
        heights[at] = max(heights[at], heights[at - 1] + APART)
    lowest = TOP + HEIGHT - 3
    for at in reversed(range(len(heights))):
        heights[at] = min(heights[at], lowest)
        lowest = heights[at] - APART
    parts = []
    for y, (_, number) in zip(heights, ends, strict=True):
        x = lines[number][-1][0]
        said = text.fitted(ways[number].label, width - x - 9, SIZE, "semibold")
        colour = SERIES_COLOURS[number]
        parts.append(words(x + 8, y + 2.6, said, size=SIZE, face="semibold", fill=colour))
    return parts
