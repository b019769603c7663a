"""Decisions into several classes: each class against the others, and how far groups differ in all.

Imports this family, `compare`, `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from isg_audit import stats
from isg_audit.measures.compare import compare
from isg_audit.measures.estimates import Estimates, LimitsAt, rest_of
from isg_audit.measures.fairness.rates import precision, selection_rate, true_positive_rate
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.metric import Metric
from isg_audit.measures.pairs import difference
from isg_audit.measures.plan import Plan
from isg_audit.stats import bonferroni_confidence
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import JOINT, NEGATIVE, POSITIVE, UNKNOWN, Floats, Table

OF_EACH: tuple[Metric, ...] = (
    Metric("fairness", "class_rate", selection_rate, frozenset({"classes"})),
    Metric("fairness", "true_positive_rate", true_positive_rate, frozenset({"classes", "known"})),
    Metric("fairness", "precision", precision, frozenset({"classes", "known"})),
)
RIGHT = Metric("fairness", "accuracy", selection_rate, frozenset({"classes", "known"}))
FEWEST_EXPECTED = 5.0


def classes(
    tables: Mapping[tuple[str, ...], Table], plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    """Decisions into several classes: who gets which, and how far the groups differ in all.

    Of each class, against all others (`feature` names the class): `class_rate`, the share of
    decided people who got it, with the comparisons of any share; where outcomes are known in the
    same classes, `true_positive_rate` (scikit-learn: recall of that class) and `precision`. Over
    all classes: `accuracy`, the share whose class of decision is that of the outcome;
    `total_variation`, the least share of a group's people whose class would have to be another for
    it to have the shares of the reference, or of everybody else; `cramers_v` with the chi-square
    test that all groups have the same shares.

    Total variation is never 0 by chance: its note says what groups of these sizes would give if
    they were alike. Its limits come from those of every class's difference (Newcombe, Bonferroni
    over the classes): never too narrow, wide where there are many classes. No class is taken to be
    better than another here: `best` is the group that gets a class most. Undecided people are left
    out. A class that nobody of a group has is 0, a group of nobody has no value.
    """
    everybody = tables[()]
    names = everybody.names["classes"]
    known = bool((everybody.parts["classes"][0, :, :-1, :-1] > 0).any())
    for by, table in tables.items():
        for place, name in enumerate(names):
            collapsed = one_against_others(table, place)
            for metric in OF_EACH:
                if known or "known" not in metric.needs:
                    rows = compare(metric, collapsed, plan, measure)
                    yield from (replace(row, feature=name) for row in rows)
        if known:
            yield from compare(RIGHT, right_and_wrong(table), plan, measure)
        if by:
            yield from _in_all(table, plan, measure)
            yield _homogeneity(table, plan, measure)
    if not known:
        reason = "no outcome is recorded: what really happened is not known"
        yield NotMeasured(measure, reason, "accuracy")


def one_against_others(table: Table, place: int) -> Table:
    """The table as if one class were the positive, and every other the negative."""
    cells = table.parts["classes"]
    found = np.zeros((*cells.shape[:2], 3, 3))
    is_class = np.arange(cells.shape[-1]) == place
    last = np.arange(cells.shape[-1]) == cells.shape[-1] - 1
    outcomes = (is_class, ~is_class & ~last, last)
    for outcome, of_outcome in zip((POSITIVE, NEGATIVE, UNKNOWN), outcomes, strict=True):
        inside = cells[:, :, of_outcome].sum(axis=2)
        found[:, :, outcome, POSITIVE] = inside[..., place]
        found[:, :, outcome, NEGATIVE] = inside[..., ~is_class & ~last].sum(axis=-1)
    return _with_cases(table, found)


def right_and_wrong(table: Table) -> Table:
    """The table with right decisions as the positive, wrong ones as the negative."""
    cells = table.parts["classes"][:, :, :-1, :-1]
    found = np.zeros((*cells.shape[:2], 3, 3))
    right = np.trace(cells, axis1=2, axis2=3)
    found[:, :, UNKNOWN, POSITIVE] = right
    found[:, :, UNKNOWN, NEGATIVE] = cells.sum(axis=(2, 3)) - right
    return _with_cases(table, found)


def _with_cases(table: Table, found: Floats) -> Table:
    # Folds do not hold the classes: where decisions repeat for persons, the worst case stands.
    return replace(
        table, cases=found[0], weight=found[1], squares=found[2], positive_is_favourable=True,
        folds=None, effects={}, rest_effects={},
    )  # fmt: skip


def _rates(table: Table) -> list[Estimates]:
    """The share of each class, by group."""
    names = table.names["classes"]
    return [selection_rate(one_against_others(table, place)) for place in range(len(names))]


def _hits(rates: list[Estimates]) -> Floats:
    """Independent, unweighted cases by group and class."""
    return np.stack([one.share.hits for one in rates if one.share is not None], axis=-1)


def _in_all(table: Table, plan: Plan, measure: str) -> Iterator[Measurement]:
    """The total variation between each group and its comparators."""
    ours, rest = _rates(table), _rates(rest_of(table))
    reference = plan.reference_of(table.by)
    if reference in table.groups:
        at = table.groups.index(reference)
        theirs = [_alone(one, at) for one in ours]
        yield from _against(table, plan, measure, ours, theirs, reference or "", at)
    if len(table.groups) > 1:
        yield from _against(table, plan, measure, ours, rest, "rest", None)


def _alone(rates: Estimates, at: int) -> Estimates:
    """One group's rate, held against every group."""
    share = rates.share
    one = None if share is None else type(share)(*(part[at : at + 1] for part in share))
    return replace(rates, value=rates.value[at : at + 1], n=rates.n[at : at + 1], share=one)


