"""Which bin a score falls into: its own where there are few scores, else adaptive or given ones.

Imports `errors`, `sources`, `tally.score_edges`. With one value a bin, everything computed from the
bins is exact; with several, what they leave open is bounded by `Table.score_edges` and told.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.errors import DataError, Fault
from isg_audit.tally.literal import double
from isg_audit.tally.score_edges import Segment, adaptive, given

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions

MOST_EXACT = 20_000
"""Different scores up to which each is its own bin."""
MANY_ROWS, MOST_EXACT_OF_MANY = 1_000_000, 1_024
"""In more rows than this, fewer scores: each of them may occur in every combination of groups."""
BINS = 1_024
BINS_OF_PERSONS = 64
"""Bins where persons repeat: the cells are counted for each of sixteen folds of persons."""
PROBED = 4
"""Times as many rows as values are allowed, in which more values are looked for first."""


@dataclass(frozen=True)
class Scores:
    """How scores are binned.

    Attributes:
        segments: stretches of bins of equal width, rising, each starting where the one before
            ends; empty where each different score is its own bin.
    """

    segments: tuple[Segment, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether each different score is its own bin."""
        return not self.segments

    @cached_property
    def edges(self) -> NDArray[np.float64]:
        """Where bins start, rising, and the end of the last; empty if exact."""
        if self.exact:
            return np.zeros(0)
        last = self.segments[-1]
        return np.array([*(one for part in self.segments for one in part.starts), last.high])

    def key(self, column: Any) -> Any:
        """The Ibis expression to group by: the score, or the number of its bin."""
        import ibis

        score = column.cast("float64")
        if self.exact:
            return score
        return score.notnull().ifelse(_place(score, self.segments, 0), ibis.null("int32"))

    def levels(self, cells: Any) -> NDArray[np.float64]:
        """The score of each cell: its value, or the lower edge of its bin; NaN without one."""
        if "score" not in cells.column_names:
            return np.full(cells.num_rows, np.nan)
        found: NDArray[np.float64] = cells["score"].to_numpy().astype(float)
        if self.exact:
            return found + 0.0  # turns a negative zero into the zero that it equals
        known = ~np.isnan(found)
        found[known] = self.edges[found[known].astype(np.intp)]
        return found


def _place(score: Any, segments: tuple[Segment, ...], first: int) -> Any:
    """The number of a score's bin: halves until one segment is left, then divides by its width."""
    import ibis

    if len(segments) > 1:
        half = len(segments) // 2
        below = sum(one.bins for one in segments[:half])
        return (score < double(segments[half].low)).ifelse(
            _place(score, segments[:half], first), _place(score, segments[half:], first + below)
        )
    (only,) = segments
    if only.bins == 1:
        return ibis.literal(first, "int32")
    place = ((score - double(only.low)) / double(only.width)).floor().cast("int32")
    # The end of the segment belongs to its last bin, also where division rounds up to it.
    return (place >= only.bins).ifelse(only.bins - 1, place) + first


def look_at_scores(decisions: Decisions) -> Scores:
    """Choose the bins: those given, each score its own, or adaptive ones.

    Raises:
        DataError: scores that are NaN or infinite, or outside the bins that are given.
    """
    name = decisions.roles.score
    if name is None:
        return Scores()
    column = decisions.table[name].cast("float64")
    known = column.notnull()
    questions = {
        "low": column.min(),
        "high": column.max(),
        "rows": column.count(),
        "nan": (known & column.isnan()).sum(),
        "endless": (known & column.isinf()).sum(),
    }
    facts = decisions.ask(**questions)
    faults = [
        Fault(
            "decisions.score",
            f"column '{name}' is {what} in {facts[key]:,} rows.",
            "Leave it empty where there is no score.",
        )
        for key, what in (("nan", "NaN"), ("endless", "infinite"))
        if facts.get(key)
    ]
    if facts["low"] is None:
        faults.append(Fault("decisions.score", f"column '{name}' has no value in any row."))
    if faults:
        raise DataError(faults)
    low, high = float(facts["low"]), float(facts["high"])
    if decisions.roles.score_bins:
        return Scores(given(decisions.roles.score_bins, low, high))
    if _few(decisions, name, facts["rows"]):
        return Scores()
    bins = BINS if decisions.roles.person is None else BINS_OF_PERSONS
    return Scores(adaptive(decisions, column, low, high, bins))


def _few(decisions: Decisions, name: str, rows: int) -> bool:
    """Whether there are so few different scores that each can be its own bin."""
    most = MOST_EXACT if rows <= MANY_ROWS else MOST_EXACT_OF_MANY
    if rows <= most:
        return True
    # A part of the rows often shows that there are more; only where it does not, all are read.
    if len(decisions.distinct(name, most, among=PROBED * most)) > most:
        return False
    return len(decisions.distinct(name, most)) <= most
