"""The cheapest change that the model accepts, for each refused person.

Imports this folder, `sources`, numpy. Nothing is drawn at random but who is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.recourse.candidates import (
    ALL_PARTS,
    Grid,
    Likes,
    grid_of,
    likes_of,
    nearest,
)
from isg_audit.measures.explain.recourse.coding import coding_of
from isg_audit.measures.explain.recourse.costs import Scale, scale_of
from isg_audit.measures.explain.recourse.seeking import Seeking
from isg_audit.measures.explain.stand_ins import protected_features
from isg_audit.sources.models.model import class_position
from isg_audit.sources.scoring import decided_favourably

MOST_REFUSED = 1_000
MOST_ACCEPTED = 2_000
"""Accepted people among whom the nearest are looked for."""
EVALUATIONS = 600_000
"""Changed rows that the model is asked for in all; then the search stops and says so."""
AT_ONCE = 20_000
FIRST = 8
"""Candidates of each person asked first; each time half as many more after that: few calls, and few
candidates asked in vain."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]
Decide = Callable[[Floats], Truths]


@dataclass(frozen=True, eq=False)
class Recourse:
    """What was found for each refused person looked at.

    Attributes:
        scale: of costs.
        decide: the model's decisions on coded rows, shape (rows,).
        rows: where they stand in the population, shape (people,).
        before: their rows, coded, shape (people, inputs).
        after: the cheapest change found that the model accepts; as `before` where none was.
        found: for whom one was, shape (people,).
        cost: of it, infinite where none was.
        changed: which inputs it changes, those that follow others apart, shape (people, inputs).
        far: distance of the changed row from the nearest accepted real person, NaN where none.
        exact: whether everything that can be reached was tried.
        evaluations: rows the model was asked for.
        candidates: changes tried for each person at most.
        cut_short: people for whom the limit on evaluations ended the search.
        refused: people in the population whom the model refuses.
        accepted: rows of the population that the model accepts, at most `MOST_ACCEPTED`.
        fixed: inputs that never change because they are a protected attribute or repeat one.
    """

    scale: Scale
    decide: Decide
    rows: Integers
    before: Floats
    after: Floats
    found: Truths
    cost: Floats
    changed: Truths
    far: Floats
    exact: bool
    evaluations: int
    candidates: int
    cut_short: int
    refused: int
    accepted: Integers
    fixed: tuple[str, ...]


def find_recourse(
    explaining: Explaining, seeking: Seeking, *, pairs: bool = True
) -> Recourse | str:  # fmt: skip
    """Search for recourse, for at most `MOST_REFUSED` of those whom the model refuses.

    Tried are: moves of one input to observed quantiles or any category; with `pairs` moves of two
    inputs on a coarser grid; and parts of the differences to the five nearest accepted real
    people. Costs are known before the model is asked, so candidates are asked in the order of
    their cost, in growing batches for all people at once, and the first that is accepted is the
    cheapest of those tried. Where all that can be reached is at most 4,096 changes, all are tried.

    Args:
        explaining: the model, what is favourable, the declared attributes and the seed.
        seeking: the people, and what they could change.
        pairs: whether moves of two inputs are tried.

    Returns:
        What was found, or why nothing can be.

    Raises:
        ModelFailed: the model failed on a row, or returned what no model may return.

    Source:
        Costs: Ustun, Spangher & Liu (2019), FAT*, arXiv 1809.06514; differences to real people:
        Brughmans, Leyman & Martens (2023), NICE.
    """
    features = tuple(explaining.model.features)
    place = class_position(explaining.model, explaining.favourable)
    everybody = replace(explaining, sample=seeking.population, groups=seeking.groups)
    fixed = {
        feature
        for attribute in explaining.columns
        for feature in protected_features(everybody, attribute)
    }
    coding = coding_of(seeking.population, features)
    population = coding.coded(seeking.population)
    scale = scale_of(coding, seeking.actions.without(fixed), population)

    def decide(values: Floats) -> Truths:
        where = f"{explaining.model.name}, looking for recourse"
        parts = [
            decided_favourably(
                explaining.model, coding.frame(values[at : at + AT_ONCE]), place, where
            )
            for at in range(0, len(values), AT_ONCE)
        ]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=bool)

    granted = decide(population)
    refused, accepted = np.flatnonzero(~_first_of_each(seeking, granted)), np.flatnonzero(granted)
    if not len(refused):
        return "the model refuses nobody in the sample"
    looked = refused[explaining.drawn(len(refused), MOST_REFUSED, 8)]
    likely = accepted[explaining.drawn(len(accepted), MOST_ACCEPTED, 9)]
    return _searched(
        scale, decide, population, looked, likely, len(refused), tuple(sorted(fixed)), pairs=pairs
    )


def _first_of_each(seeking: Seeking, granted: Truths) -> Truths:
    """Decisions, with every refusal of one person but the first left out."""
    if seeking.persons is None:
        return granted
    left = granted.copy()
    seen: set[object] = set()
    for row in np.flatnonzero(~granted):
        left[row] = seeking.persons[row] in seen
        seen.add(seeking.persons[row])
    return left


