"""Draws peak memory against rows. Imports the report's own drawing of SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from isg_audit.report.charts.palette import GRID, MUTED, SERIES
from isg_audit.report.charts.svg import drawing, element, line, words

WIDTH, HEIGHT = 420.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 120.0, 14.0, 30.0


def curve(sizes: Sequence[int], peaks: Mapping[str, Sequence[float]], most: float) -> str:
    """The picture.

    Args:
        sizes: millions of rows, rising; drawn on a scale of powers.
        peaks: MB by what was counted, one for each size.
        most: MB at the upper end of the scale.
    """
    across = (WIDTH - LEFT - RIGHT) / math.log(sizes[-1] / sizes[0])

    def x(size: float) -> float:
        return LEFT + across * math.log(size / sizes[0])

    def y(peak: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * peak / most

    parts = []
    for peak in range(0, int(most) + 1, 250):
        parts.append(line(LEFT, y(peak), WIDTH - RIGHT, y(peak), GRID, 0.5))
        parts.append(words(LEFT - 5, y(peak) + 2.5, f"{peak:,} MB", anchor="end", fill=MUTED))
    for size in sizes:
        parts.append(words(x(size), HEIGHT - 16, f"{size} M", anchor="middle", fill=MUTED))
    parts.append(words((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, "rows", anchor="middle"))
    for name, each in peaks.items():
        dots = [(x(size), y(peak)) for size, peak in zip(sizes, each, strict=True)]
        path = " ".join(f"{across:.1f},{down:.1f}" for across, down in dots)
        parts.append(element("polyline", points=path, fill="none", stroke=SERIES, stroke_width=1.4))
        parts += [element("circle", cx=a, cy=d, r=2.2, fill=SERIES) for a, d in dots]
        parts.append(words(dots[-1][0] + 7, dots[-1][1] + 2.5, f"{name}: {each[-1]:,.0f} MB"))
    told = "; ".join(
        f"{name} from {each[0]:,.0f} MB at {sizes[0]} M rows to {each[-1]:,.0f} MB at {sizes[-1]} M"
        for name, each in peaks.items()
    )
    return str(drawing(WIDTH, HEIGHT, f"Peak memory of a process that counts: {told}.", parts))
