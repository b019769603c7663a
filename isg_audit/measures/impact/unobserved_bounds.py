"""Bounds and estimates of one group that nobody recorded, from counts by signals.

Imports `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from isg_audit.measures.bounded_rates import Rate
from isg_audit.stats import (
    Counts,
    Extremes,
    drawn_limits,
    frechet_extremes,
    generator_of,
    merged_strata,
    others_of,
    poisson_sums,
)
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.signals import Signals
from isg_audit.tally.table import Floats

LEAST_CASES, MOST_STRATA, REPLICATES = 50, 2_000, 200
"""People that a stratum must have to be looked at by itself; about how many strata are; replicates
of the bootstrap."""


class Ends(NamedTuple):
    """Sharp bounds as counted, and limits with sampling error around them at any confidence."""

    least: float
    most: float
    limits: Callable[[float], Bounds]


@dataclass(frozen=True, eq=False)
class Target:
    """One group against others, with its strata merged so that none is small.

    Attributes:
        chance: share of each stratum that is of the group, shape (strata,).
        other: the same of the reference group, if any.
        weight: sums of weights by stratum, outcome and decision, shape (strata, 3, 3).
        unknown: of people whose signals have no chances, shape (3, 3).
        drawn: replicates of `weight`, shape (replicates, strata, 3, 3).
        drawn_unknown: replicates of `unknown`.
        drawn_chance: replicates of `chance`, or itself where it is exact.
        drawn_other: the same of `other`.
        unit: cases that one independent case stands for, weights and repeats together.
        widen: factor of standard errors where persons repeat.
    """

    chance: Floats
    other: Floats | None
    weight: Floats
    unknown: Floats
    drawn: Floats
    drawn_unknown: Floats
    drawn_chance: Floats
    drawn_other: Floats | None
    unit: float
    widen: float

    @cached_property
    def people(self) -> float:
        """How many the group has by the chances, of those whose signals have any."""
        return float(self.weight.sum(axis=(1, 2)) @ self.chance)

    def share(self, rate: Rate) -> Ends:
        """Of the group itself."""
        plain, outer, drawn = self._extremes(rate, self.chance, self.drawn_chance)
        return self._ends([(one.least.share, one.most.share) for one in (plain, outer, drawn)])

    def against(self, rate: Rate, *, rest: bool) -> tuple[Ends, Ends]:
        """Difference and ratio against everybody else, or against the reference group."""
        ours = self._extremes(rate, self.chance, self.drawn_chance)
        if rest:
            theirs = tuple(
                others_of(one, *self._totals(rate, drawn=at == 2)) for at, one in enumerate(ours)
            )
        else:
            if self.other is None or self.drawn_other is None:
                raise ValueError("There is no reference group.")
            theirs = self._extremes(rate, self.other, self.drawn_other)
        gaps, ratios = [], []
        for one, two in zip(ours, theirs, strict=True):
            gaps.append((one.least.share - two.most.share, one.most.share - two.least.share))
            with np.errstate(divide="ignore", invalid="ignore"):
                low = np.log(one.least.share / two.most.share)
                high = np.log(one.most.share / two.least.share)
            ratios.append((low, high))
        quotient = self._ends(ratios)

        def limits(confidence: float) -> Bounds:
            low, high = quotient.limits(confidence)
            return Bounds(np.exp(low), np.exp(high))

        with np.errstate(over="ignore"):
            turned = Ends(float(np.exp(quotient.least)), float(np.exp(quotient.most)), limits)
        return self._ends(gaps), turned

    def _extremes(
        self, rate: Rate, chance: Floats, drawn_chance: Floats
    ) -> tuple[Extremes, Extremes, Extremes]:
        """As counted; moved outwards for what sampling takes from minima; in each replicate."""
        here, free = _counts(self.weight, rate), _counts(self.unknown, rate)
        again, loose = _counts(self.drawn, rate), _counts(self.drawn_unknown, rate)
        return (
            frechet_extremes(chance, here, free.hits, free.misses),
            frechet_extremes(chance, here, free.hits, free.misses, self.unit),
            frechet_extremes(drawn_chance, again, loose.hits, loose.misses),
        )

    def _totals(self, rate: Rate, *, drawn: bool) -> tuple[Floats, Floats]:
        weight, unknown = (self.drawn, self.drawn_unknown) if drawn else (self.weight, self.unknown)
        here, free = _counts(weight, rate), _counts(unknown, rate)
        hits = here.hits.sum(axis=-1) + free.hits
        return hits, hits + here.misses.sum(axis=-1) + free.misses

    def _ends(self, several: list[tuple[Floats, Floats]]) -> Ends:
        (least, most), (low, high), (drawn_low, drawn_high) = several

        def limits(confidence: float) -> Bounds:
            return drawn_limits(low, high, drawn_low, drawn_high, confidence, self.widen)

        return Ends(float(least), float(most), limits)


def _counts(weight: Floats, rate: Rate) -> Counts:
    """Hits, misses and others of a rate; the last two axes are outcome and decision."""
    hits, among = (
        sum((weight[..., outcome, decision] for outcome, decision in cells), np.float64(0.0))
        for cells in (rate.hits, rate.among)
    )
    every = weight.sum(axis=(-2, -1))
    some = np.asarray(hits, dtype=float)
    misses = np.maximum(np.asarray(among, dtype=float) - some, 0.0)
    return Counts(some, misses, np.maximum(every - some - misses, 0.0))


def target_of(
    signals: Signals, group: int, reference: int | None, repeats: float, seed: int
) -> Target:
    """One group made ready for bounds.

    Args:
        signals: counts by signals.
        group: which group.
        reference: against which besides everybody else.
        repeats: decisions that stand for one independent case.
        seed: of the draws.
    """
    columns = [group] if reference is None else [group, reference]
    cases = signals.sums[0].sum(axis=(1, 2))
    least = max(float(LEAST_CASES), float(cases.sum()) / MOST_STRATA)
    place = merged_strata(signals.chances[:, columns], cases, least)
    strata = int(place.max(initial=-1)) + 1
    merged = np.zeros((3, strata, 3, 3))
    for kind in range(3):
        np.add.at(merged[kind], place, signals.sums[kind])
    weight = signals.sums[1].sum(axis=(1, 2))
    total = np.bincount(place, weight, strata)
    share = np.where(total[place] > 0, weight / np.where(total[place] > 0, total[place], 1.0), 0.0)
    rng = generator_of(seed, "unobserved", signals.name, signals.groups[group])
    chances: list[Floats] = []
    drawn: list[Floats] = []
    for column in columns:
        a = signals.chances[:, column]
        mean: Floats = np.clip(np.bincount(place, share * a, strata).astype(float), 0.0, 1.0)
        variance = np.bincount(place, share**2 * a * (1.0 - a) / (signals.people + 1.0), strata)
        chances.append(mean)
        if variance.any():
            normal = rng.standard_normal((REPLICATES, strata))
            drawn.append(np.clip(mean + np.sqrt(variance) * normal, 0.0, 1.0))
        else:
            drawn.append(mean)
    every, squares = signals.sums[1].sum(), signals.sums[2].sum()
    return Target(
        chance=chances[0],
        other=chances[1] if reference is not None else None,
        weight=merged[1],
        unknown=signals.unknown[1],
        drawn=poisson_sums(merged[1], merged[2], REPLICATES, rng),
        drawn_unknown=poisson_sums(signals.unknown[1], signals.unknown[2], REPLICATES, rng),
        drawn_chance=drawn[0],
        drawn_other=drawn[1] if reference is not None else None,
        unit=float(squares / every) * repeats if every > 0 else 1.0,
        widen=float(np.sqrt(repeats)),
    )
