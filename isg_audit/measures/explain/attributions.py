"""`Attributions`: how much each input adds to each person's margin, whatever found it out.

Imports numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 1e-6
"""How far an explanation may miss what it explains, per unit of margin (at least 1)."""


@dataclass(frozen=True, eq=False)
class Attributions:
    """SHAP values of source features, toward the favourable decision.

    Attributes:
        features: the model's inputs.
        values: shape (people, features), in `unit`.
        margin: what was explained, shape (people,).
        base: mean margin of the background.
        rows: positions in the sample of the people explained, shape (people,).
        unit: `log-odds`, `probability`, or `decision function`.
        method: how they were found.
        note: the game, the background, and what noise there is.
        tolerance: how far a sum may miss, per unit of margin (at least 1).
        pairs: of permutations that were drawn for each person; None where nothing was drawn.
        freed: sizes of `values` freed of sampling noise on average over people, of the same shape,
            single ones may be negative; None where nothing was drawn.
    """

    features: tuple[str, ...]
    values: NDArray[np.float64]
    margin: NDArray[np.float64]
    base: float
    rows: NDArray[np.int64]
    unit: str
    method: str
    note: str
    tolerance: float = TOLERANCE
    pairs: int | None = None
    freed: NDArray[np.float64] | None = None

    @property
    def sizes(self) -> NDArray[np.float64]:
        """How much each input moves each person's margin, for means over people."""
        return np.abs(self.values) if self.freed is None else self.freed

    def only(self, chosen: NDArray[np.int64]) -> Attributions:
        """The same of some of the people, by their places among them."""
        return replace(
            self,
            values=self.values[chosen],
            margin=self.margin[chosen],
            rows=self.rows[chosen],
            freed=None if self.freed is None else self.freed[chosen],
        )

    @property
    def people_missed(self) -> int:
        """People whose attributions do not add up from the base to their margin."""
        missed = np.abs(self.values.sum(axis=1) + self.base - self.margin)
        allowed = self.tolerance * np.maximum(1.0, np.abs(self.margin))
        return int((~(missed <= allowed)).sum())  # NaN counts as missed
