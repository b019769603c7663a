"""What people could change: a rule for each input of the model. Imports numpy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

STEP = 0.3
"""Cost of another category: project default, no published value."""

Floats = NDArray[np.float64]
Kind = Literal["sum", "difference", "product", "ratio"]
SIGNS: dict[Kind, str] = {"sum": "+", "difference": "-", "product": "*", "ratio": "/"}


@dataclass(frozen=True)
class Follows:
    """An input that is computed from two others and never changes by itself."""

    kind: Kind
    first: str
    second: str

    def of(self, first: Floats, second: Floats) -> Floats:
        """Its value; NaN or infinite where it has none."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if self.kind == "sum":
                return first + second
            if self.kind == "difference":
                return first - second
            return first * second if self.kind == "product" else first / second

    @property
    def said(self) -> str:
        """As a formula."""
        return f"{self.first} {SIGNS[self.kind]} {self.second}"


@dataclass(frozen=True)
class Rule:
    """What may happen to one input.

    Attributes:
        immutable: whether it never changes.
        direction: 1 where it can only grow, -1 where it can only shrink, 0 for both.
        least: no change goes below; None without a limit.
        most: no change goes above.
        allowed: the only values it may be changed to; None for any value seen.
        weight: its cost is multiplied by this.
        follows: the inputs it is computed from.
    """

    immutable: bool = False
    direction: int = 0
    least: float | None = None
    most: float | None = None
    allowed: tuple[object, ...] | None = None
    weight: float = 1.0
    follows: Follows | None = None

    @property
    def moves(self) -> bool:
        """Whether it can be changed by itself."""
        return not self.immutable and self.follows is None


@dataclass(frozen=True)
class Actions:
    """The rules of all inputs.

    Attributes:
        rules: by input; one that is not here is free.
        step: cost of another category, and of supplying a missing value.
        declared: whether the audit file says what people could change.
    """

    rules: Mapping[str, Rule] = field(default_factory=dict)
    step: float = STEP
    declared: bool = False

    def rule(self, feature: str) -> Rule:
        """Of one input."""
        return self.rules.get(feature, Rule())

    def without(self, features: set[str]) -> Actions:
        """The same, with further inputs that never change, nor what they are computed from."""
        made_of = [self.rule(feature).follows for feature in features]
        parents = {one for each in made_of if each for one in (each.first, each.second)}
        fixed = {feature: Rule(immutable=True) for feature in features | parents}
        return Actions({**self.rules, **fixed}, self.step, self.declared)
