"""Whether a withheld small count follows exactly from the counts that are published.

Every published count is a sum of unknown finest counts; a withheld one follows when it is a
linear combination of these sums. Cells known to be empty take part. Imports numpy only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from isg_audit.evidence.protection import By, Flags, Margin

Mask = NDArray[np.bool_]

LARGEST = 20_000_000
"""Published groups times finest cells above which only the rule for parents and children holds."""


def exposed(finest: By, lattice: Mapping[By, Margin], flags: Flags) -> By | None:
    """The `by` of a withheld small count that can be worked out, None if there is none.

    Args:
        finest: the attributes in the finest table.
        lattice: the published tables over these attributes or some of them.
        flags: groups withheld so far.
    """
    entries = next(iter(lattice.values())).counts.shape[1]
    for entry in range(entries):
        secret = [
            (by, place)
            for by, margin in lattice.items()
            for place in _places(flags[by] & margin.small[:, entry])
        ]
        if not secret:
            continue
        grid = _Grid(finest, lattice)
        known = [(by, [place]) for by in lattice for place in _places(~flags[by])]
        # The withheld groups together may be published too, if they are several and not few.
        known += [
            (by, _places(flags[by])) for by, margin in lattice.items() if margin.told(flags[by])
        ]
        if grid.size * (len(known) + len(secret)) > LARGEST:
            continue
        alive = grid.alive(entry, flags)
        hidden = np.array([grid.cells(by, [place])[alive] for by, place in secret])
        shown = np.array([grid.cells(by, places)[alive] for by, places in known if places])
        place = _first_in_span(shown, hidden)
        if place is not None:
            return secret[place][0]
    return None


def _places(flags: Mask) -> list[int]:
    return [int(place) for place in np.flatnonzero(flags)]


def _first_in_span(known: Mask, secret: Mask) -> int | None:
    """Index of the first secret row that is a linear combination of known rows."""
    if not len(known):
        return None
    known, secret = _without_known_cells(known, secret)
    if not len(known) or not secret.any(axis=1).all():
        gone = np.flatnonzero(~secret.any(axis=1))
        return int(gone[0]) if len(gone) else None
    columns = np.unique(np.concatenate([known, secret]), axis=1).astype(float)
    known_rows, secret_rows = columns[: len(known)], columns[len(known) :]
    _, sizes, basis = np.linalg.svd(known_rows, full_matrices=False)
    basis = basis[sizes > sizes.max(initial=0.0) * 1e-10]
    left = np.linalg.norm(secret_rows - secret_rows @ basis.T @ basis, axis=1)
    found = np.flatnonzero(left < 1e-7 * np.maximum(1.0, np.linalg.norm(secret_rows, axis=1)))
    return int(found[0]) if len(found) else None


def _without_known_cells(known: Mask, secret: Mask) -> tuple[Mask, Mask]:
    """Both without the cells that are published by themselves, which are most; no row twice.

    What is left of a sum when they are taken off is known as the sum is.
    """
    alone = known[known.sum(axis=1) == 1].any(axis=0)
    kept = known[:, ~alone]
    return np.unique(kept[kept.any(axis=1)], axis=0), secret[:, ~alone]


class _Grid:
    """The finest cells: every combination of values, unknown included, of the attributes."""

    def __init__(self, finest: By, lattice: Mapping[By, Margin]) -> None:
        self.finest, self.lattice = finest, lattice
        self.levels = [
            sorted({
                value[by.index(name)]
                for by, margin in lattice.items() if name in by
                for value in margin.values
            })
            for name in finest
        ]  # fmt: skip
        self.shape = tuple(len(level) + 1 for level in self.levels)
        self.size = int(np.prod(self.shape))

    def cells(self, by: By, places: Iterable[int]) -> Mask:
        """The finest cells that these groups are made of."""
        mask = np.zeros(self.shape, dtype=bool)
        for place in places:
            mask[self._slices(by, self.lattice[by].values[place])] = True
        return mask.ravel()

    def alive(self, entry: int, flags: Flags) -> Mask:
        """Finest cells not known to be empty: a reader sees which groups do not occur."""
        alive = np.ones(self.shape, dtype=bool)
        for by, margin in self.lattice.items():
            occurs = np.zeros(self.shape, dtype=bool)
            for place in np.flatnonzero(flags[by] | (margin.counts[:, entry] > 0)):
                occurs[self._slices(by, margin.values[place])] = True
            alive &= occurs | self._some_unknown(by)
            for parent in self._parents(by):
                alive &= ~self._empty_unknown(parent, by, entry)
        return alive.ravel()

    def _slices(self, by: By, value: tuple[str, ...]) -> tuple[slice | int, ...]:
        return tuple(
            self.levels[axis].index(value[by.index(name)]) if name in by else slice(None)
            for axis, name in enumerate(self.finest)
        )

    def _some_unknown(self, by: By) -> Mask:
        mask = np.zeros(self.shape, dtype=bool)
        for axis, name in enumerate(self.finest):
            if name in by:
                np.moveaxis(mask, axis, 0)[-1] = True
        return mask

    def _parents(self, by: By) -> Iterator[By]:
        for size in range(len(by)):
            yield from (one for one in combinations(by, size) if one in self.lattice)

    def _empty_unknown(self, parent: By, by: By, entry: int) -> Mask:
        """Cells of parents nobody of whom has an unknown value of the other attributes of `by`."""
        whole, parts = self.lattice[parent], self.lattice[by]
        kept = [by.index(name) for name in parent]
        sums: dict[tuple[str, ...], float] = {}
        for value, count in zip(parts.values, parts.counts[:, entry], strict=True):
            key = tuple(value[one] for one in kept)
            sums[key] = sums.get(key, 0.0) + float(count)
        mask = np.zeros(self.shape, dtype=bool)
        for value, count in zip(whole.values, whole.counts[:, entry], strict=True):
            if abs(float(count) - sums.get(value, 0.0)) < 0.5:
                mask[self._slices(parent, value)] = True
        others = tuple(name for name in by if name not in parent)
        return mask & self._some_unknown(others)
