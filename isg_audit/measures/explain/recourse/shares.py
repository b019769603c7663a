"""Whose refusal no change turned round. Imports this folder and `stats`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.explaining import FEWEST_PEOPLE
from isg_audit.measures.explain.recourse.looked import Looked
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.stats import wilson

MEASURE, METRIC = "explain.recourse", "no_recourse_found_rate"

Truths = NDArray[np.bool_]


def recourse_found(looked: Looked) -> Iterator[Measurement | NotMeasured]:
    """Share of the refused for whom no change was found that the model would accept.

    Looked for is the cheapest change, within what the audit file's [recourse] lets people change,
    after which this model decides favourably: moves of one or two inputs to observed values, and
    parts of the differences to the five nearest accepted people. The share is of those for whom
    none was *found*: they may have one that was not tried. Only where the note says that every
    change that can be reached was tried have they none. `.difference` is that of a group minus
    that of everybody else (for `versus` rest).

    It is a statement about the model: neither a promise that the change would be enough, nor a
    cause, nor that people can bring it about. Changing one input leaves all others as they are
    unless the audit file says that they follow it.

    Interval: Wilson's, Newcombe's for the difference. A person with several refusals counts once;
    weights and counts of rows are not used.
    A group, or everybody else, with fewer than 10 refused people gives no row. No published
    threshold: a checklist that limits it does so by project default (2 points).

    Source:
        Ustun, Spangher & Liu (2019), FAT*, arXiv 1809.06514; found and none: Kothari et al. (2024),
        ICLR, arXiv 2308.12820.
    """
    none = ~looked.found.found
    if len(none) < FEWEST_PEOPLE:
        reason = f"fewer than {FEWEST_PEOPLE} refused people in the sample"
        yield NotMeasured(MEASURE, reason, METRIC)
        return
    yield _share(looked, none, "", "", _least(none))
    least = _least_by(looked, none)
    for by, group, members, rest in looked.groups():
        yield _share(looked, none[members], by, group, least[by])
        yield _difference(looked, none[members], none[rest], by, group, least[by])
    yield from looked.few(MEASURE, METRIC)


def _least(none: Truths) -> float:
    """The smaller of those with and without, where it is not 0."""
    counts = [int(none.sum()), int((~none).sum())]
    return float(min((one for one in counts if one), default=0))


def _least_by(looked: Looked, none: Truths) -> dict[str, float]:
    """The smallest count of any group of an attribute, so that none gives another away."""
    least: dict[str, float] = {}
    for by, _, members, rest in looked.groups():
        here = min(_least(none[members]), _least(none[rest]))
        least[by] = min(least.get(by, here), here)
    return least


def _share(looked: Looked, none: Truths, by: str, group: str, least: float) -> Measurement:
    def limits(confidence: float) -> tuple[float, float]:
        low, high = wilson(none.sum(), len(none), confidence)
        return float(low), float(high)

    low, high = limits(looked.explaining.confidence)
    rate, stands = float(none.mean()), _stands_for(looked, len(none))
    return looked.row(
        measure=MEASURE,
        metric=METRIC,
        by=by,
        group=group,
        value=rate,
        low=low,
        high=high,
        n=len(none),
        affected=None if stands is None else rate * stands,
        affected_low=None if stands is None else low * stands,
        affected_high=None if stands is None else high * stands,
        unit="proportion",
        method="cheapest change searched; wilson",
        limits=limits,
        smallest=least,
    )


def _stands_for(looked: Looked, people: int) -> float | None:
    """Refused people of the log whom these stand for, None where that is not known."""
    everybody, found = looked.explaining.people, looked.found
    if everybody is None or looked.seeking.persons is not None:
        return None
    in_sample = people * found.refused / len(found.rows)
    return in_sample * everybody / len(looked.seeking.population)


def _difference(
    looked: Looked, ours: Truths, theirs: Truths, by: str, group: str, least: float
) -> Measurement:
    return looked.apart(
        ours,
        theirs,
        measure=MEASURE,
        metric=f"{METRIC}.difference",
        by=by,
        group=group,
        method="cheapest change searched; newcombe",
        smallest=least,
    )
