"""People as marks, a row a group: so many were harmed, so many of them would not have been.

Imports the shared modules of this folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from isg_audit.report.charts import text
from isg_audit.report.charts.palette import MUTED, RULE, SERIES, blend
from isg_audit.report.charts.svg import box, drawing, element, line, words

PITCH, SIZE, HEAD, GAP = 5.4, 7.8, 16.0, 6.0
MOST = 240
"""Marks of the largest group."""


@dataclass(frozen=True, slots=True)
class PeopleRow:
    """A group: its name, its people as text, how many were harmed, how many of them in excess."""

    label: str
    said: str
    harmed: float
    excess: float = 0.0


def people_a_mark(largest: float) -> int:
    """A round number of people a mark, so that the largest group has at most 240 marks."""
    steps: Iterator[int] = (times * 10**power for power in range(12) for times in (1, 2, 5))
    return next(step for step in steps if largest <= step * MOST)


def people_rows_chart(
    rows: Sequence[PeopleRow],
    *,
    key: tuple[str, str],
    heads: tuple[str, str],
    title: str,
    width: float = 487.4,
) -> Markup:
    """Draw each group's people who were harmed; those in excess are squares, the others circles.

    Args:
        rows: the groups, in the order in which they are read.
        key: what a square and what a circle stands for, with how many people.
        heads: headings of the names and of the numbers.
        title: the finding in a sentence.
        width: points.
    """
    per = people_a_mark(max((one.harmed for one in rows), default=1.0))
    label = max(text.width(one, SIZE, "semibold") for one in (heads[0], *(r.label for r in rows)))
    label = min(label, width * 0.3)
    number = max(text.width(one, SIZE) for one in (heads[1], *(row.said for row in rows)))
    start = label + number + 24
    across = max(10, int((width - start) // PITCH))
    parts = [_head(0, heads[0]), _head(label + 12 + number, heads[1], "end"), _key(key, start)]
    top = HEAD
    for row in rows:
        marks = round(row.harmed / per)
        lines = max(1, -(-marks // across))
        parts.append(line(0, top, width, top, RULE, 0.5))
        base = top + GAP / 2 + 7.2
        parts.append(words(0, base, text.fitted(row.label, label, SIZE), size=SIZE))
        parts.append(words(label + 12 + number, base, row.said, size=SIZE, anchor="end"))
        parts += _marks(marks, round(max(row.excess, 0.0) / per), start, top + GAP / 2, across)
        top += max(13.0, lines * PITCH + GAP)
    parts.append(line(0, top, width, top, RULE, 0.5))
    return drawing(width, top + 2, title, parts)


def _marks(marks: int, excess: int, start: float, top: float, across: int) -> list[Markup]:
    parts = []
    for at in range(marks):
        x, y = start + PITCH * (at % across) + 2.4, top + PITCH * (at // across) + 3.4
        if at < excess:
            parts.append(box(x - 2.0, y - 2.0, 4.0, 4.0, SERIES))
        else:
            parts.append(element("circle", cx=x, cy=y, r=1.7, fill=blend(MUTED, 0.55)))
    return parts


def _head(x: float, said: str, anchor: str = "start") -> Markup:
    return words(x, 8, said, size=7.5, face="semibold", anchor=anchor, fill=MUTED)


def _key(key: tuple[str, str], start: float) -> Markup:
    more, other = key
    second = start + text.width(more, 7.2) + 22
    return Markup("").join(
        [
            box(start, 3.4, 4.0, 4.0, SERIES),
            words(start + 8, 8, more, size=7.2, fill=MUTED),
            element("circle", cx=second + 2, cy=5.4, r=1.7, fill=blend(MUTED, 0.55)),
            words(second + 8, 8, other, size=7.2, fill=MUTED),
        ]
    )
