"""The most likely moment of a change, with a test and limits that allow for the search for it.

Imports numpy and this room only.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import FloatArray, checked_amounts, checked_counts, checked_level

EDGE = 2
"""Windows that must lie on either side of a change."""

MOST = 1e9
"""Cases that numpy cannot deal any more."""


class ChangePoint(NamedTuple):
    """A change between two neighbouring windows.

    Attributes:
        at: the first window after it, counted from 0.
        change: the figure after it minus before it.
        error: the standard error of `change`, as if the moment had been known.
        statistic: the greatest standardised change over all moments.
        p_value: that a series without any change has one as great somewhere.
        drawn: the greatest standardised changes of such series, rising.
    """

    at: int
    change: float
    error: float
    statistic: float
    p_value: float
    drawn: FloatArray

    def reach(self, confidence: float) -> float:
        """Half-width of an interval of `change` that holds for all moments at once."""
        return float(np.quantile(self.drawn, checked_level(confidence), method="higher")) * (
            self.error
        )


def change_of_shares(
    hits: ArrayLike,
    cases: ArrayLike,
    generator: np.random.Generator,
    draws: int = 1999,
    allowed: ArrayLike | None = None,
) -> ChangePoint | None:
    """The most likely change of a share over windows.

    Args:
        hits: whole hits in each window, in order, shape (windows,).
        cases: whole cases in each; windows of nobody may be among them.
        generator: for the permutations.
        draws: how many permutations.
        allowed: whether a change may begin with each window, shape (windows,); default: with any
            that has two windows with cases on either side.

    Returns:
        The split with the greatest standardised difference. p is exact but for the number of
        permutations: cases are dealt to the windows anew, hits and window sizes kept, and the
        whole search is made again. None with fewer than two windows with cases on either side of
        some split, and where nobody or everybody was hit.

    Raises:
        ImpossibleCount: hits outside 0..cases, counts that are not whole, or a billion cases
            (`change_of_means` takes as many as there are).

    Source:
        James, James & Siegmund (1987), Biometrika 74:71-83; permutation: Antoch & Huskova (2001),
        Statistics & Probability Letters 53:37-46.
    """
    some, every = (np.nan_to_num(np.atleast_1d(one)) for one in checked_counts(hits, cases))
    if np.any(np.rint(some) != some) or np.any(np.rint(every) != every):
        raise ImpossibleCount("dealing cases anew needs whole counts; these are not.")
    total, all_hits = every.sum(), some.sum()
    if total >= MOST:
        raise ImpossibleCount(f"{total:g} cases; fewer than {MOST:g} can be dealt anew.")
    splits = _splits(every > 0, allowed)
    if not len(splits) or not 0 < all_hits < total:
        return None
    before = np.cumsum(every)[splits - 1]
    share = all_hits / total
    scale = np.sqrt(share * (1.0 - share) * (1.0 / before + 1.0 / (total - before)))

    def changes(hits_by_window: FloatArray) -> FloatArray:
        early = np.cumsum(hits_by_window, axis=-1)[..., splits - 1]
        return np.asarray((all_hits - early) / (total - before) - early / before)

    found = changes(some)
    dealt = _dealt(every.astype(np.int64), int(all_hits), draws, generator)
    return _greatest(found, scale, np.abs(changes(dealt) / scale).max(axis=-1), splits)


def change_of_means(
    values: ArrayLike,
    errors: ArrayLike,
    generator: np.random.Generator,
    draws: int = 1999,
    allowed: ArrayLike | None = None,
) -> ChangePoint | None:
    """The most likely change of a figure with known standard errors over windows.

    Args:
        values: the figure in each window, in order, shape (windows,); NaN is left out.
        errors: standard errors, above 0.
        generator: for the series without change.
        draws: how many of those.
        allowed: as for `change_of_shares`.

    Returns:
        As `change_of_shares`; means on either side are weighted by the inverse of the variances,
        and series without change are normal with the same errors.

    Raises:
        ImpossibleCount: a negative or infinite error.
    """
    value = np.atleast_1d(np.asarray(values, dtype=np.float64))
    (error,) = checked_amounts(np.broadcast_to(np.asarray(errors, dtype=np.float64), value.shape))
    known = ~np.isnan(value) & (error > 0)
    splits = _splits(known, allowed)
    if not len(splits):
        return None
    weight = np.where(known, 1.0 / np.where(known, error, 1.0) ** 2, 0.0)
    before, total = np.cumsum(weight)[splits - 1], weight.sum()
    scale = np.sqrt(1.0 / before + 1.0 / (total - before))

    def changes(series: FloatArray) -> FloatArray:
        summed = np.cumsum(weight * series, axis=-1)
        early = summed[..., splits - 1]
        return np.asarray((summed[..., -1:] - early) / (total - before) - early / before)

    found = changes(np.where(known, value, 0.0))
    noise = generator.standard_normal((draws, len(value))) * np.where(known, error, 0.0)
    return _greatest(found, scale, np.abs(changes(noise) / scale).max(axis=-1), splits)


def _splits(known: NDArray[np.bool_], allowed: ArrayLike | None) -> NDArray[np.int64]:
    """First windows after a possible change; of equal splits around empty windows the first."""
    so_far = np.cumsum(known)
    every = np.arange(1, len(known))
    fit = (so_far[:-1] >= EDGE) & (so_far[-1] - so_far[:-1] >= EDGE) & known[1:]
    if allowed is not None:
        fit &= np.asarray(allowed, dtype=bool)[1:]
    splits: NDArray[np.int64] = every[fit]
    return splits


def _greatest(
    found: FloatArray,
    scale: FloatArray,
    drawn: FloatArray,
    splits: NDArray[np.int64],
) -> ChangePoint:
    standardised = np.abs(found / scale)
    best = int(np.argmax(standardised))
    statistic = float(standardised[best])
    as_great = int((drawn >= statistic * (1.0 - 1e-12)).sum())
    return ChangePoint(
        at=int(splits[best]),
        change=float(found[best]),
        error=float(scale[best]),
        statistic=statistic,
        p_value=(1.0 + as_great) / (1.0 + len(drawn)),
        drawn=np.sort(drawn),
    )


def _dealt(
    cases: NDArray[np.int64],
    hits: int,
    draws: int,
    generator: np.random.Generator,
) -> FloatArray:
    """Hits in each window if all cases were dealt to the windows anew, shape (draws, windows)."""
    dealt = np.zeros((draws, len(cases)))
    left_hits = np.full(draws, hits, dtype=np.int64)
    left = int(cases.sum())
    for at, some in enumerate(cases):
        if some == left:
            dealt[:, at] = left_hits
            break
        if some:
            drawn = generator.hypergeometric(left_hits, left - left_hits, int(some))
            dealt[:, at] = drawn
            left_hits = left_hits - drawn
            left -= int(some)
    return dealt
