"""The mark of each verdict: its own shape and its own colour, so that neither is needed alone.

Imports the palette and the writer of SVG.
"""

from __future__ import annotations

from markupsafe import Markup

from isg_audit.report.charts.palette import PAPER, SERIES_COLOURS, VERDICTS
from isg_audit.report.charts.svg import digits, element, line


def polygon(points: list[tuple[float, float]], **attributes: float | str) -> Markup:
    """A closed shape through the points."""
    return element(
        "polygon", points=" ".join(f"{digits(x)},{digits(y)}" for x, y in points), **attributes
    )


def _diamond(x: float, y: float, r: float, **attributes: float | str) -> Markup:
    return polygon([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], **attributes)


def _square(x: float, y: float, r: float, **attributes: float | str) -> Markup:
    return element("rect", x=x - r, y=y - r, width=2 * r, height=2 * r, **attributes)


def _circle(x: float, y: float, r: float, **attributes: float | str) -> Markup:
    return element("circle", cx=x, cy=y, r=r, **attributes)


def mark(word: str, x: float, y: float, r: float = 3.0) -> Markup:
    """The mark of a verdict word, centred; `reference` and the empty word as in the palette."""
    colour = VERDICTS[word]
    hollow: dict[str, float | str] = {"fill": PAPER, "stroke": colour, "stroke_width": 1.1}
    match word:
        case "fail":
            return _square(x, y, r * 0.95, fill=colour)
        case "inconclusive":
            return _diamond(x, y, r * 1.25, fill=colour)
        case "reference":
            return _circle(x, y, r, fill=PAPER, stroke=colour, stroke_width=1.4)
        case "not assessed":
            return _circle(x, y, r, **hollow, stroke_dasharray="1.6 1.3")
        case "unanswered":
            return _square(x, y, r * 0.9, **hollow, stroke_dasharray="1.6 1.3")
        case "waived":
            return _diamond(x, y, r * 1.15, **hollow)
        case "not applicable":
            return line(x - r, y, x + r, y, colour, 1.3)
        case "error":
            return polygon(
                [(x, y - r * 1.2), (x + r * 1.2, y + r), (x - r * 1.2, y + r)], fill=colour
            )
        case _:
            return _circle(x, y, r, fill=colour)


def series_mark(number: int, x: float, y: float, r: float = 3.0) -> Markup:
    """The mark of group `number` (0 to 3) in a chart without verdicts."""
    colour = SERIES_COLOURS[number]
    match number:
        case 0:
            return _circle(x, y, r, fill=PAPER, stroke=colour, stroke_width=1.4)
        case 1:
            return _square(x, y, r * 0.9, fill=colour)
        case 2:
            return _diamond(x, y, r * 1.25, fill=colour)
        case _:
            return _circle(x, y, r, fill=colour)
