"""Coverage by enumeration: every possible data set, weighed by its chance.

Imports `stats` and this room. Grids of true shares are .05, .10 ... .95.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from isg_audit import stats
from isg_audit.conformance.coverage import Covered
from isg_audit.stats import FloatArray

SHARES = np.round(np.arange(0.05, 0.96, 0.05), 2)
PAIRED = np.array([[a, b] for a in (0.1, 0.3, 0.5, 0.8) for b in (0.1, 0.3, 0.6)])
TOUCH = 1e-12

Truth = Callable[[Any, Any], FloatArray]


def one_share(rule: str) -> Callable[[int, int], Covered]:
    """Coverage of an interval of one share."""

    def covers(cases: int, draws: int) -> Covered:
        hits = np.arange(cases + 1)
        low, high = getattr(stats, rule)(hits, cases)
        chances = _binomial(cases)
        return _covered(low, high, SHARES[:, None], chances)

    return covers


def poisson(cases: int, draws: int) -> Covered:
    """Coverage of observed over expected: events are Poisson, and half as many are announced."""
    from scipy.stats import poisson as law

    announced = cases / 2.0
    events = np.arange(int(cases * 4) + 40)
    found = stats.observed_over_expected(events, announced)
    ratios = np.linspace(0.4, 2.0, 17)[:, None]
    return _covered(found.low, found.high, ratios, law.pmf(events, ratios * announced))


def two_shares(
    limits: Callable[[FloatArray, Any, FloatArray, Any], Any], truth: Truth, more: int = 1
) -> Callable[[int, int], Covered]:
    """Coverage of an interval of two shares of separate groups.

    Args:
        limits: from hits and cases of both groups to limits.
        truth: from both true shares to the true figure.
        more: how many times as many cases the comparator has.
    """

    def covers(cases: int, draws: int) -> Covered:
        others = cases * more
        x, y = np.arange(cases + 1.0)[:, None], np.arange(others + 1.0)[None, :]
        low, high = limits(x, cases, y, others)[-2:]
        chance, other_chance = _binomial(cases), _binomial(others)
        coverage, given = [], []
        for place, share in enumerate(SHARES):
            held = (low <= (true := truth(share, SHARES)[:, None, None]) + TOUCH) & (
                high >= true - TOUCH
            )
            weights = chance[place][:, None] * other_chance[:, None, :]
            known = ~np.isnan(low) * weights
            given.append(known.sum(axis=(1, 2)))
            coverage.append((held * weights).sum(axis=(1, 2)) / given[-1])
        return Covered(
            float(np.mean(coverage)), float(np.min(coverage)), float(1.0 - np.mean(given))
        )

    return covers


def paired(cases: int, draws: int) -> Covered:
    """Coverage of the paired difference; shares of both, and of one given the other."""
    from scipy.special import gammaln

    counts = np.array(
        [(a, b, c, cases - a - b - c) for a in range(cases + 1) for b in range(cases + 1 - a)
         for c in range(cases + 1 - a - b)]
    )  # fmt: skip
    low, high = stats.newcombe_paired(*counts.T)
    orders = gammaln(cases + 1.0) - gammaln(counts + 1.0).sum(axis=1)
    coverage = []
    for first, second in PAIRED:
        for together in (0.0, 0.4):
            both = first * second + together * min(first * (1 - second), second * (1 - first))
            cells = np.array([both, first - both, second - both, 1 - first - second + both])
            chances = np.exp(orders + counts @ np.log(cells))
            held = (low <= first - second + TOUCH) & (high >= first - second - TOUCH)
            coverage.append(float(held @ chances / chances.sum()))
    return Covered(float(np.mean(coverage)), min(coverage), 0.0)


def _binomial(cases: int) -> FloatArray:
    """Chance of each number of hits, shape (shares, cases + 1)."""
    from scipy.stats import binom

    chances: FloatArray = binom.pmf(np.arange(cases + 1), cases, SHARES[:, None])
    return chances


def _covered(low: FloatArray, high: FloatArray, true: FloatArray, chances: FloatArray) -> Covered:
    held = (low <= true + TOUCH) & (high >= true - TOUCH)
    given = (~np.isnan(low) * chances).sum(axis=1)
    coverage = (held * chances).sum(axis=1) / given
    return Covered(float(coverage.mean()), float(coverage.min()), float(max(0.0, 1 - given.mean())))
