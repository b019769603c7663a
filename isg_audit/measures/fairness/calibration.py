"""Whether a probability says what happens, by group: squared error and calibration.

Imports this family, `measures.clustering`, `measures.estimates`, `stats`, `tally`. Each function's
docstring is its manual page.
"""

from __future__ import annotations

import numpy as np

from isg_audit import stats
from isg_audit.measures.clustering import LeftOut, effect_on, independent, kish
from isg_audit.measures.estimates import Estimates, remembered, weighted_words
from isg_audit.measures.fairness.means import SQUARES, Rule, mean_of, people_scored
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import NEGATIVE, POSITIVE, Effect, Floats, Folds, Table

BANDS = 10

KNOWN = [POSITIVE, NEGATIVE]


def brier_score(table: Table) -> Estimates:
    """Mean squared distance between score and outcome (1 positive, 0 negative).

    scikit-learn: `brier_score_loss`. Exact from sums of scores and of squared scores. Student's t
    interval on the log scale, since a few large errors make the plain one too short; its variance
    comes from the score bins, taken at their value (or their middle). Differences by Welch.
    """
    known = [POSITIVE, NEGATIVE]
    cases = table.scored[:, known].sum(axis=1)
    total = _squared_errors(table)
    at = table.score_middles
    fourth = table.binned[:, POSITIVE] @ (1 - at) ** 4 + table.binned[:, NEGATIVE] @ at**4
    return mean_of(
        table,
        "brier_score",
        (total, np.maximum(fourth, _least_squares(total, cases)), cases),
        lambda folds: (_squared_errors(folds), folds.scored[..., known].sum(axis=-1)),
        rule=Rule(SQUARES.method, _squares_up_to_1),
    )


def _squares_up_to_1(total: Floats, squares: Floats, cases: Floats, confidence: float) -> Bounds:
    low, high = stats.mean_square_interval(total, squares, cases, confidence)
    return Bounds(low, np.minimum(high, 1.0))


def _squared_errors(sums: Table | Folds) -> Floats:
    """Sum over people of (score - outcome)², from sums whose last axis is the outcome."""
    known = [POSITIVE, NEGATIVE]
    total: Floats = (
        sums.score_squares[..., known].sum(axis=-1)
        - 2 * sums.score_sum[..., POSITIVE]
        + sums.scored[..., POSITIVE]
    )
    return total


def calibration_in_the_large(table: Table) -> Estimates:
    """Mean score minus the share of positive outcomes: by how much a group is overrated.

    Of people with score and outcome; the score has to be a probability. 0 means that, on average,
    the score says what happens. Interval: Wilson of the share, the scores taken as given.
    """
    cases, observed = _observed(table)
    total = table.score_sum[:, KNOWN].sum(axis=1)
    announced = np.divide(total, cases, out=np.full_like(total, np.nan), where=cases > 0)
    factor = independent(table, _effect_on_observed(table))
    share = np.nan_to_num(observed)

    def limits(confidence: float) -> Bounds:
        effective = cases * factor(confidence)
        low, high = stats.wilson(share * effective, effective, confidence)
        return Bounds(np.asarray(announced - high), np.asarray(announced - low))

    return Estimates(
        value=announced - observed,
        n=people_scored(table),
        limits=remembered(limits),
        method="wilson of the observed share" + weighted_words(table),
    )


def expected_calibration_error(table: Table) -> Estimates:
    """Mean distance between score and observed share over ten equal bands of the score.

    Of people with score and outcome; the score has to be a probability. It is never 0 by chance:
    the note says what a perfectly calibrated score would give with these numbers of people, so
    compare groups of different size by `calibration_in_the_large`. Interval: the error less and
    plus what chance may do to all bands together; it holds the true error at least as often as it
    says, and reaches 0 where the score may be calibrated.
    """
    at = np.clip(table.score_middles, 0, 1)
    band = np.minimum((at * BANDS).astype(int), BANDS - 1)
    spread = np.zeros((len(at), BANDS))
    spread[np.arange(len(at)), band] = 1.0
    ones, zeros = table.binned[:, POSITIVE] @ spread, table.binned[:, NEGATIVE] @ spread
    sums = (table.binned[:, POSITIVE] + table.binned[:, NEGATIVE]) @ (spread * at[:, None])
    by_chance = stats.calibration_error_by_chance(ones + zeros, sums)
    factor = independent(table, _effect_on_observed(table))

    def limits(confidence: float) -> Bounds:
        scale = factor(confidence)[:, None]
        cases, events, announced = (ones + zeros) * scale, ones * scale, sums * scale
        return stats.calibration_error_interval(cases, events, announced, confidence)

    return Estimates(
        value=np.asarray(stats.expected_calibration_error(ones + zeros, ones, sums)),
        n=people_scored(table),
        limits=remembered(limits),
        method="ten bands, distances of all together" + weighted_words(table),
        notes=tuple(
            f"{one:.4f} expected by chance alone" + _blur(more)
            for one, more in zip(by_chance, _half_widths(table), strict=True)
        ),
    )


def _half_widths(table: Table) -> Floats:
    """Mean distance by which a score may lie off the middle of its bin, shape (groups,)."""
    half = (table.score_ends - table.score_levels) / 2
    known = table.binned[:, KNOWN].sum(axis=1)
    cases = known.sum(axis=1)
    total: Floats = known @ half
    mean: Floats = np.divide(total, cases, out=np.zeros_like(total), where=cases > 0)
    return mean


def _blur(more: float) -> str:
    """What bins of scores leave open: no bin lies across two bands, so this is all."""
    return f"; off by at most {more:.4f} through bins of the score" if more > 0 else ""


def _observed(table: Table) -> tuple[Floats, Floats]:
    """People with score and outcome, and the share of positive outcomes among them."""
    cases = table.scored[:, KNOWN].sum(axis=1)
    hits = table.scored[:, POSITIVE]
    return cases, np.divide(hits, cases, out=np.full_like(hits, np.nan), where=cases > 0)


def _effect_on_observed(table: Table) -> Effect:
    """The design effect of the share of positive outcomes among people with a score."""
    cases, observed = _observed(table)

    def left_out(folds: Folds) -> LeftOut:
        hits, there = folds.scored[..., POSITIVE], folds.scored[..., KNOWN].sum(axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            total = table.scored[:, [POSITIVE]]
            without = (total - hits) / (cases[:, None] - there)
            variance = observed * (1 - observed) / (cases * kish(table))
        return LeftOut(observed, without.T, there.T > 0, variance)

    return effect_on(table, "observed_share", left_out)


def _least_squares(total: Floats, cases: Floats) -> Floats:
    """The least sum of squares that values with this sum can have; guards against rounding."""
    return np.divide(total**2, cases, out=np.zeros_like(total), where=cases > 0)
