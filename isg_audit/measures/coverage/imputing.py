"""Completed tables: people of unknown group given to groups many times over, from the tally.

Imports this family's `unknown_sides`, `stats`, `tally`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.bounded_rates import Rate
from isg_audit.stats import cell_prior, generator_of, impute_counts
from isg_audit.tally.codes import DECISION, OUTCOME
from isg_audit.tally.table import Floats
from isg_audit.tally.tally import Tally

IMPUTATIONS = 100
LARGEST = 200_000
"""Cells times groups above which only decision and outcome form the cells."""


@dataclass(frozen=True, eq=False)
class Completed:
    """Counts of every group, by outcome and decision as a table has them, in each imputation.

    Attributes:
        counts: shape (imputations, groups, 3 outcomes, 3 decisions).
        given: what forms the cells besides decision and outcome.
    """

    counts: Floats
    given: tuple[str, ...]

    def shares(self, rate: Rate) -> tuple[Floats, Floats]:
        """Hits and cases of a rate, each of shape (imputations, groups)."""
        hits, cases = (
            sum((self.counts[:, :, outcome, decision] for outcome, decision in cells), 0.0)
            for cells in (rate.hits, rate.among)
        )
        return np.asarray(hits, dtype=float), np.asarray(cases, dtype=float)


def completed(tally: Tally, name: str, seed: int) -> Completed:
    """Impute the unknown values of one attribute.

    Args:
        tally: counts; cases count, not weights.
        name: the attribute.
        seed: of the draw.
    """
    place = tally.attributes.index(name)
    others = [at for at in range(len(tally.attributes)) if at != place]
    group, cases = tally.codes[:, place], np.rint(tally.sums[:, 0])
    outcome, decision = (_as_table(tally, column) for column in (OUTCOME, DECISION))
    groups = len(tally.levels[place])
    keys = np.column_stack([outcome, decision, *(tally.codes[:, at] for at in others)])
    given = tuple(tally.attributes[at] for at in others)
    cells, cell = np.unique(keys, axis=0, return_inverse=True)
    if len(cells) * groups > LARGEST:
        cells, cell = np.unique(keys[:, :2], axis=0, return_inverse=True)
        given = ()
    cell = cell.reshape(-1)
    known, unknown = np.zeros((len(cells), groups)), np.zeros(len(cells))
    there = group >= 0
    np.add.at(known, (cell[there], group[there]), cases[there])
    np.add.at(unknown, cell[~there], cases[~there])
    return Completed(_draws(cells, known, unknown, name, seed), given)


def _as_table(tally: Tally, column: int) -> NDArray[np.int32]:
    """Codes along a table's axis: 0 the textbook positive, 1 the negative, 2 unknown."""
    codes: NDArray[np.int32] = tally.codes[:, column]
    if tally.classes:
        good = tally.favourable if column == DECISION else tally.favourable_outcome
        is_good = np.array([one in good for one in (*tally.classes, "")])
        codes = np.where(codes < 0, 2, np.where(is_good[codes], 0, 1)).astype(np.int32)
    if tally.positive_is_favourable:
        return codes
    return np.where(codes < 2, 1 - codes, 2).astype(np.int32)


def _draws(
    cells: NDArray[np.int32], known: Floats, unknown: Floats, name: str, seed: int
) -> Floats:
    at = cells[:, 0] * 3 + cells[:, 1]
    prior = cell_prior(known, at)
    asked = np.flatnonzero(unknown > 0)
    whole = np.zeros((9, known.shape[1]))
    np.add.at(whole, at, known)
    rng = generator_of(seed, "impute", name)
    margin = np.zeros((9, len(asked)))
    margin[at[asked], np.arange(len(asked))] = 1.0
    drawn = [
        whole + margin @ impute_counts(known[asked], unknown[asked], prior[asked], rng)
        for _ in range(IMPUTATIONS)
    ]
    return np.array(drawn).transpose(0, 2, 1).reshape(IMPUTATIONS, known.shape[1], 3, 3)
