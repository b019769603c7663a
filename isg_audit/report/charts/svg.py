"""SVG elements as text: escaped, and with the same digits on every machine.

Imports nothing of ours but the palette. Lengths are points (1/72 inch).
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from isg_audit.report.charts.palette import INK
from isg_audit.report.charts.scripts import as_seen, runs_right_to_left

FACES = {
    "regular": {"font_family": "IBM Plex Sans", "font_weight": "400"},
    "medium": {"font_family": "IBM Plex Sans", "font_weight": "500"},
    "semibold": {"font_family": "IBM Plex Sans", "font_weight": "600"},
    "italic": {"font_family": "IBM Plex Sans", "font_weight": "400", "font_style": "italic"},
}
"""Names of faces and how SVG asks for them."""


def digits(length: float) -> str:
    """A length with at most two decimals, never `-0`, never an exponent."""
    said = f"{length:.2f}".rstrip("0").rstrip(".")
    return "0" if said in ("-0", "") else said


def element(name: str, *children: Markup, **attributes: float | str) -> Markup:
    """One element; `_` in attribute names stands for `-`, values are escaped."""
    written = "".join(
        f' {key.replace("_", "-")}="'
        f'{escape(digits(value) if isinstance(value, float | int) else value)}"'
        for key, value in attributes.items()
    )
    return Markup(f"<{name}{written}>{''.join(children)}</{name}>")  # noqa: S704 (all escaped)


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float) -> Markup:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width)


def box(x: float, y: float, width: float, height: float, fill: str) -> Markup:
    """A filled rectangle without an outline."""
    return element("rect", x=x, y=y, width=width, height=height, fill=fill)


def words(
    x: float,
    y: float,
    said: str,
    *,
    size: float = 7.5,
    face: str = "regular",
    anchor: str = "start",
    fill: str = INK,
) -> Markup:
    """Text on the baseline `y`; parts that run from right to left stand as they are seen."""
    turned = {}
    if runs_right_to_left(said):
        said = as_seen(said)
        turned = {"direction": "ltr", "unicode_bidi": "bidi-override"}
    return element(
        "text",
        escape(said),
        x=x,
        y=y,
        font_size=size,
        text_anchor=anchor,
        fill=fill,
        **FACES[face],
        **turned,
    )


def drawing(width: float, height: float, title: str, parts: Iterable[Markup]) -> Markup:
    """The whole picture. `title` is its text alternative: the finding, in a sentence."""
    if not title.strip():
        raise ValueError("a picture without a title is invisible to people who cannot see it")
    return element(
        "svg",
        element("title", escape(title)),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        width=f"{digits(width)}pt",
        height=f"{digits(height)}pt",
        viewBox=f"0 0 {digits(width)} {digits(height)}",
        role="img",
    )
