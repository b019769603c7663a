"""What the changes look like: how many inputs, and how near to real people. Imports `stats`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.explaining import FEWEST_PEOPLE
from isg_audit.measures.explain.recourse.looked import Looked
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.stats import mean_interval

MEASURE = "explain.recourse_plausibility"

Floats = NDArray[np.float64]


def recourse_plausibility(looked: Looked) -> Iterator[Measurement | NotMeasured]:
    """How plausible the cheapest changes are: inputs changed, distance to real accepted people.

    `changed_inputs` is the mean number of inputs that the cheapest change alters; those that only
    follow others do not count. `distance_to_accepted` is the mean distance of the changed row from
    the nearest person whom the model accepts as they are, summed over all inputs as costs are but
    without rules and weights: far from everybody, the change describes nobody who exists, and the
    model was never tested there. Both only of people for whom recourse was found.

    Interval: Student's t over people. A group with fewer than 10 such people gives no row. The
    nearest is looked for among at most 2,000 accepted people. No published threshold.

    Source:
        Sparsity and proximity: Verma et al. (2020), arXiv 2010.10596; plausibility by real people:
        Brughmans, Leyman & Martens (2023), NICE.
    """
    found = looked.found
    each = {
        "changed_inputs": (found.changed.sum(axis=1).astype(np.float64), "count"),
        "distance_to_accepted": (found.far, "share of the population"),
    }
    for metric, (values, unit) in each.items():
        have = found.found & np.isfinite(values)
        if have.sum() < FEWEST_PEOPLE:
            reason = f"recourse was found for fewer than {FEWEST_PEOPLE} people in the sample"
            yield NotMeasured(MEASURE, reason, metric)
            continue
        yield _mean(looked, metric, unit, values[have], "", "")
        for by, group, members, _ in looked.groups():
            if (members & have).sum() >= FEWEST_PEOPLE:
                yield _mean(looked, metric, unit, values[members & have], by, group)
    yield from looked.few(MEASURE, "changed_inputs")


def _mean(
    looked: Looked, metric: str, unit: str, values: Floats, by: str, group: str
) -> Measurement:  # fmt: skip
    def limits(confidence: float) -> tuple[float, float]:
        low, high = mean_interval(values.sum(), (values**2).sum(), len(values), confidence)
        return max(0.0, float(low)), float(high)

    low, high = limits(looked.explaining.confidence)
    spread = bool(np.isfinite(high))
    return looked.row(
        measure=MEASURE,
        metric=metric,
        by=by,
        group=group,
        value=float(values.mean()),
        low=low if spread else None,
        high=high if spread else None,
        n=len(values),
        unit=unit,
        method="cheapest change searched; t interval",
        note="" if spread else "No interval: all values are equal.",
        limits=limits if spread else None,
        smallest=float(len(values)),
    )
