"""Which inputs a group's lower scores come from. Imports this family, `stats`, numpy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.explaining import FEWEST_PEOPLE, Explaining
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.stats import mean_difference

MEASURE = "explain.shap_gap"

Floats = NDArray[np.float64]


def shap_gap(explaining: Explaining, found: Attributions) -> Iterator[Measurement | NotMeasured]:
    """Mean SHAP value of each input in a group, minus that of everybody else.

    Over the inputs these sum exactly to the group's gap in the model's score, which stands in the
    rows `score_gap` (no feature). A negative value: by way of this input the group scores lower
    than everybody else, on the model's own terms; whether the input may have that effect is for
    the checklist and the people concerned to say.

    Unit: as the attributions, log-odds of the favourable decision where the model has them; gaps
    in probability do not split in this way. Interval: Welch's, over the people explained; it does
    not cover the choice of the background. People whose group is unknown are left out on both
    sides; a group, or everybody else, with fewer than 10 explained people gives no row.

    Source:
        Lundberg, "Explaining quantitative measures of fairness" (documentation of shap).
    """
    for by in explaining.groups:
        known = explaining.known(by, found.rows)
        few = []
        for group, members in explaining.members(by, found.rows):
            rest = known & ~members
            if min(members.sum(), rest.sum()) < FEWEST_PEOPLE:
                few.append(f"{group} ({members.sum()}, against {rest.sum()})")
                continue
            total = found.values.sum(axis=1)
            yield _row(explaining, found, "score_gap", total[members], total[rest], by, group, "")
            for place, feature in enumerate(found.features):
                here, there = found.values[members, place], found.values[rest, place]
                yield _row(explaining, found, "shap_gap", here, there, by, group, feature)
        if few:
            reason = f"fewer than {FEWEST_PEOPLE} people explained: {', '.join(few)}"
            yield NotMeasured(MEASURE, reason, "shap_gap", by)


def _row(
    explaining: Explaining,
    found: Attributions,
    metric: str,
    here: Floats,
    there: Floats,
    by: str,
    group: str,
    feature: str,
) -> Measurement:
    def limits(confidence: float) -> tuple[float, float]:
        low, high = mean_difference(
            here.sum(), (here**2).sum(), len(here),
            there.sum(), (there**2).sum(), len(there), confidence,
        )  # fmt: skip
        return float(low), float(high)

    low, high = limits(explaining.confidence)
    spread = bool(np.isfinite(low))
    return Measurement(
        measure=MEASURE,
        metric=metric,
        by=by,
        group=group,
        versus="rest",
        feature=feature,
        value=float(here.mean() - there.mean()),
        low=low if spread else None,
        high=high if spread else None,
        confidence=explaining.confidence,
        n=len(here) + len(there),
        unit=found.unit,
        method=f"{found.method}; Welch interval",
        note=found.note if spread else f"{found.note} No interval: no spread within a group.",
        limits=limits if spread else None,
    )
