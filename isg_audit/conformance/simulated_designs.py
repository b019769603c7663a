"""Coverage by simulation for people who come in clusters and strata, and for many groups at once.

Imports `stats`, the number of folds of a tally, and this room; else as `simulated`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from isg_audit import stats
from isg_audit.conformance.coverage import Covered, inside, over
from isg_audit.stats import FloatArray
from isg_audit.tally.fold import FOLDS

# Likeness of one person's cases, and the share.
CLUSTERS = ((0.05, 0.3), (0.15, 0.5), (0.3, 0.2))
CASES_EACH = 20
# Shares of five groups: equal, spread, and one that is treated worse.
SPREADS = ((0.4, 0.4, 0.4, 0.4, 0.4), (0.3, 0.35, 0.4, 0.4, 0.5), (0.2, 0.5, 0.5, 0.5, 0.5))


def repeated(persons: int, draws: int) -> Covered:
    """Wilson with the cases of persons who have 1 to 4 each, at the most cautious design effect."""

    def one(icc: float, share: float, seed: int) -> FloatArray:
        rng, weight = np.random.default_rng(seed), (1 - icc) / icc
        times = rng.integers(1, 5, (draws, persons))
        chance = rng.beta(share * weight, (1 - share) * weight, times.shape)
        hits, cases = rng.binomial(times, chance).sum(axis=1), times.sum(axis=1)
        most = times.max(axis=1)
        return inside(stats.wilson(hits / most, cases / most), share)

    return over(one(icc, share, seed) for seed, (icc, share) in enumerate(CLUSTERS))


def jackknife(persons: int, draws: int) -> Covered:
    """Delete-a-group on the logit scale: 16 folds, 20 cases a person."""
    return over(_clustered(persons, draws, icc, share, "jackknife") for icc, share in CLUSTERS)


def clustered_wilson(persons: int, draws: int) -> Covered:
    """Wilson with the cases that the jackknife leaves."""
    return over(_clustered(persons, draws, icc, share, "wilson") for icc, share in CLUSTERS)


def _clustered(persons: int, draws: int, icc: float, share: float, rule: str) -> FloatArray:
    rng, weight = np.random.default_rng(persons), (1 - icc) / icc
    chance = rng.beta(share * weight, (1 - share) * weight, (draws, persons))
    hits = rng.binomial(CASES_EACH, chance)
    # Persons fall into folds by chance, so that folds differ in size and some may be empty.
    fold = rng.integers(0, FOLDS, persons)
    member = (fold[:, None] == np.arange(FOLDS)).astype(np.float64)
    by_fold, sizes = (hits @ member).T, CASES_EACH * member.sum(axis=0)[:, None]
    total, cases = hits.sum(axis=1), CASES_EACH * persons
    value = total / cases
    left = (total - by_fold) / (cases - sizes)
    present = np.broadcast_to(sizes > 0, left.shape)
    found = stats.delete_a_group(value, left, scale="logit", present=present)
    if rule == "jackknife":
        return inside((found.low, found.high), share)
    effective = stats.clustered_cases(value, found.standard_error, found.folds, cases)
    return inside(stats.wilson(value * effective, effective), share)


def strata(rule: str, many: bool) -> Any:
    """Mantel-Haenszel: 5 strata of so many cases in a group, or ten times as many of a tenth."""

    def covers(cases: int, draws: int) -> Covered:
        count, each = (50, max(2, cases // 10)) if many else (5, cases)
        return over(_stratified(rule, count, each, draws, seed) for seed in range(3))

    return covers


def _stratified(rule: str, count: int, each: int, draws: int, seed: int) -> FloatArray:
    rng = np.random.default_rng(seed)
    base = np.linspace(0.2, 0.5, count)
    true = {"odds_ratio": (1.0, 1.5, 2.5), "ratio": (1.0, 1.3, 0.7), "difference": (0, 0.1, 0.2)}
    figure = true[rule][seed]
    if rule == "odds_ratio":
        odds = figure * base / (1 - base)
        share = odds / (1 + odds)
    else:
        share = base * figure if rule == "ratio" else base + figure
    hits = rng.binomial(each, share, (draws, count))
    others = rng.binomial(2 * each, base, (draws, count))
    found = getattr(stats, f"mantel_haenszel_{rule}")(hits, each, others, 2 * each)
    return inside((found.low, found.high), figure)


def ranges(rule: str) -> Any:
    """Range or least ratio of five groups: equal shares, and spread ones."""

    def covers(cases: int, draws: int) -> Covered:
        return over(_extreme(rule, cases, min(draws, 1500), shares) for shares in SPREADS)

    return covers


def _extreme(rule: str, cases: int, draws: int, shares: tuple[float, ...]) -> FloatArray:
    rng, sizes = np.random.default_rng(5), np.full(5, cases)
    true = max(shares) - min(shares) if rule == "range" else min(shares) / max(shares)
    limits = getattr(stats, f"{rule}_interval")
    found = [limits(hits, sizes) for hits in rng.binomial(cases, shares, (draws, 5))]
    low, high = np.array(found).T
    return inside((low, high), true)


def all_at_once(level: str) -> Any:
    """Newcombe's differences of five groups from one comparator, all holding together."""

    def covers(cases: int, draws: int) -> Covered:
        draws = 4 * draws  # one point of a grid only
        shares, other = np.array([0.3, 0.4, 0.4, 0.5, 0.6]), 0.4
        variances = shares * (1 - shares) / cases
        each = (
            stats.common_comparator_confidence(variances, other * (1 - other) / cases)
            if level == "common"
            else stats.bonferroni_confidence(0.95, 5)
        )
        rng = np.random.default_rng(9)
        hits, others = rng.binomial(cases, shares, (draws, 5)), rng.binomial(cases, other, draws)
        low, high = stats.newcombe(hits, cases, others[:, None], cases, each)
        held = (low <= shares - other + 1e-12) & (high >= shares - other - 1e-12)
        return over([held.all(axis=1).astype(np.float64)])

    return covers
