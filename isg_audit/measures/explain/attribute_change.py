"""How far the score moves when everybody is given one value of a protected attribute.

Imports this family, `stats`, `sources`, numpy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.shares import measured
from isg_audit.measures.explain.stand_ins import protected_features
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.sources.models.model import class_position
from isg_audit.sources.scoring import decided_favourably, favourable_scores
from isg_audit.stats import mean_interval, newcombe_paired

MEASURE = "explain.attribute_change"
MOST_PEOPLE = 10_000


def attribute_change(explaining: Explaining) -> Iterator[Measurement | NotMeasured]:
    """What changes when everybody's attribute is set to one group instead of another.

    For each input that is a protected attribute, or repeats it under another name, everybody is
    given the value of a group, and the value of the largest group (`versus`), everything else
    left as it is. `score_change` is the mean difference of the chance that the model gives of the
    favourable decision, `decision_change` the difference of the shares that it decides for;
    below 0 it costs people to be of the group. A group's value is the one that most of it has. A
    test of what the model reads, and not of what would have happened to another person.

    Interval: Student's of each person's difference; Newcombe's for pairs. At most 10,000 people.
    The definition leaves a threshold open: where the attribute must not count, any change is one
    too many.

    Raises:
        ModelFailed: the model failed on changed rows, or returned what no model may return.

    Source:
        Thanh, Ruggieri & Turini (2011), KDD; with a causal model it would be counterfactual
        fairness: Kusner et al. (2017), NeurIPS.
    """
    tried = False
    for attribute in explaining.columns:
        for feature in protected_features(explaining, attribute):
            if attribute in explaining.groups:
                tried = True
                yield from _changes(explaining, attribute, feature)
    if not tried:
        yield NotMeasured(MEASURE, "no input is a protected attribute or repeats one")


def _changes(explaining: Explaining, attribute: str, feature: str) -> Iterator[Measurement]:
    model, rows = explaining.model, explaining.drawn(len(explaining.sample), MOST_PEOPLE, 4)
    place = class_position(model, explaining.favourable)
    people = explaining.sample[list(model.features)].iloc[rows].reset_index(drop=True)
    where = f"{model.name}, changing one input"
    value_of = _values(explaining, attribute, feature)
    if not value_of:
        return
    largest = next(iter(value_of))
    scores, decided = {}, {}
    for group, at in value_of.items():
        column = explaining.sample[feature].take(np.full(len(people), at)).array
        changed = people.assign(**{feature: column})
        decided[group] = decided_favourably(model, changed, place, where)
        if model.gives_scores:
            scores[group] = favourable_scores(model, changed, place, where)
    for group in value_of:
        if group == largest:
            continue
        given: dict[str, Any] = {
            "measure": MEASURE, "by": attribute, "group": group, "versus": largest,
            "feature": feature, "n": len(people), "unit": "difference",
        }  # fmt: skip
        if scores:
            apart = scores[group] - scores[largest]

            def mean(confidence: float, apart: np.ndarray = apart) -> tuple[float, float]:
                low, high = mean_interval(apart.sum(), (apart**2).sum(), len(apart), confidence)
                return float(low), float(high)

            yield measured(
                explaining, mean, apart.mean(), metric="score_change",
                method="one input changed; t interval", **given,
            )  # fmt: skip
        ours, theirs = decided[group], decided[largest]
        table = (ours & theirs, ours & ~theirs, ~ours & theirs, ~ours & ~theirs)
        counts = [int(cell.sum()) for cell in table]

        def paired(confidence: float, counts: list[int] = counts) -> tuple[float, float]:
            both, ours_only, theirs_only, neither = counts
            low, high = newcombe_paired(both, ours_only, theirs_only, neither, confidence)
            return float(low), float(high)

        note = f"{counts[1]} people gain the favourable decision, {counts[2]} lose it."
        yield measured(
            explaining, paired, ours.mean() - theirs.mean(), metric="decision_change",
            method="one input changed; newcombe, paired", note=note, **given,
        )  # fmt: skip


def _values(explaining: Explaining, attribute: str, feature: str) -> dict[str, int]:
    """For each group, the largest first, a row of the sample that has its most frequent value."""
    every = np.arange(len(explaining.sample))
    column = explaining.sample[feature]
    found: list[tuple[int, str, int]] = []
    for group, members in explaining.members(attribute, every):
        rows = np.flatnonzero(members & column.notna().to_numpy())
        if len(rows):
            codes, _ = column.iloc[rows].factorize()
            usual = np.bincount(codes).argmax()
            found.append((int(members.sum()), group, int(rows[codes == usual][0])))
    return {group: at for _, group, at in sorted(found, key=lambda one: (-one[0], one[1]))}
