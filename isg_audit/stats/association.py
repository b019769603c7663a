"""How well one classification tells another: Cramér's V with its interval.

Imports numpy and this room only; scipy.special inside the functions that need it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import Estimate, FloatArray, checked_amounts, checked_level, plain


class Association(NamedTuple):
    """Cramér's V from 0 (tells nothing) to 1 (tells all), and the p of no association at all."""

    strength: Estimate
    p_value: float


def cramers_v(counts: ArrayLike, confidence: float = 0.95) -> Association:
    """How well the rows of a table tell its columns, within strata if there are several.

    Args:
        counts: shape (rows, columns), or (strata, rows, columns): then chi squares of the strata
            add up, so that what the strata themselves tell does not count.
        confidence: a share between 0 and 1.

    Returns:
        The bias-corrected value, and an interval from the noncentral chi square, which begins at
        0 where chance explains the table. NaN where rows or columns do not vary. Rows and columns
        of nobody are left out.

    Raises:
        ImpossibleCount: a negative count; confidence outside 0..1.

    Weights: hand in effective counts.

    Source:
        Cramér (1946), Mathematical Methods of Statistics, 21.9; the correction: Bergsma (2013),
        Journal of the Korean Statistical Society 42:323-328; the interval: Smithson (2003),
        Confidence Intervals, chapter 4.
    """
    from scipy.special import chdtrc

    (several,) = checked_amounts(counts)
    if several.ndim not in (2, 3):
        raise ImpossibleCount("A table of rows and columns is needed, or several of them.")
    tables = several if several.ndim == 3 else several[None]
    found = [one for one in map(_chi_square, tables) if one is not None]
    if not found:
        nothing = plain(np.nan)
        return Association(Estimate(nothing, nothing, nothing), float("nan"))
    square, freedom, total = (float(sum(one[at] for one in found)) for at in range(3))
    scale = sum(one[2] * one[3] for one in found)
    low, high = _noncentral(square, freedom, checked_level(confidence))
    value = np.sqrt(max(0.0, square - freedom) / scale)
    limits = (min(1.0, float(np.sqrt(one / scale))) for one in (low, high))
    low, high = limits
    value = min(max(float(value), low), high, 1.0)
    strength = Estimate(plain(value), plain(low), plain(high))
    return Association(strength, float(chdtrc(freedom, square)) if total > 0 else float("nan"))


def _chi_square(table: FloatArray) -> tuple[float, float, float, float] | None:
    """Chi square, degrees of freedom, cases, and the largest chi square for one case."""
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape) < 2:
        return None
    total = table.sum()
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
    square = float(((table - expected) ** 2 / expected).sum())
    rows, columns = table.shape
    return square, (rows - 1.0) * (columns - 1.0), float(total), min(rows, columns) - 1.0


def _noncentral(square: float, freedom: float, confidence: float) -> tuple[float, float]:
    """Limits of the noncentrality that gives such a chi square; 0 where none is needed."""
    from scipy.special import chdtr, chndtrinc

    tail = (1.0 - confidence) / 2.0
    low = chndtrinc(square, freedom, 1.0 - tail) if chdtr(freedom, square) > 1.0 - tail else 0.0
    high = chndtrinc(square, freedom, tail) if chdtr(freedom, square) > tail else 0.0
    return max(0.0, float(low)), max(0.0, float(high))
