"""Coverage by simulation, where there are too many data sets to enumerate.

Imports `stats` and this room. Each function gives what `Interval.covers` asks for; each draws with
a seed of its own, so that no other check moves it. `draws` is for each point of the grid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from isg_audit import stats
from isg_audit.conformance.coverage import Covered, inside, over
from isg_audit.stats import FloatArray

Shape = tuple[float, float]

# Scores: bell, flat, at the ends, and leaning, as shapes of Beta distributions.
SCORES: tuple[Shape, ...] = ((2, 2), (1, 1), (0.7, 0.7), (2, 5))
# Values 0..4 and how often each occurs: even, leaning, mostly 0.
CELLS = np.array(
    [[0.2, 0.2, 0.2, 0.2, 0.2], [0.35, 0.3, 0.2, 0.1, 0.05], [0.5, 0.2, 0.1, 0.1, 0.1]]
)
REPLICATES = 999


def mean(cases: int, draws: int) -> Covered:
    """Student's t of a mean score."""
    return over(_mean_of(shape, cases, draws, seed) for seed, shape in enumerate(SCORES))


def _mean_of(shape: Shape, cases: int, draws: int, seed: int) -> FloatArray:
    values = np.random.default_rng(seed).beta(*shape, (draws, cases))
    return inside(stats.mean_interval(*_sums(values)), shape[0] / sum(shape))


def difference_of_means(cases: int, draws: int) -> Covered:
    """Difference of mean scores from the limits of each (MOVER), as audits give it."""
    return over(_two_means(cases, draws, ratio=False))


def welch(cases: int, draws: int) -> Covered:
    """Welch's difference of mean scores."""
    return over(_two_means(cases, draws, ratio=False, rule="welch"))


def ratio_of_means(cases: int, draws: int) -> Covered:
    """Ratio of mean scores from the limits of each (MOVER), as audits give it."""
    return over(_two_means(cases, draws, ratio=True))


def _two_means(cases: int, draws: int, *, ratio: bool, rule: str = "mover") -> Iterator[FloatArray]:
    rng = np.random.default_rng(11)
    for shape, other in ((SCORES[0], SCORES[3]), (SCORES[1], SCORES[0]), (SCORES[2], SCORES[3])):
        one, two = (_sums(rng.beta(*part, (draws, size)))
                    for part, size in ((shape, cases), (other, 3 * cases)))  # fmt: skip
        true, other_true = shape[0] / sum(shape), other[0] / sum(other)
        if rule == "welch":
            yield inside(stats.mean_difference(*one, *two), true - other_true)
            continue
        parts = []
        for sums in (one, two):
            parts += [sums[0] / sums[2], *stats.mean_interval(*sums)]
        combine = stats.ratio_of if ratio else stats.difference_of
        yield inside(combine(*parts), true / other_true if ratio else true - other_true)


def mean_square(cases: int, draws: int) -> Covered:
    """Mean squared error of normal, flat and one-sided errors."""

    def one(errors: FloatArray, true: float) -> FloatArray:
        return inside(stats.mean_square_interval(*_sums(errors**2)), true)

    rng = np.random.default_rng(13)
    size = (draws, cases)
    return over(
        (
            one(rng.normal(size=size), 1.0),
            one(rng.uniform(-1, 1, size), 1 / 3),
            one(rng.normal(1, 1, size), 2.0),
        )
    )


def brier(cases: int, draws: int) -> Covered:
    """Brier score of scores that say what happens."""
    return over(
        inside(stats.mean_square_interval(*_sums(_losses(shape, cases, draws, seed))), _loss(shape))
        for seed, shape in enumerate(SCORES)
    )


def difference_of_briers(cases: int, draws: int) -> Covered:
    """Welch's difference of Brier scores, the comparator with 3 times as many cases."""

    def one(shape: Shape, other: Shape, seed: int) -> FloatArray:
        here, there = (
            _losses(shape, cases, draws, seed),
            _losses(other, 3 * cases, draws, 50 + seed),
        )
        limits = stats.mean_difference(*_sums(here), *_sums(there))
        return inside(limits, _loss(shape) - _loss(other))

    return over(one(shape, SCORES[seed - 1], seed) for seed, shape in enumerate(SCORES))


def _losses(shape: Shape, cases: int, draws: int, seed: int) -> FloatArray:
    rng = np.random.default_rng(seed)
    scores = rng.beta(*shape, (draws, cases))
    losses: FloatArray = (scores - (rng.random(scores.shape) < scores)) ** 2
    return losses


def _loss(shape: Shape) -> float:
    """Mean of score (1 - score)."""
    one, other = shape
    return one * other / ((one + other) * (one + other + 1))


def area(cases: int, draws: int) -> Covered:
    """DeLong on the logit scale; as many positives as negatives, areas .5 to .9."""
    return over(_area(cases, draws, place) for place in (0.5, 0.6, 0.7, 0.8, 0.9))


def _area(cases: int, draws: int, true: float) -> FloatArray:
    ones, zeros = _ordered(cases, draws, true, round(100 * true))
    found = stats.roc_auc(ones, zeros)
    return inside(stats.auc_interval(found.value, found.standard_error, cases, cases), true)


