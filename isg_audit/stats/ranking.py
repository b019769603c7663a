"""Attention and composition in ranked lists: exposure of a place, and how far the first differ.

Imports numpy and this room only; scipy.special inside the function that needs it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import FloatArray, checked_amounts, plain

EXACT = 200
"""Entries among the first places up to which what chance gives is summed, not approximated."""


def exposure(place: ArrayLike) -> FloatArray:
    """How much attention a place gets: 1 / log2(1 + place), 1 for the first.

    Args:
        place: from 1, any shape.

    Returns:
        The discount of the discounted cumulative gain, between 0 and 1, alike.

    Raises:
        ImpossibleCount: a place below 1.

    Source:
        Singh & Joachims (2018), Proceedings of KDD, 2219-2228.
    """
    (places,) = checked_amounts(place)
    if np.any(places < 1):
        raise ImpossibleCount("A place is below 1.")
    return plain(1.0 / np.log2(1.0 + places))


def ndkl(counts: ArrayLike, places: ArrayLike) -> FloatArray:
    """Normalised discounted Kullback-Leibler divergence of the first places from all entries.

    Args:
        counts: entries by group and place, shape (..., groups, places).
        places: which place each is, rising from 1; places without entries may be left out.

    Returns:
        The divergence of the composition of the first places, down to each, from that of all
        entries, in nats, its mean weighted by the exposure of the place; shape (...). 0: every
        beginning is composed as the whole. No smoothing: a group that is absent among the first
        adds 0. NaN where there are no entries.

    Raises:
        ImpossibleCount: negative counts; places that do not rise from 1 or do not fit.

    Source:
        Geyik, Ambler & Kenthapadi (2019), Proceedings of KDD, 2221-2231.
    """
    entries, discount = _checked(counts, places)
    firsts = np.cumsum(entries, axis=-1)
    every = entries.sum(axis=(-2, -1), keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = entries.sum(axis=-1, keepdims=True) / every
        first = firsts / firsts.sum(axis=-2, keepdims=True)
        terms = np.where(first > 0, first * np.log(first / whole), 0.0).sum(axis=-2)
        began = firsts.sum(axis=-2) > 0
        weight = np.where(began, discount, 0.0)
        value = np.where(began, terms, 0.0) @ discount / weight.sum(axis=-1)
    return plain(value)


def ndkl_by_chance(counts: ArrayLike, places: ArrayLike) -> FloatArray:
    """What `ndkl` gives on average if the order is random.

    Arguments, missing values and raises as for `ndkl`, of one table, shape (groups, places).

    Returns:
        The mean over all orders of the entries: exact for one list, and for several of equal
        length and composition nearly so. Up to 200 entries among the first places are summed
        over the hypergeometric distribution; above, (groups - 1) / (2 entries), corrected for
        the finite whole.
    """
    entries, discount = _checked(counts, places)
    total = entries.sum()
    if total <= 0:
        return plain(np.nan)
    groups = entries.sum(axis=1)
    groups = groups[groups > 0]
    drawn = np.cumsum(entries.sum(axis=0))
    many = max(total - 1.0, 1.0)
    means = (len(groups) - 1) / (2 * np.maximum(drawn, 1.0)) * (total - drawn) / many
    few = (drawn > 0) & (drawn <= EXACT) & (np.rint(drawn) == drawn)
    known = {size: _mean_divergence(groups, total, int(size)) for size in set(drawn[few])}
    means[few] = [known[size] for size in drawn[few]]
    weight = np.where(drawn > 0, discount, 0.0)
    return plain(means @ weight / weight.sum())


def _mean_divergence(groups: FloatArray, total: float, drawn: int) -> float:
    """Mean divergence of so many entries drawn without replacement, from all entries."""
    from scipy.special import gammaln

    def choose(among: FloatArray | float, some: FloatArray | float) -> FloatArray:
        logs = gammaln(among + 1.0) - gammaln(some + 1.0) - gammaln(among - some + 1.0)
        return plain(logs)

    found = np.arange(1, drawn + 1, dtype=np.float64)
    added = 0.0
    for group in groups:
        possible = found[(found <= group) & (drawn - found <= total - group)]
        logs = choose(group, possible) + choose(total - group, drawn - possible)
        chance = np.exp(logs - choose(total, float(drawn)))
        share = possible / drawn
        added += float((chance * share * np.log(share * total / group)).sum())
    return added


def _checked(counts: ArrayLike, places: ArrayLike) -> tuple[FloatArray, FloatArray]:
    (entries,) = checked_amounts(counts)
    which = plain(places)
    if entries.ndim < 2 or entries.shape[-1:] != which.shape:
        raise ImpossibleCount(
            f"counts have shape {entries.shape}; they must be (groups, places) for {which.shape}."
        )
    if np.any(np.diff(which) <= 0):
        raise ImpossibleCount("Places must rise.")
    return entries, exposure(which)
