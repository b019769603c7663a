"""`Tally`: the one small, mergeable table of counts from which every counted number comes.

`a + b` merges the tallies of two parts, `roll_up` forgets attributes, and the two commute.
Imports `errors` and this room; knows no metric and no engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isg_audit.errors import Fault, InputError, nearest
from isg_audit.tally.codes import DECISION, OUTCOME, WINDOW, aggregate, recode, union
from isg_audit.tally.persons import PersonSums
from isg_audit.tally.table import Floats, Table


class Bins(NamedTuple):
    """The scores that occur, rising, and each cell's place among them (-1 without a score)."""

    scores: Floats
    place: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts by (groups, outcome, decision, score bin, window, fold); a cell is a row of `codes`.

    Attributes:
        attributes: names of the declared attributes, in declared order.
        levels: the values of each attribute, in the order in which they are shown.
        codes: shape (cells, attributes + 4): index into `levels` (-1 unknown) for each attribute,
            then outcome and decision (0 favourable, 1 unfavourable, 2 no value), then window
            (index into `windows`, -1 none), then the fold of the person (-1 not known, or no
            person declared). Sorted, no row twice.
        scores: score of the cell (the value, or the lower edge of its bin), NaN without a score,
            shape (cells,).
        sums: shape (cells, 5), columns as in `SUMS`; cells count at least one case. For predicted
            numbers shape (cells, 11): those of `AMOUNTS` follow.
        windows: names of the time windows, rising.
        positive_is_favourable: whether the textbook positive is the favourable decision.
        score_edges: where score bins start, rising, and the end of the last; empty where each
            bin holds one value.
        persons: sums over persons by group, where a person column is declared.
        task: what is audited; see `Table.task`. A score or a predicted number stands where a
            decision would: 0 where it is there, else 2; so does the true number for an outcome.
        classes: names of the classes that decisions and outcomes have; then their codes are places
            in it, -1 without a class.
        favourable: the class that is good for the person as a decision; empty where not said.
        favourable_outcome: the class of outcome under which it is right; alike.
        lists: how many lists were ranked; `scores` then are places, and folds are of lists.
        top: how many first places are looked at, rising.
    """

    attributes: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    codes: NDArray[np.int32]
    scores: Floats
    sums: Floats
    windows: tuple[str, ...] = ()
    positive_is_favourable: bool = True
    score_edges: tuple[float, ...] = ()
    persons: PersonSums = field(default_factory=PersonSums)
    task: str = "binary"
    classes: tuple[str, ...] = ()
    favourable: tuple[str, ...] = ()
    favourable_outcome: tuple[str, ...] = ()
    lists: int = 0
    top: tuple[int, ...] = ()

    _tables: dict[tuple[tuple[int, ...], str | None], Table] = field(
        default_factory=dict, init=False, repr=False
    )

    @property
    def total(self) -> int:
        """Cases in all."""
        return int(self.sums[:, 0].sum())

    @cached_property
    def bins(self) -> Bins:
        """The scores of all cells, sorted once for every table."""
        place = np.full(len(self.scores), -1, dtype=np.intp)
        scored = ~np.isnan(self.scores)
        scores, place[scored] = np.unique(self.scores[scored], return_inverse=True)
        return Bins(scores, place)

    @cached_property
    def thresholds(self) -> Floats:
        """Where a score without decisions is cut, the same for all groups."""
        from isg_audit.tally.parts import thresholds_of

        bins, scored = self.bins, self.bins.place >= 0
        weight = np.bincount(bins.place[scored], self.sums[scored, 1], len(bins.scores)).astype(
            float
        )
        return thresholds_of(bins.scores, weight)

    def __eq__(self, other: object) -> bool:
        """Equal counts in equal cells; sums of scores and weights to 12 digits."""
        if not isinstance(other, Tally):
            return NotImplemented
        mine, its = self._trimmed(), other._trimmed()
        return (
            mine._definitions() == its._definitions()
            and (mine.levels, mine.windows, mine.classes) == (its.levels, its.windows, its.classes)
            and np.array_equal(mine.codes, its.codes)
            and np.array_equal(mine.scores, its.scores, equal_nan=True)
            and np.array_equal(mine.sums[:, 0], its.sums[:, 0])
            and np.allclose(mine.sums, its.sums, rtol=1e-12, atol=1e-12)
            and (mine.persons, mine.lists) == (its.persons, its.lists)
        )

    __hash__ = None  # type: ignore[assignment]  # arrays inside

    def __add__(self, other: Tally) -> Tally:
        """The tally of both parts together; parts must not share persons or lists.

        Raises:
            InputError: the two were not counted by the same definitions.
        """
        self._same_definitions(other)
        levels = tuple(
            union(mine, its) for mine, its in zip(self.levels, other.levels, strict=True)
        )
        windows = tuple(sorted({*self.windows, *other.windows}))
        classes = tuple(sorted({*self.classes, *other.classes}))
        mine = self._recoded(levels, windows, classes)
        its = other._recoded(levels, windows, classes)
        codes, scores, sums = aggregate(
            np.concatenate([mine.codes, its.codes]),
            np.concatenate([mine.scores, its.scores]),
            np.concatenate([mine.sums, its.sums]),
        )
        return replace(
            mine,
            codes=codes,
            scores=scores,
            sums=sums,
            persons=self.persons + other.persons,
            lists=self.lists + other.lists,
        )

    def roll_up(self, attributes: Sequence[str]) -> Tally:
        """The same counts with only these attributes kept, in the tally's order.

        Raises:
            InputError: an attribute that was not counted.
        """
        kept = self._places(attributes)
        inner = len(self.attributes)
        codes, scores, sums = aggregate(
            self.codes[:, [*kept, *range(inner, self.codes.shape[1])]], self.scores, self.sums
        )
        return replace(
            self,
            attributes=tuple(self.attributes[place] for place in kept),
            levels=tuple(self.levels[place] for place in kept),
            codes=codes,
            scores=scores,
            sums=sums,
            persons=self.persons.within(tuple(self.attributes[place] for place in kept)),
        )

    def table(self, by: Sequence[str] = (), window: str | None = None) -> Table:
        """The counts of every group of `by` that occurs, as arrays for measures.

        Args:
            by: attributes; empty for everybody. Groups come in the order of the levels.
            window: only cases of this window.
        """
        from isg_audit.tally.spread import spread

        places = self._places(by)
        # Several measures read the same table.
        key = (tuple(places), window)
        if key not in self._tables:
            self._tables[key] = spread(self, places, window)
        return self._tables[key]

    def _places(self, attributes: Sequence[str]) -> list[int]:
        unknown = [name for name in attributes if name not in self.attributes]
        if unknown:
            raise InputError(
                [
                    Fault("", f"'{name}' was not counted.", nearest(name, self.attributes))
                    for name in unknown
                ]
            )
        return [place for place, name in enumerate(self.attributes) if name in set(attributes)]

    def _definitions(self) -> dict[str, object]:
        """What two parts must share before their counts can be added."""
        return {
            "task": self.task,
            "favourable classes": (self.favourable, self.favourable_outcome),
            "attributes": self.attributes,
            "positive is favourable": self.positive_is_favourable,
            "score bins": self.score_edges,
            "first places": self.top,
        }

    def _same_definitions(self, other: Tally) -> None:
        its = other._definitions()
        differences = [
            f"{what}: {_told(mine)} here, {_told(its[what])} there"
            for what, mine in self._definitions().items()
            if mine != its[what]
        ]
        if differences:
            raise InputError(
                [Fault("merge", f"the tallies differ in {one}.") for one in differences]
            )

    def _recoded(
        self,
        levels: tuple[tuple[str, ...], ...],
        windows: tuple[str, ...],
        classes: tuple[str, ...],
    ) -> Tally:
        codes = self.codes.copy()
        for place, (old, new) in enumerate(zip(self.levels, levels, strict=True)):
            codes[:, place] = recode(codes[:, place], old, new)
        codes[:, WINDOW] = recode(codes[:, WINDOW], self.windows, windows)
        if self.classes:
            for column in (OUTCOME, DECISION):
                codes[:, column] = recode(codes[:, column], self.classes, classes)
        codes, scores, sums = aggregate(codes, self.scores, self.sums)
        return replace(
            self,
            levels=levels,
            windows=windows,
            classes=classes,
            codes=codes,
            scores=scores,
            sums=sums,
        )

    def _trimmed(self) -> Tally:
        """Only levels that occur, so that equality does not depend on ones that do not."""
        levels = tuple(
            tuple(one for code, one in enumerate(its) if (self.codes[:, place] == code).any())
            for place, its in enumerate(self.levels)
        )
        windows = tuple(
            one for code, one in enumerate(self.windows) if (self.codes[:, WINDOW] == code).any()
        )
        classes = tuple(
            one
            for code, one in enumerate(self.classes)
            if (self.codes[:, [OUTCOME, DECISION]] == code).any()
        )
        return self._recoded(levels, windows, classes)


def _told(definition: object) -> object:
    """A definition as a message names it; a thousand edges are not read by anybody."""
    if isinstance(definition, tuple) and len(definition) > 20:
        return f"{len(definition) - 1:,} of them"
    return definition
