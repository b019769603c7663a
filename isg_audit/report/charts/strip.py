"""A row of marks a checklist or area: every requirement is one mark, in the order of its weight.

Imports the shared modules of this folder.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from isg_audit.report.charts import text
from isg_audit.report.charts.marks import mark
from isg_audit.report.charts.svg import drawing, words

PITCH, ROW = 10.5, 13.5


def strip_chart(
    rows: Sequence[tuple[str, Sequence[str]]], *, title: str, width: float = 487.4
) -> Markup:
    """Draw the marks.

    Args:
        rows: name, and the verdict words of its requirements in the order of drawing.
        title: the counts in a sentence.
        width: points.
    """
    label = min(max(text.width(name, 7.8, "medium") for name, _ in rows) + 14, width * 0.4)
    across = max(1, int((width - label) // PITCH))
    parts, top = [], 0.0
    for name, verdicts in rows:
        said = text.fitted(name, label - 10, 7.8, "medium")
        parts.append(words(0, top + 9.2, said, size=7.8, face="medium"))
        for at, word in enumerate(verdicts):
            x = label + PITCH * (at % across) + PITCH / 2
            parts.append(mark(word, x, top + 6.5 + ROW * (at // across), 3.2))
        top += ROW * max(1, -(-len(verdicts) // across))
    return drawing(width, top, title, parts)
