"""How a figure is told of which only bounds are known: as a range, never as a number.

Imports this room's `verdict` and `words`.
"""

from __future__ import annotations

from collections.abc import Sequence

from isg_audit.judge import words
from isg_audit.judge.verdict import JudgedGroup

OF_BOUNDS = ("_bounds", "_unobserved")
"""How quantities end of which only bounds are known."""

ALONE = "for {who}, {quantity} lies anywhere from {ends} (bounds only, {confidence} confidence)"
GAP = (
    "for {who}, {quantity} less that of {other} lies anywhere from {ends} (bounds only, "
    "{confidence} confidence)"
)
RATIO = (
    "for {who}, {quantity} over that of {other} lies anywhere from {ends} (bounds only, "
    "{confidence} confidence)"
)
MORE = "Bounds only: more people would not settle it; to know the group of some would."


def is_of_bounds(metric: str) -> bool:
    """Whether only bounds are known of a metric."""
    return metric.partition(".")[0].endswith(OF_BOUNDS)


def clause_of_bounds(judged: JudgedGroup, confidence: float, limits: Sequence[float]) -> str:
    """The range, with no estimate in it.

    Args:
        judged: a comparison with both limits.
        confidence: of them.
        limits: ends of the tolerance, which its numbers must not be rounded onto.
    """
    comparison = judged.metric.partition(".")[2]
    template = {"difference": GAP, "ratio": RATIO}.get(comparison, ALONE)
    return template.format(
        who=words.label(judged),
        quantity=words.quantity(judged),
        other=words.compared(judged),
        ends=words.interval(judged.metric, judged.low or 0.0, judged.high or 0.0, limits),
        confidence=words.percent(confidence),
    )
