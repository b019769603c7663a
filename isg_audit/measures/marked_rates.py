"""Rates of what is marked of people, by group, with every comparison that a metric has.

Shared by the families. Imports `measures` (this level), `tally`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from isg_audit.measures.compare import best_off, compare
from isg_audit.measures.estimates import Estimates, share
from isg_audit.measures.few import smallest_known
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.metric import Better, Metric
from isg_audit.measures.plan import Plan
from isg_audit.tally.cells import Cells, Truths
from isg_audit.tally.table import NEGATIVE, POSITIVE, UNKNOWN, Counted, Floats, Table

HITS, OTHERS = (UNKNOWN, POSITIVE), (UNKNOWN, NEGATIVE)
"""Where people who are marked, and those who are not, stand in a table of ours."""


@dataclass(frozen=True)
class Rate:
    """What a rate is.

    Attributes:
        measure: its id.
        metric: its name.
        among: whom it is a share of, in words, for where there are none.
        better: which value is better for people.
        in_people: whether a gap stands for people.
        feature: the stage it is of; else empty.
        note: what to say beside each group's rate.
    """

    measure: str
    metric: str
    among: str
    better: Better = "high"
    in_people: bool = True
    feature: str = ""
    note: str = ""


def rates(
    rate: Rate,
    cells: Cells,
    hits: Truths,
    among: Truths,
    told: Sequence[Truths],
    counted: Counted,
    plan: Plan,
) -> Iterator[Measurement | NotMeasured]:
    """Every row of a rate: groups, comparisons, ranges.

    Args:
        rate: what it is.
        cells: what was counted.
        hits: cells whose people are marked.
        among: cells whose people might be.
        told: kinds of people of whom rows tell how many they are, see `few`.
        counted: the tally, for the groups there are and how often persons repeat.
        plan: which groups are compared.
    """
    hits = hits & among
    if not among.any():
        yield NotMeasured(rate.measure, f"there are no {rate.among}", rate.metric)
        return
    metric = metric_of(rate)
    for by in ((), *plan.several_by):
        base = counted.table(by)
        table = table_of(base, cells, hits, among)
        least = smallest_known(cells, by, base.groups, (*told, among, hits, among & ~hits))
        best = best_off(metric, table, metric.of(table)) if by else None
        safe = safety(least, base, best)
        for row in compare(metric, table, plan, rate.measure):
            note = "; ".join(filter(None, (row.note, "" if row.versus else rate.note)))
            yield replace(row, feature=rate.feature, note=note, smallest=safe(row))


def metric_of(rate: Rate) -> Metric:
    """The metric that reads a table of `table_of`."""
    family = rate.measure.partition(".")[0]
    return Metric(
        family, rate.metric, _marked, frozenset(), (rate.better, rate.better),
        (rate.in_people, rate.in_people),
    )  # fmt: skip


def _marked(table: Table) -> Estimates:
    return share(table, [HITS], [HITS, OTHERS])


def table_of(base: Table, cells: Cells, hits: Truths, among: Truths) -> Table:
    """A table of the groups of `base` that holds who is marked, and who might be."""
    place = cells.place(base.by, base.groups)
    groups = len(base.groups)
    kinds = np.zeros((3, groups, 3, 3))
    for at, chosen in ((HITS, hits & among), (OTHERS, among & ~hits)):
        kept = chosen & (place >= 0)
        for kind in range(3):
            added = np.bincount(place[kept], weights=cells.sums[kept, kind], minlength=groups)
            kinds[(kind, slice(None), *at)] = added
    return bare(base, *kinds)


def bare(base: Table, cases: Floats, weight: Floats, squares: Floats) -> Table:
    """The groups of a table with other counts, and nothing that is known of the old ones."""
    groups = len(base.groups)
    nothing = np.zeros((groups, 3))
    return replace(
        base, positive_is_favourable=True, cases=cases, weight=weight, squares=squares,
        scored=nothing, score_sum=nothing, score_squares=nothing, score_levels=np.zeros(0),
        score_edges=np.zeros(0), binned=np.zeros((groups, 3, 0)), persons=None,
        withheld=np.zeros(groups, dtype=bool), task="binary", parts={}, names={}, folds=None,
        effects={}, rest_effects={},
    )  # fmt: skip


def safety(least: Floats, base: Table, best: int | None) -> Callable[[Measurement], float | None]:
    """From a row to the smallest count of persons that it tells, None where it tells of nobody.

    Args:
        least: of each group, see `few`.
        base: the groups, and how often persons repeat in them.
        best: which group is the best-off.
    """
    persons = least / base.repeats.max(initial=1.0)
    place = {group: at for at, group in enumerate(base.groups)}

    def smallest(row: Measurement) -> float | None:
        told = [persons[place[row.group]]] if row.group in place else list(persons)
        if row.versus == "best" and best is not None:
            told.append(persons[best])
        elif row.versus in place:
            told.append(persons[place[row.versus]])
        found = float(min(told, default=np.inf))
        return found if np.isfinite(found) else None

    return smallest
