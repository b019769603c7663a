"""Who stands opposite whom: people of one group matched with people of another.

Imports this family, numpy; scipy in functions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.as_numbers import Numbers

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


def opposite(inputs: Numbers, ours: Integers, theirs: Integers) -> Integers:
    """For each of `ours` one of `theirs`, each taken once, so that all distances sum to least.

    Args:
        inputs: of everybody; without a column everybody is as near as anybody.
        ours: rows of the one group.
        theirs: rows of the other, as many.

    Returns:
        Rows of `theirs`, shape (ours,). This is optimal transport between the two samples, exact,
        and moves nobody to where there is nobody. The distance adds up the inputs: of numbers, how
        far apart their ranks are among all these people (from 0 to 1); of categories, and where
        one is missing and the other is not, 1.

    Source:
        Crouse (2016), IEEE Transactions on Aerospace and Electronic Systems 52:1679-1696, as in
        scipy; the distance: Gower (1971), Biometrics 27:857-871.
    """
    from scipy.optimize import linear_sum_assignment

    cost = np.zeros((len(ours), len(theirs)), dtype=np.float32)
    for values, categorical in zip(inputs.columns.T, inputs.categorical, strict=True):
        here, there = values[ours], values[theirs]
        if not categorical:
            seen = np.sort(np.concatenate([here, there]))
            seen = seen[~np.isnan(seen)]
            here, there = _ranks(seen, here), _ranks(seen, there)
        cost += _far(here.astype(np.float32), there.astype(np.float32), categorical=categorical)
    places, chosen = linear_sum_assignment(cost)
    found = np.empty(len(ours), dtype=np.int64)
    found[places] = theirs[chosen]
    return found


def _far(here: Singles, there: Singles, *, categorical: bool) -> Singles:
    """How far each of `here` is from each of `there` in one input, shape (here, there)."""
    far = np.not_equal.outer(here, there) if categorical else np.subtract.outer(here, there)
    far = far.astype(np.float32) if categorical else np.abs(far, out=far)
    missing, lacking = np.isnan(here), np.isnan(there)
    far[missing], far[:, lacking] = 1.0, 1.0
    far[np.ix_(missing, lacking)] = 0.0
    return np.asarray(far)


def _ranks(seen: Floats, values: Floats) -> Floats:
    """Middle rank among `seen`, from 0 to 1; NaN stays."""
    low, high = (np.searchsorted(seen, values, side) for side in ("left", "right"))
    return np.where(np.isnan(values), np.nan, (low + high) / (2.0 * max(1, len(seen))))
