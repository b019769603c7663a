"""What a share can be where some outcomes were never seen: bounds, and limits around them.

Nothing is assumed of who was not seen; their outcomes may be whatever they may be. Imports numpy
and this room only.

Source:
    Manski (2003), Partial Identification of Probability Distributions; Horowitz & Manski (2000),
    JASA 95:77-84 (limits that hold both bounds).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.stats.bounds import FloatArray, checked_amounts, plain
from isg_audit.stats.combination import difference_of
from isg_audit.stats.proportions import wilson


class Between(NamedTuple):
    """A figure that is known to lie between two values, arrays of one shape.

    Attributes:
        least: the lowest value that what was seen allows.
        most: the highest.
        low: lower limit of `least` at the confidence asked for.
        high: upper limit of `most`.
    """

    least: FloatArray
    most: FloatArray
    low: FloatArray
    high: FloatArray


class Seen(NamedTuple):
    """What was seen of a share, arrays of one shape (effective counts where weighted).

    A share is hits among hits and misses. People with either may not have been seen to be so.

    Attributes:
        hits: people seen to be hits.
        misses: people seen to be misses.
        may_be_hits: people who are either a hit or not of the share at all.
        may_be_misses: people who are either a miss or not of the share at all.
        either: people who are of the share, and either a hit or a miss.
    """

    hits: ArrayLike
    misses: ArrayLike
    may_be_hits: ArrayLike = 0.0
    may_be_misses: ArrayLike = 0.0
    either: ArrayLike = 0.0


def share_between(seen: Seen, confidence: float = 0.95) -> Between:
    """The sharp bounds of a share, whatever the outcomes that were not seen.

    Args:
        seen: what was seen.
        confidence: a share between 0 and 1.

    Returns:
        Bounds that some outcomes of the unseen attain, with Wilson's limit below the lower and
        above the upper one: an interval that holds both true bounds with at least `confidence`.
        Where nobody was seen to be of the share, and somebody may be, 0 to 1; NaN where nobody
        can be.

    Raises:
        ImpossibleCount: a negative or infinite count.
    """
    (hits, at_least), (most_hits, at_most) = _extremes(seen)
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.where(at_least > 0, hits / at_least, np.nan)
        most = np.where(at_most > 0, most_hits / at_most, np.nan)
    low = wilson(hits, at_least, confidence).low
    high = wilson(most_hits, at_most, confidence).high
    anybody = (at_least > 0) | (at_most > 0)  # where one end has nobody, the other may be all
    least, low = (np.where(anybody & np.isnan(one), 0.0, one) for one in (least, low))
    most, high = (np.where(anybody & np.isnan(one), 1.0, one) for one in (most, high))
    return Between(plain(least), plain(most), plain(low), plain(high))


def difference_between(seen: Seen, other: Seen, confidence: float = 0.95) -> Between:
    """The sharp bounds of a share minus that of other people.

    Outcomes of the unseen are free in each of the two groups, so the least difference is the one's
    least minus the other's most. Limits: Newcombe's below the least, and above the most.

    Args:
        seen: of the group; all broadcast.
        other: of other people.
        confidence: a share between 0 and 1.

    Raises:
        ImpossibleCount: a negative or infinite count.
    """
    ours, theirs = share_between(seen, confidence), share_between(other, confidence)
    mine, its = _inner(seen, confidence), _inner(other, confidence)
    low = difference_of(ours.least, ours.low, mine.least, theirs.most, its.most, theirs.high).low
    high = difference_of(ours.most, mine.most, ours.high, theirs.least, theirs.low, its.least).high
    return Between(
        plain(ours.least - theirs.most),
        plain(ours.most - theirs.least),
        plain(np.clip(low, -1.0, 1.0)),
        plain(np.clip(high, -1.0, 1.0)),
    )


class _Inner(NamedTuple):
    """The limits towards the inside: above the lower bound, below the upper one."""

    least: FloatArray
    most: FloatArray


def _inner(seen: Seen, confidence: float) -> _Inner:
    (hits, at_least), (most_hits, at_most) = _extremes(seen)
    least = wilson(hits, at_least, confidence).high
    most = wilson(most_hits, at_most, confidence).low
    return _Inner(np.where(np.isnan(least), 0.0, least), np.where(np.isnan(most), 1.0, most))


def _extremes(
    seen: Seen,
) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
    """Hits and cases of the lowest and of the highest share that is possible."""
    hits, misses, may_hit, may_miss, either = checked_amounts(*seen)
    everybody = hits + misses + either
    return (hits, everybody + may_miss), (hits + may_hit + either, everybody + may_hit)
