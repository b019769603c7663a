"""Combinations of attributes that hardly anybody in the log has: nothing can be said of them.

Imports `measures` (this level), `tally`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from isg_audit.measures.coverage.patterns import (
    TooManyPatterns,
    Uncovered,
    due_but_missing,
    minimal_uncovered,
)
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.tally.population import Population
from isg_audit.tally.table import JOINT
from isg_audit.tally.tally import Tally

MEASURE = "coverage.uncovered"
LEAST = 30
"""People from whom on a combination counts as covered, as in Asudeh et al.: about where a share's
interval gets narrower than 20 points to either side."""
DEPTH = 4
"""Attributes that are combined at most; deeper combinations are never more than a few people."""
MOST_NAMED = 200
"""Combinations that are named; how many there are is told of all."""


def uncovered(
    tally: Tally, plan: Plan, population: Population | None
) -> Iterator[Measurement | NotMeasured]:
    """Minimal uncovered combinations: fewer than 30 people, though all that is coarser has 30.

    `uncovered_combinations` is how many there are among combinations of up to four attributes;
    `uncovered_combination` names each, with no figure but that fewer than 30 people have it: not
    even whether anybody has. No figure of this audit says anything of these people, and a system
    learnt from such data knows nothing of them. Values are those that occur in the log, and those
    that the reference population has besides. People of unknown value count wherever that
    attribute is left open.

    With a reference population `expected_but_uncovered` counts, and `expected_combination` names,
    those of its combinations of which 30 people or more would be expected among as many people as
    the log holds: their absence is not for want of such people. There may be more of these than
    the search without a population names, since it stops at the coarsest gap.

    Cases are counted; where one person has several, fewer persons may stand behind them. Weights
    play no part.

    Source:
        Asudeh, Jin & Jagadish (2019), ICDE, for patterns and the threshold of about 30.
    """
    if not tally.attributes:
        yield NotMeasured(MEASURE, "no group is declared")
        return
    levels = _levels(tally, population)
    people = tally.sums[:, 0]
    sizes = [len(one) for one in levels]
    if np.prod(np.sort(sizes)[::-1][:DEPTH], dtype=float) > 2.0**62:
        yield NotMeasured(MEASURE, "the attributes have too many values to be combined")
        return
    codes = tally.codes[:, : len(tally.attributes)]
    if people.sum() < LEAST:
        yield NotMeasured(MEASURE, f"the log holds fewer than {LEAST} people")
        return
    try:
        found = _first(minimal_uncovered(codes, people, sizes, LEAST, DEPTH))
    except TooManyPatterns:
        yield NotMeasured(MEASURE, "the attributes have too many values to be combined")
        return
    note = "cases were counted, and persons may be fewer" if tally.persons else ""
    yield from _rows(found, tally, levels, plan, "uncovered_combination", note)
    if population is None:
        reason = "the audit file names no reference population ([population])"
        yield NotMeasured(MEASURE, reason, "expected_but_uncovered")
        return
    expected = _first(_expected(tally, population, levels))
    shared = JOINT.join(population.attributes)
    yield from _rows(expected, tally, levels, plan, "expected_combination", f"by {shared}")


def _levels(tally: Tally, population: Population | None) -> tuple[tuple[str, ...], ...]:
    """The values of each attribute, those that the population alone has last."""
    if population is None:
        return tally.levels
    wider = dict(zip(population.attributes, population.levels, strict=True))
    return tuple(
        wider.get(name, its) for name, its in zip(tally.attributes, tally.levels, strict=True)
    )


def _expected(
    tally: Tally, population: Population, levels: tuple[tuple[str, ...], ...]
) -> Iterator[Uncovered]:
    """Minimal uncovered patterns among those that the population makes expect enough people of."""
    places = [tally.attributes.index(name) for name in population.attributes]
    codes, people = tally.codes[:, places], tally.sums[:, 0]
    known = (codes >= 0).all(axis=1)
    total = float(population.people.sum())
    scale = float(people[known].sum()) / total if total else 0.0
    sizes = [len(levels[place]) for place in places]
    both = np.concatenate([codes, population.codes.astype(codes.dtype)])
    here = np.concatenate([people, np.zeros(len(population.people))])
    due = np.concatenate([np.zeros(len(people)), population.people * scale])
    for one in due_but_missing(both, here, due, sizes, LEAST, DEPTH):
        named = tuple(places[at] for at in one.attributes)
        yield Uncovered(named, one.values, one.people)


def _first(found: Iterable[Uncovered]) -> tuple[int, list[Uncovered]]:
    """How many there are, and the first ones: there may be more than the memory should hold."""
    number, kept = 0, []
    for one in found:
        if number < MOST_NAMED:
            kept.append(one)
        number += len(one.values)
    return number, kept


def _rows(
    found: tuple[int, list[Uncovered]],
    tally: Tally,
    levels: tuple[tuple[str, ...], ...],
    plan: Plan,
    metric: str,
    note: str,
) -> Iterator[Measurement]:
    """How many there are, and each by name: no count of people in any of them."""
    number, kept = found
    counted = {
        "uncovered_combination": "uncovered_combinations",
        "expected_combination": "expected_but_uncovered",
    }[metric]
    named = f"the {MOST_NAMED} most general of them are named" if number > MOST_NAMED else ""
    yield Measurement(
        measure=MEASURE,
        metric=counted,
        value=float(number),
        low=float(number),
        high=float(number),
        confidence=plan.confidence,
        n=tally.total,
        unit="count",
        method="exact: every combination of up to four attributes",
        note="; ".join(filter(None, (note, named))),
        limits=lambda _: (float(number), float(number)),
    )
    left = MOST_NAMED
    for one in kept:
        for values in one.values[:left]:
            yield Measurement(
                measure=MEASURE,
                metric=metric,
                value=None,
                confidence=plan.confidence,
                by=JOINT.join(tally.attributes[place] for place in one.attributes),
                group=JOINT.join(
                    levels[place][code] for place, code in zip(one.attributes, values, strict=True)
                ),
                unit="count",
                note=f"fewer than {LEAST} people",
            )
        left -= min(left, len(one.values))