def difference_of_areas(cases: int, draws: int) -> Covered:
    """Difference of two groups' areas from the limits of each (MOVER), as audits give it."""

    def pair(one: float, other: float) -> FloatArray:
        parts: list[Any] = []
        for at, true in enumerate((one, other)):
            found = stats.roc_auc(*_ordered(cases, draws, true, 7 + at))
            limits = stats.auc_interval(found.value, found.standard_error, cases, cases)
            parts += [found.value, *limits]
        return inside(stats.difference_of(*parts), one - other)

    return over(pair(*both) for both in ((0.6, 0.6), (0.7, 0.8), (0.9, 0.75)))


def _ordered(cases: int, draws: int, true: float, seed: int) -> tuple[FloatArray, FloatArray]:
    """Positives and negatives by rank of a normal score whose area is `true`."""
    from scipy.special import ndtri

    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(draws, 2 * cases))
    scores[:, :cases] += np.sqrt(2.0) * ndtri(true)
    order = np.argsort(scores, axis=1)
    ones: FloatArray = (order < cases).astype(np.float64)
    return ones, 1.0 - ones


def overrated(cases: int, draws: int) -> Covered:
    """Mean score minus observed share, of a score that is 0, .1 or .2 too high."""

    def one(shape: Shape, too_high: float, seed: int) -> FloatArray:
        rng = np.random.default_rng(seed)
        scores = rng.beta(*shape, (draws, cases))
        chance = scores * (1.0 - too_high)
        events = (rng.random(chance.shape) < chance).sum(axis=1)
        found = stats.calibration_in_the_large(cases, events, scores.sum(axis=1))
        return inside(found, (scores - chance).mean(axis=1))

    grid = [(shape, high) for shape in ((8.0, 8.0), (2.0, 5.0)) for high in (0.0, 0.1, 0.2)]
    return over(one(*both, seed) for seed, both in enumerate(grid))


def calibration_error(cases: int, draws: int) -> Covered:
    """Calibration error over ten bands, of scores that are right and of scores too high."""

    def one(shape: Shape, too_high: float, seed: int) -> FloatArray:
        rng = np.random.default_rng(seed)
        scores = rng.beta(*shape, (draws, cases))
        chance = scores * (1.0 - too_high)
        events = rng.random(chance.shape) < chance
        bands = np.arange(10) == np.minimum((scores * 10).astype(int), 9)[..., None]
        counts, sums, hits, true = (
            (bands * part[..., None]).sum(axis=1)
            for part in (np.ones_like(scores), scores, events, scores - chance)
        )
        found = stats.calibration_error_interval(counts, hits, sums)
        return inside(found, np.abs(true).sum(axis=1) / cases)

    grid = [(shape, high) for shape in ((2.0, 2.0), (2.0, 5.0)) for high in (0.0, 0.1, 0.3)]
    return over(one(*both, seed) for seed, both in enumerate(grid))


def overlap(cases: int, draws: int) -> Covered:
    """F1 from Wilson of the overlap, as audits give it."""

    def one(cells: Sequence[float], seed: int) -> FloatArray:
        drawn = np.random.default_rng(seed).multinomial(cases, cells, draws)[:, :3]
        low, high = stats.wilson(drawn[:, 0], drawn.sum(axis=1))
        true = cells[0] / sum(cells[:3])
        return inside((2 * low / (1 + low), 2 * high / (1 + high)), 2 * true / (1 + true))

    grid = ((0.3, 0.1, 0.2, 0.4), (0.5, 0.2, 0.1, 0.2), (0.2, 0.2, 0.2, 0.4))
    return over(one(cells, seed) for seed, cells in enumerate(grid))


def weighted(cases: int, draws: int) -> Covered:
    """Wilson of a weighted share with Kish's effective cases; weights 1 to 4, whatever happened."""

    def one(share: float, seed: int) -> FloatArray:
        rng = np.random.default_rng(seed)
        weights = rng.uniform(1, 4, (draws, cases))
        hits = (weights * (rng.random(weights.shape) < share)).sum(axis=1)
        effective = stats.effective_cases(weights.sum(axis=1), (weights**2).sum(axis=1))
        return inside(stats.wilson(hits / weights.sum(axis=1) * effective, effective), share)

    return over(one(share, seed) for seed, share in enumerate((0.1, 0.3, 0.5, 0.8)))


def bootstrap(cases: int, draws: int, bca: bool) -> Covered:
    """Bootstrap of a mean of values 0 to 4, by counts."""

    def one(cells: FloatArray, seed: int) -> FloatArray:
        rng, at = np.random.default_rng(seed), np.arange(5.0)
        samples = rng.multinomial(cases, cells, draws)
        values = stats.resample_counts(samples, REPLICATES, rng) @ at / cases
        if not bca:
            return inside(stats.percentile_interval(values)[:2], cells @ at)
        fewer = stats.one_case_fewer(samples) @ at / (cases - 1.0)
        pace = stats.acceleration(fewer, samples.T)
        return inside(stats.bca_interval(values, samples @ at / cases, pace)[:2], cells @ at)

    return over(one(cells, seed) for seed, cells in enumerate(CELLS))


def percentile(cases: int, draws: int) -> Covered:
    """Percentile bootstrap."""
    return bootstrap(cases, min(draws, 3000), bca=False)


def bias_corrected(cases: int, draws: int) -> Covered:
    """BCa bootstrap."""
    return bootstrap(cases, min(draws, 3000), bca=True)


def _sums(values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    cases = np.full(len(values), float(values.shape[1]))
    return values.sum(axis=1), (values**2).sum(axis=1), cases
