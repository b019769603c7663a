"""How often people of each group are decided on, and refused or flagged, per head of a population.

Imports `measures` (this level), `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from isg_audit.measures.coverage.representation import NO_POPULATION, shared
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.stats import events_per_head, ratio_of_rates
from isg_audit.tally.population import Population
from isg_audit.tally.table import JOINT, NEGATIVE, POSITIVE, Floats, Table
from isg_audit.tally.tally import Tally

MEASURE = "coverage.per_population"
PER = 1000.0


def per_population(
    tally: Tally, plan: Plan, population: Population | None
) -> Iterator[Measurement | NotMeasured]:
    """Decisions, and unfavourable decisions, for every 1,000 people of the population, by group.

    Selection before the decision: where nobody applies but people are picked, as in police stops,
    checks and inspections, a fair share of searches among those stopped says nothing of who was
    stopped. `decisions_per_thousand` counts every case, `unfavourable_per_thousand` those that
    were bad for the person; one person may be counted several times, so that a rate can exceed
    1,000. Each with its ratio to everybody else in the population.

    Groups as in `coverage.representation`. Intervals: events are taken as Poisson (Garwood's exact
    limits); the ratio's from Wilson's interval of the group's share of the events of both. Where
    persons repeat, or cases are weighted, events are divided by the design effect; where the
    population is estimated its error is added on the logarithmic scale. Where people live and
    where they are decided on may differ: somebody from elsewhere counts above the line and not
    below it.

    Source:
        Garwood (1936), Biometrika 28:437-442; on the choice of the population below the line:
        Neil & Winship (2019), Annual Review of Criminology 2:73-98.
    """
    if population is None or not population.whole:
        why = NO_POPULATION if population is None else "the population is a sample of people"
        yield NotMeasured(MEASURE, why, "decisions_per_thousand")
        return
    for by in shared(plan, population):
        table = tally.table(by)
        yield from _rows(table, population, plan, "decisions_per_thousand", table.cases > -1)
        if table.task not in ("binary", "classes") or not table.names.get("favourable", True):
            reason = "no decision is recorded, or none is named as favourable"
            yield NotMeasured(MEASURE, reason, "unfavourable_per_thousand", JOINT.join(by))
            continue
        bad = NEGATIVE if table.positive_is_favourable else POSITIVE
        chosen = np.zeros(table.cases.shape, dtype=bool)
        chosen[:, :, bad] = True
        yield from _rows(table, population, plan, "unfavourable_per_thousand", chosen)


def _rows(
    table: Table, population: Population, plan: Plan, metric: str, chosen: np.ndarray
) -> Iterator[Measurement]:
    found = {group: both for group, both in population.by(table.by).items() if both[0] > 0}
    place = {group: at for at, group in enumerate(table.groups)}
    groups = (*(one for one in place if one in found), *(one for one in found if one not in place))
    order = np.array([place.get(one, -1) for one in groups], dtype=np.intp)
    people, variance = (np.array([found[one][at] for one in groups]) for at in (0, 1))
    events, effect = _events(table, chosen)
    here = np.where(order >= 0, np.append(events, 0.0)[order], 0.0)
    effects = np.where(order >= 0, np.append(effect, 1.0)[order], 1.0)
    counted = here / effects
    for at, group in enumerate(groups):
        alone = np.sqrt(variance[at]) / people[at]
        rate = partial(events_per_head, counted[at], people[at] / effects[at], PER, error=alone)
        shown = partial(
            Measurement, measure=MEASURE, by=JOINT.join(table.by), group=group,
            n=round(float(here[at])), confidence=plan.confidence,
            method="poisson" + (", effective cases" if (effects > 1).any() else ""),
            note="" if here[at] else "nobody of this group is in the log",
        )  # fmt: skip
        value, low, high = (float(one) for one in rate(confidence=plan.confidence))
        yield shown(
            metric=metric, value=value, low=low, high=high, unit="per 1,000 people",
            limits=partial(_limits, rate),
        )  # fmt: skip
        rest = np.arange(len(groups)) != at
        others, elsewhere = float(counted[rest].sum()), float(people[rest].sum())
        if not (others + counted[at] > 0 and elsewhere > 0):
            continue
        both = np.hypot(alone, np.sqrt(variance[rest].sum()) / elsewhere)
        scale = float(here[rest].sum()) / others if others else 1.0
        ratio = partial(
            ratio_of_rates, counted[at], people[at] / effects[at], others, elsewhere / scale,
            error=both,
        )  # fmt: skip
        value, low, high = (float(one) for one in ratio(confidence=plan.confidence))
        known = bool(np.isfinite(value))
        yield shown(
            metric=f"{metric}.ratio", versus="rest", value=value if known else None,
            low=low if known else None, high=high if known else None, unit="ratio",
            limits=partial(_limits, ratio) if known else None,
            note="" if known else "nobody else is in the log",
        )  # fmt: skip


def _events(table: Table, chosen: np.ndarray) -> tuple[Floats, Floats]:
    """Events by group, and how many of them stand for one independent case."""
    weight = np.where(chosen, table.weight, 0.0).sum(axis=(1, 2))
    squares = np.where(chosen, table.squares, 0.0).sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = np.where(weight > 0, squares / weight, 1.0) * table.repeats
    return weight, effect


def _limits(of: object, confidence: float) -> tuple[float, float]:
    _, low, high = of(confidence=confidence)  # type: ignore[operator]
    return float(low), float(high)
