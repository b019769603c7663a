"""What charts of dots share: the key of their marks, and names that stand beside dots.

Imports the measuring of text, the marks and the writer of SVG.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from isg_audit.report.charts import text
from isg_audit.report.charts.marks import series_mark
from isg_audit.report.charts.svg import words

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

NAME, KEY = 7.8, 7.5
"""Sizes of the letters of a name and of the key."""

RISE, FALL = 7.4, 1.0
"""How far the letters of a name reach above and below their line."""


def key_of(series: Sequence[tuple[int, str]]) -> Markup:
    """Each mark with what it means, in one line."""
    parts, x = [], 0.0
    for number, said in series:
        parts.append(series_mark(number, x + 3.5, 4.4, 2.8))
        parts.append(words(x + 10, 7, said, size=KEY))
        x += text.width(said, KEY) + 26
    return Markup("").join(parts)


def place_beside(
    label: str,
    at: tuple[float, float],
    between: tuple[float, float],
    taken: list[Box],
    downs: Sequence[float],
) -> tuple[float, float] | None:
    """Where a name starts beside its dot; None where it would meet another everywhere.

    Args:
        label: the name.
        at: the dot.
        between: the left and the right end of what there is room in.
        taken: boxes that are full; the name's is added.
        downs: lines to try, from the dot down; on each the right side first.
    """
    x, y = at
    wide = text.width(label, NAME)
    for down in downs:
        for first in (x + 6, x - 6 - wide):
            box = (first, y + down - RISE, first + wide, y + down + FALL)
            if first < between[0] or first + wide > between[1]:
                continue
            if not any(_meet(box, one) for one in taken):
                taken.append(box)
                return first, y + down
    return None


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
