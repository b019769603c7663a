"""Chances of groups from signals, and what they say of a gap nobody recorded the groups for.

Imports numpy and this room only. No function here gives a person a group, and there is none that
cuts a chance at a threshold: that is wrong in either direction.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import FloatArray, checked_amounts, plain


class ProxyGap(NamedTuple):
    """Two estimates of a gap in a share between a group and everybody else.

    Attributes:
        weighted: by chances: everybody counts in each group as much as they may be of it.
        regression: the slope of the decision on the chance of the group.
    """

    weighted: FloatArray
    regression: FloatArray


def bisg(of_group: ArrayLike, *given_group: ArrayLike) -> FloatArray:
    """Chances of each group given several signals that say nothing of one another within a group.

    BISG with surname and place: P(group | surname, place) is proportional to P(group | surname) x
    P(place | group). BIFSG with the first name besides: times P(first name | group).

    Args:
        of_group: P(group | first signal), shape (rows, groups).
        given_group: P(further signal | group) for the same rows, each of the same shape.

    Returns:
        Shape (rows, groups), each row adding up to 1. NaN where no group can have these signals,
        and where a chance is missing.

    Raises:
        ImpossibleCount: a negative or infinite chance; shapes that differ.

    Made for the tables of one country at one time, and only as good as these: tables of names err
    most for married women, for people of several origins and for Indigenous people.

    Source:
        Elliott et al. (2009), Health Services and Outcomes Research Methodology 9:69-83; Voicu
        (2018), Statistics and Public Policy 5:1-13.
    """
    chances = checked_amounts(of_group)[0]
    for one in given_group:
        further = checked_amounts(one)[0]
        if further.shape != chances.shape:
            raise ImpossibleCount(f"Chances of shape {further.shape} and {chances.shape}.")
        chances = chances * further
    total = chances.sum(axis=-1, keepdims=True)
    return plain(chances / np.where(total > 0, total, np.nan))


def proxy_gap(
    cases: ArrayLike, chance: ArrayLike, squared: ArrayLike, hits: ArrayLike, both: ArrayLike
) -> ProxyGap:
    """The gap between a group and everybody else, by weighting and by regression.

    Args:
        cases: cases in all, any shape; all five broadcast.
        chance: sum over cases of the chance b of being of the group.
        squared: sum of b squared.
        hits: cases with a hit.
        both: sum of b over cases with a hit.

    Returns:
        `weighted` = Cov(y, b) / (mean b x (1 - mean b)) and `regression` = Cov(y, b) / Var(b);
        NaN where b is 0 or 1 for everybody, and for the second where b is alike for everybody.

    Raises:
        ImpossibleCount: a negative or infinite sum.

    With chances that are right for these people (calibrated), the weighted gap misses the true one
    by the mean of Cov(y, A | b), over the variance of A; the regression misses it by the mean of
    Cov(y, b | A), over the variance of b, to the other side. So the truth lies between the two
    where both covariances have one sign, which cannot be seen without the groups.

    Source:
        Chen, Kallus, Mao, Svacha & Udell (2019), Fairness under unawareness; Elzayn et al. (2023),
        Measuring and mitigating racial disparities in tax audits.
    """
    n, b, bb, y, yb = np.broadcast_arrays(*checked_amounts(cases, chance, squared, hits, both))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = b / n
        together = yb / n - mean * y / n
        spread = np.maximum(bb / n - mean**2, 0.0)
        alike = spread <= 1e-12 * np.maximum(mean * (1.0 - mean), 1e-300)
        weighted = together / np.where((mean > 0) & (mean < 1), mean * (1.0 - mean), np.nan)
        regression = together / np.where(alike, np.nan, spread)
    return ProxyGap(plain(weighted), plain(regression))


def weighted_share(chances: ArrayLike, hits: ArrayLike, cases: ArrayLike) -> FloatArray:
    """Share of hits in each group when everybody counts in it by their chance of being of it.

    Args:
        chances: P(group | stratum), shape (strata, groups).
        hits: hits in each stratum, shape (strata,).
        cases: cases in each stratum, alike.

    Returns:
        Shape (groups,). Misses the true share by the mean over strata of Cov(1{of the group}, hit)
        over the group's share of all, negated; NaN for a group that nobody may be of.

    Source:
        Chen et al. (2019), Fairness under unawareness, theorem 3.1.
    """
    there = checked_amounts(chances)[0]
    some, every = checked_amounts(hits)[0], checked_amounts(cases)[0]
    among = every @ there
    return plain((some @ there) / np.where(among > 0, among, np.nan))


class ProxyErrors(NamedTuple):
    """Standard errors by chance alone, of estimates that rest on chances.

    Attributes:
        share: of the weighted share of the group.
        weighted: of the weighted gap to the other group.
        regression: of the regression's slope.
    """

    share: float
    weighted: float
    regression: float


def proxy_errors(
    chance: ArrayLike, other: ArrayLike, hits: ArrayLike, misses: ArrayLike, unit: float = 1.0
) -> ProxyErrors:
    """Standard errors of `weighted_share` and `proxy_gap`, chances taken as given.

    Args:
        chance: of the group in each stratum, shape (strata,).
        other: of the group compared with, or 1 minus the chance for everybody else.
        hits: hits in each stratum.
        misses: cases without a hit.
        unit: cases that one independent case stands for.

    Returns:
        NaN where the estimate itself is.

    Raises:
        ImpossibleCount: a negative or infinite count.

    Source:
        Influence functions of ratios of sums, and White (1980), Econometrica 48:817-838, for the
        slope with errors of any spread.
    """
    b, rest, some, none = checked_amounts(chance, other, hits, misses)
    every = some + none
    total = every.sum()

    # Sums, not products of matrices: these would wake threads for vectors of this size.
    def ratio(weights: FloatArray, outcome: float) -> FloatArray:
        among = float((every * weights).sum())
        if not among > 0:
            return np.full(len(weights), np.nan)
        return plain(weights * (outcome - float((some * weights).sum()) / among) * total / among)

    def error(of: tuple[FloatArray, FloatArray]) -> float:
        return float(np.sqrt(unit * (some * of[0] ** 2 + none * of[1] ** 2).sum()) / total)

    if not total > 0:
        return ProxyErrors(np.nan, np.nan, np.nan)
    one, two = ((ratio(w, 1.0), ratio(w, 0.0)) for w in (b, rest))
    mean, rate = float((every * b).sum()) / total, float(some.sum()) / total
    away = b - mean
    spread = float((every * away**2).sum()) / total
    slope = float((some * away).sum()) / total / spread if spread > 1e-15 else np.nan
    left = tuple(
        away * (outcome - rate - slope * away) / (spread if spread > 1e-15 else np.nan)
        for outcome in (1.0, 0.0)
    )
    return ProxyErrors(
        error(one), error((one[0] - two[0], one[1] - two[1])), error((left[0], left[1]))
    )
