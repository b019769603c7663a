"""Groups against those they are compared with, as sums of products of factors.

Imports `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.plan import Plan
from isg_audit.measures.strata_pairs import best_off_group
from isg_audit.stats import explained, explained_variances
from isg_audit.stats.oaxaca import Moments, Side, Variances
from isg_audit.tally.moments import OfAttribute
from isg_audit.tally.table import Counted, Floats


@dataclass(frozen=True, eq=False)
class FactorPair:
    """One group against one comparator.

    Attributes:
        by: the attribute.
        group: its group.
        versus: the comparator's name, or `best`, `rest`.
        also: what to say of the comparator.
        of: sums of the attribute's groups.
        ours: the group.
        theirs: the comparator.
        repeats: decisions that stand for one independent case.
        smallest: the smallest count that the figures might give away, in persons.
    """

    by: str
    group: str
    versus: str
    also: str
    of: OfAttribute
    ours: Side
    theirs: Side
    repeats: float
    smallest: float

    @property
    def gap(self) -> float:
        """The group's share of favourable decisions less the comparator's."""
        return self.ours.moments.share - self.theirs.moments.share

    @property
    def cases(self) -> float:
        """Of the group."""
        return self.cases_of(self.ours)

    @property
    def told_apart(self) -> bool:
        """Whether no factor is a mixture of others."""
        return self.of.reference.told_apart

    @cached_property
    def parts(self) -> Floats:
        """What each column explains, shape (columns,)."""
        return explained(self.ours.moments, self.theirs.moments, self.of.reference.coefficients)

    def cases_of(self, side: Side) -> float:
        """Decisions taken on one side."""
        return float(self.of.cases[list(side.groups)].sum())

    def variances(self, block: NDArray[np.bool_]) -> Variances:
        """Of what a block of columns explains; a little larger where coefficients rest on few."""
        found = explained_variances(
            self.ours, self.theirs, self.of.reference, self.of.misses, block
        )
        cases = float(self.of.cases.sum())
        scale = self.repeats * cases / max(1.0, cases - len(self.parts))
        return Variances(*(scale * one for one in found))


def factor_pairs(
    attribute: str, of: OfAttribute, counted: Counted, plan: Plan
) -> Iterator[FactorPair]:
    """Every group against the declared reference, the best-off group, and everybody else.

    Args:
        attribute: whose groups.
        of: their sums.
        counted: the tally, which knows the best-off group and who repeats.
        plan: which group is the reference.
    """
    table = counted.table((attribute,))
    best = best_off_group(table)
    name = None if best is None else table.groups[best]
    comparators = {plan.reference_of((attribute,)): "", "best": "", "rest": ""}
    repeats = float(table.repeats.max(initial=1.0))
    every = range(len(of.groups))
    for versus in comparators:
        other = name if versus == "best" else versus
        for at, group in enumerate(of.groups):
            them = tuple(
                one for one in every if one != at and (versus == "rest" or of.groups[one] == other)
            )
            if versus is None or not them:
                continue
            also = f"compared with {name}, the best-off group as things are"
            yield FactorPair(
                by=attribute,
                group=group,
                versus=versus,
                also=also if versus == "best" else "",
                of=of,
                ours=Side(of.moments[at], (at,)),
                theirs=Side(_together([of.moments[one] for one in them]), them),
                repeats=repeats,
                smallest=float(of.smallest[[at, *them]].min()) / repeats,
            )


def _together(several: list[Moments]) -> Moments:
    return Moments(
        np.sum([one.products for one in several], axis=0),
        np.sum([one.hits for one in several], axis=0),
    )
