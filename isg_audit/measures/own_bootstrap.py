"""Bootstrap of a function of rows, within groups: values drawn again, and limits from them.

Imports `stats` and `own_function`. fairlearn's own bootstrap draws the whole table anew for every
replicate; drawing each group by itself costs a hundredth and leaves a group alone when another
changes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.own_function import CaseRows, OwnMetric
from isg_audit.stats import percentile_interval
from isg_audit.stats.resampling import generator_of

Floats = NDArray[np.float64]

FEWEST_CASES = 30
"""Cases (or persons) below which percentiles of a bootstrap miss far too often."""
FEWEST, MOST = 500, 1_000
ROWS_IN_ALL = 600_000_000
A_CALL = 10_000
"""Rows that a function is given in all, which decides the number of replicates; a call costs at
least as much as so many rows."""


def replicates_for(rows: int, calls: int) -> int:
    """How many replicates, if each calls the function so often with so many rows in all."""
    return int(np.clip(ROWS_IN_ALL // max(1, rows + calls * A_CALL), FEWEST, MOST))


def drawn_again(
    own: OwnMetric, cases: CaseRows, replicates: int, seed: int, role: str
) -> Floats | None:
    """The function's values on cases drawn again with replacement; persons are drawn whole.

    Args:
        own: the function.
        cases: those of one group.
        replicates: how many draws.
        seed: of the audit.
        role: what the group is here; groups of equal content and role draw the same numbers.

    Returns:
        Shape (replicates,), NaN where the function gave no number; None for too few cases.
    """
    kept = _in_order(cases)
    persons = kept.person
    unit = np.arange(len(kept)) if persons is None else np.unique(persons, return_inverse=True)[1]
    units = int(unit.max(initial=-1)) + 1
    if units < FEWEST_CASES:
        return None
    content = [one.astype(np.float64) for one in kept.columns[:4] if one is not None]
    draw = generator_of(seed, role, *content)
    values = np.empty(replicates)
    places = np.arange(len(kept))
    for at in range(replicates):
        drawn = draw.integers(0, units, units)
        if persons is not None:
            drawn = np.repeat(places, np.bincount(drawn, minlength=units)[unit])
        values[at] = own.value_of(kept.at(drawn).sealed())[0]
    return values


def _in_order(cases: CaseRows) -> CaseRows:
    """The cases by what they hold, so that their order in the source does not matter."""
    if cases.person is not None:
        return cases
    keys = [one for one in cases.columns[:4] if one is not None]
    return cases.at(np.lexsort(keys[::-1]))


def limits_of(values: Floats | None, confidence: float) -> tuple[float, float]:
    """Percentile limits; NaN where there are no replicates, or too few for this confidence."""
    if values is None or not reaches(len(values), confidence):
        return float("nan"), float("nan")
    low, high, _ = percentile_interval(values, confidence)
    return float(low), float(high)


def reaches(replicates: int, confidence: float) -> bool:
    """Whether so many replicates have such outer percentiles."""
    return replicates >= math.ceil(2.0 / (1.0 - confidence) - 1e-9)


def same_content(cases: CaseRows) -> tuple[Any, ...]:
    """What two groups have in common that would draw the same numbers."""
    return tuple(None if one is None else one.tobytes() for one in _in_order(cases).columns[:4])
