"""Changes to try for each person, with their costs, before the model is asked.

Imports this folder and numpy. Candidates are never made one by one: a person's are places in two
lists, the moves of one or two inputs (`Grid`, the same for everybody) and parts of the differences
to accepted people (`Likes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.recourse.costs import Scale

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SINGLE, PAIRED = 21, 11
"""Values tried of an input by itself, and of each of two together; these are among those."""
MOST_ENUMERATED = 4_096
"""Combinations of values up to which all of them are tried."""
MOST_PAIRS = 4_096
"""Moves of two inputs, above which fewer values are tried, or none."""
MOST_TOGETHER = 400
"""Moves of two inputs that are tried on everybody."""
LIKES = 5
"""Accepted people looked at for each refused one."""
ALL_PARTS = 7
"""Inputs up to which every part of a difference is tried."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Moves to values chosen beforehand.

    Attributes:
        places: the inputs that move.
        targets: for each, the values tried.
        choices: shape (moves, inputs that move): 0 stays, else which target, from 1.
        exact: whether these are all that can be reached.
    """

    places: tuple[int, ...]
    targets: tuple[Floats, ...]
    choices: Integers
    exact: bool

    def costs(self, scale: Scale, people: Floats) -> Floats:
        """Shape (people, moves); infinite where not allowed, or no change."""
        total = np.zeros((len(people), len(self.choices)))
        for at, place in enumerate(self.places):
            each = scale.cost(place, people[:, place][:, None], self.targets[at][None, :])
            staying = np.zeros((len(people), 1))
            total += np.hstack([staying, each])[:, self.choices[:, at]]
        return total

    def applied(self, rows: Floats, moves: Integers) -> None:
        """Make the moves in place, one for each row."""
        chosen = self.choices[moves]
        for at, place in enumerate(self.places):
            moved = chosen[:, at] > 0
            rows[moved, place] = self.targets[at][chosen[moved, at] - 1]


@dataclass(frozen=True, eq=False)
class Likes:
    """Parts of the differences to the nearest accepted people.

    Attributes:
        places: the inputs that move.
        values: of the accepted people, shape (people, likes, inputs that move).
        rank: the place of each difference among its row's, the cheapest 0; same shape.
        parts: shape (parts, inputs that move): which ranks are taken over.
    """

    places: tuple[int, ...]
    values: Floats
    rank: Integers
    parts: NDArray[np.bool_]

    def costs(self, scale: Scale, people: Floats) -> Floats:
        """Shape (people, likes times parts); infinite where not allowed."""
        each = differences(scale, self.places, people, self.values)
        ranked = np.take_along_axis(each, np.argsort(self.rank, axis=2), axis=2)
        possible = np.isfinite(ranked)
        total = np.where(possible, ranked, 0.0) @ self.parts.T.astype(np.float64)
        barred = (~possible).astype(np.float64) @ self.parts.T.astype(np.float64)
        return np.where(barred > 0, np.inf, total).reshape(len(people), -1)

    def applied(self, rows: Floats, person: Integers, candidates: Integers) -> None:
        """Take the parts over in place, one for each row."""
        like, part = np.divmod(candidates, len(self.parts))
        taken = np.take_along_axis(self.parts[part], self.rank[person, like], axis=1)
        values = self.values[person, like]
        for at, place in enumerate(self.places):
            rows[:, place] = np.where(taken[:, at], values[:, at], rows[:, place])


def differences(
    scale: Scale, places: tuple[int, ...], people: Floats, values: Floats
) -> Floats:  # fmt: skip
    """Cost of each input's difference, shape (people, likes, inputs that move)."""
    each = [
        scale.cost(place, people[:, place][:, None], values[:, :, at])
        for at, place in enumerate(places)
    ]
    return np.stack(each, axis=2) if each else np.empty((*values.shape[:2], 0))


def grid_of(scale: Scale, *, pairs: bool) -> Grid:
    """Everything that can be reached where that is little, else moves of one or two inputs."""
    every = range(len(scale.coding.columns))
    whole = {at: scale.targets(at, MOST_ENUMERATED) for at in every}
    places = tuple(at for at in every if len(whole[at]))
    sizes = [1.0 + len(whole[at]) for at in places]
    if np.prod(sizes) <= MOST_ENUMERATED and all(_full(scale, at, whole[at]) for at in places):
        ranges = [range(1 + len(whole[at])) for at in places]
        every_way = list(product(*ranges))[1:]
        choices = np.array(every_way, dtype=np.int64).reshape(len(every_way), len(places))
        return Grid(places, tuple(whole[at] for at in places), choices, exact=True)
    targets = tuple(scale.targets(at, SINGLE) for at in places)
    moves = [_singles(targets)]
    if pairs:
        moves.append(_pairs(targets))
    return Grid(places, targets, np.concatenate(moves), exact=False)


def _full(scale: Scale, place: int, targets: Floats) -> bool:
    """Whether `targets` are all values that the input may take."""
    column = scale.coding.columns[place]
    rule = scale.actions.rule(column.name)
    if rule.allowed is not None:
        return len(targets) == len(scale.listed(place))
    if not column.number:
        return len(targets) == column.known
    values = np.unique(scale.ordered[place])
    within = (values >= (rule.least if rule.least is not None else -np.inf)) & (
        values <= (rule.most if rule.most is not None else np.inf)
    )
    return len(targets) == int(within.sum())


