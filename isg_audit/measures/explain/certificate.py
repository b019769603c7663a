"""Whether the inputs could carry a disparate impact at all. Imports this family, `stats`, numpy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.shares import counted, measured
from isg_audit.measures.explain.told_apart import LEARNT_BOTH_WAYS, Apart
from isg_audit.measures.measurement import Measurement
from isg_audit.sources.models.model import class_position
from isg_audit.sources.scoring import decided_favourably
from isg_audit.stats import mean_of_two, wilson

MEASURE = "explain.impact_certificate"


def impact_certificate(explaining: Explaining, every: Sequence[Apart]) -> Iterator[Measurement]:
    """Whether a group could be selected at less than four fifths of the others' rate by inputs.

    `balanced_error_rate` is the mean of two shares: of the group who are taken for others by the
    inputs, and of others who are taken for the group; 0.5 where the inputs know nothing of the
    group. With the share b of the group that the model decides for, decisions by these inputs
    can fall below four fifths only where the least error rate is below 1/2 - b/8.
    `certificate_margin` is what the error rate lies above that: above 0, no decision by these
    inputs that selects this share of the group can fall below four fifths.

    A weak certificate, both ways. The error rate is that of one learner (thirty small trees, five
    folds, no person in two), and another may do better; and a margin below 0 says only that the
    inputs could be used so, which they mostly can, not that they are. Inputs that are the
    attribute itself are left out.

    Intervals: Wilson's of the three shares, by person, combined, the errors with doubled variance
    as in `explain.proxy_available`; the group's share and its error are taken for independent.
    Groups as in `explain.proxy_available`.

    The bound is published: 1/2 - b/8 for four fifths.

    Source:
        Feldman et al. (2015), KDD, "Certifying and removing disparate impact"; combination:
        Zou & Donner (2008), Statistics in Medicine 27:1693-1702.
    """
    place = class_position(explaining.model, explaining.favourable)
    for apart in every:
        if not apart.names:
            continue
        ours, others = _wrong(apart, apart.members), _wrong(apart, ~apart.members)
        selected = _selected(explaining, apart, place)
        middle = (_rate(ours) + _rate(others)) / 2.0
        beta = _rate(selected)

        def error(
            confidence: float,
            ours: tuple[float, float] = ours,
            others: tuple[float, float] = others,
        ) -> tuple[float, float]:
            low, high = mean_of_two(
                _rate(ours), *wilson(*ours, confidence), _rate(others), *wilson(*others, confidence)
            )
            return float(low), float(high)

        def margin(
            confidence: float,
            error: object = error,
            middle: float = middle,
            selected: tuple[float, float] = selected,
            beta: float = beta,
        ) -> tuple[float, float]:
            low, high = error(confidence)  # type: ignore[operator]
            least, most = wilson(*selected, confidence)
            value = middle - 0.5 + beta / 8.0
            down = np.hypot(middle - low, (beta - float(least)) / 8.0)
            return float(value - down), float(
                value + np.hypot(high - middle, (float(most) - beta) / 8.0)
            )

        given: dict[str, Any] = {
            "measure": MEASURE, "by": apart.by, "group": apart.group,
            "n": len(apart.rows), "method": "cross-fitted trees; Wilson, combined",
        }  # fmt: skip
        yield measured(
            explaining, error, middle, metric="balanced_error_rate", unit="proportion", **given
        )
        note = f"A weak certificate. The model decides for {beta:.3f} of the group."
        yield measured(
            explaining, margin, middle - 0.5 + beta / 8.0, metric="certificate_margin",
            unit="difference", note=note, **given,
        )  # fmt: skip


def _wrong(apart: Apart, side: np.ndarray) -> tuple[float, float]:
    """Hits and cases of people of a side who are taken for the other."""
    share = apart.members.mean()
    taken = apart.by_inputs > np.log(share) - np.log1p(-share)
    values = (taken != apart.members)[side].astype(np.float64)
    hits, cases = counted(values, None if apart.persons is None else apart.persons[side])
    return hits / LEARNT_BOTH_WAYS, cases / LEARNT_BOTH_WAYS


def _selected(explaining: Explaining, apart: Apart, place: int) -> tuple[float, float]:
    people = explaining.sample[list(explaining.model.features)].iloc[apart.rows[apart.members]]
    given = decided_favourably(explaining.model, people, place, explaining.model.name)
    persons = None if apart.persons is None else apart.persons[apart.members]
    return counted(np.asarray(given, dtype=np.float64), persons)


def _rate(share: tuple[float, float]) -> float:
    return share[0] / share[1]
