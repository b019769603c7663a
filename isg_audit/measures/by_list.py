"""Sums of ranked lists, and how far a figure moves between lists: the delete-a-group jackknife.

Shared by the families; imports `stats`, `tally`. In a list the groups share the places: what one
gains another loses, so figures of two groups depend on one another. The standard error of a
comparison is therefore that of the comparison itself, with a sixteenth of the lists left out at a
time, and is never put together from those of the two groups. It is rounded up to three digits, so
that it can be published.

Source:
    Kott (2001), Journal of Official Statistics 17:521-526.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isg_audit import stats
from isg_audit.tally.fold import FOLDS
from isg_audit.tally.spread_places import part_at
from isg_audit.tally.table import OF_LISTS, Effect, Floats, Table

DIGITS = 2
"""Digits of a standard error after its first."""

RESOLUTION = 1e-10
"""A spread between lists below it is rounding: what is the same in every list does not vary."""

Of = Callable[[Floats], Floats]
"""A figure by group, shape (..., groups), from sums, shape (..., groups, columns)."""


@dataclass(frozen=True, eq=False)
class ListSums:
    """Sums of ranked lists by group.

    Attributes:
        table: where they come from.
        block: the part of the table that holds them: `exposure` or `places`.
        full: of all lists, shape (groups, columns); the first column is entries.
        without: with each fold of lists left out, shape (folds, groups, columns); None where only
            what was estimated from the folds was published.
        filled: whether a group has entries in a fold, shape (folds, groups); None alike.
    """

    table: Table
    block: str
    full: Floats
    without: Floats | None = None
    filled: NDArray[np.bool_] | None = None

    def spread(self, name: str, versus: str, of: Of, against: int | None = None) -> Effect:
        """The standard error of a figure between lists, and from how many folds it came.

        Args:
            name: of the figure.
            versus: with which group it compares; empty for none.
            of: the figure.
            against: the comparison group's place, where it is one of the groups.
        """
        key = OF_LISTS.join(("", self.block, name, versus))
        if key not in self.table.effects:
            if self.without is None or self.filled is None:
                none = np.zeros(len(self.full))
                return Effect(np.full_like(none, np.nan), none)
            folds = self.filled.sum(axis=0).astype(float)
            if against is not None:
                folds = np.minimum(folds, folds[against])
            there = np.asarray(self.filled.any(axis=1))
            found = standard_error(of(self.full), of(self.without), there)
            self.table.effects[key] = Effect(found, folds)
        return self.table.effects[key]


def exposure_sums(table: Table) -> ListSums:
    """Entries and the sum of their exposure."""
    return _sums(table, "exposure", table.parts["exposure"][0], _exposure)


def place_sums(table: Table) -> ListSums:
    """Entries, then those among the first places of each `top`."""
    top = tops_of(table)
    parts = table.parts["places"][0]
    full = np.concatenate([parts.sum(axis=-1, keepdims=True), parts.cumsum(axis=-1)], axis=-1)

    def within(place: Floats) -> Floats:
        at = part_at(place, top)
        found: Floats = (at[:, None] <= np.arange(len(top))).astype(float)
        return found

    return _sums(table, "places", full[:, :-1], within)


def tops_of(table: Table) -> tuple[int, ...]:
    """How many first places are looked at."""
    return tuple(int(one) for one in table.names["top"])


def lists_of(table: Table) -> int:
    """How many lists were ranked."""
    return int(table.names["lists"][0])


def standard_error(full: Floats, without: Floats, there: NDArray[np.bool_]) -> Floats:
    """Between folds of lists, rounded up.

    Args:
        full: the figure, shape (...).
        without: with each fold left out, shape (folds, ...).
        there: which folds hold lists, shape (folds,).
    """
    present = np.broadcast_to(there.reshape(-1, *(1 for _ in np.shape(full))), without.shape)
    error = stats.delete_a_group(full, without, present=present).standard_error
    error = np.where(error > RESOLUTION, error, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = 10.0 ** (np.floor(np.log10(error)) - DIGITS)
        rounded: Floats = np.ceil(error / unit - 1e-9) * unit
    return rounded


def _exposure(place: Floats) -> Floats:
    return stats.exposure(place)[:, None]


def _sums(table: Table, block: str, full: Floats, of_place: Callable[[Floats], Floats]) -> ListSums:
    if table.folds is None:
        return ListSums(table, block, full)
    group, fold, place, entries = table.folds.placed.T
    at = fold.astype(np.intp) * len(full) + group.astype(np.intp)
    columns = np.column_stack([np.ones(len(place)), of_place(place)])
    size = FOLDS * len(full)
    inside = np.stack([np.bincount(at, one * entries, size) for one in columns.T], axis=-1)
    inside = inside.reshape(FOLDS, *full.shape)
    return ListSums(table, block, full, full - inside, inside[..., 0] > 0)