def _singles(targets: tuple[Floats, ...]) -> Integers:
    rows = []
    for at, values in enumerate(targets):
        moves = np.zeros((len(values), len(targets)), dtype=np.int64)
        moves[:, at] = np.arange(1, len(values) + 1)
        rows.append(moves)
    return np.concatenate(rows) if rows else np.zeros((0, 0), dtype=np.int64)


def _pairs(targets: tuple[Floats, ...]) -> Integers:
    """Moves of two inputs at once, with as many values of each as `MOST_PAIRS` leaves room for."""
    for most in (PAIRED, 6, 4, 3, 2):
        fewer = [_thinned(len(values), most) for values in targets]
        if sum(len(one) * len(other) for one, other in combinations(fewer, 2)) <= MOST_PAIRS:
            break
    else:
        return np.zeros((0, len(targets)), dtype=np.int64)
    return _both(fewer, len(targets))


def _both(choices: list[Integers], inputs: int) -> Integers:
    """Every pair of choices of every two inputs."""
    rows = [np.zeros((0, inputs), dtype=np.int64)]
    for one, other in combinations(range(inputs), 2):
        first, second = np.meshgrid(choices[one], choices[other], indexing="ij")
        moves = np.zeros((first.size, inputs), dtype=np.int64)
        moves[:, one], moves[:, other] = first.ravel(), second.ravel()
        rows.append(moves)
    return np.concatenate(rows)


def _thinned(there: int, most: int) -> Integers:
    """At most `most` of the choices 1..there, evenly spread."""
    if there <= most:
        return np.arange(1, there + 1)
    return 1 + np.linspace(0, there - 1, most).round().astype(np.int64)


def likes_of(
    scale: Scale, places: tuple[int, ...], people: Floats, accepted: Floats
) -> Likes:  # fmt: skip
    """The nearest accepted people of each refused one, and the parts of what they differ in.

    Args:
        scale: of costs.
        places: the inputs that move.
        people: refused, shape (people, inputs).
        accepted: shape (accepted, inputs), at least one.
    """
    near, _ = nearest(scale, people, accepted, LIKES)
    values = accepted[near][:, :, list(places)]
    each = differences(scale, places, people, values)
    order = np.argsort(each, axis=2, kind="stable")
    return Likes(places, values, np.argsort(order, axis=2), _parts(len(places)))


def nearest(
    scale: Scale, people: Floats, accepted: Floats, most: int
) -> tuple[Integers, Floats]:  # fmt: skip
    """The `most` nearest of `accepted` and how far they are, nearest first, shape (people, most).

    As near ones stand in the order of `accepted`.
    """
    places, far = [], []
    for first in range(0, len(people), 200):
        some = people[first : first + 200]
        apart = np.zeros((len(some), len(accepted)), dtype=np.float32)
        for at in range(people.shape[1]):
            apart += scale.distance(at, some[:, at][:, None], accepted[:, at][None, :])
        order = np.argsort(apart, axis=1, kind="stable")[:, :most]
        places.append(order)
        far.append(np.take_along_axis(apart, order, axis=1).astype(np.float64))
    return np.concatenate(places), np.concatenate(far)


def _parts(inputs: int) -> NDArray[np.bool_]:
    """Which of the ranked differences to take over: all parts, or of many inputs the chief ones."""
    if inputs <= ALL_PARTS:
        parts = list(product((False, True), repeat=inputs))[1:]
        return np.array(parts, dtype=bool).reshape(len(parts), inputs)
    ranks = np.arange(inputs)
    beginnings = ranks[None, :] <= ranks[:, None]
    ones = np.eye(inputs, dtype=bool)
    twos = [ones[one] | ones[other] for one, other in combinations(range(min(inputs, 12)), 2)]
    every = np.concatenate([ones, beginnings[1:], np.array(twos)])
    return np.unique(every, axis=0)


def few_moves(scale: Scale) -> Grid:
    """Few moves, the same for everybody: of one input, and of two on a coarser grid."""
    every = range(len(scale.coding.columns))
    found = {at: _inner(scale, at) for at in every}
    places = tuple(at for at in every if len(found[at]))
    targets = tuple(found[at] for at in places)
    moves = [_singles(targets)]
    several = [_thinned(len(values), 3) for values in targets]
    if sum(len(a) * len(b) for a, b in combinations(several, 2)) <= MOST_TOGETHER:
        moves.append(_both(several, len(targets)))
    return Grid(places, targets, np.concatenate(moves), exact=False)


def _inner(scale: Scale, place: int) -> Floats:
    """Six values to try on everybody, none of a number's tenth part at either end."""
    targets = scale.targets(place, SINGLE)
    if not scale.coding.columns[place].number or len(targets) <= 6:
        return targets[:6]
    low, high = np.quantile(scale.ordered[place], [0.1, 0.9])
    within = targets[(targets >= low) & (targets <= high)]
    return within[_thinned(len(within), 6) - 1] if len(within) else targets[:6]
