"""Whom the model meets with a value it was never fitted on.

Imports this family, `sources`, `stats`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.explaining import FEWEST_PEOPLE, Explaining
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.sources.models.contract import wanted_by
from isg_audit.sources.values import as_text
from isg_audit.stats import wilson

MEASURE = "explain.unseen_category"


def unseen_category(explaining: Explaining) -> Iterator[Measurement | NotMeasured]:
    """Share of people with a category on which the model was never fitted.

    `unseen_rate` for each input whose categories the model names, of everybody; and for each
    group the share of people with any such input. Most encoders turn what they never saw into
    nothing, silently: the person is decided as if the input were blank. A missing value is no
    category. Interval: Wilson. A group with fewer than 10 people gives no row and is named.

    Source:
        The check of inputs against training in the validation of models (SR 11-7); no published
        limit.
    """
    known = [one for one in wanted_by(explaining.model) if one.categories]
    if not known:
        yield NotMeasured(MEASURE, "the model names no categories of its inputs", "unseen_rate")
        return
    strange = np.zeros(len(explaining.sample), dtype=bool)
    for one in known:
        values = explaining.sample[one.feature]
        fitted = {as_text(category) for category in one.categories}
        met = [value for value in values.dropna().unique() if as_text(_plain(value)) not in fitted]
        here = values.isin(met).to_numpy()
        strange |= here
        yield _row(explaining, here, feature=one.feature)
    rows = np.arange(len(strange))
    for by in explaining.groups:
        few = []
        for group, members in explaining.members(by, rows):
            if members.sum() < FEWEST_PEOPLE:
                few.append(f"{group} ({members.sum()})")
                continue
            yield _row(explaining, strange[members], by=by, group=group)
        if few:
            reason = f"fewer than {FEWEST_PEOPLE} people: {', '.join(few)}"
            yield NotMeasured(MEASURE, reason, "unseen_rate", by)


def _plain(value: object) -> object:
    """A value of a column as Python has it."""
    return value.item() if isinstance(value, np.generic) else value


def _row(
    explaining: Explaining,
    strange: NDArray[np.bool_],
    *,
    by: str = "",
    group: str = "",
    feature: str = "",
) -> Measurement:
    hits, cases = int(strange.sum()), len(strange)

    def limits(confidence: float) -> tuple[float, float]:
        found = wilson(hits, cases, confidence)
        return float(found.low), float(found.high)

    low, high = limits(explaining.confidence)
    return Measurement(
        measure=MEASURE, metric="unseen_rate", value=hits / cases, low=low, high=high,
        confidence=explaining.confidence, n=cases, by=by, group=group, feature=feature,
        method="wilson", limits=limits, smallest=hits or None,
        note="" if feature else "any input whose categories the model names",
    )  # fmt: skip
