"""Simpson's check: whether the gap as it is says something else than the gaps within strata.

Imports `measures` (the level above), `stats`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isg_audit.measures.strata_pairs import Pair
from isg_audit.measures.within_words import points
from isg_audit.stats import kitagawa, mantel_haenszel_difference, newcombe, standardise
from isg_audit.stats.bounds import Estimate
from isg_audit.tally.table import Floats

Gap = tuple[float, float, float]
"""Value and limits."""


@dataclass(frozen=True, eq=False)
class Signs:
    """Counts of one group and its comparator by stratum, each of shape (strata,)."""

    hits: Floats
    cases: Floats
    others: Floats
    among: Floats

    @classmethod
    def of(cls, pair: Pair, at: int) -> Signs:
        """The counts of one group of a pair."""
        return cls(*(one[at] for one in pair.counts))

    @property
    def counts(self) -> tuple[Floats, Floats, Floats, Floats]:
        """As the functions of `stats` take them."""
        return self.hits, self.cases, self.others, self.among

    @property
    def value(self) -> float:
        """The gap as it is, of all cases."""
        return float(self.hits.sum() / self.cases.sum() - self.others.sum() / self.among.sum())

    def as_it_is(self, confidence: float) -> Gap:
        """The gap without strata."""
        hits, cases, others, among = (one.sum() for one in self.counts)
        low, high = newcombe(hits, cases, others, among, confidence)
        return self.value, float(low), float(high)

    def within(self, confidence: float) -> tuple[Gap, Gap]:
        """The gap within strata: standardised, and in common to them."""
        found = (
            standardise(*self.counts, confidence).difference,
            mantel_haenszel_difference(*self.counts, confidence),
        )
        first, second = (
            (float(np.ravel(value)[0]), float(np.ravel(low)[0]), float(np.ravel(high)[0]))
            for value, low, high in found
        )
        return first, second

    @property
    def outside(self) -> bool:
        """Whether the gap as it is lies outside of every gap within a stratum."""
        both = (self.cases > 0) & (self.among > 0)
        gaps = self.hits[both] / self.cases[both] - self.others[both] / self.among[both]
        return len(gaps) > 1 and not gaps.min() <= self.value <= gaps.max()

    def placed(self, confidence: float) -> Gap:
        """What of the gap comes of who stands where."""
        value, low, high = (np.ravel(one)[0] for one in self._composition(confidence))
        return float(value), float(low), float(high)

    def _composition(self, confidence: float) -> Estimate:
        return kitagawa(*self.counts, confidence).composition

    def mostly_placed(self, confidence: float, *, surely: bool) -> bool:
        """Whether more than half of the gap comes of who stands where, and no stratum shows it."""
        value, low, high = self.placed(confidence)
        half = self.value / 2.0
        ends = (low, high) if surely else (value, value)
        beyond = ends[0] > half if half > 0 else ends[1] < half
        return bool(self.outside and half and beyond)


def reversal(signs: Signs, confidence: float) -> tuple[float, float, float]:
    """1 where the gap as it is misleads, 0 where not, with 0 to 1 where that cannot be told.

    NaN where nobody can be compared within a stratum.
    """
    if not (signs.cases.sum() > 0 and signs.among.sum() > 0):
        return (np.nan,) * 3
    plain, several = signs.as_it_is(confidence), signs.within(confidence)
    if any(np.isnan(one[0]) for one in several):
        return (np.nan,) * 3
    turned = any(_shows(plain) and _shows(one) and one[0] * plain[0] < 0 for one in several)
    if turned or (_shows(plain) and signs.mostly_placed(confidence, surely=True)):
        return 1.0, 1.0, 1.0
    same = all(_shows(one) and one[0] * plain[0] > 0 for one in (plain, *several))
    same = same and not signs.mostly_placed(confidence, surely=False)
    return 0.0, 0.0, 0.0 if same else 1.0


def note_of(signs: Signs, confidence: float) -> str:
    """What the check found, in words."""
    value, _, high = reversal(signs, confidence)
    if np.isnan(value):
        return ""
    plain, (even, common) = signs.as_it_is(confidence), signs.within(confidence)
    both = (
        f"{points(plain[0])} as it is, {points(even[0])} if both stood in the strata alike, "
        f"{points(common[0])} in common to the strata"
    )
    if value and any(_shows(one) and one[0] * plain[0] < 0 for one in (even, common)):
        return f"the gap turns round among people in like circumstances: {both}"
    if value:
        return f"most of the gap is of who stands where, and no stratum shows it: {both}"
    said = "it cannot be told whether it turns round" if high else "the gap does not turn round"
    return f"{said}: {both}"


def _shows(gap: Gap) -> bool:
    """Whether the interval leaves out no difference."""
    return gap[1] > 0 or gap[2] < 0
