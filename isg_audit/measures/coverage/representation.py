"""Who is in the log against who is in a reference population.

Imports `measures` (this level), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.stats import (
    binomial_test,
    excess_share,
    goodness_of_fit,
    holm,
    relative_entropy,
    representation_ratio,
)
from isg_audit.stats.bounds import Estimate
from isg_audit.tally.population import Population
from isg_audit.tally.table import JOINT, Floats, Table
from isg_audit.tally.tally import Tally

MEASURE = "coverage.representation"
BEYOND = "coverage.beyond_population"
RATIO, DIFFERENCE = "representation_ratio", "representation_difference"

NO_POPULATION = "the audit file names no reference population ([population])"


@dataclass(frozen=True, eq=False)
class Held:
    """The groups of the log held against those of the population; arrays of shape (groups,).

    Attributes:
        by: the attributes.
        groups: those that the population has, whether anybody of them is in the log or not.
        people: of the log, scaled to independent unweighted people.
        there: people of the log as they were counted, or their weight.
        share: of the population, 0 to 1.
        error: standard error of `share`.
        lacking: groups of the log that the population has nobody of.
        absent: whether nobody of the group is in the log.
        smallest: people of the smallest group, where groups of the log are left out: what they and
            a group that is not published hold together would follow; else None.
        method: what to add to the name of a method.
    """

    by: tuple[str, ...]
    groups: tuple[str, ...]
    people: Floats
    there: Floats
    share: Floats
    error: Floats
    lacking: tuple[str, ...]
    absent: NDArray[np.bool_]
    smallest: float | None
    method: str


def representation(
    tally: Tally, plan: Plan, population: Population | None
) -> Iterator[Measurement | NotMeasured]:
    """Each group's share of the people in the log, over its share of a reference population.

    1 where the group is as frequent as there; 0.5 where half of its people are missing; 0 where
    nobody of it is in the log. `representation_difference` is the same in shares of the people;
    its `affected` are the people who would be in the log besides if the group were as frequent as
    in the population and the log held as many people as it does. Groups by every attribute, and
    every combination that is audited, that the population's table has. Shares are among people of
    known group on either side, and among groups that the population has at all.

    Intervals: Wilson's of the share of the log, over the population's; where the population is
    itself estimated (`error`) both errors, combined on the logarithmic scale. `p_value` is of the
    exact binomial test of the population's share, Holm over groups. For all groups together:
    `population_chi_square` with its test and `population_divergence` (Kullback-Leibler, in nats);
    both take the population as it stands. Where `person` is declared, persons are compared, not
    decisions; weights give Kish's effective cases.

    A ratio of 1 is no evidence of inclusion: a census too misses people at the margin. The audit
    file says who cannot appear in it (`cannot_appear`), and the report tells them. A ratio below 1
    may stem from who applies, who is reached and who is recorded; it does not say which.

    Source:
        Asudeh, Jin & Jagadish (2019), ICDE; Shankar et al. (2017), "No classification without
        representation"; Wilson (1927) for the interval. The band 0.8 to 1.25 that a checklist may
        use is four fifths by analogy.
    """
    if population is None:
        yield NotMeasured(MEASURE, NO_POPULATION, RATIO)
        return
    for sentence in population.cannot_appear:
        yield NotMeasured(BEYOND, sentence.rstrip("."), "cannot appear in the population")
    for by in shared(plan, population):
        held = hold(tally.table(by), population)
        if not held.there.sum() > 0:
            reason = "the log holds nobody of the groups that the population has"
            yield NotMeasured(MEASURE, reason, RATIO, JOINT.join(by))
            continue
        yield from _rows(held, plan)
        yield from _together(held, plan, population)
        if held.lacking:
            named = ", ".join(held.lacking[:20])
            reason = f"the population has nobody of: {named}"
            yield NotMeasured(MEASURE, reason, "groups beyond the population", JOINT.join(by))
    for name in population.attributes:
        if unknown := population.unknown(name):
            reason = f"{100 * unknown:.1f}% of the population are of unknown {name}"
            yield NotMeasured(MEASURE, reason, "unknown in the population", name)


def shared(plan: Plan, population: Population) -> Iterator[tuple[str, ...]]:
    """Every set of attributes that is audited and that the population has."""
    yield from (by for by in plan.several_by if set(by) <= set(population.attributes))


def hold(table: Table, population: Population) -> Held:
    """The groups of a table held against the population's."""
    found = {group: both for group, both in population.by(table.by).items() if both[0] > 0}
    groups = (*(one for one in table.groups if one in found),
              *(one for one in found if one not in table.groups))  # fmt: skip
    people, variance = (np.array([found[one][at] for one in groups]) for at in (0, 1))
    total = float(people.sum())
    share = people / total if total else people
    error = np.sqrt((1 - share) ** 2 * variance + share**2 * (variance.sum() - variance))
    there, scaled = _people(table, groups)
    lacking = tuple(one for one in table.groups if one not in found)
    persons = table.people / table.repeats if table.persons is None else table.persons
    return Held(
        by=table.by,
        groups=groups,
        people=scaled,
        there=there,
        share=share,
        error=error / total if total else error,
        lacking=lacking,
        absent=np.asarray(there == 0),
        smallest=float(persons[persons > 0].min()) if lacking else None,
        method=_method(table),
    )


