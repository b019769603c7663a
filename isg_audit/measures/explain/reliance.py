"""Whether the model reads a protected attribute, and whose decision hangs on it.

Imports this family, `stats`, `sources`, numpy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.stand_ins import protected_features
from isg_audit.measures.measurement import Measurement
from isg_audit.sources.models.model import class_position
from isg_audit.sources.scoring import decided_favourably
from isg_audit.stats import wilson

if TYPE_CHECKING:
    import pandas as pd

MEASURE = "explain.reliance"
MOST_PEOPLE = 2_000
MOST_VALUES = 12


def reliance(explaining: Explaining) -> Iterator[Measurement]:
    """Which protected attributes the model reads, and how many decisions flip with them alone.

    `uses_protected_attribute` is 1 for an attribute whose column is an input of the model, or
    whose groups an input repeats under another name (a code for it), else 0. It is read off the
    list of inputs: 0 says nothing about proxies.

    `flip_rate` is, for each such input, the share of people whose decision by the model changes
    when only that input is set to another value seen in the data, everything else left as it is;
    of everybody, and of each group of the attribute. At most 12 values are tried: the most
    frequent of text, evenly spaced ranks of numbers. Changing one input alone is a test of what
    the model reads. It is not what would have happened to another person.

    Interval: Wilson. `affected`: the share times the people the sample stands for. Missing values
    are not put in for others. At most 2,000 people are tried.

    Raises:
        ModelFailed: the model failed on changed rows, or returned what no model may return.

    Source:
        Attribute flips: Thanh, Ruggieri & Turini (2011), KDD; situation testing.
    """
    rows = explaining.drawn(len(explaining.sample), MOST_PEOPLE, 4)
    for attribute in explaining.columns:
        inputs = protected_features(explaining, attribute)
        yield _read(explaining, attribute, inputs)
        for feature in inputs:
            yield from _flip_rates(explaining, attribute, feature, rows)


def _read(explaining: Explaining, attribute: str, inputs: dict[str, str]) -> Measurement:
    uses = float(bool(inputs))
    return Measurement(
        measure=MEASURE,
        metric="uses_protected_attribute",
        by=attribute,
        feature=", ".join(inputs),
        value=uses,
        low=uses,
        high=uses,
        confidence=explaining.confidence,
        n=len(explaining.sample),
        unit="yes/no",
        method="feature list",
        note=" ".join(inputs.values())
        or "No input is this attribute or repeats it; inputs may still stand in for it in part.",
        limits=lambda _: (uses, uses),
    )


def _flip_rates(
    explaining: Explaining, attribute: str, feature: str, rows: NDArray[np.int64]
) -> Iterator[Measurement]:
    place = class_position(explaining.model, explaining.favourable)
    people = explaining.sample[list(explaining.model.features)].iloc[rows]
    values, tried = _values(explaining, feature)
    before = _decided(explaining, people, place)
    flips = np.zeros(len(people), dtype=bool)
    for at in range(len(values)):
        other = people.assign(**{feature: values.take(np.full(len(people), at))})
        flips |= _decided(explaining, other, place) != before
    better = int((flips & ~before).sum())
    note = f"{tried} {better} of {int(flips.sum())} flips are from unfavourable to favourable."
    yield _flip_rate(explaining, attribute, "", feature, flips, len(rows), note)
    if attribute in explaining.groups:
        for group, members in explaining.members(attribute, rows):
            yield _flip_rate(
                explaining, attribute, group, feature, flips[members], len(rows), tried
            )


def _flip_rate(
    explaining: Explaining,
    by: str,
    group: str,
    feature: str,
    flips: NDArray[np.bool_],
    tried: int,
    note: str,
) -> Measurement:
    def limits(confidence: float) -> tuple[float, float]:
        low, high = wilson(flips.sum(), len(flips), confidence)
        return float(low), float(high)

    rate = float(flips.mean())
    low, high = limits(explaining.confidence)
    stand_for = None if explaining.people is None else explaining.people * len(flips) / tried
    return Measurement(
        measure=MEASURE,
        metric="flip_rate",
        by=by,
        group=group,
        feature=feature,
        value=rate,
        low=low,
        high=high,
        confidence=explaining.confidence,
        n=len(flips),
        affected=None if stand_for is None else rate * stand_for,
        affected_low=None if stand_for is None else low * stand_for,
        affected_high=None if stand_for is None else high * stand_for,
        unit="proportion",
        method="one input changed; wilson",
        note=note,
        limits=limits,
    )


def _decided(explaining: Explaining, people: pd.DataFrame, place: int) -> NDArray[Any]:
    return decided_favourably(
        explaining.model, people, place, f"{explaining.model.name}, changing one input"
    )


def _values(explaining: Explaining, feature: str) -> tuple[Any, str]:
    """The values to put in, as an array of the column's own type, and a sentence about them."""
    import pandas as pd

    seen = pd.concat(
        [explaining.sample[feature], explaining.background[feature]], ignore_index=True
    ).dropna()
    every = seen.drop_duplicates()
    if len(every) <= MOST_VALUES:
        return every.array, f"All {len(every)} values seen were tried."
    if pd.api.types.is_numeric_dtype(seen):
        ranks = np.linspace(0, len(every) - 1, MOST_VALUES).round().astype(int)
        chosen = every.sort_values().iloc[ranks]
    else:
        frequent = seen.value_counts().index[:MOST_VALUES]
        chosen = every[every.isin(frequent)]
    return chosen.array, f"{len(chosen)} of the {len(every)} values seen were tried."
