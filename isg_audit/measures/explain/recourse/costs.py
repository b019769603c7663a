"""What a change costs, and which changes are allowed. Imports this folder, `sources`, numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.recourse.actions import Actions
from isg_audit.measures.explain.recourse.coding import Coding
from isg_audit.sources.values import as_text

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scale:
    """Costs of changes, measured on the whole population and never by group.

    Attributes:
        coding: the inputs.
        actions: what people could change.
        ordered: for each input, its values in the population, rising, without missing ones.
    """

    coding: Coding
    actions: Actions
    ordered: tuple[Floats, ...]

    def share(self, place: int, values: Floats) -> Floats:
        """Share of the population at or below each value of a number, NaN where missing."""
        ordered = self.ordered[place]
        below = np.searchsorted(ordered, values, side="right") / max(1, len(ordered))
        return np.where(np.isnan(values), np.nan, below)

    def distance(self, place: int, one: Floats, other: Floats) -> Floats:
        """How far two values of an input lie apart, both broadcast; no rule, no weight."""
        step = self.actions.step
        if self.coding.columns[place].number:
            apart = np.abs(self.share(place, one) - self.share(place, other))
        else:
            apart = np.where(one == other, 0.0, step)
        neither = np.isnan(one) & np.isnan(other)
        either = np.isnan(one) | np.isnan(other)
        return np.where(neither, 0.0, np.where(either, step, apart))

    def cost(self, place: int, before: Floats, after: Floats) -> Floats:
        """Cost of changing one input, both broadcast; infinite where that is not allowed.

        Leaving a value as it is, is no change: infinite as well.
        """
        column = self.coding.columns[place]
        rule = self.actions.rule(column.name)
        if not rule.moves:
            return np.full(np.broadcast(before, after).shape, np.inf)
        allowed = ~np.isnan(after) & (after != before)
        if rule.direction:
            allowed &= rule.direction * (after - before) > 0  # a missing value has no direction
        if rule.least is not None:
            allowed &= after >= rule.least
        if rule.most is not None:
            allowed &= after <= rule.most
        if rule.allowed is not None:
            allowed &= np.isin(after, self.listed(place))
        return np.where(allowed, rule.weight * self.distance(place, before, after), np.inf)

    def listed(self, place: int) -> Floats:
        """The values that an input may be changed to, as coded."""
        column = self.coding.columns[place]
        wanted = self.actions.rule(column.name).allowed or ()
        if column.levels is None:
            numbers = [float(one) for one in wanted if isinstance(one, int | float)]
            return np.array(sorted(numbers), dtype=np.float64)
        names = {_text(one) for one in wanted}
        known = enumerate(column.levels[: column.known])
        return np.array([at for at, one in known if _text(one) in names], dtype=np.float64)

    def targets(self, place: int, most: int) -> Floats:
        """At most `most` values to try for an input: all, or ranks evenly spread, or frequent ones.

        Those of fewer targets are among those of twice as many less one.
        """
        column = self.coding.columns[place]
        rule = self.actions.rule(column.name)
        if not rule.moves:
            return np.empty(0)
        if rule.allowed is not None:
            values = self.listed(place)
        elif not column.number:
            values = np.arange(column.known, dtype=np.float64)
        else:
            ordered = self.ordered[place]
            low = -np.inf if rule.least is None else rule.least
            high = np.inf if rule.most is None else rule.most
            within = ordered[(ordered >= low) & (ordered <= high)]
            values = np.unique(within)
            if len(values) > most:
                ranks = np.linspace(0, len(within) - 1, most).round().astype(int)
                return np.unique(within[ranks])
        if len(values) <= most:
            return values
        if not column.number:
            return values[:most]
        spread: Floats = values[np.linspace(0, len(values) - 1, most).round().astype(int)]
        return spread

    def followed(self, before: Floats, after: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """Rows with the inputs that follow others computed anew, and which rows can be.

        Args:
            before: rows as they were, shape (rows, inputs).
            after: rows as changed.
        """
        after, possible = after.copy(), np.ones(len(after), dtype=bool)
        places = {column.name: place for place, column in enumerate(self.coding.columns)}
        for name, place in places.items():
            rule = self.actions.rule(name)
            if rule.follows is None or rule.immutable:
                continue
            pair = [places[rule.follows.first], places[rule.follows.second]]
            moved = (after[:, pair] != before[:, pair]) & ~np.isnan(after[:, pair])
            anew = moved.any(axis=1)
            value = rule.follows.of(after[:, pair[0]], after[:, pair[1]])
            fits = np.isfinite(value)
            if rule.least is not None:
                fits &= value >= rule.least
            if rule.most is not None:
                fits &= value <= rule.most
            possible &= fits | ~anew
            after[:, place] = np.where(anew & fits, value, before[:, place])
        return after, possible


def scale_of(coding: Coding, actions: Actions, population: Floats) -> Scale:
    """The scale of costs on a population, shape (rows, inputs), coded."""
    columns = (population[:, place] for place in range(population.shape[1]))
    ordered = tuple(np.sort(one[~np.isnan(one)]) for one in columns)
    return Scale(coding, actions, ordered)


def _text(value: object) -> str | None:
    return as_text(value.item() if isinstance(value, np.generic) else value)
