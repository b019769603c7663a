"""How many decisions would have to be otherwise for a finding to turn.

Imports numpy and this room only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import FloatArray, checked_counts, of_one_shape, plain
from isg_audit.stats.differences import newcombe
from isg_audit.stats.ratios import score_ratio

# A quotient of whole numbers misses its limit by rounding; 17/50 over 170/400 is .80.
ROUNDING = 1e-12

Holds = Callable[[FloatArray], NDArray[np.bool]]


def flip_count(
    hits: ArrayLike,
    cases: ArrayLike,
    other_hits: ArrayLike,
    other_cases: ArrayLike,
    limit: ArrayLike,
    *,
    comparison: Literal["ratio", "difference"] = "ratio",
    side: Literal["at least", "at most"] = "at least",
    judged_on: Literal["point", "interval"] = "point",
    confidence: float = 0.95,
    fail_confidence: float | None = None,
) -> FloatArray:
    """Fewest decisions about the group that would have to be otherwise for the finding to turn.

    Args:
        hits: whole hits of the group, any shape; all five broadcast.
        cases: whole cases of the group.
        other_hits: whole hits of the comparator, which stay as they are: not for a comparator
            that holds the group.
        other_cases: whole cases of the comparator.
        limit: what the comparison is held against, .8 for the four-fifths rule.
        comparison: share over other share, or share minus other share.
        side: "at least": the comparison shall not lie below `limit`; "at most": not above it.
        judged_on: "point": inside or outside by the value alone (on the limit is inside).
            "interval": a pass where the whole plain interval lies inside, a fail where the whole
            interval at `fail_confidence` lies outside; the finding turns when it is no more so.
        confidence: of the plain interval, between 0 and 1.
        fail_confidence: of the interval that fails, where several groups are judged at once.

    Returns:
        Whole numbers: positive so many more hits among the same cases, negative so many fewer.
        Infinite, with that sign, where not even all cases together would turn it. NaN where a
        group has nobody, where a ratio has no value (the comparator has no hits) and, on
        intervals, where the finding is neither pass nor fail: then there is nothing to turn.

    Raises:
        ImpossibleCount: hits outside 0..cases; counts that are not whole (weighted decisions are
            no decisions); an unknown word; a confidence outside 0..1.

    Source:
        The flip-flop rule of the four-fifths analysis; Walsh et al. (2014), Journal of Clinical
        Epidemiology 67:622-628, for the same count in trials (the fragility index).
    """
    _checked_words(comparison, side, judged_on)
    some, every, others_some, others_every, bar = of_one_shape(
        *np.broadcast_arrays(
            *checked_counts(hits, cases),
            *checked_counts(other_hits, other_cases),
            np.asarray(limit, dtype=np.float64),
        )
    )
    if any((np.abs(np.rint(one) - one) > 0).any() for one in (some, every, others_some)):
        raise ImpossibleCount("Only whole decisions can turn; these are weighted or scaled.")

    def ends(counted: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
        if judged_on == "point":
            return (value := _value(counted / every, others_some / others_every, comparison)), value
        rule = score_ratio if comparison == "ratio" else newcombe
        return rule(counted, every, others_some, others_every, level)

    def inside(counted: FloatArray) -> NDArray[np.bool]:
        low, high = ends(counted, confidence)
        return low >= bar - _slack(bar) if side == "at least" else high <= bar + _slack(bar)

    def outside(counted: FloatArray) -> NDArray[np.bool]:
        low, high = ends(counted, fail_confidence or confidence)
        return high < bar - _slack(bar) if side == "at least" else low > bar + _slack(bar)

    upwards = 1.0 if side == "at least" else -1.0
    known = ~np.isnan(some + others_some + bar)
    if comparison == "ratio":
        known &= others_some > 0
    cleared = _fewest(inside, some, every, -upwards)
    accused = _fewest(outside, some, every, upwards)
    turned = np.where(inside(some), cleared, np.where(outside(some), accused, np.nan))
    return plain(np.where(known, turned, np.nan))


def _fewest(holds: Holds, some: FloatArray, every: FloatArray, step: float) -> FloatArray:
    """Signed number of hits, in the direction of `step`, at which `holds` first fails."""
    room = np.nan_to_num(every - some if step > 0 else some)
    never = holds(some + step * room)
    still, ended = np.zeros_like(room), room
    while (ended - still > 1).any():
        middle = np.floor((still + ended) / 2.0)
        there = holds(some + step * middle)
        still, ended = np.where(there, middle, still), np.where(there, ended, middle)
    return plain(np.where(never, step * np.inf, step * ended))


def _value(share: FloatArray, other: FloatArray, comparison: str) -> FloatArray:
    if comparison == "difference":
        return plain(share - other)
    return plain(share / np.where(other > 0, other, np.nan))


def _slack(limit: FloatArray) -> FloatArray:
    return plain(ROUNDING * np.maximum(1.0, np.abs(limit)))


def _checked_words(comparison: str, side: str, judged_on: str) -> None:
    """Raises ImpossibleCount for a word that means nothing here."""
    for word, known in (
        (comparison, ("ratio", "difference")),
        (side, ("at least", "at most")),
        (judged_on, ("point", "interval")),
    ):
        if word not in known:
            raise ImpossibleCount(f"{word!r} is none of {', '.join(known)}.")
