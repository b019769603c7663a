"""The colours of the report: each has one meaning, and verdict colours mean verdicts only.

Imports nothing of ours. The same values stand in `report_templates/css/base.css`.
"""

INK = "#17212B"
MUTED = "#56626E"
RULE = "#C9D0D6"
GRID = "#E1E5E9"
TINT = "#F3F5F7"
PAPER = "#FFFFFF"
NAVY = "#12304F"
SERIES = "#12436D"
FAIL = "#8E1B3C"
INCONCLUSIVE = "#A05F00"
PASS = "#17679F"  # noqa: S105 (a colour)
GREY = "#66707B"
FAILING_ZONE = "#F6EEF0"
AMBER = "#F2B263"
"""People in failing groups, on the navy cover only."""
COVER_DOT = "#6F8BA8"

SERIES_COLOURS = ("#12436D", "#1B7F76", "#801650", "#B4500F")
"""Up to four groups beside one another; each also has its own shape."""

VERDICTS = {
    "error": INK,
    "fail": FAIL,
    "inconclusive": INCONCLUSIVE,
    "pass": PASS,
    "unanswered": GREY,
    "not assessed": GREY,
    "not applicable": GREY,
    "waived": GREY,
    "reference": INK,
    "": SERIES,
}
"""Colour of a verdict word; `reference` is the group compared with, empty means no verdict."""


def blend(colour: str, share: float) -> str:
    """A tint: `share` of the colour, the rest white paper; `share` lies between 0 and 1."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02X}" for part in parts)
