"""Why there is a gap: what comes of who stands where, and what of unequal treatment there.

Imports `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from isg_audit.measures.estimates import LimitsAt, remembered
from isg_audit.measures.impact.reversal import Signs, note_of, reversal
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.measures.strata_counts import Side
from isg_audit.measures.strata_pairs import Pair, pairs_of, published_smallest
from isg_audit.measures.within_words import rounded
from isg_audit.stats import conditional_disparity, kitagawa, standardise
from isg_audit.stats.bounds import Bounds, Estimate
from isg_audit.tally.table import Counted, Floats, Table
from isg_audit.tally.within import Within

NOT_DECLARED = "the audit file names no factors that may explain a gap ([audit] legitimate)"

NOBODY = "not estimable: no stratum holds both this group and anybody to compare with"

NO_SPREAD = "no interval: too few cases, or no spread among them"

JUDGEMENT = (
    "explained is not justified: that these factors may explain a gap is the auditor's choice"
)

DECIMALS = 3
"""That are given: with more, counts within strata could be worked out."""


@dataclass(frozen=True)
class _Part:
    """A figure of a pair: what makes it, how it is called and told.

    Attributes:
        metric: its name.
        of: from counts and a confidence to an estimate of each group.
        method: estimator and interval.
        unit: `difference` or `proportion`.
        people: whether it stands for people of the group who go without.
        only: the `versus` for which alone it has a meaning; empty for all.
    """

    metric: str
    of: Callable[..., Estimate]
    method: str
    unit: str = "difference"
    people: bool = False
    only: str = ""


def _overall(
    hits: Floats, cases: Floats, others: Floats, among: Floats, confidence: float
) -> Estimate:
    """Disparity without strata: as if there were one."""
    x, n, y, m = (one.sum(axis=-1, keepdims=True) for one in (hits, cases, others, among))
    return conditional_disparity(x, n, y, m, confidence)


PARTS = (
    _Part("composition.difference", lambda *a: kitagawa(*a).composition,
          "kitagawa, delta method", people=True),
    _Part("rates.difference", lambda *a: kitagawa(*a).rates,
          "kitagawa, delta method", people=True),
    _Part("standardised_rate", lambda *a: standardise(*a).share,
          "direct standardisation to both together", unit="proportion"),
    _Part("standardised_rate.difference", lambda *a: standardise(*a).difference,
          "direct standardisation to both together"),
    _Part("disparity", _overall, "share among refused minus share among accepted", only="rest"),
    _Part("conditional_disparity", conditional_disparity,
          "the same within strata, weighted by people", only="rest"),
)  # fmt: skip


def gap_decomposition(
    within: Within | None, counted: Counted, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    """Why a gap is there: who stands where, and what happens to people who stand alike.

    Strata are the combinations of the columns that the audit file names as `legitimate`. The gap in
    favourable decisions is the sum of `composition` (the groups stand in different strata, each
    counted with the mean of both groups' rates there), of `rates` (different rates in the same
    stratum, each counted with the mean of both groups' shares there) and of `alone` (strata that
    hold one of the two only; no row where it is nothing). `standardised_rate` is the rate the group
    would have if both stood in the strata as they do together, its `.difference` what is left of
    the gap then. `disparity` is the group's share of those refused minus its share of those
    accepted, and `conditional_disparity` the same within strata, weighted by people: above 0 the
    group is found among the refused. `simpson_reversal` is 1 where the gap as it is misleads: it
    has another sign than the gap among people in like circumstances (standardised, or
    Mantel-Haenszel's) with both intervals apart from 0, or lies outside all gaps within strata and
    for more than half, its interval included, comes of who stands where; 0 where gap and gaps
    within have the same sign, told from 0, and that is not so; the interval 0 to 1 means that it
    cannot be told.

    Explained is not justified: a factor may itself be the fruit of unequal treatment. Weights give
    Kish's effective cases; where persons repeat, cases are divided by the most decisions about one
    (the worst case). Figures have three decimals, intervals are rounded outwards: with more, counts
    within strata could be worked out. None can be recomputed from the published counts.

    Source:
        Kitagawa (1955), JASA 50:1168-1194; Ñopo (2008), Review of Economics and Statistics
        90:290-299, for `alone`; Wachter, Mittelstadt & Russell (2021), Computer Law & Security
        Review 41:105567; Simpson (1951), JRSS B 13:238-241.
    """
    why = NOT_DECLARED if within is None else within.why
    if within is None or why:
        yield NotMeasured(measure, why)
        return
    for attribute in within.attributes:
        table = counted.table((attribute,))
        ours = Side(*within.by(attribute, table.groups), table.repeats)
        pairs = list(pairs_of(table, ours, plan))
        for pair, least in zip(pairs, published_smallest(pairs, table.repeats), strict=True):
            yield from _Told(pair, table, plan, measure).rows(least)


@dataclass(frozen=True, eq=False)
class _Told:
    """The rows of one pair."""

    pair: Pair
    table: Table
    plan: Plan
    measure: str

    def rows(self, least: Floats) -> Iterator[Measurement]:
        """Every figure of every group; `least` is the smallest count it might give away."""
        figures = [
            (
                part,
                np.atleast_1d(part.of(*self.pair.counts, self.plan.confidence).value),
                _limits(self.pair, part.of),
            )
            for part in PARTS
            if part.only in ("", self.pair.versus)
        ]
        alone = np.atleast_1d(kitagawa(*self.pair.counts).alone)
        for at in self.pair.compared:
            smallest = None if math.isinf(least[at]) else float(least[at])
            for part, values, limits_at in figures:
                yield self._row(at, smallest, part, float(values[at]), limits_at)
            if alone[at] and not math.isnan(alone[at]):
                yield self._alone(at, smallest, float(alone[at]))
            yield self._reversal(at, smallest)

    def _bare(self, at: int, smallest: float | None) -> Measurement:
        """The row of a group without its figure."""
        return Measurement(
            measure=self.measure,
            metric="",
            value=None,
            confidence=self.plan.confidence,
            n=round(float((self.pair.ours.every[0, at] * self.pair.both[at]).sum())),
            by=self.table.by[0],
            group=self.table.groups[at],
            versus=self.pair.versus,
            smallest=smallest,
        )

    def _row(
        self, at: int, smallest: float | None, part: _Part, exact: float, limits_at: LimitsAt
    ) -> Measurement:
        low, high = _ends(limits_at, at, self.plan.confidence)
        value = rounded(exact, decimals=DECIMALS)
        known, bounded = not math.isnan(value), not (math.isnan(low) or math.isnan(high))
        note = "; ".join(filter(None, (self.pair.also, JUDGEMENT if bounded else NO_SPREAD)))
        bare = self._bare(at, smallest)
        meant = part.people and known and bounded and value < 0
        return replace(
            bare,
            metric=part.metric,
            value=value if known else None,
            low=low if known and bounded else None,
            high=high if known and bounded else None,
            affected=-bare.n * value if meant else None,
            affected_low=-bare.n * high if meant else None,
            affected_high=-bare.n * low if meant else None,
            unit=part.unit,
            method=part.method + _words(self.table),
            note=note if known else NOBODY,
            limits=partial(_ends, limits_at, at) if known and bounded else None,
        )

    def _alone(self, at: int, smallest: float | None, value: float) -> Measurement:
        return replace(
            self._bare(at, smallest),
            metric="alone.difference",
            value=rounded(value, decimals=DECIMALS),
            unit="difference",
            method="ñopo",
            note="no interval: it is what strata without anybody to compare with add",
        )

    def _reversal(self, at: int, smallest: float | None) -> Measurement:
        signs = Signs.of(self.pair, at)
        value, low, high = reversal(signs, self.plan.confidence)
        known = not math.isnan(value)
        note = note_of(signs, self.plan.confidence)
        return replace(
            self._bare(at, smallest),
            metric="simpson_reversal",
            value=value if known else None,
            low=low if known else None,
            high=high if known else None,
            unit="yes or no",
            method="simpson's check",
            note="; ".join(filter(None, (self.pair.also, note))) if known else NOBODY,
            limits=partial(_reversal_limits, signs) if known else None,
        )


def _reversal_limits(signs: Signs, confidence: float) -> tuple[float, float]:
    _, low, high = reversal(signs, confidence)
    return low, high


def _limits(pair: Pair, of: Callable[..., Estimate]) -> LimitsAt:
    counts = pair.counts

    def limits(confidence: float) -> Bounds:
        _, low, high = of(*counts, confidence)
        return Bounds(np.atleast_1d(low), np.atleast_1d(high))

    return remembered(limits)


def _ends(limits: LimitsAt, at: int, confidence: float) -> tuple[float, float]:
    """The interval of one group, rounded outwards."""
    low, high = limits(confidence)
    return rounded(float(low[at]), -1, DECIMALS), rounded(float(high[at]), 1, DECIMALS)


def _words(table: Table) -> str:
    words = ", effective cases" if table.weighted else ""
    return words + (", repeated persons (worst case)" if (table.repeats > 1).any() else "")
