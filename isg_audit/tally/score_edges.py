"""Where score bins start: at edges that are given, or where the scores themselves lie.

Imports `errors`, `sources`, `tally.literal`. Adaptive edges come from one histogram that the engine
counts over the score alone: exact counts, so the same edges whatever the order of the rows and the
engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.errors import DataError, Fault
from isg_audit.tally.literal import double

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions

Floats = NDArray[np.float64]

FINE = 65_536
"""Bins of the histogram, of equal width."""

QUANTILES = (0.002, 0.02, 0.15, 0.5, 0.85, 0.98, 0.998)
"""Where segments meet: close together in the tails, so that a few far scores cost no sharpness."""

TENTHS = np.arange(1, 10) / 10
"""Of a probability: the ten bands of calibration start here, so no bin may lie across one."""

MUCH = 0.15
"""Share of all scores that one stretch of bins of equal width may hold between two tenths."""

FEWEST = 8
"""Bins of a stretch, however few scores it holds."""

LOOKS = 4
"""Times that a stretch of the histogram which holds too much is looked at more closely."""

HEAVY = 0.05
"""Share of all scores in one fine bin that is too much."""


@dataclass(frozen=True)
class Segment:
    """A stretch of bins of equal width.

    Attributes:
        low: where it starts; belongs to it.
        high: where it ends; belongs to the next segment, or to the last bin of the last one.
        bins: into how many bins it is cut.
    """

    low: float
    high: float
    bins: int

    @property
    def width(self) -> float:
        """Of one bin."""
        return (self.high - self.low) / self.bins

    @property
    def starts(self) -> list[float]:
        """Where its bins start."""
        return [self.low + place * self.width for place in range(self.bins)]


def given(edges: Sequence[float], low: float, high: float) -> tuple[Segment, ...]:
    """The bins between edges of the audit file.

    Args:
        edges: rising.
        low: the least score.
        high: the greatest score.

    Raises:
        DataError: a score outside the edges.
    """
    if low < edges[0] or high > edges[-1]:
        raise DataError(
            Fault(
                "decisions.score_bins",
                f"scores lie between {low:g} and {high:g}, outside {edges[0]:g} to {edges[-1]:g}.",
                "Widen the first or the last bin.",
            )
        )
    return tuple(Segment(a, b, 1) for a, b in zip(edges, edges[1:], strict=False))


def adaptive(
    decisions: Decisions, score: Any, low: float, high: float, bins: int
) -> tuple[Segment, ...]:
    """About `bins` bins that follow the scores, from a histogram of them.

    Args:
        decisions: where the scores are.
        score: the Ibis expression of the score.
        low: the least score.
        high: the greatest score, above `low`.
        bins: how many bins are wanted.
    """
    edges, counts = fine_histogram(decisions, score, low, high)
    below = np.concatenate([[0.0], np.cumsum(counts) / counts.sum()])
    places = np.searchsorted(below, QUANTILES)
    borders = sorted({low, high, *edges[places].tolist()})
    if low >= 0 and high <= 1:
        tenths = [float(one) for one in TENTHS if low < one < high]
        borders = _sparing([low, *tenths, high], borders, edges, below)
    share = np.diff(np.interp(borders, edges, below))
    return tuple(
        Segment(start, end, max(FEWEST, round(bins * part)))
        for start, end, part in zip(borders, borders[1:], share, strict=False)
    )


def _sparing(kept: list[float], more: Sequence[float], edges: Floats, below: Floats) -> list[float]:
    """The borders to keep, and of the others those that cut a stretch which holds much.

    Each border costs the engine a comparison of every row.
    """
    for border in more:
        after = int(np.searchsorted(kept, border))
        if border in kept or not 0 < after < len(kept):
            continue
        ends = np.interp([kept[after - 1], kept[after]], edges, below)
        if ends[1] - ends[0] > MUCH:
            kept = [*kept[:after], border, *kept[after:]]
    return kept


def fine_histogram(
    decisions: Decisions, score: Any, low: float, high: float
) -> tuple[Floats, Floats]:
    """Edges and counts of a histogram, finer where one of its bins holds too much.

    Args:
        decisions: where the numbers are.
        score: the Ibis expression of the number.
        low: the least.
        high: the greatest, above `low`.
    """
    edges, counts = _histogram(decisions, score, low, high, within=False)
    total, single = counts.sum(), set()
    for _ in range(LOOKS):
        tried = np.array([one in single for one in edges[:-1]])
        most = int(np.argmax(np.where(tried, 0, counts)))
        start, end = float(edges[most]), float(edges[most + 1])
        if tried[most] or counts[most] <= HEAVY * total:
            break
        if not (end - start) / FINE > 2 * np.spacing(max(abs(start), abs(end))):
            single.add(start)
            continue
        inner, inside = _histogram(decisions, score, start, end, within=True)
        if (inside > 0).sum() == 1:  # one score, or as good as one
            single.add(float(inner[int(np.argmax(inside))]))
        edges = np.concatenate([edges[:most], inner, edges[most + 2 :]])
        counts = np.concatenate([counts[:most], inside, counts[most + 1 :]])
    return edges, counts


def _histogram(
    decisions: Decisions, score: Any, low: float, high: float, *, within: bool
) -> tuple[Floats, Floats]:
    """Edges, shape (FINE + 1,), and rows between them; of the scores from `low` to below `high`.

    Args:
        decisions: where the scores are.
        score: the Ibis expression of the score.
        low: the first edge.
        high: the last edge.
        within: leave scores outside out; else none is, and `high` belongs to the last bin.
    """
    import ibis

    width = (high - low) / FINE
    place = ((score - double(low)) / double(width)).floor().cast("int32")
    place = (place >= FINE).ifelse(FINE - 1, place)
    inside = (score >= double(low)) & (score < double(high))
    key = inside.ifelse(place, ibis.null("int32")) if within else place
    found = decisions.count({"place": key}, {"rows": decisions.table.count()}, FINE + 1)
    places, rows = found["place"].to_numpy(zero_copy_only=False), found["rows"].to_numpy()
    known = ~np.isnan(places.astype(float))
    counts: Floats = np.zeros(FINE)
    counts[places[known].astype(np.intp)] = rows[known]
    edges: Floats = low + np.arange(FINE + 1, dtype=np.float64) * width
    edges[-1] = high
    return edges, counts
