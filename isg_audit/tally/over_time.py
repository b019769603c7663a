"""Counts by group and window of time together, from a tally. Imports this room only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from isg_audit.tally.codes import DECISION, FOLD, OUTCOME, WINDOW
from isg_audit.tally.fold import FOLDS
from isg_audit.tally.spread import groups_of
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
            windows, tenths).
        timeless: cases whose time is not known.
    """

    whole: Table
    table: Table
    windows: tuple[Window, ...]
    scores: Floats
    timeless: float

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
    whole = tally.table(by)
    places = [tally.attributes.index(name) for name in whole.by]
    known = np.asarray((tally.codes[:, places] >= 0).all(axis=1))
    sizes = [len(tally.levels[place]) for place in places]
    _, group = groups_of(tally.codes[known][:, places], sizes)
    timed = tally.codes[known, WINDOW] >= 0
    keep = np.flatnonzero(known)[timed]
    codes, sums, level = tally.codes[keep], tally.sums[keep], tally.bins.place[keep]
    windows, groups = len(tally.windows), len(whole.groups)
    row = group[timed] * windows + codes[:, WINDOW]
    outcomes, decisions = lookups_of(tally)
    cell = (row * 3 + outcomes[codes[:, OUTCOME]]) * 3 + decisions[codes[:, DECISION]]
    rows = groups * windows
    shape = (rows, 3, 3)
    weight = add(sums[:, 1], cell, shape)
    none = np.zeros((rows, 0))
    folds = None
    if tally.persons and tally.task != "ranking":
        folds = _folds(codes, sums, cell, weight)
    scored, bins = level >= 0, _tenths(tally)
    count = int(bins.max(initial=0)) + 1
    scores = add(
        sums[scored, 1], row[scored] * count + bins[level[scored]], (groups, windows, count)
    )
    table = Table(
        by=whole.by,
        groups=tuple(np.repeat(whole.groups, windows).tolist()),
        positive_is_favourable=tally.positive_is_favourable,
        cases=add(sums[:, 0], cell, shape),
        weight=weight,
        squares=add(sums[:, 2], cell, shape),
        scored=none, score_sum=none, score_squares=none,
        score_levels=np.zeros(0), score_edges=np.zeros(0), binned=none,
        persons=None,
        repeats=np.repeat(whole.repeats, windows),
        withheld=np.zeros(rows, dtype=bool),
        task=tally.task,
        parts={}, names=whole.names,
        folds=folds,
    )  # fmt: skip
    timeless = float(tally.sums[known][~timed, 0].sum())
    return OverTime(whole, table, windows_of(tally.windows), scores, timeless)


def _tenths(tally: Tally) -> NDArray[np.intp]:
    """The tenth of everybody's scores in which each level lies; levels of one score stay whole."""
    level, scored = tally.bins.place, tally.bins.place >= 0
    weight = np.bincount(level[scored], tally.sums[scored, 1], len(tally.bins.scores))
    below = (np.cumsum(weight) - weight / 2) / max(weight.sum(), np.finfo(float).tiny)
    bins: NDArray[np.intp] = np.minimum((below * TENTHS).astype(np.intp), TENTHS - 1)
    return bins


def _folds(codes: NDArray[np.int32], sums: Floats, cell: NDArray[np.intp], weight: Floats) -> Folds:
    """Weights by row and fold of persons; nothing else, which is all that shares need."""
    rows, named = len(weight), codes[:, FOLD] >= 0
    row, inside = np.divmod(cell[named], 9)
    by_fold = (row * FOLDS + codes[named, FOLD]) * 9 + inside
    known, every = add(sums[named, 1], row, (rows,)), weight.sum(axis=(1, 2))
    none = np.zeros((rows, FOLDS, 0))
    return Folds(
        weight=add(sums[named, 1], by_fold, (rows, FOLDS, 3, 3)),
        scored=none, score_sum=none, score_squares=none, amounts=none, binned=none,
        nameless=1.0 - np.divide(known, every, out=np.ones(rows), where=every > 0),
    )  # fmt: skip
