"""How many decisions about a group would have to be otherwise for a ratio to change sides.

Of the value alone, as the four-fifths rule is read; what its interval needs is said by `outlook`.
Imports `stats`, `measures.measurement` and this room.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from isg_audit.judge.selection import Found
from isg_audit.judge.verdict import Tolerance
from isg_audit.measures.measurement import Measurement

DECISIONS = frozenset({"favourable_rate", "selection_rate"})
"""Shares of decisions, which deciding otherwise changes; they rest on the decided alone."""
WEIGHTED = "effective cases"
"""In the method of a weighted rate, whose cases are no decisions."""

Key = tuple[str, ...]


class _Counts(NamedTuple):
    hits: int
    cases: int


def flips(rows: Sequence[Measurement], tolerance: Tolerance | None, found: Found) -> dict[Key, int]:
    """Decisions that would have to be otherwise, by the key of the comparison.

    Args:
        rows: the comparisons of an item.
        tolerance: where the ratio has to lie; with two ends, nothing is counted.
        found: all measurements, for the groups' own rates.

    Returns:
        Positive: so many more favourable decisions about the group, negative: so many fewer.
        Missing where a rate is weighted, unknown or of nobody, and where no number would do.
    """
    from isg_audit.stats import flip_count

    side = _side(tolerance)
    counted = [
        (row, here, there)
        for row in rows
        if row.metric.endswith(".ratio") and row.metric.partition(".")[0] in DECISIONS
        for here, there in [_both(row, found)]
        if here is not None and there is not None
    ]
    if side is None or not counted:
        return {}
    turned = flip_count(
        [here.hits for _, here, _ in counted],
        [here.cases for _, here, _ in counted],
        [there.hits for _, _, there in counted],
        [there.cases for _, _, there in counted],
        side[1],
        side=side[0],
    )
    return {
        row.key: int(number)
        for (row, _, _), number in zip(counted, turned, strict=True)
        if math.isfinite(number)
    }


def _side(tolerance: Tolerance | None) -> tuple[Literal["at least", "at most"], float] | None:
    if tolerance is None or tolerance.within is not None:
        return None
    if tolerance.at_least is not None:
        return "at least", tolerance.at_least
    return None if tolerance.at_most is None else ("at most", tolerance.at_most)


def _both(row: Measurement, found: Found) -> tuple[_Counts | None, _Counts | None]:
    """Counts of the group and of whom it is compared with, from their own rates."""
    metric = row.metric.partition(".")[0]
    own = {one.group: _counts(one) for one in found.rows.get((row.measure, metric, row.by), ())}
    here = own.pop(row.group, None)
    if row.versus == "rest":
        others = list(own.values())
    else:
        others = [own.get(_yardstick(row, found, list(own)))]
    known = [one for one in others if one is not None]
    if not known or len(known) < len(others):
        return here, None
    return here, _Counts(sum(one.hits for one in known), sum(one.cases for one in known))


def _yardstick(row: Measurement, found: Found, groups: Sequence[str]) -> str:
    """The group compared with: `best` is the one that is not compared with itself."""
    if row.versus != "best":
        return row.versus
    beside = found.rows.get((row.measure, row.metric, row.by), ())
    compared = {one.group for one in beside if one.versus == "best"}
    left = [group for group in groups if group not in compared]
    return left[0] if len(left) == 1 else ""


def _counts(row: Measurement) -> _Counts | None:
    """Whole hits and cases of a rate; None where it is weighted or has no value."""
    if row.versus or row.value is None or WEIGHTED in row.method:
        return None
    hits = row.value * row.n
    whole = round(hits)
    return _Counts(whole, row.n) if abs(hits - whole) <= 1e-6 * max(1.0, hits) else None
