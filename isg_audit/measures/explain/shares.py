"""Rows of this family, and shares of people of whom some may come more than once.

Imports this family, `measures.measurement`, `stats`, numpy.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.measurement import Limits, Measurement

Floats = NDArray[np.float64]


def measured(explaining: Explaining, limits: Limits, value: float, **given: Any) -> Measurement:
    """A row with its interval at the audit's confidence, or with the reason why it has none."""
    low, high = limits(explaining.confidence)
    there = math.isfinite(low) and math.isfinite(high) and low < high
    note = given.pop("note", "")
    return Measurement(
        value=float(value),
        low=low if there else None,
        high=high if there else None,
        confidence=explaining.confidence,
        note=note if there else f"{note} No interval: too little spread to make one.".strip(),
        limits=limits if there else None,
        **given,
    )


def counted(values: Floats, persons: NDArray[np.int64] | None) -> tuple[float, float]:
    """Hits and cases of a mean of values from 0 to 1, scaled to independent people.

    Args:
        values: shape (rows,), from 0 to 1; shares have no more spread than yes and no.
        persons: who stands behind each row, None where each is somebody else.
    """
    cases = float(len(values))
    if persons is not None:
        left = values - values.mean()
        _, person = np.unique(persons, return_inverse=True)
        alone = (left**2).sum()
        together = (np.bincount(person, weights=left) ** 2).sum()
        repeats = len(values) / len(np.unique(person))
        # Without spread nothing is seen of how persons go together: each counts once.
        cases /= max(1.0, together / alone) if alone > 0 else repeats
    return float(np.clip(values.mean(), 0.0, 1.0)) * cases, cases
