"""The smallest number of people that anybody could work out from rows that are published.

For rows that rest on counts which the published tally does not hold: `evidence` withholds a row
whose `smallest` is below the least count. Shared by the families. Imports `tally`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from isg_audit.tally.cells import Cells, Truths
from isg_audit.tally.table import Floats


def smallest_known(
    cells: Cells, by: Sequence[str], groups: Sequence[str], kinds: Sequence[Truths]
) -> Floats:
    """By group, the smallest count of people that follows from rows about several kinds of them.

    Args:
        cells: what was counted.
        by: attributes that form the groups; empty for everybody.
        groups: the groups, in order.
        kinds: which cells hold people of each kind of which rows tell how many they are, and of
            each difference between two of them; those of rows that were told before come first, so
            that a group withheld there is withheld here.

    Returns:
        Shape (groups,); infinite where every count is 0. Counts of 0 are no count. Of one
        attribute the groups with the fewest stand together with those of unknown group, as the
        remainder to everybody: a group is only as safe as what is left when all smaller ones are
        withheld. Of several attributes crossed all groups have the smallest of any combination,
        unknown values included, since their sums are told as well.
    """
    each = [np.where(kind, cells.sums[:, 0], 0.0) for kind in kinds]
    if not by:
        return _least(np.array([[one.sum()] for one in each]))
    if len(by) > 1:
        finest = cells.finest(by)
        counts = np.array([np.bincount(finest, weights=one) for one in each])
        return np.full(len(groups), _least(counts).min(initial=np.inf))
    place = cells.place(by, groups)
    place = np.where(place < 0, len(groups), place)
    counts = np.array([np.bincount(place, weights=one, minlength=len(groups) + 1) for one in each])
    several = [
        _with_remainder(counts[:upto, :-1], counts[:upto, -1:]) for upto in range(1, len(each) + 1)
    ]
    least: Floats = np.min(several, axis=0)
    return least


def _with_remainder(counts: Floats, unknown: Floats) -> Floats:
    """For each group the best of: withhold all that are smaller, and see what remains of them."""
    own = _least(counts)
    order = np.argsort(own, kind="stable")
    left = np.concatenate([unknown, unknown + np.cumsum(counts[:, order], axis=1)], axis=1)
    smallest = np.empty_like(own)
    smallest[order] = np.maximum.accumulate(np.minimum(own[order], _least(left)[:-1]))
    return smallest


def _least(counts: Floats) -> Floats:
    """The smallest count that is not 0 of each column."""
    least: Floats = np.where(counts > 0.5, counts, np.inf).min(axis=0, initial=np.inf)
    return least
