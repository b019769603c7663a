"""The same change for everybody: whom it turns, and how many changes a group can choose from.

Imports this folder, `stats`, numpy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.explaining import FEWEST_PEOPLE
from isg_audit.measures.explain.recourse.candidates import Grid, few_moves
from isg_audit.measures.explain.recourse.looked import Looked
from isg_audit.measures.measurement import Measurement, NotMeasured

MEASURE = "explain.recourse_choice"
REACH = 0.3
"""Share of a group that a change must turn to count as a choice: project default."""
BUDGET = 0.5
"""What a change may cost a person at most, to count as turning them: project default."""
EVALUATIONS = 60_000
"""Changed rows that the model is asked for."""

Truths = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Effects:
    """Whom each change turns: `turned`, shape (people, changes); `words` says each change."""

    people: NDArray[np.int64]
    turned: Truths
    words: tuple[str, ...]


def recourse_choice(looked: Looked) -> Iterator[Measurement | NotMeasured]:
    """Equal effectiveness and equal choice: what the same change does for different groups.

    A change here sets one input, or two, to the same value for everybody who may make it (a number
    to one of six ranks from the tenth to the ninetieth of a hundred, or to one of three of each of
    two; text to a category). It turns a person if the model then decides favourably and it costs
    that person at most 0.5 (project default; for costs see `explain.recourse_cost`).

    `same_change_rate` is the share turned, in each group, by that change which turns most of all
    refused people (named in the note), and `.difference` that of a group minus that of everybody
    else: 0 is equal effectiveness. As the change is the best for all, its rate for all is a little
    too great.

    `choices` is the number of changes, of those tried, each of which turns at least 30 % of the
    group's refused people (project default, no published value): equal choice is equal numbers.

    Interval: Wilson's, Newcombe's for the difference; percentiles of 1,000 bootstrap replicates by
    person for `choices`. A group, or everybody else, with fewer than 10 refused people gives no
    row.

    Source:
        Equal effectiveness and equal choice for recourse: Kavouras et al. (2023), FACTS, NeurIPS.
    """
    effects = _effects(looked)
    if isinstance(effects, str):
        yield NotMeasured(MEASURE, effects, "same_change_rate")
        return
    best = int(effects.turned.sum(axis=0).argmax())
    turned = effects.turned[:, best]
    here = effects.people
    tried = f"{len(effects.words)} changes were tried on {len(here)} people."
    note = f"The change: {effects.words[best]}. {tried}"
    yield _rate(looked, turned, "", "", note)
    yield _choices(looked, effects, np.ones(len(here), dtype=bool), "", "", tried)
    for by, group, members, rest in looked.groups():
        ours, theirs = members[here], rest[here]
        if min(ours.sum(), theirs.sum()) < FEWEST_PEOPLE:
            continue
        yield _rate(looked, turned[ours], by, group, note)
        yield _difference(looked, turned[ours], turned[theirs], by, group, note)
        yield _choices(looked, effects, ours, by, group, tried)
    yield from looked.few(MEASURE, "same_change_rate")


def _effects(looked: Looked) -> _Effects | str:
    found = looked.found
    grid = few_moves(found.scale)
    if not len(grid.choices):
        return "no input of the model can be changed"
    if len(found.rows) < FEWEST_PEOPLE:
        return f"fewer than {FEWEST_PEOPLE} refused people in the sample"
    most = max(FEWEST_PEOPLE, EVALUATIONS // len(grid.choices))
    people = looked.explaining.drawn(len(found.rows), most, 11)
    before = found.before[people]
    person, move = np.nonzero(grid.costs(found.scale, before) <= BUDGET)
    rows = before[person]
    grid.applied(rows, move)
    rows, possible = found.scale.followed(before[person], rows)
    turned = np.zeros((len(people), len(grid.choices)), dtype=bool)
    turned[person, move] = found.decide(rows) & possible
    return _Effects(people, turned, tuple(_said(looked, grid, at) for at in range(turned.shape[1])))


def _said(looked: Looked, grid: Grid, move: int) -> str:
    columns = looked.found.scale.coding.columns
    return " and ".join(
        f"{columns[place].name} to {columns[place].said(grid.targets[at][choice - 1])}"
        for at, place in enumerate(grid.places)
        if (choice := int(grid.choices[move, at]))
    )


def _least(turned: Truths) -> float:
    counts = [int(turned.sum()), int((~turned).sum())]
    return float(min(one for one in counts if one))


def _rate(looked: Looked, turned: Truths, by: str, group: str, note: str) -> Measurement:
    return looked.share(
        turned,
        measure=MEASURE,
        metric="same_change_rate",
        by=by,
        group=group,
        method="one change for all; wilson",
        note=note,
        smallest=_least(turned),
    )


def _difference(
    looked: Looked, ours: Truths, theirs: Truths, by: str, group: str, note: str
) -> Measurement:
    return looked.apart(
        ours,
        theirs,
        measure=MEASURE,
        metric="same_change_rate.difference",
        by=by,
        group=group,
        method="one change for all; newcombe",
        note=note,
        smallest=min(_least(ours), _least(theirs)),
    )


def _choices(
    looked: Looked, effects: _Effects, members: Truths, by: str, group: str, note: str
) -> Measurement:
    turned = effects.turned[members].astype(np.float64)
    draws = looked.draws[:, effects.people[members]]
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = (draws @ turned) / draws.sum(axis=1)[:, None]
    replicates = np.where(np.isnan(shares[:, 0]), np.nan, (shares >= REACH).sum(axis=1))
    return looked.bootstrapped(
        replicates,
        measure=MEASURE,
        metric="choices",
        by=by,
        group=group,
        value=float((turned.mean(axis=0) >= REACH).sum()),
        n=len(turned),
        unit="count",
        method="one change for all; bootstrap by person",
        note=note,
        smallest=float(len(turned)),
    )
