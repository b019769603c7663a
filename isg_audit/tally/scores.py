"""Which bins a score falls into: each value its own bin where there are few, else equal widths.

Imports `errors`, `sources`. With one value a bin, everything computed from the bins is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.errors import DataError, Fault

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions

MOST_EXACT = 20_000
"""Different scores up to which each is its own bin."""
BINS = 1_024


@dataclass(frozen=True)
class Scores:
    """How scores are binned.

    Attributes:
        exact: each different score is its own bin.
        low: least score.
        width: width of a bin, 0 if exact.
    """

    exact: bool = True
    low: float = 0.0
    width: float = 0.0

    def key(self, column: Any) -> Any:
        """The Ibis expression to group by."""
        if self.exact:
            return column.cast("float64")
        place = ((column.cast("float64") - self.low) / self.width).floor().cast("int32")
        return (place >= BINS).ifelse(BINS - 1, place)

    def levels(self, cells: Any) -> NDArray[np.float64]:
        """The score of each cell: its value, or the lower edge of its bin; NaN without one."""
        if "score" not in cells.column_names:
            return np.full(cells.num_rows, np.nan)
        found: NDArray[np.float64] = cells["score"].to_numpy().astype(float)
        # Adding zero turns a negative zero into the zero that it equals.
        return found + 0.0 if self.exact else self.low + found * self.width


def look_at_scores(decisions: Decisions) -> Scores:
    """Choose the bins, after a look at the range of the scores.

    Raises:
        DataError: scores that are NaN or infinite.
    """
    name = decisions.roles.score
    if name is None:
        return Scores()
    column = decisions.table[name]
    questions = {"low": column.min(), "high": column.max()}
    if column.type().is_floating():
        questions |= {"nan": column.isnan().sum(), "endless": column.isinf().sum()}
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
    if len(decisions.distinct(name, MOST_EXACT)) <= MOST_EXACT:
        return Scores()
    low, high = float(facts["low"]), float(facts["high"])
    return Scores(exact=False, low=low, width=(high - low) / BINS)
