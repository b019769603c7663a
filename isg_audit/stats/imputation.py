"""Several imputations of unknown groups, from counts, and Rubin's rules.

Imports numpy and this room only; scipy inside functions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import FloatArray, checked_amounts, plain


class Rubin(NamedTuple):
    """What several completed data sets say together.

    Attributes:
        value: mean over the imputations.
        variance: in all: within imputations and between them.
        increase: how much the variance grows by not knowing, between over within.
        freedom: degrees of freedom; infinite where nothing differs between imputations.
    """

    value: FloatArray
    variance: FloatArray
    increase: FloatArray
    freedom: FloatArray


def rubin(values: ArrayLike, variances: ArrayLike) -> Rubin:
    """Rubin's rules for combining the estimates of several imputations.

    Args:
        values: the estimate in each completed data set, shape (imputations, ...).
        variances: its sampling variance there, same shape.

    Returns:
        Arrays of shape (...). NaN where an imputation gave no value.

    Raises:
        ImpossibleCount: fewer than two imputations, a negative variance.

    Source:
        Rubin (1987), Multiple Imputation for Nonresponse in Surveys, section 3.1.
    """
    each, within = np.asarray(values, dtype=float), np.asarray(variances, dtype=float)
    if each.ndim == 0 or len(each) < 2 or each.shape != within.shape:
        raise ImpossibleCount("Rubin's rules need two imputations or more, each with a variance.")
    if (within < 0).any():
        raise ImpossibleCount("A sampling variance is negative.")
    mean_within, between = within.mean(axis=0), each.var(axis=0, ddof=1)
    added = (1.0 + 1.0 / len(each)) * between
    with np.errstate(divide="ignore", invalid="ignore"):
        increase = np.where(added > 0, added / mean_within, 0.0)
        freedom = np.where(added > 0, (len(each) - 1) * (1.0 + 1.0 / increase) ** 2, np.inf)
    known = ~np.isnan(each).any(axis=0)
    return Rubin(
        plain(np.where(known, each.mean(axis=0), np.nan)),
        plain(np.where(known, mean_within + added, np.nan)),
        plain(np.where(known, increase, np.nan)),
        plain(np.where(known, freedom, np.nan)),
    )


def impute_counts(
    known: ArrayLike, unknown: ArrayLike, prior: ArrayLike, rng: np.random.Generator
) -> FloatArray:
    """One completed data set: people of unknown group given to groups, cell by cell.

    Under the assumption that within a cell who is of unknown group is like who is of known group
    (missing at random given what forms the cells). The shares of the groups in a cell are drawn
    from their posterior first, so that not knowing them is part of the spread (a proper
    imputation), then the people.

    Args:
        known: whole counts of each group in each cell, shape (cells, groups).
        unknown: whole counts of unknown group in each cell, shape (cells,).
        prior: of the shares, as cases before any was seen, shape (cells, groups), above 0.
        rng: the randomness.

    Returns:
        Whole counts that are added to each group in each cell, shape (cells, groups); each row
        adds up to `unknown`.

    Raises:
        ImpossibleCount: negative or missing counts, counts that are not whole, a prior not above 0.

    Source:
        Rubin (1987), chapter 4; Gelman et al. (2013), Bayesian Data Analysis, chapter 18, for the
        Dirichlet posterior of a table's cells.
    """
    there, gone, before = checked_counts_to_impute(known, unknown, prior)
    drawn = rng.standard_gamma(there + before)
    total = drawn.sum(axis=1, keepdims=True)
    # All of it may be too small for a float where the prior is; then its means do.
    means = (there + before) / (there + before).sum(axis=1, keepdims=True)
    shares = np.where(total > 0, drawn / np.where(total > 0, total, 1.0), means)
    return rng.multinomial(gone.astype(np.int64), shares).astype(float)


def checked_counts_to_impute(
    known: ArrayLike, unknown: ArrayLike, prior: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The counts of `impute_counts` as float arrays of fitting shapes."""
    there, gone = checked_amounts(known)[0], checked_amounts(unknown)[0]
    before = np.broadcast_to(np.asarray(prior, dtype=float), there.shape)
    whole = np.array_equal(np.rint(there), there) and np.array_equal(np.rint(gone), gone)
    if there.ndim != 2 or gone.shape != there.shape[:1] or not whole:
        raise ImpossibleCount("Only whole counts by cell and group can be imputed.")
    if not (before > 0).all():
        raise ImpossibleCount("The prior of every group must be above 0 in every cell.")
    return there, gone, plain(before)


def cell_prior(known: ArrayLike, wider: ArrayLike) -> FloatArray:
    """A prior for the groups' shares in each cell, worth one case: the shares in a wider cell.

    Args:
        known: counts of each group in each cell, shape (cells, groups).
        wider: to which wider cell each belongs, whole numbers from 0, shape (cells,).

    Returns:
        Shape (cells, groups), each row adding up to 1: the groups' shares in the wider cell, with
        half a case added to each group (Jeffreys), so that none is ruled out.
    """
    there, place = checked_amounts(known)[0], np.asarray(wider, dtype=np.intp)
    sums = np.zeros((int(place.max(initial=-1)) + 1, there.shape[1]))
    np.add.at(sums, place, there)
    sums += 0.5
    return plain((sums / sums.sum(axis=1, keepdims=True))[place])
