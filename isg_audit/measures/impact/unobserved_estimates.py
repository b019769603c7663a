"""The weighted and the regression estimate of a group that nobody recorded; what is publishable.

Imports `measures` (the level above), this family, `stats`, `tally`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from isg_audit.measures.bounded_rates import Cell, Rate
from isg_audit.measures.impact.unobserved_bounds import Target
from isg_audit.measures.measurement import Limits
from isg_audit.stats import ProxyErrors, proxy_errors, proxy_gap, weighted_share
from isg_audit.stats.bounds import critical_value
from isg_audit.tally.signals import Signals
from isg_audit.tally.table import Floats

FIGURES = 6
"""Published figures of a group that bear on what is in the strata: with so many strata and fewer
for each group, what is in each could be worked out."""


@dataclass(frozen=True)
class Estimated:
    """Estimates of one group, each right only under its assumption.

    Attributes:
        share: the weighted share.
        gap: the weighted gap to the other.
        ratio: the weighted ratio to the other.
        slope: the regression's; NaN against a reference group.
        errors: standard errors by chance alone.
    """

    share: float
    gap: float
    ratio: float
    slope: float
    errors: ProxyErrors

    def limits(self, of: str) -> Limits:
        """Normal limits, rounded outwards, of `share`, `gap` or `slope`."""
        value = {"share": self.share, "gap": self.gap, "slope": self.slope}[of]
        error = {
            "share": self.errors.share, "gap": self.errors.weighted,
            "slope": self.errors.regression,
        }[of]  # fmt: skip
        floor, ceiling = {"share": (0.0, 1.0), "gap": (-1.0, 1.0)}.get(of, (-math.inf, math.inf))

        def at(confidence: float) -> tuple[float, float]:
            if math.isnan(error):
                return math.nan, math.nan
            reach = critical_value(confidence) * error
            low = math.floor((value - reach) * 1e4) / 1e4
            high = math.ceil((value + reach) * 1e4) / 1e4
            return max(low, floor), min(high, ceiling)

        return at


def estimated(
    signals: Signals, rate: Rate, group: int, other: int | None, repeats: float
) -> Estimated | None:
    """The estimates for one group against another, or against everybody else.

    Args:
        signals: counts by signals.
        rate: which rate.
        group: which group.
        other: against which; None for everybody else.
        repeats: decisions that stand for one independent case.

    Returns:
        None where nobody with signals counts in the rate.
    """
    weight = signals.sums[1]
    hits, cases = _of(weight, rate.hits), _of(weight, rate.among)
    if not cases.sum() > 0:
        return None
    chance = signals.chances[:, group]
    against = 1.0 - chance if other is None else signals.chances[:, other]
    shares = weighted_share(np.column_stack([chance, against]), hits, cases)
    squares = _of(signals.sums[2], rate.among).sum()
    unit = float(squares / cases.sum()) * repeats
    misses = np.maximum(cases - hits, 0.0)
    slope = math.nan
    if other is None:
        sums = (
            cases.sum(), cases @ chance, cases @ signals.squared[:, group], hits.sum(),
            hits @ chance,
        )  # fmt: skip
        slope = float(proxy_gap(*sums).regression)
    mine, its = (float(one) for one in shares)
    return Estimated(
        share=mine,
        gap=mine - its,
        ratio=mine / its if its > 0 else math.nan,
        slope=slope,
        errors=proxy_errors(chance, against, hits, misses, unit),
    )


def _of(weight: Floats, cells: tuple[Cell, ...]) -> Floats:
    outcomes, decisions = zip(*cells, strict=True)
    added: Floats = weight[:, list(outcomes), list(decisions)].sum(axis=1)
    return added


def smallest_count(signals: Signals, target: Target, rate: Rate) -> float:
    """The smallest count, not 0, that the figures of an attribute could give away.

    Where there are no more strata than figures that bear on them, what is in each stratum could be
    worked out; else the hits and misses of all together.
    """
    counts = signals.sums[0]
    hits, cases = _of(counts, rate.hits), _of(counts, rate.among)
    told = [hits.sum(), cases.sum() - hits.sum()]
    if len(target.chance) <= FIGURES * len(signals.groups):
        free = signals.unknown[0][None]
        loose = _of(free, rate.hits).sum()
        told += [*hits, *(cases - hits), loose, _of(free, rate.among).sum() - loose]
    return min((float(one) for one in told if one > 0.5), default=math.inf)
