"""What the score is worth by group: mean, order (AUC), error, calibration.

Imports `measures.estimates`, `stats`, `tally`. Each function's docstring is its manual page.
"""

from __future__ import annotations

import numpy as np

from isg_audit import stats
from isg_audit.measures.estimates import Estimates, remembered, weighted_words
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import NEGATIVE, POSITIVE, Floats, Table

BANDS = 10


def mean_score(table: Table) -> Estimates:
    """Mean score of the people who have one, whatever their outcome.

    fairlearn: `mean_prediction`. Student's t interval from sums of scores and squared scores.
    """
    cases, total, squares = (
        one.sum(axis=1) for one in (table.scored, table.score_sum, table.score_squares)
    )
    return _mean(table, total, squares, cases)


def roc_auc(table: Table) -> Estimates:
    """Chance that a person with a positive outcome scores above one with a negative outcome.

    scikit-learn: `roc_auc_score`, a tie counting half; exact where each score is its own bin (up
    to 20,000 different scores), else the note gives the bounds that binning leaves. Interval:
    DeLong's standard error on the logit scale; none below 10 positives or negatives.
    """
    ones, zeros = table.binned[:, POSITIVE], table.binned[:, NEGATIVE]
    scale = _scale(table)[:, None]
    found = stats.roc_auc(ones * scale, zeros * scale)
    many, few = (ones * scale).sum(axis=1), (zeros * scale).sum(axis=1)
    notes = tuple(
        f"between {low:.4f} and {high:.4f} without bins"
        if len(table.score_edges) and low < high
        else ""
        for low, high in zip(found.low_bound, found.high_bound, strict=True)
    )
    return Estimates(
        value=found.value,
        n=_people_scored(table),
        limits=remembered(
            lambda confidence: stats.auc_interval(
                found.value, found.standard_error, many, few, confidence
            )
        ),
        method="delong, logit" + weighted_words(table),
        notes=notes,
    )


def brier_score(table: Table) -> Estimates:
    """Mean squared distance between score and outcome (1 positive, 0 negative).

    scikit-learn: `brier_score_loss`. Exact from sums of scores and of squared scores. Student's t
    interval; its variance comes from the score bins, taken at their value (or their middle).
    """
    known = [POSITIVE, NEGATIVE]
    cases = table.scored[:, known].sum(axis=1)
    total = (
        table.score_squares[:, known].sum(axis=1)
        - 2 * table.score_sum[:, POSITIVE]
        + table.scored[:, POSITIVE]
    )
    at = _middles(table)
    fourth = table.binned[:, POSITIVE] @ (1 - at) ** 4 + table.binned[:, NEGATIVE] @ at**4
    return _mean(table, total, np.maximum(fourth, _least_squares(total, cases)), cases)


def calibration_in_the_large(table: Table) -> Estimates:
    """Mean score minus the share of positive outcomes: by how much a group is overrated.

    Of people with score and outcome; the score has to be a probability. 0 means that, on average,
    the score says what happens. Interval: Wilson of the share, the scores taken as given.
    """
    cases = table.scored[:, [POSITIVE, NEGATIVE]].sum(axis=1)
    total = table.score_sum[:, [POSITIVE, NEGATIVE]].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        announced = np.where(cases > 0, total / cases, np.nan)
        observed = np.where(cases > 0, table.scored[:, POSITIVE] / cases, np.nan)
    effective = cases * _scale(table)
    hits = np.where(np.isnan(observed), 0.0, observed * effective)

    def limits(confidence: float) -> Bounds:
        low, high = stats.wilson(hits, effective, confidence)
        return Bounds(np.asarray(announced - high), np.asarray(announced - low))

    return Estimates(
        value=announced - observed,
        n=_people_scored(table),
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
    at = np.clip(_middles(table), 0, 1)
    band = np.minimum((at * BANDS).astype(int), BANDS - 1)
    spread = np.zeros((len(at), BANDS))
    spread[np.arange(len(at)), band] = 1.0
    ones, zeros = table.binned[:, POSITIVE] @ spread, table.binned[:, NEGATIVE] @ spread
    sums = (table.binned[:, POSITIVE] + table.binned[:, NEGATIVE]) @ (spread * at[:, None])
    by_chance = stats.calibration_error_by_chance(ones + zeros, sums)
    scale = _scale(table)[:, None]
    cases, events, announced = (ones + zeros) * scale, ones * scale, sums * scale

    def limits(confidence: float) -> Bounds:
        return stats.calibration_error_interval(cases, events, announced, confidence)

    return Estimates(
        value=np.asarray(stats.expected_calibration_error(ones + zeros, ones, sums)),
        n=_people_scored(table),
        limits=remembered(limits),
        method="ten bands, distances of all together" + weighted_words(table),
        notes=tuple(f"{one:.4f} expected by chance alone" for one in by_chance),
    )


def _mean(table: Table, total: Floats, squares: Floats, cases: Floats) -> Estimates:
    scale = _scale(table)
    return Estimates(
        value=np.divide(total, cases, out=np.full_like(total, np.nan), where=cases > 0),
        n=cases if not table.weighted else _people_scored(table),
        limits=remembered(
            lambda confidence: stats.mean_interval(
                total * scale, squares * scale, cases * scale, confidence
            )
        ),
        method="student t" + weighted_words(table),
    )


def _scale(table: Table) -> Floats:
    """From sums of weights to independent, unweighted cases: Kish's factor over the repeats."""
    weight, squares = table.weight.sum(axis=(1, 2)), table.squares.sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        kish = np.where(squares > 0, weight / squares, 1.0)
    scale: Floats = np.where(np.isnan(weight), np.nan, kish) / table.repeats
    return scale


def _people_scored(table: Table) -> Floats:
    """Cases with score and known outcome; for weighted data the cases with a known outcome."""
    if table.weighted:
        known: Floats = table.cases[:, [POSITIVE, NEGATIVE]].sum(axis=(1, 2))
        return known
    scored: Floats = table.scored[:, [POSITIVE, NEGATIVE]].sum(axis=1)
    return scored


def _middles(table: Table) -> Floats:
    middles: Floats = (table.score_levels + table.score_ends) / 2
    return middles


def _least_squares(total: Floats, cases: Floats) -> Floats:
    """The least sum of squares that values with this sum can have; guards against rounding."""
    return np.divide(total**2, cases, out=np.zeros_like(total), where=cases > 0)
