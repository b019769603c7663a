"""How strongly each input moves the model's decisions. Imports this family, `stats`, numpy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.explaining import FEWEST_PEOPLE, Explaining
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.stats import mean_interval

MEASURE = "explain.shap_importance"


def shap_importance(
    explaining: Explaining, found: Attributions
) -> Iterator[Measurement | NotMeasured]:
    """Mean absolute SHAP value of each input: of everybody, and of each group.

    A SHAP value says how much one input moves one person's score away from the average person of
    the background, when each input is credited fairly for what the model does with it. The mean of
    its size says how much the model leans on the input. It credits what the model reads and says
    nothing about causes: the SHAP value of a proxy is the proxy's.

    Unit: log-odds of the favourable decision where the model has them (see `unit`). Interval:
    Student's t over the people explained; it does not cover the choice of the background. No
    interval where all values are equal (an input the model never uses). Where attributions are
    sampled, noise makes their sizes too great; twice the mean size less that of the two halves of
    the draws is free of noise to the first order, and is shown. Weights are not used;
    people whose group is unknown count for everybody only; a group with fewer than 10 explained
    people gives no row and is named as not measured.

    Source:
        Lundberg & Lee (2017), NeurIPS 30; method and background as each row's `method` and `note`.
    """
    size = found.sizes
    everybody = np.ones(len(size), dtype=bool)
    yield from _rows(explaining, found, size, everybody, "", "")
    for by in explaining.groups:
        few = []
        for group, members in explaining.members(by, found.rows):
            if members.sum() < FEWEST_PEOPLE:
                few.append(f"{group} ({members.sum()})")
                continue
            yield from _rows(explaining, found, size, members, by, group)
        if few:
            reason = f"fewer than {FEWEST_PEOPLE} people explained: {', '.join(few)}"
            yield NotMeasured(MEASURE, reason, "shap_importance", by)


def _rows(
    explaining: Explaining,
    found: Attributions,
    size: NDArray[np.float64],
    members: NDArray[np.bool_],
    by: str,
    group: str,
) -> Iterator[Measurement]:
    for place, feature in enumerate(found.features):
        values = size[members, place]

        def limits(
            confidence: float, values: NDArray[np.float64] = values
        ) -> tuple[float, float]:  # fmt: skip
            sums = values.sum(), (values**2).sum(), len(values)
            low, high = mean_interval(*sums, confidence)
            return max(0.0, float(low)), float(high)

        low, high = limits(explaining.confidence)
        spread = bool(np.isfinite(high))
        yield Measurement(
            measure=MEASURE,
            metric="shap_importance",
            by=by,
            group=group,
            feature=feature,
            value=max(0.0, float(values.mean())),
            low=low if spread else None,
            high=high if spread else None,
            confidence=explaining.confidence,
            n=len(values),
            unit=found.unit,
            method=f"{found.method}; t interval",
            note=found.note if spread else f"{found.note} No interval: all values are equal.",
            limits=limits if spread else None,
        )
