"""Who gains and who loses by a remedy: for each group a bar to the right and one to the left.

Imports the shared modules of this folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from isg_audit.report.charts import text
from isg_audit.report.charts.palette import GRID, INK, MUTED, SERIES_COLOURS
from isg_audit.report.charts.scale import Scale, ticks
from isg_audit.report.charts.svg import box, drawing, line, words

ROW, SIZE, THICK = 19.0, 7.8, 8.0
GAIN, LOSS = SERIES_COLOURS[1], SERIES_COLOURS[2]


@dataclass(frozen=True, slots=True)
class Gains:
    """One group: people who gain and who lose, with limits; None where not published.

    A section is a heading: its label, and below it what it says more.
    """

    label: str
    gained: tuple[float, float, float] | None
    lost: tuple[float, float, float] | None
    said: tuple[str, str]
    section: bool = False
    below: str = ""


def gains_chart(
    rows: Sequence[Gains],
    *,
    tick: Callable[[float], str],
    heads: tuple[str, str],
    axis: str,
    title: str,
    width: float = 487.0,
) -> Markup:
    """Draw a row a group, the zero line in the middle of what there is.

    Args:
        rows: groups; a section is a heading alone.
        tick: how a number of people is written.
        heads: over the bars to the left and to the right.
        axis: what the scale counts.
        title: the finding in a sentence.
        width: points.
    """
    named = [text.width(one.label, SIZE) for one in rows if not one.section]
    label = min(max(named, default=0.0) + 12, width * 0.36)
    gained = max((one.gained[2] for one in rows if one.gained), default=0.0)
    lost = max((one.lost[2] for one in rows if one.lost), default=0.0)
    whole = max(gained + lost, 10.0)
    # Each side has room for its number beyond the whisker.
    scale = Scale(-max(lost, whole * 0.12), max(gained, whole * 0.12), label + 56, width - 56)
    top, parts = 16.0, []
    bottom = top + ROW * len(rows)
    zero = scale(0.0)
    parts.append(words(zero - 8, 8, heads[0], size=7.5, face="semibold", anchor="end", fill=LOSS))
    parts.append(words(zero + 8, 8, heads[1], size=7.5, face="semibold", fill=GAIN))
    marks = ticks(scale.low, scale.high, 6)
    for value in marks:
        said = tick(abs(value))
        at = scale(value)
        parts.append(words(at, bottom + 10, said, size=7.2, anchor="middle", fill=MUTED))
    for at, one in enumerate(rows):
        y = top + ROW * at
        if not one.section:  # the words of a heading run across the scale
            parts += [line(scale(v), y, scale(v), y + ROW, GRID, 0.5) for v in marks]
            parts.append(line(zero, y, zero, y + ROW, INK, 0.9))
        parts += _row(one, y + ROW / 2, label, scale)
    middle = (scale.start + scale.end) / 2
    parts.append(words(middle, bottom + 21, axis, size=7.2, anchor="middle", fill=MUTED))
    return drawing(width, bottom + 25, title, parts)


def _row(one: Gains, y: float, label: float, scale: Scale) -> list[Markup]:
    if one.section:
        room = scale.end + 50
        head = text.fitted(one.label, room, SIZE, "semibold")
        return [
            words(0, y - 1.8, head, size=SIZE, face="semibold"),
            words(0, y + 7.6, text.fitted(one.below, room, SIZE), size=SIZE, fill=MUTED),
        ]
    parts = [words(0, y + 2.7, text.fitted(one.label, label - 8, SIZE), size=SIZE)]
    for side, people, said, fill in (
        (-1, one.lost, one.said[0], LOSS), (1, one.gained, one.said[1], GAIN)
    ):  # fmt: skip
        zero, end = scale(0.0), scale(0.0)
        if people is not None:
            value, low, high = (scale(side * number) for number in people)
            parts.append(box(min(zero, value), y - THICK / 2, abs(value - zero), THICK, fill))
            parts.append(line(low, y, high, y, INK, 0.9))
            end = high
        anchor = "start" if side > 0 else "end"
        parts.append(words(end + side * 5, y + 2.7, said, size=7.5, anchor=anchor))
    return parts
