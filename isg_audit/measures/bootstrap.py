"""Replicates of any metric of counts, drawn from the tally: no row is read again.

Imports `stats`, `tally`. Every group's cases are drawn again with replacement, which for counts is
one multinomial draw a group; a metric is then computed on all replicates at once, as if each were a
group of its own. For intervals of figures without a closed form, and to check those that have one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from isg_audit.errors import ImpossibleCount
from isg_audit.measures.estimates import Estimates
from isg_audit.stats import resample_counts
from isg_audit.stats.resampling import generator_of
from isg_audit.tally.table import Floats, Table


def replicated(table: Table, replicates: int, seed: int) -> Table:
    """The table with `replicates` draws of each group in place of the group.

    Args:
        table: whole counts of independent cases.
        replicates: how many; 2,000 for an interval.
        seed: where the random numbers start; a group's draws do not depend on the other groups.

    Returns:
        A table of replicates × groups groups, all of the first replicate first. It holds outcomes
        and decisions; scores are not drawn.

    Raises:
        ImpossibleCount: weighted cases or persons that repeat, which counts cannot be drawn for.
    """
    if table.weighted or (table.repeats > 1).any():
        raise ImpossibleCount("Cases that are weighted or repeat persons cannot be drawn again.")
    # One generator a group, told apart by its own counts: another group moves nothing. Groups with
    # equal counts are told apart by their number, or their difference would never move.
    alike: Counter[bytes] = Counter()
    drawn = []
    for counts in table.cases:
        alike[counts.tobytes()] += 1
        rng = generator_of(seed, counts, str(alike[counts.tobytes()]))
        drawn.append(resample_counts(counts[None], replicates, rng))
    cases = np.concatenate(drawn, axis=1).reshape(-1, 3, 3).astype(np.float64)
    none = np.zeros((len(cases), 3))
    return replace(
        table,
        groups=table.groups * replicates,
        cases=cases,
        weight=cases,
        squares=cases,
        scored=none,
        score_sum=none,
        score_squares=none,
        binned=np.zeros((len(cases), 3, 0)),
        score_levels=np.zeros(0),
        persons=None,
        repeats=np.ones(len(cases)),
        withheld=np.zeros(len(cases), dtype=bool),
        parts={},
        names={},
        folds=None,
        effects={},
        rest_effects={},
    )


def replicate_values(metric: Callable[[Table], Estimates], drawn: Table, replicates: int) -> Floats:
    """A metric in every replicate, shape (replicates, groups); NaN where it has no value.

    Differences, ratios and ranges between groups follow along the second axis; hand any of them to
    `stats.percentile_interval`.
    """
    values: Floats = metric(drawn).value.reshape(replicates, -1)
    return values
