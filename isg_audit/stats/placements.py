"""The area under a ROC curve of single scores, and what each case adds to its doubt.

Where `curves` has counts by score bin, this has rows: areas within strata, areas that are
compared on the same people, persons who come twice. Imports numpy and this room only.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import FloatArray, plain


class PlacedAuc(NamedTuple):
    """An area, and each case's part of its deviation from the true one, shape (cases,).

    The parts of two areas of the same cases may be subtracted: they are those of the difference.
    """

    value: float
    influence: FloatArray


def placed_auc(
    scores: ArrayLike, positive: ArrayLike, strata: ArrayLike | None = None
) -> PlacedAuc:
    """Chance that a positive scores above a negative of the same stratum, a tie counting half.

    Args:
        scores: shape (cases,), finite.
        positive: True for the one class, same shape.
        strata: cases are compared within these only; None compares all. Every pair of a positive
            and a negative counts alike.

    Returns:
        NaN where no stratum holds both.

    Raises:
        ImpossibleCount: shapes differ, or a score is no number.

    Source:
        DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837-845, for the placements.
    """
    score, one = np.asarray(scores, dtype=np.float64), np.asarray(positive, dtype=bool)
    cells = np.zeros(len(score), dtype=np.int64) if strata is None else np.asarray(strata)
    if not (score.shape == one.shape == cells.shape) or not np.isfinite(score).all():
        raise ImpossibleCount("Scores, classes and strata need one finite value for each case.")
    wins, opponents = np.zeros(len(score)), np.zeros(len(score))
    for cell in np.unique(cells):
        here, there = np.flatnonzero((cells == cell) & one), np.flatnonzero((cells == cell) & ~one)
        wins[here] = _below(score[there], score[here])
        wins[there] = len(here) - _below(score[here], score[there])
        opponents[here], opponents[there] = len(there), len(here)
    pairs = opponents[one].sum()
    if not pairs:
        return PlacedAuc(float("nan"), np.full(len(score), np.nan))
    value = wins[one].sum() / pairs
    return PlacedAuc(float(value), plain((wins - value * opponents) / pairs))


def influence_error(
    influence: ArrayLike, positive: ArrayLike, persons: NDArray[np.int64] | None = None
) -> float:
    """Standard error of what `influence` is of; DeLong's for one area without strata.

    Args:
        influence: of `placed_auc`, or a difference of two, shape (cases,).
        positive: True for the one class, same shape.
        persons: who stands behind each case, where cases of one person go together.

    Returns:
        NaN with fewer than 2 of either class.

    Source:
        DeLong et al. (1988); sums within persons: Obuchowski (1997), Biometrics 53:567-578.
    """
    part, one = plain(influence), np.asarray(positive, dtype=bool)
    ones, zeros = int(one.sum()), int((~one).sum())
    if min(ones, zeros) < 2:
        return float("nan")
    if persons is None:
        of_ones, of_zeros = (part[one] ** 2).sum(), (part[~one] ** 2).sum()
        return float(np.sqrt(of_ones * ones / (ones - 1) + of_zeros * zeros / (zeros - 1)))
    _, person = np.unique(persons, return_inverse=True)
    sums = np.bincount(person, weights=part)
    fewest = min(len(np.unique(person[one])), len(np.unique(person[~one])))
    if fewest < 2:
        return float("nan")
    return float(np.sqrt((sums**2).sum() * fewest / (fewest - 1)))


def _below(theirs: FloatArray, mine: FloatArray) -> FloatArray:
    """How many of `theirs` each of `mine` is above, a tie counting half."""
    ordered = np.sort(theirs)
    strictly, or_equal = (np.searchsorted(ordered, mine, side) for side in ("left", "right"))
    return plain((strictly + or_equal) / 2.0)
