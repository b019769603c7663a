"""Factors called legitimate that may stand in for a group: a question, never a verdict.

Imports `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.impact.decomposition import DECIMALS, NOT_DECLARED
from isg_audit.measures.impact.factor_pairs import FactorPair, factor_pairs
from isg_audit.measures.impact.gap_factors import CASES_A_COLUMN, NO_GAP, share_limits
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.measures.within_words import rounded
from isg_audit.stats import bonferroni_confidence, cramers_v
from isg_audit.stats.association import Association
from isg_audit.tally.factor_bins import FactorBins
from isg_audit.tally.moments import Factors
from isg_audit.tally.table import Counted, Floats

TELLS, TELLS_NOT, UNKNOWN = (
    "it tells the true outcome within groups",
    "it is not shown to tell the true outcome within groups",
    "whether it tells the true outcome is not known",
)

StandIn = Callable[[float], tuple[float, float, float]]
"""From a confidence to value and limits."""

QUESTION = "a question to answer, not a verdict"


def proxy_factors(
    factors: Factors | None,
    bins: Mapping[str, FactorBins],
    counted: Counted,
    plan: Plan,
    measure: str,
) -> Iterator[Measurement | NotMeasured]:
    """Which factors that may explain a gap carry it, give the group away, and tell no outcome.

    Of each group that fares worse than everybody else, and each column that the audit file names as
    `legitimate` (`feature`): `tells_group` is how well the factor tells the group from everybody
    else (Cramér's V, bias-corrected, 0 nothing to 1 all; numbers cut at their deciles),
    `tells_outcome` how well it tells the true outcome within the group and within everybody else,
    where outcomes are known (they may be known only of those accepted). `stand_in` is the smaller
    of `tells_group` and the factor's share of the gap (see `impact.gap_factors`), 0 where that is
    below 0. `largest_stand_in` is the largest of these among factors that are not shown to tell the
    true outcome (of all where outcomes are not known), with limits that allow for the choice of one
    factor among several; its note names the factor. A factor that carries the gap, gives the group
    away and does not tell the outcome is a question to answer, not a verdict: what is it for?

    Source:
        Cramér (1946); Bergsma (2013), Journal of the Korean Statistical Society 42:323-328; for
        the question Prince & Schwarcz (2020), Iowa Law Review 105:1257-1318; Datta et al. (2017),
        Proxy non-discrimination in data-driven systems, for the smaller of two.
    """
    why = NOT_DECLARED if factors is None else factors.why
    if factors is None or why:
        yield NotMeasured(measure, why)
        return
    for attribute, of in factors.attributes.items():
        if of.cases.sum() < CASES_A_COLUMN * len(of.moments[0].hits):
            continue  # said by the measure of what each factor explains
        worse = [
            pair
            for pair in factor_pairs(attribute, of, counted, plan)
            if pair.versus == "rest" and pair.gap < 0
        ]
        if not worse:
            why = "no group fares worse than everybody else"
            yield NotMeasured(measure, why, "largest_stand_in", attribute)
        for pair in worse:
            told = [
                _Told(pair, name, block, bins.get(name), plan, measure)
                for name, block in factors.blocks.items()
            ]
            for one in told:
                yield from one.rows()
            yield _largest(told, pair, plan, measure)


@dataclass(frozen=True, eq=False)
class _Told:
    """One factor and one group."""

    pair: FactorPair
    name: str
    block: NDArray[np.bool_]
    bins: FactorBins | None
    plan: Plan
    measure: str

    @cached_property
    def counts(self) -> Floats:
        """Independent cases of the group and of everybody else, by bin and outcome."""
        if self.bins is None:
            return np.zeros((2, 1, 3))
        return self.bins.against_rest(self.pair.by, self.pair.group) / self.pair.repeats

    @cached_property
    def outcome(self) -> Association:
        """How well it tells the outcome within groups."""
        return cramers_v(self.counts[:, :, :2], self.plan.confidence)

    @property
    def says(self) -> str:
        """What is known of factor and outcome, in words."""
        low = float(self.outcome.strength.low)
        return UNKNOWN if math.isnan(low) else TELLS if low > 0 else TELLS_NOT

    def of_group(self, confidence: float) -> tuple[float, float, float]:
        """How well it tells the group: value and limits."""
        value, low, high = cramers_v(self.counts.sum(axis=2), confidence).strength
        return float(value), float(low), float(high)

    def stand_in(self, confidence: float) -> tuple[float, float, float]:
        """The smaller of the share of the gap and how well it tells the group; NaN without gap."""
        worth = float(self.pair.parts[self.block].sum())
        variances = self.pair.variances(self.block)
        low, high = share_limits(worth, self.pair.gap, variances, confidence)
        share = worth / self.pair.gap if not math.isnan(low) else math.nan
        smaller = (
            min(max(0.0, mine), theirs)
            for mine, theirs in zip((share, low, high), self.of_group(confidence), strict=True)
        )
        value, low, high = (math.nan if math.isnan(share) else one for one in smaller)
        return value, low, high

    def rows(self) -> Iterator[Measurement]:
        """How well it tells the group and the outcome, and whether it may stand in."""
        tested = cramers_v(self.counts.sum(axis=2), self.plan.confidence)
        for metric, found in (("tells_group", tested), ("tells_outcome", self.outcome)):
            value, low, high = (float(one) for one in found.strength)
            if math.isnan(value) and metric == "tells_outcome":
                continue
            bare = _bare(self.pair, self.plan, self.measure, metric, self.name)
            if math.isnan(value):
                yield replace(bare, note="not estimable: it does not vary")
                continue
            p_value = None if math.isnan(found.p_value) else float(f"{found.p_value:.3g}")
            yield replace(
                bare, value=_down(value), low=rounded(low, -1, DECIMALS),
                high=rounded(high, 1, DECIMALS), p_value=p_value,
                method="cramér's v, noncentral chi square",
            )  # fmt: skip
        bare = _bare(self.pair, self.plan, self.measure, "stand_in", self.name)
        yield _with(bare, self.stand_in, self.says, self.plan)


def _largest(told: list[_Told], pair: FactorPair, plan: Plan, measure: str) -> Measurement:
    """The factor that most of all may stand in, among those not shown to tell the outcome."""
    bare = _bare(pair, plan, measure, "largest_stand_in", "")
    asked = [one for one in told if one.says != TELLS]
    if not asked:
        note = "every factor tells the true outcome within groups"
        return replace(bare, value=0.0, low=0.0, high=0.0, note=note,
                       limits=lambda _: (0.0, 0.0))  # fmt: skip
    worth = [one.stand_in(plan.confidence)[0] for one in asked]
    if all(map(math.isnan, worth)):
        return replace(bare, note=NO_GAP)
    most = asked[int(np.nanargmax(worth))]
    note = f"{most.name}: {most.says}; {QUESTION}"
    return _with(bare, partial(_largest_of, asked), note, plan)


def _largest_of(asked: list[_Told], confidence: float) -> tuple[float, float, float]:
    strict = bonferroni_confidence(confidence, len(asked))
    found = np.array([one.stand_in(strict) for one in asked])
    if np.isnan(found).all():
        return math.nan, math.nan, math.nan
    value, low, high = np.nanmax(found, axis=0).tolist()
    return value, low, high


def _with(bare: Measurement, of: StandIn, note: str, plan: Plan) -> Measurement:
    value, low, high = of(plan.confidence)
    if math.isnan(value):
        return replace(bare, note=NO_GAP)

    def limits(confidence: float) -> tuple[float, float]:
        _, low, high = of(confidence)
        return rounded(low, -1, DECIMALS), rounded(high, 1, DECIMALS)

    low, high = limits(plan.confidence)
    method = "smaller of share of the gap and cramér's v"
    return replace(
        bare, value=_down(value), low=low, high=high, note=note, method=method, limits=limits
    )


def _bare(pair: FactorPair, plan: Plan, measure: str, metric: str, feature: str) -> Measurement:
    return Measurement(
        measure=measure, metric=metric, value=None, confidence=plan.confidence,
        n=round(pair.cases), by=pair.by, group=pair.group, feature=feature, unit="index",
        smallest=pair.smallest,
    )  # fmt: skip


def _down(value: float) -> float:
    return rounded(value, decimals=DECIMALS)