def _people(table: Table, groups: tuple[str, ...]) -> tuple[Floats, Floats]:
    """People as counted and as independent cases; persons where each was counted once."""
    place = {group: at for at, group in enumerate(table.groups)}
    order = np.array([place.get(group, -1) for group in groups], dtype=np.intp)

    def of(values: Floats) -> Floats:
        return np.where(order >= 0, np.append(values, 0.0)[order], 0.0)

    if table.persons is not None and not table.weighted:
        persons = of(table.persons)
        return persons, persons
    weight = of(table.weight.sum(axis=(1, 2)))
    squares = of((table.squares.sum(axis=(1, 2))) * table.repeats)
    total = float(squares.sum())
    whole = not table.weighted and not (table.repeats > 1).any()
    scale = 1.0 if whole or not total else float(weight.sum()) / total
    return weight, weight * scale


def _method(table: Table) -> str:
    if table.persons is not None and not table.weighted:
        return ", persons"
    return ", effective cases" if table.weighted or (table.repeats > 1).any() else ""


def _rows(held: Held, plan: Plan) -> Iterator[Measurement]:
    cases = float(held.people.sum())
    counted = float(held.there.sum())
    p = np.atleast_1d(binomial_test(held.people, cases, held.share))
    adjusted = holm(p)
    survey = ", survey error" if (held.error > 0).any() else ""

    for at, group in enumerate(held.groups):
        made = (float(held.people[at]), cases, float(held.share[at]), float(held.error[at]))
        due = counted * float(held.share[at])
        note = "nobody of this group is in the log" if held.absent[at] else ""
        both = {
            RATIO: partial(_limits, representation_ratio, made),
            DIFFERENCE: partial(_limits, excess_share, made),
        }
        ratio = _estimate(representation_ratio, made, plan.confidence)
        apart = _estimate(excess_share, made, plan.confidence)
        for metric, value, unit in ((RATIO, ratio, "ratio"), (DIFFERENCE, apart, "difference")):
            missing = metric == DIFFERENCE and value[0] < 0
            yield Measurement(
                measure=MEASURE,
                metric=metric,
                value=value[0],
                low=value[1],
                high=value[2],
                confidence=plan.confidence,
                n=round(counted),
                by=JOINT.join(held.by),
                group=group,
                affected=-value[0] * counted if missing else None,
                affected_low=-value[2] * counted if missing else None,
                affected_high=-value[1] * counted if missing else None,
                p_value=_number(p[at]),
                p_adjusted=_number(adjusted[at]),
                unit=unit,
                method=f"wilson{survey}{held.method}",
                note="; ".join(filter(None, (note, _expectation(due)))) if missing else note,
                limits=both[metric],
                smallest=held.smallest,
            )


def _expectation(due: float) -> str:
    return f"about {due:,.0f} would be expected" if due >= 1 else "fewer than 1 would be expected"


def _together(held: Held, plan: Plan, population: Population) -> Iterator[Measurement]:
    test = goodness_of_fit(held.people, held.share)
    fewest = float((held.people.sum() * held.share).min())
    few = "" if fewest >= 5 else "approximate: fewer than 5 people are expected in a group"
    origin = f"population: {population.origin}" if population.origin else ""
    both = (
        ("population_chi_square", float(test.chi_square), "chi square", _number(test.p_value), few),
        (
            "population_divergence",
            float(relative_entropy(held.people, held.share)),
            "nats",
            None,
            "",
        ),
    )
    for metric, value, unit, p_value, note in both:
        yield Measurement(
            measure=MEASURE,
            metric=metric,
            value=_number(value),
            confidence=plan.confidence,
            n=round(float(held.there.sum())),
            by=JOINT.join(held.by),
            p_value=p_value,
            unit=unit,
            method=("pearson" if p_value is not None else "kullback-leibler") + held.method,
            note="; ".join(filter(None, (origin, note)))
            or ("" if _number(value) is not None else "not estimable: one group only"),
        )


def _estimate(of: object, made: tuple[float, ...], confidence: float) -> tuple[float, ...]:
    found: Estimate = of(*made, confidence)  # type: ignore[operator]
    return tuple(float(one) for one in found)


def _limits(of: object, made: tuple[float, ...], confidence: float) -> tuple[float, float]:
    _, low, high = _estimate(of, made, confidence)
    return low, high


def _number(value: float | Floats) -> float | None:
    return float(value) if math.isfinite(value) else None
