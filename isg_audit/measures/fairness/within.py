"""Favourable decisions compared within strata of like circumstances.

Imports `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from isg_audit.measures.estimates import LimitsAt, remembered
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.measures.strata_counts import Side
from isg_audit.measures.strata_pairs import Pair, pairs_of, published_smallest
from isg_audit.measures.within_words import (
    DISAGREE,
    Gap,
    agreement_note,
    cases_note,
    rounded,
    rounded_p,
    turn_note,
)
from isg_audit.stats import (
    breslow_day,
    cochran_mantel_haenszel,
    holm,
    mantel_haenszel_difference,
    mantel_haenszel_odds_ratio,
    mantel_haenszel_ratio,
    newcombe,
)
from isg_audit.stats.bounds import Bounds, Estimate
from isg_audit.tally.table import Counted, Floats, Table
from isg_audit.tally.within import Within

METRIC = "favourable_rate_within"

NOT_DECLARED = "no factors are named that may explain a gap ([audit] legitimate)"

NOBODY = "not estimable: no stratum holds both this group and anybody to compare with"

NO_RATIO = "nobody compared with has a favourable decision in these strata"

_MADE: dict[str, tuple[Callable[..., Estimate], str, str]] = {
    "difference": (mantel_haenszel_difference, "difference", "mantel-haenszel, sato"),
    "ratio": (mantel_haenszel_ratio, "ratio", "mantel-haenszel, greenland-robins"),
    "odds_ratio": (
        mantel_haenszel_odds_ratio,
        "ratio",
        "mantel-haenszel, rbg",
    ),
}
"""Comparison to what makes it, its unit and its method."""


def favourable_rate_within(
    within: Within | None, counted: Counted, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    """Favourable decisions of groups compared within strata of like circumstances.

    Strata are the combinations of the columns that the audit file names as `legitimate`; people
    without a value of one are strata of their own. That these factors may explain a gap is the
    auditor's judgement: a factor that is itself the fruit of unequal treatment hides it. The
    difference, the ratio and the odds ratio are those in common to all strata (Mantel and
    Haenszel), against the declared reference, the best-off group and everybody else; `p_value` is
    of the Cochran-Mantel-Haenszel test. One figure misleads where strata disagree: the note has
    the p of Breslow and Day with Tarone's correction, how many cases bear on the figure, and
    whether the gap as it is says otherwise (Simpson's paradox). Strata in which only one of the
    two groups is found say nothing. Weights give Kish's effective cases in each stratum; where
    persons repeat, cases are divided by the most decisions about one, the worst case. Figures
    have four decimals, intervals rounded outwards: with all digits, counts within strata could be
    worked out. No figure of these can be recomputed from the published counts.

    Source:
        Mantel & Haenszel (1959), JNCI 22:719-748; Robins, Breslow & Greenland (1986), Biometrics
        42:311-323; Greenland & Robins (1985), Biometrics 41:55-68; Sato (1989), Biometrics
        45:1323-1324; Tarone (1985), Biometrika 72:91-95; Bickel, Hammel & O'Connell (1975),
        Science 187:398-404.
    """
    why = NOT_DECLARED if within is None else within.why
    if within is None or why:
        yield NotMeasured(measure, why, METRIC)
        return
    for attribute in within.attributes:
        table = counted.table((attribute,))
        ours = Side(*within.by(attribute, table.groups), table.repeats)
        pairs = list(pairs_of(table, ours, plan))
        for pair, least in zip(pairs, published_smallest(pairs, table.repeats), strict=True):
            yield from _rows(pair, least, within, table, plan, measure)


def _rows(
    pair: Pair, least: Floats, within: Within, table: Table, plan: Plan, measure: str
) -> Iterator[Measurement]:
    counts = pair.counts
    test, disagree = cochran_mantel_haenszel(*counts).p_value, breslow_day(*counts).p_value
    compared = np.arange(len(table.groups)) != (-1 if pair.skip is None else pair.skip)
    adjusted = holm(np.where(compared, test, np.nan))
    plain = _as_it_is(pair, plan.confidence)
    for at in np.flatnonzero(compared):
        row = partial(_row, pair, table, plan, measure, int(at), float(least[at]))
        gap = row("difference")
        if gap.value is not None:
            notes = [gap.note, *_notes(pair, within, int(at), float(disagree[at]), plain[at], gap)]
            meant = gap.value < 0 and not disagree[at] < DISAGREE
            gap = replace(
                gap,
                note="; ".join(filter(None, notes)),
                affected=-gap.n * gap.value if meant else None,
                affected_low=None if not meant or gap.high is None else -gap.n * gap.high,
                affected_high=None if not meant or gap.low is None else -gap.n * gap.low,
                p_value=rounded_p(float(test[at])),
                p_adjusted=rounded_p(float(adjusted[at])),
            )
        yield gap
        yield row("ratio")
        yield row("odds_ratio")


def _as_it_is(pair: Pair, confidence: float) -> list[Gap]:
    """The gap of each group without strata, of all its decisions."""
    (hits, cases), (others, among) = (
        (one.sum(axis=1) for one in side.counted) for side in (pair.ours, pair.theirs)
    )
    low, high = newcombe(hits, cases, others, among, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight, its = pair.ours.every[1].sum(axis=1), pair.theirs.every[1].sum(axis=1)
        value = pair.ours.hits[1].sum(axis=1) / weight - pair.theirs.hits[1].sum(axis=1) / its
    return [Gap(*map(float, each)) for each in zip(value, low, high, strict=True)]


def _notes(
    pair: Pair, within: Within, at: int, disagree: float, plain: Gap, gap: Measurement
) -> Iterator[str]:
    both = pair.both[at]
    yield pair.also
    yield cases_note(
        within.factors, int(both.sum()), gap.n, round(float(pair.ours.every[0, at].sum()))
    )
    yield agreement_note(disagree)
    if gap.value is not None and gap.low is not None and gap.high is not None:
        yield turn_note(plain, Gap(gap.value, gap.low, gap.high))
    if (within.incomplete & (both > 0)).any():
        yield "people without a value of a factor are strata of their own"


def _row(
    pair: Pair, table: Table, plan: Plan, measure: str, at: int, least: float, name: str
) -> Measurement:
    of, unit, method = _MADE[name]
    here = float((pair.ours.every[0, at] * pair.both[at]).sum())
    value = float(of(*pair.counts, plan.confidence).value[at])
    limits = partial(_ends, _common(pair, name), at)
    low, high = limits(plan.confidence)
    known, bounded = math.isfinite(value), not (math.isnan(low) or math.isnan(high))
    note = "" if bounded else "no interval: too few cases, or no spread among them"
    if not known:
        note = NO_RATIO if here > 0 else NOBODY
    return Measurement(
        measure=measure,
        metric=f"{METRIC}.{name}",
        value=rounded(value) if known else None,
        low=low if known and bounded else None,
        high=high if known and bounded else None,
        confidence=plan.confidence,
        n=round(here),
        by=table.by[0],
        group=table.groups[at],
        versus=pair.versus,
        unit=unit,
        method=method + _words(table),
        note=note,
        limits=limits if known and bounded else None,
        smallest=None if math.isinf(least) else least,
    )


def _common(pair: Pair, name: str) -> LimitsAt:
    """Limits of the estimate in common to all strata, by confidence."""
    counts = pair.counts

    def limits(confidence: float) -> Bounds:
        _, low, high = _MADE[name][0](*counts, confidence)
        return Bounds(low, high)

    return remembered(limits)


def _ends(limits: LimitsAt, at: int, confidence: float) -> tuple[float, float]:
    """The interval of one group, rounded outwards."""
    low, high = limits(confidence)
    return rounded(float(low[at]), -1), rounded(float(high[at]), 1)


def _words(table: Table) -> str:
    words = ", effective cases" if table.weighted else ""
    return words + (", repeated persons (worst case)" if (table.repeats > 1).any() else "")
