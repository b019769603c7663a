"""Borrowing strength between small groups: beta-binomial shrinkage.

For ranking and displays, beside the raw count and interval and never instead: shrinking towards
the majority can hide harm in a tiny group, so no verdict rests on it. Imports numpy and this room
only; scipy inside the functions that need it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.stats.bounds import Estimate, FloatArray, checked_counts, checked_level, plain

# A prior worth this many cases stands for groups that do not differ.
HEAVIEST_PRIOR = 1e6
# Log likelihood within which the heaviest prior counts as good as the best.
AS_GOOD = 1e-4


class BetaPrior(NamedTuple):
    """How the shares of groups spread: Beta(alpha, beta)."""

    alpha: float
    beta: float

    @property
    def varies(self) -> bool:
        """False where the data show no variation between groups beyond chance."""
        return self.alpha + self.beta < HEAVIEST_PRIOR * (1.0 - 1e-9)


def beta_binomial_fit(hits: ArrayLike, cases: ArrayLike) -> BetaPrior:
    """Spread of the shares of many groups, by marginal maximum likelihood.

    Args:
        hits: hits by group, shape (groups,).
        cases: cases by group; groups of nobody are left out.

    Returns:
        alpha and beta. Where the groups vary no more than chance lets them, alpha + beta is 10**6
        and `varies` is False. NaN with fewer than two groups, and without hits or without misses.

    Raises:
        ImpossibleCount: hits outside 0..cases.

    Weights: effective counts are taken as they are.

    Source:
        Kleinman (1973), JASA 68:46-54; Gelman et al., Bayesian Data Analysis, 3rd ed., 5.1-5.3.
    """
    from scipy.optimize import minimize

    some, every = (part[~np.isnan(part)] for part in checked_counts(hits, cases))
    if len(some) < 2 or some.sum() <= 0 or some.sum() >= every.sum():
        return BetaPrior(np.nan, np.nan)
    pooled = float(some.sum() / every.sum())
    centre = np.log(pooled / (1.0 - pooled))
    fits = [
        minimize(
            lambda at: _misfit(some, every, at[0], at[1]),
            [centre, np.log(start)],
            method="Nelder-Mead",
            options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000},
        )
        for start in (2.0, 50.0)
    ]
    best = min(fits, key=lambda fit: float(fit.fun))
    at, misfit = best.x, float(best.fun)
    heaviest = float(np.log(HEAVIEST_PRIOR))
    if at[1] >= heaviest or _misfit(some, every, centre, heaviest) <= misfit + AS_GOOD:
        at = (centre, heaviest)
    return BetaPrior(*(float(part) for part in _shape(at[0], at[1])))


def shrunken_share(
    hits: ArrayLike, cases: ArrayLike, alpha: float, beta: float, confidence: float = 0.95
) -> Estimate:
    """Share of each group, drawn towards the others as far as it rests on few cases.

    Args:
        hits: hits by group, any shape.
        cases: cases by group; 0 give NaN, not the prior.
        alpha: of `beta_binomial_fit`.
        beta: of `beta_binomial_fit`; alpha + beta is the number of cases that the prior is worth.
        confidence: a share between 0 and 1.

    Returns:
        Posterior mean and equal-tailed limits. The limits take alpha and beta as known, so they
        are too narrow. NaN throughout where alpha or beta is NaN.

    Raises:
        ImpossibleCount: hits outside 0..cases; confidence outside 0..1.

    Source:
        Efron & Morris (1975), JASA 70:311-319.
    """
    from scipy.special import betaincinv

    some, every = checked_counts(hits, cases)
    tail = (1.0 - checked_level(confidence)) / 2.0
    one, two = some + alpha, every - some + beta
    return Estimate(
        plain(one / (one + two)),
        plain(betaincinv(one, two, tail)),
        plain(betaincinv(one, two, 1.0 - tail)),
    )


def _shape(centre: float, weight: float) -> tuple[float, float]:
    """Both parameters from the logit of the mean and the log of their sum."""
    worth = float(np.exp(np.clip(weight, -20.0, np.log(HEAVIEST_PRIOR))))
    mean = 1.0 / (1.0 + float(np.exp(np.clip(-centre, -30.0, 30.0))))
    return worth * mean, worth * (1.0 - mean)


def _misfit(some: FloatArray, every: FloatArray, centre: float, weight: float) -> float:
    """Minus the log likelihood, without the binomial constants."""
    from scipy.special import betaln

    alpha, beta = _shape(centre, weight)
    logs = betaln(some + alpha, every - some + beta) - betaln(alpha, beta)
    return -float(np.sum(logs))
