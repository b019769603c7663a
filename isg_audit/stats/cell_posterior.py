"""What is known of many small cells together: draws that allow for an estimated prior.

Empirical Bayes takes its prior as known, and its intervals are too narrow. Here the prior's M is
averaged over a grid and its effects are drawn from their own uncertainty at each point of it, so
that intervals of cells, of what attributes do not explain and of ranks allow for all of that.
Imports numpy and this room only; scipy inside the functions that need it.

Source:
    Laird & Louis (1987), JASA 82:739-757, for what must be allowed for; Rue, Martino & Chopin
    (2009), JRSS B 71:319-392, for the grid with a normal approximation at each point; Goldstein &
    Spiegelhalter (1996), JRSS A 159:385-443, for intervals of ranks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import Bounds, Estimate, FloatArray, checked_level, plain
from isg_audit.stats.multilevel import (
    LEAST_WORTH,
    MOST_WORTH,
    SPREAD,
    EffectsAt,
    checked_cells,
    effects_at,
    mean_of,
)

POINTS, NEGLIGIBLE, ENOUGH = 21, 14.0, 9
"""Points of the grid over log M; log weight below the greatest at which a point is left out; points
that must remain."""

MOST_NUMBERS = 8_000_000
"""Draws times cells: beyond it there are fewer draws, but never fewer than 1,000."""


@dataclass(frozen=True, eq=False)
class CellPosterior:
    """Draws of everything at once; every array's first axis is the draw.

    Attributes:
        shares: of each cell, shape (draws, cells).
        expected: what its attributes alone would give, alike.
        worth: M, shape (draws,).
        mean: of the shares, without the error of drawing, shape (cells,).
    """

    shares: FloatArray
    expected: FloatArray
    worth: FloatArray
    mean: FloatArray

    @property
    def overdispersion(self) -> FloatArray:
        """1 / (1 + M), shape (draws,)."""
        return plain(1.0 / (1.0 + self.worth))


class Ranks(NamedTuple):
    """How sure one is of places; 1 is the lowest share. Arrays of shape (cells,)."""

    worst: FloatArray
    middle: FloatArray
    low: FloatArray
    high: FloatArray


def cell_posterior(
    hits: ArrayLike,
    cases: ArrayLike,
    design: ArrayLike,
    draws: int,
    rng: np.random.Generator,
    spread: float = SPREAD,
) -> CellPosterior:
    """Draws of the shares of all cells.

    Args:
        hits: hits by cell, shape (cells,); need not be whole.
        cases: cases by cell; a cell of nobody is predicted from its attributes.
        design: first a constant, then one column an effect, shape (cells, columns); see
            `multilevel.additive_design`. The constant alone: cells drawn towards all others.
        draws: how many at most; 4,000 for an interval.
        rng: the randomness.
        spread: of the effects before the data, in logits.

    Returns:
        Draws from the posterior, every value of 1 / (1 + M) being as likely before the data.

    Raises:
        ImpossibleCount: hits outside 0..cases; nobody at all; fewer than 1 draw.

    Intervals cover their cell at the stated confidence on average over the cells, not for each: one
    small cell that is unlike all others is drawn towards them, and its interval may miss it. So no
    verdict rests on them.
    """
    some, every, columns = checked_cells(hits, cases, design)
    if draws < 1:
        raise ImpossibleCount(f"{draws} draws; there must be at least 1.")
    fewer = max(1_000, MOST_NUMBERS // max(1, len(every)))
    points, chances = _grid(some, every, columns, spread)
    each = rng.multinomial(min(draws, fewer), chances)
    parts = [
        _drawn(some, every, columns, point, int(number), rng)
        for point, number in zip(points, each, strict=True)
        if number
    ]
    shares, expected, worth = (np.concatenate(several) for several in zip(*parts, strict=True))
    mean = ((some + worth[:, None] * expected) / (every + worth[:, None])).mean(axis=0)
    return CellPosterior(shares, expected, worth, mean)


def middle_of(draws: ArrayLike, confidence: float = 0.95) -> Bounds:
    """Equal-tailed limits of draws along the first axis."""
    outside = 1.0 - checked_level(confidence)
    drawn = np.asarray(draws, dtype=np.float64)
    low, high = np.quantile(drawn, [outside / 2.0, 1.0 - outside / 2.0], axis=0)
    return Bounds(plain(low), plain(high))


def shrunken_shares(posterior: CellPosterior, confidence: float = 0.95) -> Estimate:
    """Share of each cell, drawn towards the others as far as it rests on few cases, with limits."""
    return Estimate(posterior.mean, *middle_of(posterior.shares, confidence))


def ranks_of(shares: ArrayLike, confidence: float = 0.95) -> Ranks:
    """How sure one is of the place of each cell among all.

    Args:
        shares: draws, shape (draws, cells); the lowest share has place 1.
        confidence: of the interval of places.

    Returns:
        How probable it is that the cell has the lowest share of all; its middle place; the interval
        of its place.
    """
    drawn = np.asarray(shares, dtype=np.float64)
    places = np.argsort(np.argsort(drawn, axis=1), axis=1) + 1
    outside = 1.0 - checked_level(confidence)
    levels = [outside / 2.0, 0.5, 1.0 - outside / 2.0]
    low, middle, high = np.quantile(places, levels, axis=0, method="inverted_cdf")
    return Ranks(plain((places == 1).mean(axis=0)), plain(middle), plain(low), plain(high))


class _Point(NamedTuple):
    worth: float
    effects: EffectsAt
    height: float


def _grid(
    some: FloatArray, every: FloatArray, design: FloatArray, spread: float
) -> tuple[list[_Point], FloatArray]:
    """Points over log M that matter, and how probable each is; finer where few matter."""
    low, high = float(np.log(LEAST_WORTH)), float(np.log(MOST_WORTH))
    start: FloatArray | None = None
    while True:
        grid = np.linspace(low, high, POINTS)
        points = []
        for one in grid:
            worth = float(np.exp(one))
            effects = effects_at(some, every, design, worth, spread, start)
            start = effects.coefficients
            volume = float(np.linalg.slogdet(effects.precision)[1])
            # Every value of 1 / (1 + M) is as likely before the data; for equal steps of log M.
            prior = np.log(worth) - 2.0 * np.log1p(worth)
            points.append(_Point(worth, effects, effects.log_posterior - 0.5 * volume + prior))
        heights = np.array([point.height for point in points])
        kept = np.flatnonzero(heights > heights.max() - NEGLIGIBLE)
        if len(kept) >= ENOUGH or grid[1] - grid[0] < 1e-3:
            weight = np.exp(heights[kept] - heights.max())
            return [points[at] for at in kept], weight / weight.sum()
        start = points[int(heights.argmax())].effects.coefficients
        low = float(grid[max(kept[0] - 1, 0)])
        high = float(grid[min(kept[-1] + 1, POINTS - 1)])


def _drawn(
    some: FloatArray,
    every: FloatArray,
    design: FloatArray,
    point: _Point,
    number: int,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Shares, what attributes alone give, and M, at one point of the grid."""
    root = np.linalg.cholesky(point.effects.precision)
    noise = np.linalg.solve(root.T, rng.standard_normal((len(root), number))).T
    expected = mean_of((point.effects.coefficients + noise) @ design.T)
    shares = rng.beta(some + point.worth * expected, every - some + point.worth * (1.0 - expected))
    return shares, expected, np.full(number, point.worth)
