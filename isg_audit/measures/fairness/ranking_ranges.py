"""The range of a ranking's figure over groups, and the least ratio.

Imports this family, `measures` (this level), `stats`, `tally`. Groups in one list depend on one
another in ways nobody knows: limits are made of every group's own, which hold at once (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from isg_audit import stats
from isg_audit.measures.by_list import ListSums, lists_of
from isg_audit.measures.fairness.ranking_figures import (
    Figure,
    Made,
    number_of,
    of_lists,
    why_no_interval,
)
from isg_audit.measures.measurement import Measurement
from isg_audit.measures.plan import Plan
from isg_audit.tally.table import JOINT, Floats


def over_groups(
    own: Made, figure: Figure, sums: ListSums, plan: Plan, measure: str
) -> Iterator[Measurement]:
    """The range over groups and the least ratio; limits that hold for all groups at once."""
    hidden = bool(sums.table.withheld.any()) or bool(np.isnan(sums.full[:, 0]).any())
    known = ~np.isnan(own.value)
    value = own.value[known]
    for kind, made in (("range", _range), ("least_ratio", _least_ratio)):
        number = None if hidden or len(value) < 2 else number_of(made(value, value))
        limits = partial(_of_all, own, known, made)
        bounded = number is not None and not math.isnan(limits(plan.confidence)[0])
        low, high = limits(plan.confidence) if bounded else (math.nan, math.nan)
        why = "withheld" if hidden else "fewer than two groups have a value"
        if number is None and not hidden and len(value) > 1:
            why = "every group's value is 0"
        lacking = why_no_interval(lists_of(sums.table), float(own.folds[known].min(initial=0)))
        yield Measurement(
            measure=measure,
            metric=f"{figure.name}.{kind}",
            value=number,
            low=number_of(low),
            high=number_of(high),
            confidence=plan.confidence,
            n=int(np.nansum(sums.full[:, 0])),
            by=JOINT.join(sums.table.by),
            feature=figure.feature,
            unit="ratio" if kind == "least_ratio" else "difference",
            method="all groups at once, bonferroni" + of_lists(bounded=bounded),
            note=why if number is None else "" if bounded else lacking,
            limits=limits if bounded else None,
        )


def _of_all(
    own: Made, known: NDArray[np.bool_], made: Callable[[Floats, Floats], float], confidence: float
) -> tuple[float, float]:
    """Where all groups' intervals hold at once, so do these, however groups hang together."""
    strict = stats.bonferroni_confidence(confidence, max(1, int(known.sum())))
    low, high = (one[known] for one in own.limits(strict))
    if np.isnan(low).any():
        return math.nan, math.nan
    ends = made(low, high), made(high, low)
    return min(ends), max(ends)


def _range(least: Floats, most: Floats) -> float:
    """The greatest of `most` less the smallest of `least`; never below 0."""
    return max(0.0, float(most.max() - least.min()))


def _least_ratio(least: Floats, most: Floats) -> float:
    """The smallest of `least` over the greatest of `most`; never above 1."""
    low, high = max(0.0, float(least.min())), float(most.max())
    return min(1.0, low / high) if high > 0 else math.nan
