"""Two quantities of each thing at once: dots on a plane, each with its name.

Imports the shared modules of this folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from isg_audit.report.charts.dots import NAME, key_of, place_beside
from isg_audit.report.charts.marks import series_mark
from isg_audit.report.charts.palette import GRID, INK, MUTED
from isg_audit.report.charts.scale import Scale, span, ticks
from isg_audit.report.charts.svg import drawing, line, words

HEIGHT, SIDE = 190.0, 34.0
LINES = (2.6, -6.0, 11.0)
"""Lines on which a name may stand, from its dot down."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One thing: its name, where it stands, and the number of its mark (0 to 3)."""

    label: str
    across: float
    up: float
    mark: int = 1


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis shows, how its values are written, and a value from which it starts."""

    said: str
    tick: Callable[[float], str]
    start: float


def plane_chart(
    dots: Sequence[Dot],
    across: Axis,
    up: Axis,
    *,
    corner: str,
    key: Sequence[tuple[int, str]],
    title: str,
    width: float = 357.0,
) -> Markup:
    """Draw the dots, the more important first: a name that finds no room is left out.

    Args:
        dots: what is drawn.
        across: the axis to the right.
        up: the axis upwards.
        corner: what it means to stand at the top right.
        key: marks and what they stand for.
        title: the finding in a sentence.
        width: points.
    """
    right = _scale(across, [one.across for one in dots], SIDE, width - 8)
    top = 20.0
    above = _scale(up, [one.up for one in dots], top + HEIGHT, top + 12)
    parts = [key_of(key), *_grid(across, up, right, above)]
    parts.append(
        words(width - 8, top + 5, corner, size=7.2, face="italic", anchor="end", fill=MUTED)
    )
    taken: list[tuple[float, float, float, float]] = []
    for one in dots:
        x, y = right(one.across), above(one.up)
        taken.append((x - 3.5, y - 3.5, x + 3.5, y + 3.5))
    for one in dots:
        x, y = right(one.across), above(one.up)
        parts.append(series_mark(one.mark, x, y, 3.0))
        place = place_beside(one.label, (x, y), (SIDE, width - 4), taken, LINES)
        if place is not None:
            parts.append(words(*place, one.label, size=NAME))
    bottom = top + HEIGHT
    parts.append(
        words(
            (SIDE + width - 8) / 2, bottom + 22, across.said, size=7.2, anchor="middle", fill=MUTED
        )
    )
    return drawing(width, bottom + 26, title, parts)


def _scale(axis: Axis, values: Sequence[float], start: float, end: float) -> Scale:
    low, high = span(values, keep=(axis.start,), least=0.05)
    return Scale(min(low, axis.start), high, start, end)


def _grid(across: Axis, up: Axis, right: Scale, above: Scale) -> list[Markup]:
    parts = []
    for value in ticks(right.low, right.high, 6):
        at = right(value)
        parts.append(line(at, above.start, at, above.end, GRID, 0.5))
        said = across.tick(value)
        parts.append(words(at, above.start + 10, said, size=7.2, anchor="middle", fill=MUTED))
    for value in ticks(above.low, above.high, 5):
        at = above(value)
        parts.append(line(right.start, at, right.end, at, GRID, 0.5))
        said = up.tick(value)
        parts.append(words(right.start - 5, at + 2.6, said, size=7.2, anchor="end", fill=MUTED))
    parts.append(line(right.start, above.start, right.end, above.start, INK, 0.8))
    parts.append(line(right.start, above.start, right.start, above.end, INK, 0.8))
    parts.append(words(0, above.end - 8, up.said, size=7.2, fill=MUTED))
    return parts
