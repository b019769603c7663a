"""Which factors a gap goes with, categories and numbers alike, and what is left of it.

Imports `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from isg_audit.measures.impact.decomposition import DECIMALS, JUDGEMENT, NOT_DECLARED
from isg_audit.measures.impact.factor_pairs import FactorPair, factor_pairs
from isg_audit.measures.measurement import Limits, Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.measures.within_words import rounded
from isg_audit.stats import critical_value, explained, fieller, own_coefficients
from isg_audit.stats.oaxaca import Variances
from isg_audit.tally.moments import Factors
from isg_audit.tally.table import Counted, Floats

CASES_A_COLUMN = 10
"""Cases below which, for each column, coefficients are noise."""

MIXED = "it is a mixture of other factors, with which it shares what they explain"

INCOMPLETE = "where it is missing, that it is missing counts as a value of its own"

NO_GAP = "not estimable: the gap itself is not told from 0"


def gap_factors(
    factors: Factors | None, counted: Counted, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    """What of a gap goes with each factor that may explain it, and what no factor explains.

    The factors are the columns that the audit file names as `legitimate`: numbers as they are
    (centred; more than 50 different values), others as categories; a missing value counts as a
    value of its own (for numbers an indicator). `explained` is what the groups' differences in the
    factors are worth, with the coefficients of a linear regression of the favourable decision on
    the factors over everybody, each group with a constant of its own; `explained_by` is the part of
    one factor (`feature`); `unexplained` is the rest of the gap. `explained_share` is the part of
    the gap, of all factors or of one, with Fieller's limits. The choice of coefficients is a
    choice: with those of the group alone or of its comparator alone, `explained_at_group` and
    `explained_at_comparator` come out instead, and the truth about "explained" is no closer than
    their range. Intervals are those of the delta method and do not assume equal spread.

    Explained is not justified: a factor may itself be the fruit of unequal treatment. Weights count
    as they are; where persons repeat, variances are multiplied by the most decisions about one (the
    worst case). Figures have three decimals, intervals are rounded outwards. None can be recomputed
    from the published counts.

    Source:
        Oaxaca (1973), International Economic Review 14:693-709; Blinder (1973), Journal of Human
        Resources 8:436-455; Jann (2008), Stata Journal 8:453-479; Fieller (1954), JRSS B
        16:175-185.
    """
    why = NOT_DECLARED if factors is None else factors.why
    if factors is None or why:
        yield NotMeasured(measure, why)
        return
    for attribute, of in factors.attributes.items():
        columns = len(of.moments[0].hits)
        if of.cases.sum() < CASES_A_COLUMN * columns:
            why = f"fewer than {CASES_A_COLUMN} cases for each of {columns} columns of factors"
            yield NotMeasured(measure, why, "", attribute)
            continue
        for pair in factor_pairs(attribute, of, counted, plan):
            yield from _Told(pair, factors, plan, measure).rows()


@dataclass(frozen=True, eq=False)
class _Told:
    """The rows of one group against one comparator."""

    pair: FactorPair
    factors: Factors
    plan: Plan
    measure: str

    def rows(self) -> Iterator[Measurement]:
        """Every figure."""
        pair, everything = self.pair, np.ones(len(self.pair.parts), dtype=bool)
        whole = pair.variances(everything)
        total = float(pair.parts.sum())
        rest = Variances(
            max(0.0, whole.gap + whole.explained - 2 * whole.together), whole.gap, whole.together
        )
        yield self._part("explained", total, whole)
        yield self._part("unexplained", pair.gap - total, rest)
        yield self._share(total, whole)
        yield from self._otherwise()
        for name, block in self.factors.blocks.items():
            worth, variances = float(pair.parts[block].sum()), pair.variances(block)
            said = [
                INCOMPLETE if name in self.factors.incomplete else "",
                "" if pair.told_apart else MIXED,
            ]
            yield self._part("explained_by", worth, variances, name, said)
            yield self._share(worth, variances, name)

    def _bare(self, metric: str, method: str, feature: str, notes: list[str]) -> Measurement:
        pair = self.pair
        return Measurement(
            measure=self.measure,
            metric=metric,
            value=None,
            confidence=self.plan.confidence,
            n=round(pair.cases),
            by=pair.by,
            group=pair.group,
            versus=pair.versus,
            feature=feature,
            unit="difference",
            method=method + (", repeated persons (worst case)" if pair.repeats > 1 else ""),
            note="; ".join(filter(None, (pair.also, *notes))),
            smallest=pair.smallest,
        )

    def _part(
        self,
        metric: str,
        exact: float,
        variances: Variances,
        feature: str = "",
        notes: list[str] | None = None,
    ) -> Measurement:
        limits = partial(_ends, exact, math.sqrt(variances.explained))
        low, high = limits(self.plan.confidence)
        value = rounded(exact, decimals=DECIMALS)
        bare = self._bare(f"{metric}.difference", "oaxaca-blinder, pooled, delta method", feature,
                          [*(notes or []), JUDGEMENT])  # fmt: skip
        meant = value < 0
        return replace(
            bare, value=value, low=low, high=high, limits=limits,
            affected=-bare.n * value if meant else None,
            affected_low=-bare.n * high if meant else None,
            affected_high=-bare.n * low if meant else None,
        )  # fmt: skip

    def _share(self, worth: float, variances: Variances, feature: str = "") -> Measurement:
        bare = replace(
            self._bare("explained_share", "oaxaca-blinder, pooled, fieller", feature, [JUDGEMENT]),
            unit="ratio",
        )
        limits: Limits = partial(share_limits, worth, self.pair.gap, variances)
        low, high = limits(self.plan.confidence)
        if math.isnan(low):
            return replace(bare, note=NO_GAP)
        value = rounded(worth / self.pair.gap, decimals=DECIMALS)
        return replace(bare, value=value, low=low, high=high, limits=limits)

    def _otherwise(self) -> Iterator[Measurement]:
        """What would be explained with the coefficients of one side alone."""
        sides = {"group": self.pair.ours, "comparator": self.pair.theirs}
        for name, side in sides.items():
            if self.pair.cases_of(side) < CASES_A_COLUMN * len(self.pair.parts):
                continue
            own = own_coefficients(side.moments)
            worth = float(explained(self.pair.ours.moments, self.pair.theirs.moments, own).sum())
            note = "no interval: it shows what the choice of coefficients moves"
            bare = self._bare(f"explained_at_{name}.difference", "oaxaca-blinder", "", [note])
            yield replace(bare, value=rounded(worth, decimals=DECIMALS))


def _ends(value: float, error: float, confidence: float) -> tuple[float, float]:
    reach = critical_value(confidence) * error
    return rounded(value - reach, -1, DECIMALS), rounded(value + reach, 1, DECIMALS)


def share_limits(
    worth: float, gap: float, variances: Variances, confidence: float
) -> tuple[float, float]:
    """Limits of a part of the gap, as a share of it; NaN where the gap is not told from 0."""
    covariance: Floats = np.array(
        [[variances.explained, variances.together], [variances.together, variances.gap]]
    )
    low, high = fieller(worth, gap, covariance, confidence)
    return rounded(float(low), -1, DECIMALS), rounded(float(high), 1, DECIMALS)
