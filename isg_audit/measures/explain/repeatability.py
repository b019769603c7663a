"""Whether the model answers the same when asked again, and alone as among others.

Imports this family, `sources`, `stats`, numpy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.measurement import Measurement
from isg_audit.sources.models.model import Model, asked_afresh, class_position
from isg_audit.sources.scoring import decided_favourably, favourable_scores
from isg_audit.stats import wilson

if TYPE_CHECKING:
    import pandas as pd

MEASURE = "explain.repeatability"
MOST_REPEATED, MOST_ALONE = 500, 50


def repeatability(explaining: Explaining) -> Iterator[Measurement]:
    """Does the model give the same answer twice, and the same alone as in a batch?

    The same rows are put to the model a second time (`again`), and some of them one by one
    (`alone`). `flip_rate_again` and `flip_rate_alone` are the shares of people whose decision
    changed; `largest_change_again` and `largest_change_alone` how far a score moved at most. A
    decision that depends on who else is in the batch, or on chance, cannot be explained to a
    person, and cannot be audited. Served models differ so where a column that is empty for one
    person alone is read as another type.

    At most 500 people are asked about twice, 50 alone. Interval of shares: Wilson; of the largest
    change none: it is a largest value seen. No published limit; a checklist may ask for 0 flips.

    Raises:
        ModelFailed: the model failed, or returned what no model may return.
    """
    rows = explaining.drawn(len(explaining.sample), MOST_REPEATED, 5)
    people = explaining.sample[list(explaining.model.features)].iloc[rows]
    few = explaining.drawn(len(people), MOST_ALONE, 6)
    model = asked_afresh(explaining.model)
    place = class_position(model, explaining.favourable)
    first, second = (_answers(model, place, people) for _ in range(2))
    each = [_answers(model, place, people.iloc[[at]]) for at in few]
    alone = tuple(np.concatenate(parts) for parts in zip(*each, strict=True)) if each else None
    yield from _rows(explaining, "again", first, second)
    if alone is not None:
        yield from _rows(explaining, "alone", tuple(part[few] for part in first), alone)


def _answers(model: Model, place: int, people: pd.DataFrame) -> tuple[NDArray[Any], ...]:
    """Decisions, and scores where there are any."""
    where = f"{model.name}, asking again"
    decided = decided_favourably(model, people, place, where)
    if not model.gives_scores:
        return (decided,)
    return decided, favourable_scores(model, people, place, where)


def _rows(
    explaining: Explaining,
    how: str,
    one: tuple[NDArray[Any], ...],
    other: tuple[NDArray[Any], ...],
) -> Iterator[Measurement]:
    flips, cases = int((one[0] != other[0]).sum()), len(one[0])

    def limits(confidence: float) -> tuple[float, float]:
        found = wilson(flips, cases, confidence)
        return float(found.low), float(found.high)

    low, high = limits(explaining.confidence)
    yield Measurement(
        measure=MEASURE, metric=f"flip_rate_{how}", value=flips / cases if cases else None,
        low=low if cases else None, high=high if cases else None, confidence=explaining.confidence,
        n=cases, method="asked twice; wilson", note=f"{flips} of {cases} decisions changed",
        limits=limits,
    )  # fmt: skip
    if len(one) == 2:
        change = float(np.abs(one[1] - other[1]).max(initial=0.0))
        yield Measurement(
            measure=MEASURE, metric=f"largest_change_{how}", value=change,
            confidence=explaining.confidence, n=cases, unit="probability", method="asked twice",
            note="the largest change seen; no interval",
        )  # fmt: skip
