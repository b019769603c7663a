"""Costs of people some of whom have none, compared at equal coverage. Imports numpy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def mean_of_cheapest(costs: Floats, weights: Floats, share: Floats) -> Floats:
    """Mean cost of the cheapest `share` of people.

    Args:
        costs: of each person, infinite without recourse, shape (people,).
        weights: how often each comes, shape (replicates, people).
        share: of all people, at most those with recourse, shape (replicates,).

    Returns:
        Shape (replicates,); NaN where nobody is among them.
    """
    order = np.argsort(costs, kind="stable")
    sorted_costs = np.where(np.isfinite(costs[order]), costs[order], 0.0)
    ours = weights[:, order]
    before = np.cumsum(ours, axis=1) - ours
    room = (share * ours.sum(axis=1))[:, None] - before
    taken = np.clip(room, 0.0, ours)
    total = taken.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, (taken @ sorted_costs) / total, np.nan)


def covered(costs: Floats, weights: Floats) -> Floats:
    """Share of people with recourse in each replicate, shape (replicates,); NaN of nobody."""
    with np.errstate(invalid="ignore"):
        return np.asarray(weights @ np.isfinite(costs) / weights.sum(axis=1))


def median_cost(costs: Floats, weights: Floats) -> Floats:
    """Cost within which half of all people have recourse, infinite where fewer have any."""
    order = np.argsort(costs, kind="stable")
    reached = np.cumsum(weights[:, order], axis=1) >= weights.sum(axis=1)[:, None] / 2.0
    cheapest: Floats = costs[order][reached.argmax(axis=1)]
    return cheapest
