"""What the model's inputs do in different groups: paired dots joined by a line.

Imports the shared modules of this folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from isg_audit.report.charts import text
from isg_audit.report.charts.marks import series_mark
from isg_audit.report.charts.palette import GRID, INK, MUTED, RULE, SERIES_COLOURS
from isg_audit.report.charts.scale import Scale, span, ticks
from isg_audit.report.charts.svg import drawing, line, words

ROW, SIZE = 15.0, 7.8


@dataclass(frozen=True, slots=True)
class Contribution:
    """One input: its value for each series, None where there is none."""

    label: str
    values: tuple[float | None, ...]


def importance_chart(
    inputs: Sequence[Contribution],
    series: Sequence[str],
    *,
    tick: Callable[[float], str],
    axis: str,
    title: str,
    width: float = 357.0,
) -> Markup:
    """Draw one row an input and one mark a series.

    Args:
        inputs: in the order of drawing; values in one unit.
        series: names of the one to four groups.
        tick: how a value is written on the scale.
        axis: what the scale measures, with its unit.
        title: the finding in a sentence.
        width: points.

    Raises:
        ValueError: more than four series, which nobody can tell apart.
    """
    if not 1 <= len(series) <= len(SERIES_COLOURS):
        raise ValueError(f"{len(series)} series; one to {len(SERIES_COLOURS)} can be told apart")
    label = min(max(text.width(one.label, SIZE) for one in inputs) + 14, width * 0.42)
    seen = [value for one in inputs for value in one.values if value is not None]
    low, high = span(seen, keep=(0.0,), least=0.01)
    scale = Scale(low, high, label, width - 8)
    key, top = _key(series, width)
    bottom = top + ROW * len(inputs)
    parts = [key]
    for value in ticks(low, high, 6):
        at = scale(value)
        zero = abs(value) < 1e-12
        parts.append(line(at, top, at, bottom, INK if zero else GRID, 0.8 if zero else 0.5))
        parts.append(words(at, bottom + 10, tick(value), size=7.2, anchor="middle", fill=MUTED))
    for at, one in enumerate(inputs):
        parts.append(_row(one, top + ROW * (at + 0.5), label, scale))
    middle = (scale.start + scale.end) / 2
    parts.append(words(middle, bottom + 21, axis, size=7.2, anchor="middle", fill=MUTED))
    return drawing(width, bottom + 24, title, parts)


def _key(series: Sequence[str], width: float) -> tuple[Markup, float]:
    """Mark and name of each series, in as many lines as they need."""
    parts, x, y = [], 0.0, 7.0
    for number, name in enumerate(series):
        said = text.fitted(name, width - 12, 7.5, "semibold")
        wide = text.width(said, 7.5, "semibold") + 12
        if x and x + wide > width:
            x, y = 0.0, y + 12
        parts.append(series_mark(number, x + 3.5, y - 2.6, 2.8))
        parts.append(words(x + 10, y, said, size=7.5, face="semibold", fill=SERIES_COLOURS[number]))
        x += wide + 14
    return Markup("").join(parts), y + 8


def _row(one: Contribution, y: float, label: float, scale: Scale) -> Markup:
    parts = [words(0, y + 2.7, text.fitted(one.label, label - 10, SIZE), size=SIZE)]
    places = [scale(value) for value in one.values if value is not None]
    if places:
        parts.append(line(min(places), y, max(places), y, RULE, 1.2))
    for number, value in enumerate(one.values):
        if value is not None:
            parts.append(series_mark(number, scale(value), y, 2.8))
    return Markup("").join(parts)
