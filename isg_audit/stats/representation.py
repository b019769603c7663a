"""Who is there against who was to be expected: ratios, differences, one figure for all groups.

Imports numpy and this room only; scipy inside the functions that need it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import Estimate, FloatArray, checked_counts, critical_value, plain
from isg_audit.stats.combination import difference_of, with_factor
from isg_audit.stats.proportions import wilson
from isg_audit.stats.significance import ChiSquareTest


def representation_ratio(
    people: ArrayLike,
    everybody: ArrayLike,
    expected: ArrayLike,
    error: ArrayLike = 0.0,
    confidence: float = 0.95,
) -> Estimate:
    """A group's share of the people who are there, over its share of a reference population.

    Args:
        people: people of the group who are there, any shape; all broadcast.
        everybody: people of all groups who are there; 0 give NaN.
        expected: the group's share of the population, from 0 to 1; a share of 0 gives NaN.
        error: standard error of `expected` where it is itself an estimate of a survey.
        confidence: a share between 0 and 1.

    Returns:
        1 where the group is as frequent as in the population. Limits: Wilson's over `expected`;
        with an `error` the distances on the logarithmic scale are combined (MOVER), which for
        large counts is Var ln ratio = (1 - p) / (Np) + error^2 / expected^2. A group of nobody
        has the ratio 0 and an upper limit.

    Raises:
        ImpossibleCount: people outside 0..everybody, a share outside 0..1, a negative error.

    Source:
        Wilson (1927), JASA 22:209-212; Zou & Donner (2008), Statistics in Medicine 27:1693-1702.
    """
    some, every = checked_counts(people, everybody)
    share, spread = _expected(expected, error)
    low, high = wilson(some, every, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = some / every / share
        reach = critical_value(confidence) * spread / share
        down, up = with_factor(value, low / share, high / share, reach)
    return Estimate(plain(value), plain(down), plain(up))


def excess_share(
    people: ArrayLike,
    everybody: ArrayLike,
    expected: ArrayLike,
    error: ArrayLike = 0.0,
    confidence: float = 0.95,
) -> Estimate:
    """A group's share of the people who are there, minus its share of a reference population.

    Arguments and raises as for `representation_ratio`; below 0 where the group is missing.
    Limits: Wilson's, less `expected`; with an `error` combined with its normal limits (MOVER).
    """
    some, every = checked_counts(people, everybody)
    share, spread = _expected(expected, error)
    reach = critical_value(confidence) * spread
    low, high = difference_of(
        some / every, *wilson(some, every, confidence), share, share - reach, share + reach
    )
    return Estimate(plain(some / every - share), low, high)


def goodness_of_fit(people: ArrayLike, expected: ArrayLike) -> ChiSquareTest:
    """Pearson's test that people fall into groups as a reference population does.

    Args:
        people: people by group, shape (groups,).
        expected: shares of the population, shape (groups,); they are made to add up to 1.

    Returns:
        Chi square with groups less 1 degrees of freedom; NaN with fewer than two groups, with
        nobody, and where a group holds people whom the population does not have at all.
        Approximate where fewer than 5 people are expected in a group.

    Source:
        Pearson (1900), Philosophical Magazine 50:157-175.
    """
    from scipy.special import chdtrc

    counts, shares = _shares(people, expected)
    total = counts.sum()
    there = shares > 0
    if not total > 0 or there.sum() < 2 or counts[~there].any():
        return ChiSquareTest(*(plain(np.nan) for _ in range(3)))
    due = total * shares[there]
    statistic = float(((counts[there] - due) ** 2 / due).sum())
    freedom = float(there.sum() - 1)
    return ChiSquareTest(plain(statistic), plain(freedom), plain(chdtrc(freedom, statistic)))


def relative_entropy(people: ArrayLike, expected: ArrayLike) -> FloatArray:
    """How far the people who are there are from a reference population: Kullback-Leibler.

    Args:
        people: people by group, shape (groups,).
        expected: shares of the population, shape (groups,); they are made to add up to 1.

    Returns:
        The sum of p ln(p / expected) in nats: 0 where all shares are alike; infinite where a group
        holds people whom the population does not have; NaN with nobody.

    Source:
        Kullback & Leibler (1951), Annals of Mathematical Statistics 22:79-86.
    """
    from scipy.special import rel_entr

    counts, shares = _shares(people, expected)
    total = counts.sum()
    if not total > 0:
        return plain(np.nan)
    return plain(max(0.0, float(rel_entr(counts / total, shares).sum())))


def binomial_test(people: ArrayLike, everybody: ArrayLike, expected: ArrayLike) -> FloatArray:
    """Two-sided p of a group being as frequent as in the population, exact where counts are whole.

    Args:
        people: people of the group, any shape; all broadcast.
        everybody: people of all groups.
        expected: the group's share of the population.

    Returns:
        Probability of all counts no likelier than the one seen; for effective counts of weighted
        data, which are not whole, the score test's. NaN where nobody is there, or where the share
        expected is 0 or 1.
    """
    from scipy.special import erfc
    from scipy.stats import binomtest

    some, every, share = np.broadcast_arrays(*checked_counts(people, everybody), plain(expected))
    p = np.full(some.shape, np.nan)
    for at in np.ndindex(some.shape):
        hits, cases, due = float(some[at]), float(every[at]), float(share[at])
        if not (cases > 0 and 0 < due < 1):
            continue
        if hits == round(hits) and cases == round(cases):
            p[at] = binomtest(round(hits), round(cases), due).pvalue
        else:
            z = (hits - cases * due) / np.sqrt(cases * due * (1 - due))
            p[at] = erfc(abs(z) / np.sqrt(2.0))
    return plain(p)


def _expected(expected: ArrayLike, error: ArrayLike) -> tuple[FloatArray, FloatArray]:
    share, spread = np.broadcast_arrays(plain(expected), plain(error))
    if ((share < 0) | (share > 1 + 1e-9)).any():
        raise ImpossibleCount("a share of the population lies outside 0..1.")
    if (spread < 0).any():
        raise ImpossibleCount("a standard error is negative.")
    return np.where(share > 0, share, np.nan), spread


def _shares(people: ArrayLike, expected: ArrayLike) -> tuple[FloatArray, FloatArray]:
    counts, shares = np.atleast_1d(plain(people)), np.atleast_1d(plain(expected))
    if counts.shape != shares.shape:
        raise ImpossibleCount(f"{counts.size} groups of people, but {shares.size} shares.")
    if (counts < 0).any() or (shares < 0).any():
        raise ImpossibleCount("a count or a share is negative.")
    total = shares.sum()
    return counts, shares / (total if total > 0 else np.nan)
