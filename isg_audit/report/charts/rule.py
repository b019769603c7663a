"""How a verdict is reached, drawn: an interval on either side of the limit, or across it.

Imports the shared modules of this folder.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from isg_audit.report.charts.marks import mark
from isg_audit.report.charts.palette import FAILING_ZONE, GRID, INK, VERDICTS
from isg_audit.report.charts.svg import box, drawing, line, words

ROW, HEAD = 18.0, 14.0
PLACES = {"pass": (62.0, 88.0), "fail": (14.0, 38.0), "inconclusive": (30.0, 60.0)}
"""Where the example intervals lie, in percent of the panel; the limit stands at 50."""


def rule_chart(
    verdicts: Sequence[tuple[str, str, str]], limit: str, *, title: str, width: float = 357.0
) -> Markup:
    """Draw one example a verdict.

    Args:
        verdicts: word, its name in the report's language, and what it takes.
        limit: what stands above the line.
        title: the rule in a sentence.
        width: points.
    """
    start, wide = width * 0.2, width * 0.32
    bottom = HEAD + ROW * len(verdicts)
    middle = start + wide / 2
    parts = [
        box(start, HEAD, wide / 2, bottom - HEAD, FAILING_ZONE),
        words(middle, 8, limit, size=7.5, face="semibold", anchor="middle"),
    ]
    for at, (word, name, takes) in enumerate(verdicts):
        y = HEAD + ROW * (at + 0.5)
        if at:
            parts.append(line(0, y - ROW / 2, width, y - ROW / 2, GRID, 0.5))
        parts.append(words(0, y + 2.7, name, size=7.8, face="semibold", fill=VERDICTS[word]))
        parts.append(words(start + wide + 16, y + 2.7, takes, size=7.5))
        if word in PLACES:
            low, high = (start + wide * share / 100 for share in PLACES[word])
            parts.append(line(low, y, high, y, VERDICTS[word], 2.0))
            parts.append(mark(word, (low + high) / 2, y))
        else:
            parts.append(mark(word, middle - wide / 4, y))
    parts.append(line(middle, HEAD - 2, middle, bottom, INK, 1.0))
    return drawing(width, bottom + 2, title, parts)
