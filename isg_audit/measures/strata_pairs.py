"""Each group of an attribute against those it is compared with, within strata.

Shared by the families. Imports `measures` (this level), `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from isg_audit.measures.compare import yardstick
from isg_audit.measures.estimates import share
from isg_audit.measures.plan import Plan
from isg_audit.measures.strata_counts import Side, bearing, smallest
from isg_audit.tally.table import Floats, Table


@dataclass(frozen=True, eq=False)
class Pair:
    """Every group against one comparator, except where that would be against itself.

    Attributes:
        versus: the comparator's name, or `best`, `rest`.
        skip: the group that is the comparator.
        ours: counts of the groups by stratum.
        theirs: counts of the comparator, a row for each group.
        also: what to say of the comparator.
    """

    versus: str
    skip: int | None
    ours: Side
    theirs: Side
    also: str = ""

    @property
    def counts(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Independent hits and cases of the groups, then of the comparator, (groups, strata)."""
        return (*self.ours.counted, *self.theirs.counted)

    @property
    def both(self) -> Floats:
        """1 where both sides have cases in a stratum, shape (groups, strata)."""
        return bearing(self.ours, self.theirs).astype(float)

    @property
    def smallest(self) -> Floats:
        """See `strata_counts.smallest`."""
        return smallest(self.ours, self.theirs)

    @property
    def compared(self) -> list[int]:
        """The groups that are compared."""
        return [at for at in range(len(self.ours.repeats)) if at != self.skip]


def pairs_of(table: Table, ours: Side, plan: Plan) -> Iterator[Pair]:
    """Against the declared reference, the best-off group, everybody else.

    Args:
        table: counts of the same groups without strata.
        ours: counts of the groups by stratum.
        plan: which group is the reference.
    """
    groups = len(table.groups)
    reference = plan.reference_of(table.by)
    if reference in table.groups:
        at = table.groups.index(reference)
        yield Pair(reference, at, ours, ours.at(at).spread(groups))
    best = best_off_group(table)
    if best is not None:
        also = f"compared with {table.groups[best]}, the best-off group as things are"
        yield Pair("best", best, ours, ours.at(best).spread(groups), also)
    if groups > 1:
        yield Pair("rest", None, ours, ours.others())


def published_smallest(pairs: list[Pair], repeats: Floats) -> list[Floats]:
    """The smallest count that each pair might give away, held beside those before it.

    What one comparison leaves out and another does not is a count as well.
    """
    here = [(pair.ours.every[0] * pair.both).sum(axis=1) for pair in pairs]
    found = []
    for at, pair in enumerate(pairs):
        apart = [np.abs(here[at] - one) / repeats for one in here[:at]]
        least = [pair.smallest, *(np.where(one > 0, one, np.inf) for one in apart)]
        found.append(np.asarray(np.min(least, axis=0), dtype=np.float64))
    return found


def best_off_group(table: Table) -> int | None:
    """The group with the highest favourable rate, of those large enough to be a yardstick."""
    favourable = 0 if table.positive_is_favourable else 1
    decided = [(outcome, decision) for outcome in range(3) for decision in range(2)]
    rate = share(table, [cell for cell in decided if cell[1] == favourable], decided)
    return yardstick(table, rate, rate.value)
