"""The field of dots on the cover: each mark stands for so many people.

Imports the shared modules of this folder.
"""

from __future__ import annotations

from markupsafe import Markup

from isg_audit.report.charts.palette import AMBER, COVER_DOT
from isg_audit.report.charts.svg import box, drawing, element

PITCH = 8.0
MOST = 480


def people_per_mark(people: int) -> int:
    """A round number of people a mark, so that at most 480 marks are drawn."""
    per = 1
    while people > per * MOST:
        per = next(step for step in _round_numbers() if step > per)
    return per


def _round_numbers() -> list[int]:
    return [times * 10**power for power in range(12) for times in (1, 2, 5)]


def people_chart(people: int, marked: int, *, title: str, width: float = 487.4) -> Markup:
    """Draw everybody as dots and the marked ones as squares, spread evenly and not by place.

    Args:
        people: everybody, at least 1.
        marked: how many of them are marked.
        title: what the field shows, in a sentence.
        width: points.
    """
    per = people_per_mark(people)
    total = max(1, round(people / per))
    chosen = min(total, max(round(marked / per), 1 if marked else 0))
    across = int(width // PITCH)
    places = _scattered(total, chosen)
    parts = []
    for at in range(total):
        x, y = PITCH * (at % across) + PITCH / 2, PITCH * (at // across) + PITCH / 2
        parts.append(
            box(x - 2.5, y - 2.5, 5, 5, AMBER)
            if at in places
            else element("circle", cx=x, cy=y, r=1.9, fill=COVER_DOT)
        )
    return drawing(width, PITCH * -(-total // across), title, parts)


def _scattered(total: int, chosen: int) -> frozenset[int]:
    """`chosen` places of `total`, scattered by a fixed rule: the same on every machine."""
    order = sorted(
        range(total), key=lambda at: ((at + 1) * 2654435761 % 2**32 ^ at * 40503) % 99991
    )
    return frozenset(order[:chosen])
