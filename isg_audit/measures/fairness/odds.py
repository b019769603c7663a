"""Equalized odds: do both kinds of error fall equally on groups? Imports this family, `stats`.

One of the few measures made of two others, hence a file of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from isg_audit.measures.estimates import Estimates, LimitsAt, remembered
from isg_audit.measures.fairness.rates import false_positive_rate, true_positive_rate
from isg_audit.measures.luck_notes import luck_note
from isg_audit.measures.measurement import Limits, Measurement
from isg_audit.measures.pairs import least_ratio, spread_of
from isg_audit.measures.plan import Plan
from isg_audit.measures.unseen_outcomes import UNSEEN
from isg_audit.stats import bonferroni_confidence
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import JOINT, Table

PARTS = 2


def equalized_odds(table: Table, plan: Plan, measure: str) -> Iterator[Measurement]:
    """The larger of the two ranges over groups, of true and of false positive rates.

    fairlearn: `equalized_odds_difference` (`.range`, worst case) and `equalized_odds_ratio`
    (`.least_ratio`). Each part's interval is that of a range over groups. Together: the upper
    limit is the greater of the two plain ones (both must be small to clear), the lower limit the
    greater of the two at Bonferroni's level for two parts; mirrored for the ratio.
    """
    parts = (true_positive_rate(table), false_positive_rate(table))
    blind = any(part.blind is not None for part in parts)
    for name, unit in (("range", "difference"), ("least_ratio", "ratio")):
        values = [_value(part, name) for part in parts]
        known = bool(np.isfinite(values).all()) and not table.withheld.any() and not blind
        pick = max if name == "range" else min
        limits = remembered(partial(_limits, parts, name))
        low, high = limits(plan.confidence) if known else (np.nan, np.nan)
        yield Measurement(
            measure=measure,
            metric=f"equalized_odds.{name}",
            value=float(pick(values)) if known else None,
            low=float(low) if known else None,
            high=float(high) if known else None,
            confidence=plan.confidence,
            n=int(sum(np.nansum(part.n) for part in parts)),
            by=JOINT.join(table.by),
            unit=unit,
            method="pairs, lower or upper limit for all pairs at once",
            note=_note(parts, name, plan.confidence)
            if known
            else UNSEEN
            if blind
            else "a rate has no value in at least two groups",
            limits=_scalar(limits) if known else None,
        )


def _note(parts: tuple[Estimates, ...], name: str, confidence: float) -> str:
    """What chance adds to each of the two ranges."""
    if name != "range":
        return ""
    each = (luck_note(part, confidence, percent=True) for part in parts)
    named = zip(("true positive rates", "false positive rates"), each, strict=True)
    return "; ".join(f"{kind}: {said}" for kind, said in named if said)


def _value(part: Estimates, name: str) -> float:
    known = part.value[~np.isnan(part.value)]
    if len(known) < PARTS:
        return float("nan")
    if name == "range":
        return float(np.ptp(known))
    return float(known.min() / known.max()) if known.max() > 0 else float("nan")


def _limits(parts: tuple[Estimates, ...], name: str, confidence: float) -> Bounds:
    over_groups = spread_of if name == "range" else least_ratio
    strict = bonferroni_confidence(confidence, PARTS)
    plain = [over_groups(part)(confidence) for part in parts]
    joint = [over_groups(part)(strict) for part in parts]
    if name == "range":
        return Bounds(np.max([one.low for one in joint]), np.max([one.high for one in plain]))
    return Bounds(np.min([one.low for one in plain]), np.min([one.high for one in joint]))


def _scalar(limits: LimitsAt) -> Limits:
    def at(confidence: float) -> tuple[float, float]:
        low, high = limits(confidence)
        return float(low), float(high)

    return at
