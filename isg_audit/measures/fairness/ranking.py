"""Ranked lists: who stands among the first, how much attention each group gets.

Imports `measures.by_list`, this family, `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np

from isg_audit import stats
from isg_audit.measures.by_list import (
    exposure_sums,
    lists_of,
    place_sums,
    standard_error,
    tops_of,
)
from isg_audit.measures.fairness.ranking_figures import Figure, of_lists, why_no_interval
from isg_audit.measures.fairness.ranking_rows import compared, part_of_all
from isg_audit.measures.measurement import Measurement
from isg_audit.measures.plan import Plan
from isg_audit.tally.fold import FOLDS
from isg_audit.tally.table import JOINT, OF_LISTS, UNKNOWN, Effect, Floats, Table

Tables = Mapping[tuple[str, ...], Table]

MEAN_EXPOSURE = Figure("mean_exposure", 1, "exposure")
FURTHER_THAN_CHANCE = 2.0
"""Times what chance gives, up to which a divergence has no interval: it is not 0 by chance."""


def exposure(tables: Tables, plan: Plan, measure: str) -> Iterator[Measurement]:
    """How much attention the entries of each group get by where they stand.

    The exposure of a place is 1 / log2(1 + place): 1 for the first, 0.5 for the third, 0.29 for the
    tenth. `mean_exposure` is its mean over the entries of a group in all lists, so its `.ratio` is
    the exposure ratio. `exposure_share` is the group's part of all exposure, held against its part
    of all entries (`versus` is `all`): below it, the group gets less attention than its numbers
    would bring it in a random order. Whether they should is for people to say: entries may deserve
    their places.

    The list is what is sampled: intervals come from leaving out a sixteenth of the lists at a time
    (Student's t; ratios on the log scale, shares on the logit scale), for comparisons of the
    comparison itself, since groups in one list share its places. Below 10 sixteenths with entries
    of the group there is no interval; one list says nothing about another. Ranges hold for all
    groups at once (Bonferroni), wide, whatever the groups have to do with one another.

    Source:
        Singh & Joachims (2018), Proceedings of KDD, 2219-2228.
    """
    for by, table in tables.items():
        sums = exposure_sums(table)
        yield from compared(MEAN_EXPOSURE, sums, plan, measure)
        if by:
            share = Figure("exposure_share", 1, "proportion")
            yield from part_of_all(share, sums, plan, measure)


def top_places(tables: Tables, plan: Plan, measure: str) -> Iterator[Measurement]:
    """Who stands among the first places of a list.

    For each number k in `top`, which `feature` names ("top 10"): `top_k_rate`, the share of a
    group's entries that stand in the first k of their list, with its comparisons; `top_k_share`,
    the group's part of all those places, held against its part of all entries (`versus` is `all`).
    Lists shorter than k are wholly among the first.

    Intervals as for exposure, from leaving out a sixteenth of the lists at a time; those of
    `top_k_rate` are Wilson's with as many cases as independent ones would give that precision. A
    group that has none or all of its entries among the first has no interval.
    """
    for by, table in tables.items():
        sums = place_sums(table)
        for column, top in enumerate(tops_of(table), start=1):
            feature = f"top {top}"
            rate = Figure("top_k_rate", column, "proportion", feature)
            yield from compared(rate, sums, plan, measure)
            if by:
                share = Figure("top_k_share", column, "proportion", feature)
                yield from part_of_all(share, sums, plan, measure)


def ndkl(tables: Tables, plan: Plan, measure: str) -> Iterator[Measurement]:
    """How far the composition of the first places is from that of all entries, over all groups.

    The normalised discounted Kullback-Leibler divergence, in nats: for every beginning of a list,
    the divergence of its groups' shares from those of all entries, averaged with the exposure of
    its last place as weight. 0: every beginning is composed as the whole. It is of all lists
    pooled: the first places of all lists together against all entries of all lists; one value for
    each list and their mean would need the lists themselves, and lists that differ in length and
    composition add to it. No smoothing. It does not say which group stands first.

    It is never 0 by chance: the note says what a random order would give on average. The interval
    (log scale, a sixteenth of the lists left out at a time) is given where the value is more than
    twice that; nearer, nothing tells it from chance.

    Source:
        Geyik, Ambler & Kenthapadi (2019), Proceedings of KDD, 2221-2231.
    """
    for by, table in tables.items():
        if by:
            yield _ndkl(table, plan, measure)


def _ndkl(table: Table, plan: Plan, measure: str) -> Measurement:
    counts = table.binned[:, UNKNOWN]
    known = counts.shape[1] > 0 and not np.isnan(counts).any() and counts.sum() > 0
    places = table.score_levels
    value = float(stats.ndkl(counts, places)) if known else np.nan
    chance = float(stats.ndkl_by_chance(counts, places)) if known else np.nan
    effect = _spread(table, counts, value) if known else Effect(np.full(1, np.nan), np.zeros(1))
    limits = partial(_limits, value, effect)
    low, _ = limits(plan.confidence)
    bounded = not np.isnan(low) and value > FURTHER_THAN_CHANCE * chance
    note = "withheld"
    if known:
        note = f"{chance:.4f} expected of a random order"
        if not np.isnan(low) and not bounded:
            note += "; no interval: too near to what chance gives"
        elif not bounded:
            note += f"; {why_no_interval(lists_of(table), float(effect.folds[0]))}"
    return Measurement(
        measure=measure,
        metric="ndkl",
        value=value if known else None,
        low=limits(plan.confidence)[0] if bounded else None,
        high=limits(plan.confidence)[1] if bounded else None,
        confidence=plan.confidence,
        n=int(counts.sum()) if known else 0,
        by=JOINT.join(table.by),
        unit="nats",
        method="all lists pooled" + of_lists(bounded=bounded),
        note=note,
        limits=limits if bounded else None,
    )


def _limits(value: float, effect: Effect, confidence: float) -> tuple[float, float]:
    low, high = stats.jackknife_limits(
        value, effect.cases[0], effect.folds[0], confidence, scale="log"
    )
    return float(low), float(high)


def _spread(table: Table, counts: Floats, value: float) -> Effect:
    """The standard error between lists; the same number stands for every group."""
    key = OF_LISTS.join(("", "score_by_outcome", "ndkl", ""))
    if key not in table.effects:
        if table.folds is None:
            return Effect(np.full(1, np.nan), np.zeros(1))
        group, fold, place, entries = table.folds.placed.T
        level = np.searchsorted(table.score_levels, place)
        at = group.astype(np.intp) * counts.shape[1] + level
        there = np.isin(np.arange(FOLDS), fold)
        without = np.full(FOLDS, value)
        for one in np.flatnonzero(there):
            inside = np.bincount(at, entries * (fold == one), counts.size).reshape(counts.shape)
            without[one] = float(stats.ndkl(counts - inside, table.score_levels))
        error = standard_error(np.array(value), without, there)
        size = len(table.groups)
        table.effects[key] = Effect(np.full(size, error), np.full(size, float(there.sum())))
    return table.effects[key]
