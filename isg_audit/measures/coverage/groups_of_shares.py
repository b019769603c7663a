"""Rows of a share of people by group, and of its difference from everybody else.

For counts that stand beside the tally. Imports `measures` (this level), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.measurement import Measurement
from isg_audit.stats import fisher_exact, newcombe, two_sample_z, wilson
from isg_audit.tally.table import Floats

MOST_EXACT = 100_000
"""Hits above which the exact test would take long, and the normal one is as good."""


@dataclass(frozen=True, eq=False)
class Shares:
    """Hits among people by group; arrays of shape (groups,).

    Attributes:
        hits: scaled to independent, unweighted people.
        cases: alike.
        counted: people as they were counted.
        hit: hits as they were counted.
    """

    hits: Floats
    cases: Floats
    counted: Floats
    hit: Floats

    @classmethod
    def of(cls, every: Floats, hit: Floats, repeats: Floats) -> Shares:
        """From cases, Σw, Σw², shape (groups, 3), hits and their Σw, shape (groups, 2)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            scale = np.where(every[:, 2] > 0, every[:, 1] / (every[:, 2] * repeats), 0.0)
        return cls(hit[:, 1] * scale, every[:, 1] * scale, every[:, 0], hit[:, 0])

    @property
    def rest(self) -> Shares:
        """For each group, everybody else."""
        parts = (self.hits, self.cases, self.counted, self.hit)
        return Shares(*(part.sum() - part for part in parts))

    def value(self) -> Floats:
        """The shares; NaN for a group of nobody."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Floats = np.where(self.cases > 0, self.hits / self.cases, np.nan)
        return found


def p_of(ours: Shares, theirs: Shares) -> Floats:
    """Two-sided p of equal shares: Fisher's where counts are whole, else the normal test."""
    counts = np.broadcast_arrays(ours.hits, ours.cases, theirs.hits, theirs.cases)
    p = np.atleast_1d(np.array(two_sample_z(*counts).p_value, dtype=float))
    whole = np.all([np.rint(one) == one for one in counts], axis=0)
    exact = np.flatnonzero(whole & (counts[0] + counts[2] <= MOST_EXACT) & (counts[1] > 0))
    p[exact] = fisher_exact(*(np.atleast_1d(one)[exact] for one in counts))
    return p


def share_row(row: partial[Measurement], shares: Shares, at: int, confidence: float) -> Measurement:
    """The row of one group's share."""
    value = float(shares.value()[at])
    low, high = _wilson(shares, at, confidence)
    known = not math.isnan(value)
    return row(
        value=value if known else None,
        low=low if known else None,
        high=high if known else None,
        confidence=confidence,
        n=round(float(shares.counted[at])),
        method="wilson",
        note="" if known else "not estimable: nobody to count",
        limits=partial(_wilson, shares, at) if known else None,
    )


def gap_row(
    row: partial[Measurement],
    ours: Shares,
    theirs: Shares,
    at: int,
    confidence: float,
    tests: tuple[float, float],
) -> Measurement:
    """The row of one group's share minus that of others.

    Args:
        row: what the row says already.
        ours: shares by group.
        theirs: of those compared with, alike.
        at: which group.
        confidence: of the interval.
        tests: p and p adjusted.
    """
    gap = float(ours.value()[at] - theirs.value()[at])
    known = not math.isnan(gap)
    limits = partial(_newcombe, ours, theirs, at)
    low, high = limits(confidence)
    people = float(ours.counted[at])
    more = known and gap > 0
    return row(
        value=gap if known else None,
        low=low if known else None,
        high=high if known else None,
        confidence=confidence,
        n=round(people),
        affected=gap * people if more else None,
        affected_low=low * people if more else None,
        affected_high=high * people if more else None,
        p_value=_number(tests[0]),
        p_adjusted=_number(tests[1]),
        unit="difference",
        method="newcombe, fisher",
        note="" if known else "not estimable: nobody to compare with",
        limits=limits if known else None,
    )


def too_few(shares: Shares, least: float) -> tuple[NDArray[np.bool_], float]:
    """Groups whose hits or misses are too few to be published, and others that hide them.

    Whoever sees the figures of all other groups, and of everybody, learns only the sum of those
    hidden: of two or more, and not itself too few.

    Args:
        shares: by group.
        least: smallest count that may be published.

    Returns:
        Which groups, shape (groups,); and the smallest count among them that is not 0 (infinite
        where no group is hidden).
    """
    both = np.array([shares.hit, shares.counted - shares.hit])
    small = (both > 0) & (both < least)
    few = np.asarray(small.any(axis=0))
    if not few.any():
        return few, math.inf
    smallest = float(both[small].min())
    while not few.all():
        together = both[:, few].sum(axis=1)
        if few.sum() > 1 and not ((together > 0) & (together < least)).any():
            break
        few[int(np.argmin(np.where(few, np.inf, shares.counted)))] = True
    return few, smallest


def rows_by_group(
    row: partial[Measurement],
    shares: Shares,
    groups: tuple[str, ...],
    metric: str,
    confidence: float,
    adjusted: tuple[Floats, Floats],
    least: float,
) -> Iterator[Measurement]:
    """For each group its share and its difference from everybody else.

    Args:
        row: what all rows say already.
        shares: by group.
        groups: their names.
        metric: of the share.
        confidence: of the intervals.
        adjusted: p and p adjusted, by group.
        least: smallest count that may be published.
    """
    few, smallest = too_few(shares, least)
    for at, group in enumerate(groups):
        shown = partial(row, group=group, smallest=smallest if few[at] else None)
        yield share_row(partial(shown, metric=metric), shares, at, confidence)
        if len(groups) > 1:
            tests = (float(adjusted[0][at]), float(adjusted[1][at]))
            yield gap_row(
                partial(shown, metric=f"{metric}.difference", versus="rest"),
                shares, shares.rest, at, confidence, tests,
            )  # fmt: skip


def _wilson(shares: Shares, at: int, confidence: float) -> tuple[float, float]:
    low, high = wilson(shares.hits[at], shares.cases[at], confidence)
    return float(low), float(high)


def _newcombe(ours: Shares, theirs: Shares, at: int, confidence: float) -> tuple[float, float]:
    low, high = newcombe(
        ours.hits[at], ours.cases[at], theirs.hits[at], theirs.cases[at], confidence
    )
    return float(low), float(high)


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