def _against(
    table: Table, plan: Plan, measure: str, ours: list[Estimates], theirs: list[Estimates],
    versus: str, skip: int | None,
) -> Iterator[Measurement]:  # fmt: skip
    value = np.abs([one.value - other.value for one, other in zip(ours, theirs, strict=True)])
    value = value.sum(axis=0) / 2
    chance = stats.total_variation_by_chance(_hits(ours), _hits(theirs))
    gaps = [difference(one, other) for one, other in zip(ours, theirs, strict=True)]

    def limits(confidence: float) -> Bounds:
        strict = bonferroni_confidence(confidence, len(gaps))
        every = [gap(strict) for gap in gaps]
        return stats.total_variation_limits(
            np.stack([one.low for one in every], axis=-1),
            np.stack([one.high for one in every], axis=-1),
        )

    low, high = limits(plan.confidence)
    for at, group in enumerate(table.groups):
        if at == skip:
            continue
        known = not np.isnan(value[at])
        withheld = "withheld" if table.withheld[at] else "not estimable: nobody to compare"
        bounded = known and not np.isnan(low[at])
        yield Measurement(
            measure=measure,
            metric="total_variation",
            value=float(value[at]) if known else None,
            low=float(low[at]) if bounded else None,
            high=float(high[at]) if bounded else None,
            confidence=plan.confidence,
            n=0 if np.isnan(ours[0].n[at]) else round(float(ours[0].n[at])),
            by=JOINT.join(table.by),
            group=group,
            versus=versus,
            method="newcombe of each class, bonferroni",
            note=f"{chance[at]:.4f} expected by chance alone" if known else withheld,
            limits=partial(_at, limits, at) if bounded else None,
        )


def _at(limits: LimitsAt, at: int, confidence: float) -> tuple[float, float]:
    low, high = limits(confidence)
    return float(low[at]), float(high[at])


def _homogeneity(table: Table, plan: Plan, measure: str) -> Measurement:
    """Whether all groups may have the same shares: Pearson's test, and Cramér's V."""
    rates = _rates(table)
    counts = _hits(rates)
    hidden = bool(np.isnan(counts).any())
    found = stats.class_homogeneity(np.zeros((1, 1)) if hidden else counts)
    known = not np.isnan(found.cramers_v)
    note = "withheld" if hidden else "fewer than two groups or classes have anybody"
    if known:
        note = "no interval: read it with its test"
        if found.smallest < FEWEST_EXPECTED:
            note += "; expected counts below 5, so the test is approximate"
    return Measurement(
        measure=measure,
        metric="cramers_v",
        value=float(found.cramers_v) if known else None,
        confidence=plan.confidence,
        n=int(np.nansum(rates[0].n)),
        by=JOINT.join(table.by),
        p_value=float(found.p_value) if known else None,
        unit="index",
        method="chi-square test of homogeneity",
        note=note,
    )
