"""Two attributes together: a matrix with the value in each cell, an outline where it fails.

Imports the shared modules of this folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from isg_audit.report.charts import text
from isg_audit.report.charts.palette import (
    FAIL,
    GREY,
    INCONCLUSIVE,
    INK,
    MUTED,
    PAPER,
    PASS,
    TINT,
    blend,
)
from isg_audit.report.charts.svg import box, drawing, element, line, words

ROW, GUTTER, SIZE = 17.0, 1.6, 7.8


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination of groups.

    Attributes:
        said: what stands in the cell, a ready value or why there is none.
        word: its verdict word; empty where none was taken; `reference` for the one compared with.
        depth: how far from the limit, from -1 (furthest outside) to 1 (furthest inside); None
            hatches the cell: nothing published or too few.
    """

    said: str
    word: str = ""
    depth: float | None = None


def matrix_chart(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[Cell]],
    *,
    title: str,
    width: float = 357.0,
) -> Markup:
    """Draw the matrix.

    Args:
        rows: names of the groups of the first attribute.
        columns: names of the groups of the second.
        cells: one sequence a row, one cell a column.
        title: the finding in a sentence.
        width: points.

    Returns:
        SVG. Fails have a heavy outline, inconclusive cells a light one.
    """
    label = min(max(text.width(name, SIZE) for name in rows) + 12, width * 0.34)
    each = (width - label) / len(columns)
    head = 14.0
    parts = [
        words(
            label + each * (at + 0.5),
            8,
            text.fitted(name, each - 4, 7.5, "semibold"),
            size=7.5,
            face="semibold",
            anchor="middle",
            fill=MUTED,
        )
        for at, name in enumerate(columns)
    ]
    outlines = []
    for down, (name, line_of_cells) in enumerate(zip(rows, cells, strict=True)):
        top = head + down * ROW
        parts.append(words(0, top + ROW / 2 + 2.7, text.fitted(name, label - 8, SIZE), size=SIZE))
        for across, cell in enumerate(line_of_cells):
            x = label + across * each
            parts.append(_cell(cell, x, top, each))
            outlines.append(_outline(cell, x, top, each))
    return drawing(width, head + ROW * len(rows) + 2, title, [*parts, *outlines])


def _cell(cell: Cell, x: float, y: float, wide: float) -> Markup:
    wide, tall = wide - GUTTER, ROW - GUTTER
    if cell.depth is None:
        fill, ink, hatch = TINT, MUTED, _hatch(x, y, wide, tall)
    else:
        share = 0.08 + 0.82 * min(abs(cell.depth), 1.0)
        fill = blend(FAIL if cell.depth < 0 else PASS, share if cell.depth < 0 else share * 0.4)
        ink, hatch = (PAPER if cell.depth < 0 and share > 0.5 else INK), Markup("")
    said = text.fitted(cell.said, wide - 4, SIZE)
    back = (
        box(
            x + wide / 2 - text.width(said, SIZE) / 2 - 3,
            y + 2,
            text.width(said, SIZE) + 6,
            tall - 4,
            TINT,
        )
        if cell.depth is None
        else Markup("")
    )
    face = "semibold" if cell.word == "fail" else "regular"
    middle = words(
        x + wide / 2, y + tall / 2 + 2.7, said, size=SIZE, face=face, anchor="middle", fill=ink
    )
    return box(x, y, wide, tall, fill) + hatch + back + middle


def _outline(cell: Cell, x: float, y: float, wide: float) -> Markup:
    strokes = {"fail": (FAIL, 1.6), "inconclusive": (INCONCLUSIVE, 0.8), "reference": (INK, 0.8)}
    if cell.word not in strokes:
        return Markup("")
    colour, thick = strokes[cell.word]
    inset = thick / 2
    return element(
        "rect",
        x=x + inset,
        y=y + inset,
        width=wide - GUTTER - thick,
        height=ROW - GUTTER - thick,
        fill="none",
        stroke=colour if cell.word != "fail" else INK,
        stroke_width=thick,
    )


def _hatch(x: float, y: float, wide: float, tall: float) -> Markup:
    """Slanted lines that end at the edges of the cell."""
    parts = []
    offset = -tall
    while offset < wide:
        low = max(offset, 0.0)
        high = min(offset + tall, wide)
        parts.append(
            line(
                x + low,
                y + tall - (low - offset),
                x + high,
                y + tall - (high - offset),
                blend(GREY, 0.4),
                0.5,
            )
        )
        offset += 5.0
    return Markup("").join(parts)
