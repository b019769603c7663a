"""Which groups to withhold so that no small count can be read off or worked out.

Pure: counts of groups in, flags out. Imports this room's `exposure` and numpy only.

The rule (Cox 1980; Willenborg & de Waal 2001): a count from 1 to the minimum cell less one is not
published; among the children of every published parent, those withheld are at least two and add up
to no such count; and no withheld small count is a linear combination of published ones.

People of unknown value belong to no group: what follows of them by subtraction is not protected.
Otherwise three missing values would withhold one of two sexes from every audit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from isg_audit.evidence.exposure import exposed

By = tuple[str, ...]
Flags = dict[By, NDArray[np.bool_]]


@dataclass(frozen=True, eq=False)
class Margin:
    """Counts of the groups of one `by`, of one kind.

    Attributes:
        by: attributes that form the groups.
        values: the group's value of each attribute of `by`.
        counts: cases, shape (groups, entries); the entries of a group are published together.
        people: cases of each group in all, shape (groups,).
        least: smallest count that may be published, shape (groups,).
        exempt: entries of which every count may be published, shape (entries,).
    """

    by: By
    values: tuple[tuple[str, ...], ...]
    counts: NDArray[np.float64]
    people: NDArray[np.float64]
    least: NDArray[np.float64]
    exempt: NDArray[np.bool_] | None = None

    @property
    def small(self) -> NDArray[np.bool_]:
        """Counts that may not be published, shape (groups, entries)."""
        found: NDArray[np.bool_] = (self.counts > 0) & (self.counts < self.least[:, None])
        return found if self.exempt is None else found & ~self.exempt

    def told(self, flags: NDArray[np.bool_]) -> bool:
        """Whether the sum of withheld groups may be published: of several, and not small."""
        together = self.counts[flags].sum(axis=0)
        return int((self.people[flags] > 0).sum()) > 1 and not _is_small(
            together, float(self.least.max(initial=1.0))
        )


@dataclass(frozen=True, eq=False)
class _Family:
    """A group and those it is divided into."""

    parent: By
    place: int
    child: By
    children: NDArray[np.intp]


def protect(margins: Mapping[By, Margin], already: Flags | None = None) -> Flags:
    """Which groups to withhold.

    Args:
        margins: counts by `by`; children and parents share their cases.
        already: groups withheld for another reason, which stay so.

    Returns:
        For each `by`, True for each group to withhold, shape (groups,).
    """
    flags: Flags = {by: np.any(margin.small, axis=1) for by, margin in margins.items()}
    for by, flag in (already or {}).items():
        flags[by] = flags[by] | flag
    families = list(_families(margins))
    while any([_completed(family, margins, flags) for family in families]):  # noqa: C419 all run
        pass
    for finest in _finest(margins):
        lattice = {by: margin for by, margin in margins.items() if set(by) <= set(finest)}
        while (found := exposed(finest, lattice, flags)) is not None:
            if not _withheld_one_more(found, lattice, flags):
                break
    return flags


def _families(margins: Mapping[By, Margin]) -> Iterator[_Family]:
    for child, margin in margins.items():
        for parent in _coarser(child):
            if parent not in margins:
                continue
            kept = [child.index(name) for name in parent]
            children: dict[tuple[str, ...], list[int]] = {}
            for place, value in enumerate(margin.values):
                children.setdefault(tuple(value[one] for one in kept), []).append(place)
            for place, value in enumerate(margins[parent].values):
                theirs = np.array(children.get(value, []), dtype=np.intp)
                yield _Family(parent, place, child, theirs)


def _coarser(by: By) -> Iterator[By]:
    for size in range(len(by)):
        yield from combinations(by, size)


def _finest(margins: Mapping[By, Margin]) -> list[By]:
    return [by for by in margins if not any(set(by) < set(other) for other in margins)]


def _completed(family: _Family, margins: Mapping[By, Margin], flags: Flags) -> bool:
    """Withhold further children until those withheld protect one another; True if any was."""
    if flags[family.parent][family.place]:
        return False
    whole, parts = margins[family.parent], margins[family.child]
    children, withheld = family.children, flags[family.child]
    everybody = whole.counts[family.place]
    least = max(whole.least[family.place], *parts.least[children], 0.0)
    if not withheld[children].any():
        return False
    changed = False
    while True:
        hidden = children[withheld[children]]
        together = parts.counts[hidden].sum(axis=0)
        # All there are of one kind may be few: then the parent has told it already.
        told = together == everybody
        if (parts.people[hidden] > 0).sum() > 1 and not _is_small(together * ~told, least):
            return changed
        shown = children[~withheld[children] & (parts.people[children] > 0)]
        if not len(shown):
            return changed
        withheld[shown[np.argmin(parts.people[shown])]] = True
        changed = True


def _is_small(counts: NDArray[np.float64], least: float) -> bool:
    return bool(((counts > 0) & (counts < least)).any())


def sums_publishable(margins: Mapping[By, Margin], flags: Flags) -> dict[By, bool]:
    """For each `by`, whether the sum of its withheld groups may be published.

    It may if it is not small and stands for at least two groups.
    """
    return {by: margin.told(flags[by]) and not flags[()].any() for by, margin in margins.items()}


def _withheld_one_more(found: By, lattice: Mapping[By, Margin], flags: Flags) -> bool:
    """Withhold the smallest group of the `by` that gave a count away, else of its finest."""
    for by in sorted(lattice, key=lambda one: (one != found, -len(one))):
        shown = np.flatnonzero(~flags[by] & (lattice[by].people > 0))
        if len(shown):
            flags[by][shown[np.argmin(lattice[by].people[shown])]] = True
            return True
    return False
