"""`Wanted`: what a model says it wants of one feature. Imports nothing of ours.

A format that knows offers `wanted`, one entry a feature; `wanted_by` asks any model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["number", "text", "any"]


@dataclass(frozen=True)
class Wanted:
    """What a model wants of one feature.

    Attributes:
        feature: the source column.
        kind: what the column must hold; `any` where the model does not say.
        categories: values it was fitted on; empty where it knows of none.
    """

    feature: str
    kind: Kind = "any"
    categories: tuple[object, ...] = ()


def wanted_by(model: object) -> tuple[Wanted, ...]:
    """What a model says it wants; empty where it says nothing."""
    found: Any = getattr(model, "wanted", ())
    return tuple(found)