def _searched(
    scale: Scale,
    decide: Decide,
    population: Floats,
    rows: Integers,
    accepted: Integers,
    refused: int,
    fixed: tuple[str, ...],
    *,
    pairs: bool,
) -> Recourse:
    before = population[rows]
    grid = grid_of(scale, pairs=pairs)
    likes = None
    if not grid.exact and grid.places and len(accepted):
        likes = likes_of(scale, grid.places, before, population[accepted])
    tries = _Tries(scale, decide, before, grid, likes)
    tries.ask()
    if likes is not None and len(grid.places) > ALL_PARTS:
        tries.prune()
    found = np.isfinite(tries.cost)
    far = np.full(len(rows), np.nan)
    if found.any() and len(accepted):
        far[found] = nearest(scale, tries.after[found], population[accepted], 1)[1][:, 0]
    return Recourse(
        scale=scale,
        decide=decide,
        rows=rows,
        before=before,
        after=tries.after,
        found=found,
        cost=tries.cost,
        changed=tries.changed(),
        far=far,
        exact=grid.exact,
        evaluations=tries.asked,
        candidates=tries.costs.shape[1],
        cut_short=tries.cut_short,
        refused=refused,
        accepted=accepted,
        fixed=fixed,
    )


class _Tries:
    """The search as it goes on: what was found so far, and how often the model was asked."""

    def __init__(
        self, scale: Scale, decide: Decide, before: Floats, grid: Grid, likes: Likes | None
    ) -> None:
        self.scale, self.decide, self.before = scale, decide, before
        self.grid, self.likes = grid, likes
        parts = [grid.costs(scale, before)]
        if likes is not None:
            parts.append(likes.costs(scale, before))
        self.costs = np.hstack(parts)
        self.after, self.cost = before.copy(), np.full(len(before), np.inf)
        self.asked = self.cut_short = 0

    def ask(self) -> None:
        """Ask the model, the cheapest first, until each person is accepted or has no more."""
        order = np.argsort(self.costs, axis=1, kind="stable")
        left = np.isfinite(self.costs).sum(axis=1)
        start, width = 0, FIRST
        while len(active := np.flatnonzero((left > start) & np.isinf(self.cost))):
            several = np.minimum(left[active], start + width) - start
            if self.asked + several.sum() > EVALUATIONS:
                self.cut_short = len(active)
                return
            person = np.repeat(active, several)
            ends = np.cumsum(several)
            nth = np.arange(ends[-1]) - np.repeat(ends - several, several)
            candidate = order[person, start + nth]
            rows, accepted = self._accepted(person, candidate)
            winners, first = np.unique(person[accepted], return_index=True)
            at = np.flatnonzero(accepted)[first]
            self.after[winners] = rows[at]
            self.cost[winners] = self.costs[winners, candidate[at]]
            start, width = start + width, width + width // 2

    def _accepted(self, person: Integers, candidate: Integers) -> tuple[Floats, Truths]:
        rows = self.before[person]
        moves = self.costs.shape[1] if self.likes is None else len(self.grid.choices)
        grid = candidate < moves
        some = rows[grid]
        self.grid.applied(some, candidate[grid])
        rows[grid] = some
        if self.likes is not None:
            others = rows[~grid]
            self.likes.applied(others, person[~grid], candidate[~grid] - moves)
            rows[~grid] = others
        return self._decided(person, rows)

    def _decided(self, person: Integers, rows: Floats) -> tuple[Floats, Truths]:
        rows, possible = self.scale.followed(self.before[person], rows)
        self.asked += len(rows)
        return rows, self.decide(rows) & possible

    def prune(self) -> None:
        """Of changes of several inputs, take back one after another while they stay accepted."""
        each = self._each_cost()
        order = np.argsort(-np.where(np.isfinite(each), each, -1.0), axis=1, kind="stable")
        for nth in range(order.shape[1]):
            moved = np.isfinite(each)
            several = np.flatnonzero(
                (moved.sum(axis=1) > 1) & moved[np.arange(len(each)), order[:, nth]]
            )
            if not len(several):
                continue
            rows, place = self.after[several].copy(), order[several, nth]
            rows[np.arange(len(rows)), place] = self.before[several, place]
            rows, accepted = self._decided(several, rows)
            kept = several[accepted]
            self.after[kept] = rows[accepted]
            each[kept, place[accepted]] = np.inf
            self.cost[kept] = np.where(np.isfinite(each[kept]), each[kept], 0.0).sum(axis=1)

    def _each_cost(self) -> Floats:
        """Cost of each input's change, infinite where it has none, shape (people, inputs)."""
        places = range(self.before.shape[1])
        each = [self.scale.cost(at, self.before[:, at], self.after[:, at]) for at in places]
        return np.column_stack(each) if each else np.empty((len(self.before), 0))

    def changed(self) -> Truths:
        """Which inputs are changed, those that follow others apart."""
        return np.isfinite(self._each_cost())
