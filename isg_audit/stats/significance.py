"""Tests of equal shares in two groups.

A p-value above a level never clears anybody; verdicts rest on intervals. Imports numpy and this
room only; scipy.special inside the functions that need it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import FloatArray, checked_counts, plain

# Tables this much likelier than the observed one still count as equally likely (as in R).
TIE = 1e-7


class ZTest(NamedTuple):
    """A standardised difference and its two-sided p-value."""

    z: FloatArray
    p_value: FloatArray


class ChiSquareTest(NamedTuple):
    """A chi square statistic, its degrees of freedom, and its p-value."""

    chi_square: FloatArray
    freedom: FloatArray
    p_value: FloatArray


def two_sample_z(
    hits: ArrayLike, cases: ArrayLike, other_hits: ArrayLike, other_cases: ArrayLike
) -> ZTest:
    """Share minus other share in pooled standard errors: the "two standard deviations" rule.

    Args:
        hits: hits of the group, any shape; all four broadcast.
        cases: cases of the group.
        other_hits: hits of the comparator, who must be other people.
        other_cases: cases of the comparator.

    Returns:
        z and two-sided p. NaN where a group has nobody, and where nobody or everybody was hit.
        Approximate; use `fisher_exact` where an expected count is below 5.

    Raises:
        ImpossibleCount: hits outside 0..cases.

    Source:
        Castaneda v. Partida, 430 U.S. 482, 496 n. 17 (1977), for the rule.
    """
    from scipy.special import erfc

    x1, n1 = checked_counts(hits, cases)
    x2, n2 = checked_counts(other_hits, other_cases)
    pooled = (x1 + x2) / (n1 + n2)
    variance = pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2)
    z = (x1 / n1 - x2 / n2) / np.sqrt(np.where(variance > 0, variance, np.nan))
    return ZTest(plain(z), plain(erfc(np.abs(z) / np.sqrt(2.0))))


def fisher_exact(
    hits: ArrayLike,
    cases: ArrayLike,
    other_hits: ArrayLike,
    other_cases: ArrayLike,
    *,
    mid: bool = False,
) -> FloatArray:
    """Two-sided exact p-value of equal shares, given the margins.

    Args:
        hits: whole hits of the group, any shape; all four broadcast.
        cases: whole cases of the group.
        other_hits: whole hits of the comparator.
        other_cases: whole cases of the comparator.
        mid: mid-P instead, which is less cautious and nearer to the level meant.

    Returns:
        Probability of all tables no likelier than the observed one; with `mid`, twice the smaller
        tail, the observed table counting half in it. NaN where a group has nobody.

    Raises:
        ImpossibleCount: hits outside 0..cases; counts that are not whole (weighted data have no
            exact test).

    Source:
        Fisher (1935), JRSS 98:39-82; Lancaster (1961), JASA 56:223-234 (mid-P).
    """
    tables = np.broadcast_arrays(
        *checked_counts(hits, cases), *checked_counts(other_hits, other_cases)
    )
    if any(np.any(np.abs(np.rint(count) - count) > 0) for count in tables):
        raise ImpossibleCount("Fisher's test needs whole counts; these are weighted or scaled.")
    each = zip(*(part.ravel() for part in tables), strict=True)
    p_values = np.array([_fisher(*table, mid=mid) for table in each], dtype=np.float64)
    return plain(p_values.reshape(tables[0].shape))


def homogeneity(hits: ArrayLike, cases: ArrayLike) -> ChiSquareTest:
    """Pearson's test that several groups have one share.

    Args:
        hits: hits by group, shape (..., groups).
        cases: cases by group; groups of nobody are left out.

    Returns:
        Shape (...): chi square with groups less 1 degrees of freedom. NaN with fewer than two
        groups, and where nobody or everybody was hit. Approximate: where an expected count is
        below 5, take the permutation p of `range_expected_without_gap`.

    Raises:
        ImpossibleCount: hits outside 0..cases.

    Source:
        Pearson (1900), Philosophical Magazine 50:157-175.
    """
    from scipy.special import chdtrc

    some, every = (np.atleast_1d(one) for one in checked_counts(hits, cases))
    there = ~np.isnan(every)
    some, every = np.where(there, some, 0.0), np.where(there, every, 0.0)
    total = every.sum(axis=-1)
    pooled = some.sum(axis=-1) / np.where(total > 0, total, np.nan)
    away = (some - every * pooled[..., None]) ** 2 / np.where(there, every, 1.0)
    spread = pooled * (1.0 - pooled)
    freedom = there.sum(axis=-1) - 1.0
    known = (spread > 0) & (freedom > 0)
    statistic = np.where(known, away.sum(axis=-1) / np.where(known, spread, 1.0), np.nan)
    return ChiSquareTest(plain(statistic), plain(freedom), plain(chdtrc(freedom, statistic)))


def _fisher(x1: float, n1: float, x2: float, n2: float, *, mid: bool) -> float:
    from scipy.special import gammaln

    if np.isnan(x1 + n1 + x2 + n2):
        return float("nan")
    hits = x1 + x2
    possible = np.arange(max(0.0, hits - n2), min(hits, n1) + 1.0)
    logs = -(
        gammaln(possible + 1.0)
        + gammaln(n1 - possible + 1.0)
        + gammaln(hits - possible + 1.0)
        + gammaln(n2 - hits + possible + 1.0)
    )
    chances = np.exp(logs - logs.max())
    chances /= chances.sum()
    place = int(x1 - possible[0])
    observed = chances[place]
    if mid:
        tail = min(chances[:place].sum(), chances[place + 1 :].sum()) + observed / 2.0
        return min(1.0, 2.0 * float(tail))
    return min(1.0, float(chances[chances <= observed * (1.0 + TIE)].sum()))
