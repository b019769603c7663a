"""Counts by group and window of time together, from a tally. Imports this room only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from isg_audit.tally.codes import DECISION, FOLD, OUTCOME, WINDOW
from isg_audit.tally.fold import FOLDS
from isg_audit.tally.spread import MOST_COMBINATIONS
from isg_audit.tally.spread_folds import add, lookups_of
from isg_audit.tally.table import Floats, Folds, Table
from isg_audit.tally.windows import Window, windows_of

if TYPE_CHECKING:
    from isg_audit.tally.tally import Tally

TENTHS = 10
"""Bins of the score in which drift is looked for."""


@dataclass(frozen=True, eq=False)
class OverTime:
    """The groups of some attributes in each window.

    Attributes:
        whole: the same groups with all windows together.
        table: a row for each group and window, windows of one group side by side; those in which
            a group has nobody are there with nobody. Sums of scores are left out.
        windows: in order.
        scores: sums of weights by group, window and tenth of everybody's scores, shape (groups,
            windows, tenths); nothing but 0 for combinations of attributes.
    """

    whole: Table
    table: Table
    windows: tuple[Window, ...]
    scores: Floats

    def shaped(self, numbers: Floats) -> Floats:
        """Numbers of the rows of `table`, as shape (groups, windows)."""
        return numbers.reshape(len(self.whole.groups), len(self.windows), *numbers.shape[1:])

    @property
    def rest(self) -> Table:
        """For each group and window, everybody else in that window with known attributes."""
        shape = (len(self.whole.groups), len(self.windows))

        def others(counts: Floats) -> Floats:
            every = counts.reshape(*shape, *counts.shape[1:])
            rest: Floats = (every.sum(axis=0, keepdims=True) - every).reshape(counts.shape)
            return rest

        table, folds = self.table, self.table.folds
        if folds is not None:
            every = self.table.weight.sum(axis=(1, 2))
            with np.errstate(divide="ignore", invalid="ignore"):
                nameless = np.nan_to_num(others(folds.nameless * every) / others(every))
            folds = replace(folds, weight=others(folds.weight), nameless=nameless)
        return replace(
            table,
            cases=others(table.cases),
            weight=others(table.weight),
            squares=others(table.squares),
            repeats=np.full(len(table.groups), table.repeats.max(initial=1.0)),
            folds=folds,
            effects={},
        )

    def merged(self, parts: Sequence[Sequence[int]]) -> OverTime:
        """Several windows taken for one.

        Args:
            parts: the places of the windows that each new one is made of; in order.
        """
        groups = len(self.whole.groups)

        def together(counts: Floats) -> Floats:
            every = self.shaped(counts)
            new = [every[:, list(part)].sum(axis=1) for part in parts]
            return np.stack(new, axis=1).reshape(groups * len(parts), *counts.shape[1:])

        table, folds = self.table, self.table.folds
        weight = together(table.weight)
        if folds is not None:
            every, its = table.weight.sum(axis=(1, 2)), weight.sum(axis=(1, 2))
            with np.errstate(divide="ignore", invalid="ignore"):
                nameless = np.nan_to_num(together(folds.nameless * every) / its)
            folds = replace(folds, weight=together(folds.weight), nameless=nameless)
        merged = replace(
            table,
            groups=tuple(np.repeat(self.whole.groups, len(parts)).tolist()),
            cases=together(table.cases),
            weight=weight,
            squares=together(table.squares),
            repeats=np.repeat(self.whole.repeats, len(parts)),
            withheld=np.zeros(groups * len(parts), dtype=bool),
            folds=folds,
            effects={},
        )
        windows = tuple(
            Window(
                f"{self.windows[part[0]].name} to {self.windows[part[-1]].name}",
                self.windows[part[0]].start,
                self.windows[part[-1]].end,
            )
            for part in parts
        )
        scores = np.stack([self.scores[:, list(part)].sum(axis=1) for part in parts], axis=1)
        return replace(self, table=merged, windows=windows, scores=scores)


def over_time(tally: Tally, by: Sequence[str]) -> OverTime:
    """Count groups by window.

    Args:
        tally: with windows.
        by: attributes that form the groups; empty for everybody.
    """
    return Cells(tally).over_time(by)


class Cells:
    """The cells of a tally, laid out once for every set of attributes that is counted by window."""

    def __init__(self, tally: Tally) -> None:
        """Read the columns that all sets of attributes need."""
        self.tally = tally
        self.columns = np.ascontiguousarray(tally.codes.T)
        outcomes, decisions = lookups_of(tally)
        self.inside = outcomes[self.columns[OUTCOME]] * 3 + decisions[self.columns[DECISION]]
        self.window = self.columns[WINDOW].astype(np.intp)
        self.sums = np.ascontiguousarray(tally.sums[:, :3].T)
        level = tally.bins.place
        tenths = np.append(_tenths(tally), -1)  # the last is of cells without a score
        self.tenth = tenths[level]

    def over_time(self, by: Sequence[str]) -> OverTime:
        """Count groups by window; `by` as for the function."""
        tally, whole = self.tally, self.tally.table(by)
        group = self._groups([tally.attributes.index(name) for name in whole.by])
        groups, windows = len(whole.groups), len(tally.windows)
        there = (group >= 0) & (self.window >= 0)
        rows = groups * windows
        row = np.where(there, group * windows + self.window, rows)
        cell = row * 9 + self.inside
        cases, weight, squares = (
            add(one, cell, (rows + 1, 3, 3))[:rows] for one in self.sums
        )  # the last row holds those who are in none
        count = int(self.tenth.max(initial=0)) + 1
        scored = self.tenth >= 0
        scores = np.zeros((rows, count))
        if scored.any() and len(by) < 2:  # drift is looked for in single attributes
            place = np.where(scored, row * count + self.tenth, rows * count)
            scores = add(self.sums[1], place, (rows * count + count,))[: rows * count]
        none = np.zeros((rows, 0))
        folds = None
        if tally.persons and tally.task != "ranking":
            folds = self._folds(row, rows, weight)
        table = Table(
            by=whole.by,
            groups=tuple(np.repeat(whole.groups, windows).tolist()),
            positive_is_favourable=tally.positive_is_favourable,
            cases=cases, weight=weight, squares=squares,
            scored=none, score_sum=none, score_squares=none,
            score_levels=np.zeros(0), score_edges=np.zeros(0), binned=none,
            persons=None,
            repeats=np.repeat(whole.repeats, windows),
            withheld=np.zeros(rows, dtype=bool),
            task=tally.task,
            parts={}, names=whole.names,
            folds=folds,
        )  # fmt: skip
        return OverTime(
            whole, table, windows_of(tally.windows), scores.reshape(groups, windows, count)
        )

    def _groups(self, places: list[int]) -> NDArray[np.intp]:
        """The group of each cell in the order of the table, -1 where an attribute is not known."""
        key = np.zeros(len(self.window), dtype=np.intp)
        known = np.ones(len(key), dtype=bool)
        for place in places:
            column = self.columns[place]
            key = key * len(self.tally.levels[place]) + column
            known &= column >= 0
        if not places:
            return key
        every = int(np.prod([len(self.tally.levels[place]) for place in places], dtype=float))
        if every > MOST_COMBINATIONS:
            group = np.full(len(key), -1, dtype=np.intp)
            group[known] = np.unique(key[known], return_inverse=True)[1]
            return group
        key = np.where(known, key, every)
        there = np.bincount(key, minlength=every + 1) > 0
        order = np.cumsum(there) - 1
        order[every] = -1
        return np.asarray(order[key], dtype=np.intp)

    def _folds(self, row: NDArray[np.intp], rows: int, weight: Floats) -> Folds:
        """Weights by row and fold of persons; nothing else, which is all that shares need."""
        fold = self.columns[FOLD]
        named = np.where(fold >= 0, row, rows)
        by_fold = (named * FOLDS + np.maximum(fold, 0)) * 9 + self.inside
        inside = add(self.sums[1], by_fold, (rows + 1, FOLDS, 3, 3))[:rows]
        known, every = inside.sum(axis=(1, 2, 3)), weight.sum(axis=(1, 2))
        none = np.zeros((rows, FOLDS, 0))
        return Folds(
            weight=inside,
            scored=none, score_sum=none, score_squares=none, amounts=none, binned=none,
            nameless=1.0 - np.divide(known, every, out=np.ones(rows), where=every > 0),
        )  # fmt: skip


def _tenths(tally: Tally) -> NDArray[np.intp]:
    """The tenth of everybody's scores in which each level lies; levels of one score stay whole."""
    level, scored = tally.bins.place, tally.bins.place >= 0
    weight = np.bincount(level[scored], tally.sums[scored, 1], len(tally.bins.scores))
    below = (np.cumsum(weight) - weight / 2) / max(weight.sum(), np.finfo(float).tiny)
    bins: NDArray[np.intp] = np.minimum((below * TENTHS).astype(np.intp), TENTHS - 1)
    return bins
