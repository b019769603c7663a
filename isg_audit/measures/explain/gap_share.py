"""Which part of a group's gap in score comes from which input. Imports this family, `stats`, numpy.

The gaps themselves are in `shap_gap`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.proxy_available import NO_FACTORS
from isg_audit.measures.explain.shares import measured
from isg_audit.measures.measurement import Limits, Measurement, NotMeasured
from isg_audit.stats import fieller

MEASURE = "explain.gap_share"
FEWEST_SHARED = 30

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


def gap_share(explaining: Explaining, found: Attributions) -> Iterator[Measurement | NotMeasured]:
    """Which part of the difference between a group's mean score and everybody else's is whose.

    `gap_share`, for an input, is its `shap_gap` over the gap of the model's score: the shares of
    all inputs sum to 1. An input that works against the gap has a negative share, and others then
    have more than 1 together. `gap_share_not_legitimate` is the same of all inputs that are no
    legitimate factor together, the attribute itself among them. Where the gap is not told from 0
    nothing is shared out. Differences in score that the legitimate factors account for may still
    be wrong: that they may count is the auditor's judgement.

    Unit: of the score as explained (log-odds where there are any). Interval: Fieller's, by
    person, over the people explained; it does not cover the choice of the background. Groups of
    fewer than 30 explained people, or with fewer others, are not measured.

    No threshold is published. The project's default: more than 0.2 of the gap from inputs that
    are no legitimate factor.

    Source:
        Lundberg, "Explaining quantitative measures of fairness" (documentation of shap); Begley
        et al. (2020), arXiv 2010.07389; Fieller (1954), JRSS B 16:175-185.
    """
    if not explaining.legitimate:
        yield NotMeasured(MEASURE, NO_FACTORS, "gap_share_not_legitimate")
    others = np.array([name not in explaining.legitimate for name in found.features])
    for by in explaining.groups:
        known = explaining.known(by, found.rows)
        few, level = [], []
        for group, members in explaining.members(by, found.rows):
            rest = known & ~members
            if min(members.sum(), rest.sum()) < FEWEST_SHARED:
                few.append(f"{group} ({members.sum()}, against {rest.sum()})")
                continue
            rows = list(_of_group(explaining, found, by, group, (members, rest), others))
            if not rows:
                level.append(group)
            yield from rows
        if few:
            reason = f"fewer than {FEWEST_SHARED} people explained: {', '.join(few)}"
            yield NotMeasured(MEASURE, reason, "", by)
        if level:
            reason = f"no gap in the score is shown that could be shared out: {', '.join(level)}"
            yield NotMeasured(MEASURE, reason, "", by)


def _of_group(
    explaining: Explaining,
    found: Attributions,
    by: str,
    group: str,
    sides: tuple[Truths, Truths],
    others: Truths,
) -> Iterator[Measurement]:
    whole = found.values.sum(axis=1)
    gap = _apart(whole, sides)
    parts = {("gap_share", name): found.values[:, at] for at, name in enumerate(found.features)}
    if explaining.legitimate:
        parts["gap_share_not_legitimate", ""] = found.values[:, others].sum(axis=1)
    persons = None if explaining.persons is None else explaining.persons[found.rows]
    for (metric, feature), part in parts.items():
        limits = _limits(part, whole, sides, persons)
        if not np.isfinite(limits(explaining.confidence)).all():
            return
        yield measured(
            explaining,
            limits,
            _apart(part, sides) / gap,
            measure=MEASURE,
            metric=metric,
            by=by,
            group=group,
            feature=feature,
            n=int(sides[0].sum() + sides[1].sum()),
            unit="share of the gap",
            method=f"{found.method}; Fieller",
            note=found.note,
        )


def _apart(values: Floats, sides: tuple[Truths, Truths]) -> float:
    return float(values[sides[0]].mean() - values[sides[1]].mean())


def _limits(
    part: Floats, whole: Floats, sides: tuple[Truths, Truths], persons: NDArray[np.int64] | None
) -> Limits:
    both = np.column_stack([part, whole])
    influence = np.zeros_like(both)
    for side, sign in zip(sides, (1.0, -1.0), strict=True):
        influence[side] = sign * (both[side] - both[side].mean(axis=0)) / (side.sum() - 1)
    if persons is not None:
        _, person = np.unique(persons, return_inverse=True)
        summed = np.zeros((person.max() + 1, 2))
        np.add.at(summed, person, influence)
        influence = summed
    covariance = influence.T @ influence

    def limits(confidence: float) -> tuple[float, float]:
        low, high = fieller(_apart(part, sides), _apart(whole, sides), covariance, confidence)
        return float(low), float(high)

    return limits
