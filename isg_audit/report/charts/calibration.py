"""Does a score mean the same in each group? Small panels with the line of perfect agreement.

Imports the shared modules of this folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from isg_audit.report.charts import text
from isg_audit.report.charts.palette import GRID, INK, MUTED, SERIES
from isg_audit.report.charts.scale import Scale
from isg_audit.report.charts.svg import drawing, element, line, words

ACROSS, GAP, AXIS = 3, 22.0, 24.0


@dataclass(frozen=True, slots=True)
class ScoreBand:
    """People with like scores: the mean score, the share observed and its interval, all 0 to 1."""

    score: float
    observed: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CalibrationPanel:
    """One group: its name, its number of people as said, its bands."""

    name: str
    people: str
    bands: tuple[ScoreBand, ...]


def calibration_chart(
    panels: Sequence[CalibrationPanel], *, axis: str, title: str, width: float = 487.4
) -> Markup:
    """Draw one square panel a group, three in a row, all on the scale 0 to 100 %.

    Args:
        panels: at least one group.
        axis: what the horizontal scale measures.
        title: the finding in a sentence.
        width: points.
    """
    each = (width - GAP * (ACROSS - 1)) / ACROSS
    side = each - AXIS
    tall = side * 0.72 + 48
    parts = []
    for at, panel in enumerate(panels):
        x, y = (at % ACROSS) * (each + GAP), (at // ACROSS) * tall
        parts.append(_panel(panel, x, y, each, side * 0.72, axis))
    return drawing(width, tall * -(-len(panels) // ACROSS), title, parts)


def _panel(
    panel: CalibrationPanel, x: float, y: float, each: float, tall: float, axis: str
) -> Markup:
    across = Scale(0, 1, x + AXIS, x + each)
    up = Scale(0, 1, y + 20 + tall, y + 20)
    room = each - text.width(panel.people, 7.2) - 6
    parts = [
        words(x, y + 8, text.fitted(panel.name, room, 7.8, "semibold"), size=7.8, face="semibold"),
        words(x + each, y + 8, panel.people, size=7.2, anchor="end", fill=MUTED),
    ]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        said = f"{share * 100:.0f}"
        parts.append(line(across.start, up(share), across.end, up(share), GRID, 0.5))
        parts.append(words(x + AXIS - 5, up(share) + 2.5, said, size=7.2, anchor="end", fill=MUTED))
        parts.append(words(across(share), up(0) + 11, said, size=7.2, anchor="middle", fill=MUTED))
    parts.append(
        words(
            (across.start + across.end) / 2, up(0) + 21, axis, size=7.2, anchor="middle", fill=MUTED
        )
    )
    parts.append(
        element(
            "line",
            x1=across(0),
            y1=up(0),
            x2=across(1),
            y2=up(1),
            stroke=INK,
            stroke_width=0.8,
            stroke_dasharray="3 2.2",
        )
    )
    for band in panel.bands:
        at = across(band.score)
        parts.append(line(at, up(band.low), at, up(band.high), SERIES, 1.4))
        parts.append(element("circle", cx=at, cy=up(band.observed), r=2.6, fill=SERIES))
    return Markup("").join(parts)
