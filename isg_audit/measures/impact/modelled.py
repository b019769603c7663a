"""The counts of all combinations as a model takes them, and its figures as they may be told.

Imports `measures` (this level), `stats`, `tally`. A figure of a model rests on every group, the few
people who are not published among them: it is rounded, limits outwards, so that nobody's counts can
be worked out from it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.impact.quantities import QUANTITIES, Quantity, values_of
from isg_audit.measures.impact.small_groups import TOO_MANY
from isg_audit.measures.measurement import NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.stats import CellPosterior, additive_design, cell_posterior, generator_of
from isg_audit.tally.table import JOINT, Counted, Floats, Table

DRAWS = 4_000
"""Draws from the posterior; there are fewer, but never fewer than 1,000, above 2,000 groups."""

MOST_EMPTY, MOST_VALUES = 200, 300
"""Combinations of nobody above which none is predicted; values of all attributes above which their
effects are not estimated."""

SHARE, PART = 3, 2
"""Decimals of a group's share, and of a figure over all groups."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The combinations that hold anybody whom the quantity is about.

    Attributes:
        quantity: what is asked of them.
        table: where they come from.
        everybody: cases of all people, in groups or not; published where a sum over groups is not.
        at: their places in `table.groups`, shape (cells,).
        hits: scaled to independent, unweighted cases, shape (cells,).
        cases: alike.
    """

    quantity: Quantity
    table: Table
    everybody: int
    at: NDArray[np.intp]
    hits: Floats
    cases: Floats

    @property
    def groups(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.table.groups[at] for at in self.at)

    @cached_property
    def n(self) -> NDArray[np.int64]:
        """Cases of each as they were counted."""
        return np.rint(self.quantity.of(self.table).n[self.at]).astype(np.int64)


def cells_of(
    counted: Counted, plan: Plan, measure: str, bys: Sequence[tuple[str, ...]]
) -> Iterator[Cells | NotMeasured]:
    """The cells of each quantity and of each set of attributes, or why a model has none."""
    for quantity in QUANTITIES:
        reason = quantity.lacking(counted.table(())) or ("" if bys else TOO_MANY)
        if reason:
            yield NotMeasured(measure, reason, quantity.name)
            continue
        for by in bys:
            cells = _cells(quantity, counted, by, plan)
            if len(cells.at) > 1:
                yield cells
                continue
            few = "fewer than two groups have a value"
            yield NotMeasured(measure, few, quantity.name, JOINT.join(by))


def _cells(quantity: Quantity, counted: Counted, by: tuple[str, ...], plan: Plan) -> Cells:
    table = counted.table(by)
    its = quantity.of(table).share
    hits, cases = its.at(plan.confidence) if its is not None else (np.zeros(0), np.zeros(0))
    at = np.flatnonzero(np.nan_to_num(cases) > 0)
    everybody = round(float(quantity.of(counted.table(())).n[0]))
    return Cells(quantity, table, everybody, at, hits[at], cases[at])


def towards_all(cells: Cells, seed: int) -> CellPosterior:
    """Draws of each group's share, drawn towards all others."""
    rng = generator_of(seed, "small groups", cells.quantity.name)
    design = np.ones((len(cells.at), 1))
    return cell_posterior(cells.hits, cells.cases, design, DRAWS, rng)


@dataclass(frozen=True, eq=False)
class ByAttributes:
    """Draws from the model with an effect for each value of each attribute.

    Attributes:
        posterior: of the occurring groups, then of those of nobody.
        empty: names of the combinations of nobody; empty where there are too many.
        unseen: how many combinations hold nobody.
    """

    posterior: CellPosterior
    empty: tuple[tuple[str, ...], ...]
    unseen: int


def by_attributes(cells: Cells, counted: Counted, seed: int) -> ByAttributes | str:
    """The multilevel model, or why there is none."""
    by = cells.table.by
    known = {name: counted.table((name,)).groups for name in by}
    if len(by) < 2:
        return "there is one attribute: nothing crosses"
    if sum(map(len, known.values())) > MOST_VALUES:
        return f"the attributes have more than {MOST_VALUES} values"
    values = [values_of(group, by, known) for group in cells.groups]
    unseen = math.prod(map(len, known.values())) - len(values)
    empty: list[tuple[str, ...]] = []
    if unseen <= MOST_EMPTY:
        there = set(values)
        empty = [one for one in product(*known.values()) if one not in there]
    place = [{level: at for at, level in enumerate(known[name])} for name in by]
    codes = [[place[axis][level] for axis, level in enumerate(one)] for one in (*values, *empty)]
    nobody = np.zeros(len(empty))
    posterior = cell_posterior(
        np.concatenate([cells.hits, nobody]),
        np.concatenate([cells.cases, nobody]),
        additive_design(np.array(codes)),
        DRAWS,
        generator_of(seed, "by attributes", cells.quantity.name),
    )
    return ByAttributes(posterior, tuple(empty), unseen)


def told(value: float, digits: int, toward: int = 0) -> float:
    """To so many decimals; `toward` -1 never up, 1 never down."""
    if not toward:
        return round(float(value), digits) + 0.0
    scale = 10.0**digits
    at = round(float(value) * scale, 6)
    return (math.ceil(at) if toward > 0 else math.floor(at)) / scale + 0.0
