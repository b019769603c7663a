"""Who gains and who loses by a change: the same people before and after.

Imports numpy and this room.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import (
    Estimate,
    FloatArray,
    checked_amounts,
    critical_value,
    plain,
)


class Closure(NamedTuple):
    """By what a gap between the best-off and the worst-off group closes.

    Attributes:
        before: range of the groups' rates before.
        after: the same afterwards.
        raised: share of the closing that is the lowest rate rising; NaN where no gap closes.
        lowered: share that is the highest rate falling; the two add up to 1.
    """

    before: FloatArray
    after: FloatArray
    raised: FloatArray
    lowered: FloatArray


def paired_change(
    cases: ArrayLike, before: ArrayLike, after: ArrayLike, confidence: float = 0.95
) -> Estimate:
    """Change of each group's mean for the same people, by the adjusted paired interval.

    Args:
        cases: people of each kind by group, shape (groups, kinds); need not be whole.
        before: chance of the benefit before, 0 to 1, of each kind, alike.
        after: chance afterwards; between 0 and 1 where it is drawn by lot.
        confidence: a share between 0 and 1.

    Returns:
        Shape (groups,). Value: mean of after - before. Limits: those of a group with two more
        people, half of whom gain and half of whom lose, so that no interval has no width. NaN for
        a group of nobody.

    Source:
        Agresti & Min (2005), Statistics in Medicine 24:729-740, for decisions that are certain;
        where they are drawn by lot, the interval is of the expected decision.
    """
    people, first, then = kinds_of(cases, before, after)
    z = critical_value(confidence)
    moved = then - first
    total, sums = people.sum(axis=1), (people * moved).sum(axis=1)
    wide = total + 2.0
    middle = sums / wide
    spread = ((people * moved**2).sum(axis=1) + 1.0) / wide - middle**2
    half = z * np.sqrt(spread / wide)
    empty = total <= 0
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(empty, np.nan, sums / total)
    low, high = (
        np.where(empty, np.nan, end)
        for end in (np.maximum(middle - half, -1.0), np.minimum(middle + half, 1.0))
    )
    return Estimate(plain(value), plain(low), plain(high))


def closure(before: ArrayLike, after: ArrayLike) -> Closure:
    """How much of the closing of a gap is raising the worst, and how much lowering the best.

    Args:
        before: rate of the benefit by group, the last axis.
        after: the same afterwards.

    Source:
        Mittelstadt, Wachter & Russell (2023), The unfairness of fair machine learning: levelling
        down and strict egalitarianism by default.
    """
    first, then = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    least, most = then.min(axis=-1) - first.min(axis=-1), first.max(axis=-1) - then.max(axis=-1)
    closed = least + most
    with np.errstate(divide="ignore", invalid="ignore"):
        raised, lowered = (np.where(closed > 0, one / closed, np.nan) for one in (least, most))
    return Closure(
        plain(np.ptp(first, axis=-1)), plain(np.ptp(then, axis=-1)), plain(raised), plain(lowered)
    )


def kinds_of(
    cases: ArrayLike, before: ArrayLike, after: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """People of each kind with their chances before and after, checked.

    Raises:
        ImpossibleCount: chances outside 0..1, negative or missing counts, another shape.
    """
    people, first, then = checked_amounts(cases, before, after)
    if people.ndim != 2:
        raise ImpossibleCount("People are counted by group and kind: two axes.")
    there = people > 0
    first, then = np.where(there, first, 0.0), np.where(there, then, 0.0)
    slack = 1e-9
    if np.isnan(people).any() or not ((first <= 1 + slack) & (then <= 1 + slack)).all():
        raise ImpossibleCount("Chances lie between 0 and 1, and every count is known.")
    return people, np.minimum(first, 1.0), np.minimum(then, 1.0)
