"""Where columns of numbers are cut into bands of about equally many people.

Imports `errors`, `sources`, `tally.score_edges`. The engine counts; the cuts are found in what it
counted, so they are the same whatever the order of the rows and the engine. They look at no
decision: bands that followed the decisions would be a search of their own.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from isg_audit.tally.literal import double
from isg_audit.tally.score_edges import fine_histogram
from isg_audit.tally.table import Floats

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions

EACH = 1_000
"""Different numbers up to which each is counted; of more, a histogram."""

DIGITS = 3
"""Of a cut: figures that a reader takes in, and that tell nobody's own number."""


def cuts(decisions: Decisions, column: str, bins: int) -> tuple[float, ...]:
    """Where to cut a column of numbers, rising; empty where it holds one number, or none.

    Args:
        decisions: where the numbers are.
        column: its name.
        bins: how many bands are wanted, at least 2.
    """
    import ibis

    number = decisions.table[column].cast("float64")
    kind = decisions.table[column].type()
    # Engines agree on what is larger than the largest number, not on what is infinite.
    kept = (number.abs() <= double(sys.float_info.max)).ifelse(number, ibis.null("float64"))
    facts = decisions.ask(low=kept.min(), high=kept.max(), many=kept.nunique())
    if not facts["many"] or facts["low"] == facts["high"]:
        return ()
    if facts["many"] <= EACH:
        values, counts = _each(decisions, kept)
    else:
        edges, counts = fine_histogram(decisions, kept, facts["low"], facts["high"])
        values = edges[:-1]
    found = _equal(values, counts, bins)
    rounded = _rounded(found, whole=bool(kind.is_integer()))
    inside = rounded[(rounded > facts["low"]) & (rounded <= facts["high"])]
    return tuple(float(one) for one in (inside if len(inside) == len(found) else found))


def _each(decisions: Decisions, number: object) -> tuple[Floats, Floats]:
    """Every number that occurs, rising, and its rows."""
    cells = decisions.count({"value": number}, {"rows": decisions.table.count()}, EACH + 1)
    values = cells["value"].to_numpy(zero_copy_only=False).astype(float)
    rows = cells["rows"].to_numpy().astype(float)
    known = ~np.isnan(values)
    order = np.argsort(values[known])
    return values[known][order], rows[known][order]


def _equal(values: Floats, counts: Floats, bins: int) -> Floats:
    """Values at which bands start, so that the share below each is nearest to equal parts."""
    below = np.concatenate([[0.0], np.cumsum(counts)[:-1]]) / counts.sum()
    occurs = np.flatnonzero(counts > 0)
    starts = occurs[1:]
    if not len(starts):
        return np.zeros(0)
    wanted = np.arange(1, bins) / bins
    nearest = np.abs(below[starts][:, None] - wanted).argmin(axis=0)
    chosen: Floats = np.unique(values[starts[nearest]])
    return chosen


def _rounded(cuts: Floats, *, whole: bool) -> Floats:
    """Cuts of three figures; two that would become one stay as they are."""
    rounded = np.array([float(f"{one:.{DIGITS}g}") for one in cuts])
    rounded = np.ceil(rounded) if whole else rounded
    different: Floats = rounded if len(np.unique(rounded)) == len(cuts) else cuts
    return different
