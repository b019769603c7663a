"""Whether the explanations add up to what the model gave. Imports this family and `measurement`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.explaining import FEWEST_PEOPLE, Explaining
from isg_audit.measures.measurement import Measurement

MEASURE = "explain.additivity"


def additivity(explaining: Explaining, found: Attributions) -> Iterator[Measurement]:
    """By how much the contributions of the inputs miss a person's score, at most.

    Of each explained person the contributions of all inputs and the mean score of the background
    are added and held against the score that the model gave. `largest_miss` is the largest
    distance among everybody explained, and in each group. Where any distance is above 1e-6 per unit
    of score (at least 1; 1e-4 for models of 32-bit numbers) no explanation is shown at all: then
    there is no row here, and the measures of explanation say for how many people it failed. Sampled
    attributions are made to add up, so that for them this says nothing about noise.

    Every explained person is looked at, so the value is exact for them: `low` and `high` are the
    value itself.

    Source:
        Local accuracy: Lundberg & Lee (2017), NeurIPS 30. The limit is this project's.
    """
    missed = np.abs(found.values.sum(axis=1) + found.base - found.margin)
    yield _row(explaining, found, float(missed.max()), len(missed), "", "")
    for by in explaining.groups:
        for group, members in explaining.members(by, found.rows):
            if members.sum() >= FEWEST_PEOPLE:
                most = float(missed[members].max())
                yield _row(explaining, found, most, int(members.sum()), by, group)


def _row(
    explaining: Explaining, found: Attributions, most: float, people: int, by: str, group: str
) -> Measurement:
    return Measurement(
        measure=MEASURE,
        metric="largest_miss",
        by=by,
        group=group,
        value=most,
        low=most,
        high=most,
        confidence=explaining.confidence,
        n=people,
        unit=found.unit,
        method=f"{found.method}; largest of everybody explained",
        note=f"Explanations are shown only below {found.tolerance:g} per unit of score.",
        limits=lambda _: (most, most),
    )
