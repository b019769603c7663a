"""Which rows of the table of measurements may be published, and the rows as they are.

Imports this room's `disclosure`, `recount`, `results`, `measures.measurement`, `tally.table`.

A row that rests on counts is published if the counts it rests on are, for its group and for those
it is compared with. Where groups of its `by` are withheld, it must besides come out the same from
what is published: then it tells nothing more. A range over groups would tell of the withheld ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from isg_audit.evidence.blocks import split
from isg_audit.evidence.disclosure import Published
from isg_audit.evidence.recount import Recount, same
from isg_audit.evidence.results import Row
from isg_audit.measures.measurement import Measurement
from isg_audit.tally.table import JOINT

TOO_FEW = "too few people to publish"
NO_UPPER_LIMIT = "no upper limit"

RESTS_ON = {
    "selection_rate": "decision",
    "favourable_rate": "decision",
    "denials": "decision",
    "flags": "decision",
    "favourable_rate_within": "decision",
    "favourable_rate_in_stratum": "decision",
    "composition": "decision",
    "rates": "decision",
    "alone": "decision",
    "standardised_rate": "decision",
    "disparity": "decision",
    "conditional_disparity": "decision",
    "simpson_reversal": "decision",
    **dict.fromkeys(
        (
            "explained",
            "explained_by",
            "explained_share",
            "explained_at_group",
            "explained_at_comparator",
            "unexplained",
            "tells_group",
            "stand_in",
            "largest_stand_in",
        ),
        "decision",
    ),
    "undecided_rate": "size",
    "missing_score_rate": "size",
    "group_size": "size",
    "unknown_share": "size",
    "favourable_rate_bounds": "decision",
    "favourable_rate_least": "decision",
    "favourable_rate_most": "decision",
    "favourable_rate_of_unknown": "decision",
    "favourable_rate_imputed": "decision",
    "gaps_that_hold": "decision",
    "representation_ratio": "size",
    "representation_difference": "size",
    "population_chi_square": "size",
    "population_divergence": "size",
    "decisions_per_thousand": "size",
    "unfavourable_per_thousand": "decision",
    "missing_input_rate": "size",
    "any_missing_input_rate": "size",
    "missing_by_decision": "decision",
    "largest_missing_gap": "size",
    "unprocessed_rate": "size",
    "base_rate": "outcome",
    "base_rate_of_unknown": "outcome",
    "missing_outcome_rate": "outcome",
    "mean_score": "score",
    "mean_error": "amounts",
    "mean_absolute_error": "amounts",
    "root_mean_squared_error": "amounts",
    "mean_outcome": "amounts",
    "mean_exposure": "exposure",
    "exposure_share": "exposure",
    "top_k_rate": "places",
    "top_k_share": "places",
    "ndkl": "curve",
    "roc_auc": "curve",
    "decision_drift": "decision",
    "score_drift": "score",
    "brier_score": "curve",
    "calibration_in_the_large": "curve",
    "expected_calibration_error": "curve",
}
"""View by metric; a metric that is not here rests on the cross table, the first to be withheld."""

OF_REFUSED = "explain.reason"
"""How measures start that look at people whom the model refuses, and so tell how many they are."""

OF_REMEDIES = ("impact.frontier", "impact.remedies")
"""Of groups with people enough alone, in tens of people: nothing tells of the others."""
SEARCHED = "subgroup_search"
"""How measures end whose rows bring with them the smallest count that follows from any of them."""

SUMMARIES = ("range", "least_ratio")


@dataclass(frozen=True)
class Rows:
    """The published rows, and how many of them are withheld."""

    rows: tuple[Row, ...]
    withheld: frozenset[tuple[str, ...]]


def published_rows(
    measured: Sequence[Measurement],
    log: Published,
    model: Published | None,
    recount: Recount,
) -> Rows:
    """The rows as they are published, in order; those withheld without numbers.

    Args:
        measured: every row.
        log: what is published of the tally.
        model: what is published of the model's own decisions, if they are audited beside.
        recount: every row as it comes out from what is published.
    """
    rows, withheld = [], set()
    for one in measured:
        of_model = is_models(one.measure) or one.measure.startswith(OF_REFUSED)
        published = model if of_model and model is not None else log
        if withholds(one, published, recount):
            withheld.add(one.key)
            rows.append(_without_numbers(one))
        else:
            rows.append(_row(one, published, recount))
    return Rows(tuple(rows), frozenset(withheld))


def is_models(measure: str) -> bool:
    """Whether a measure describes the model's own decisions beside the log's."""
    return measure.partition(".")[2].startswith("model_")


UNPUBLISHED = {
    "unobserved": "rests on counts by signals, which are not published",
    "unknown_imputed": "rests on counts by all attributes together, which are not published",
    "log_agreement": "rests on counts of the log by the model, which are not published",
    "score_agreement": "rests on distances of scores, which are not published",
    "own_": "comes from rows",
    "favourable_rate_within": "rests on counts within strata, which are not published",
    "gap_decomposition": "rests on counts within strata, which are not published",
    "gap_by_stratum": "rests on counts within strata, which are not published",
    "clusters": "rests on a sample of people, which is not published",
    "gap_factors": "rests on sums of products of factors, which are not published",
    "proxy_factors": "rests on counts by factor, which are not published",
    "frontier": "rests on two halves drawn of the counts by score, which are not published",
    "remedies": "comes from rows",
    "subgroup_search": "rests on counts by features, which are not published",
    "severity_weighted_harm": "rests on weights of the checklists as well as on counts",
    "small_group_model": "rests on every group, also those that are not published",
    "funnel_plot": "rests on every group, also those that are not published",
    "representation": "rests on the population's table, which is not in the bundle",
    "per_population": "rests on the population's table, which is not in the bundle",
    "uncovered": "rests on combinations of attributes that are not published",
    "missing_inputs": "rests on counts of missing inputs, which are not published",
    "unprocessed": "rests on counts of cases without decision or score, which are not published",
    "reason": "rests on reasons of single people, which are not published",
    **dict.fromkeys(
        (
            "stages",
            "notice",
            "appeals",
            "overturns",
            "overrides",
            "complaints",
            "silence",
            "decision_time",
            "redress_time",
            "consultations",
        ),
        "rests on marks of the log, which are not published",
    ),
    **dict.fromkeys(
        (
            "gap_over_time",
            "control_chart",
            "persistence",
            "trend",
            "change_point",
            "after_update",
            "drift",
        ),
        "rests on counts by window of time, which are not published",
    ),
}
"""How measures are named that do not follow from the published counts, and why not."""


NAMES_ALONE = "coverage.uncovered"
"""Names combinations that fewer than thirty people have, and gives no figure of them."""

AGAINST_OTHERS = ("coverage.representation", "coverage.per_population")
"""Measures with rows of groups that nobody in the log belongs to: of them there is nothing to
withhold, and that they are not there is what is to be told."""

HIDE_THEMSELVES = ("coverage.missing_inputs", "coverage.unprocessed")
"""Measures that tell of each row the smallest count it would give away, comparisons included."""


def unpublished(measure: str) -> str:
    """Why a measure cannot be recomputed from the published counts; empty where it can."""
    name = measure.partition(".")[2].removeprefix("model_")
    return next((why for start, why in UNPUBLISHED.items() if name.startswith(start)), "")


def is_own(measure: str) -> bool:
    """Whether a measure is a function of somebody's own, run on rows and not on counts."""
    return unpublished(measure) == UNPUBLISHED["own_"]


def is_modelled(measure: str) -> bool:
    """Whether a figure rests on all groups at once, and is rounded so that it tells of none."""
    return unpublished(measure) == UNPUBLISHED["funnel_plot"]


def view_of(measure: str, metric: str) -> str:
    """The view that a metric rests on; explanations rest on people alone.

    A metric of somebody's own may be any figure of the cross table, and is taken for it.
    """
    if measure.startswith(OF_REFUSED) or unpublished(measure) == UNPUBLISHED["notice"]:
        return "decision"
    if unpublished(measure) == UNPUBLISHED["drift"] and metric.startswith("favourable_rate"):
        return "decision"
    if measure.startswith("explain."):
        return "people"
    if measure.endswith(".classes") or measure.endswith(".model_classes"):
        in_all = metric.startswith(("class_rate", "total_variation", "cramers_v"))
        return "classes" if in_all else "class_cross"
    if measure.endswith("threshold_sweep"):
        return "steps" if metric.startswith("selection_rate") else "steps_by_outcome"
    return RESTS_ON.get(metric.partition(".")[0], "cross")


def by_of(joined: str) -> tuple[str, ...]:
    """The attributes in the column `by`."""
    return tuple(joined.split(JOINT)) if joined else ()


def withholds(row: Measurement, published: Published, recount: Recount) -> bool:
    """Whether a row must not be published."""
    if published.minimum_cell <= 1:
        return False
    if row.measure.endswith(SEARCHED):
        return _few(row, published.minimum_cell)
    if row.measure == NAMES_ALONE and row.value is None:
        return False
    by, view = by_of(row.by), view_of(row.measure, row.metric)
    if view == "people" and row.smallest is not None and row.smallest < published.minimum_cell:
        return True
    if row.measure in OF_REMEDIES:
        shown = published.withheld("size", by) if by in published.tables else {}
        return bool(row.group and shown.get(row.group, True)) or _few(row, published.minimum_cell)
    if unpublished(row.measure) == UNPUBLISHED["drift"]:
        # Each figure says itself which counts follow from it (`smallest`), its neighbours' too.
        shown = published.withheld(view, by) if by in published.tables else {}
        hidden = shown.get(row.group, True) or shown.get(row.versus, False)
        return hidden or _few(row, published.minimum_cell)
    if by not in published.tables or row.window:
        return _few(row, published.minimum_cell)
    # The curve's own bins need not be published for its area or its distance to be.
    withheld = published.withheld("totals" if view == "curve" else view, by)
    modelled = is_modelled(row.measure)
    if modelled and row.group and row.group not in withheld:
        return _predicts_withheld(row, published, view)
    if row.group and withheld.get(row.group, row.measure not in AGAINST_OTHERS):
        return True
    if withheld.get(row.versus, False) or (not by and withheld[""]):
        return True
    if modelled:
        return False
    if unpublished(row.measure):
        # Nothing published gives it again; of groups it is withheld as what it rests on is.
        alone = is_own(row.measure) or row.measure in HIDE_THEMSELVES
        over_groups = not row.group or (not alone and row.versus in ("best", "rest"))
        return _few(row, published.minimum_cell) or (
            over_groups and bool(by) and any(withheld.values())
        )
    if not any(withheld.values()) or view == "people":
        return False
    if row.measure.endswith("worst_off"):
        # Its interval allows for groups that are withheld; what it says is of this group alone.
        return row.versus == "rest" and not recount.has_rest(published, view, by)
    if row.metric.rpartition(".")[2] in SUMMARIES or not row.group:
        return True
    if view == "curve":
        return row.versus in ("best", "rest")
    return not recount.agrees(row)


def _predicts_withheld(row: Measurement, published: Published, view: str) -> bool:
    """Whether what is expected of a combination of nobody rests on a value that is withheld."""
    by = by_of(row.by)
    known = {name: published.tables[(name,)].groups for name in by}
    return any(
        published.withheld(view, (name,)).get(value, True)
        for name, value in zip(by, split(row.group, by, known), strict=True)
    )


def _few(row: Measurement, least: int) -> bool:
    """Whether a row that rests on counts not kept here rests on few cases, hits or others."""
    if 0 < row.n < least or (row.smallest is not None and row.smallest < least):
        return True
    if row.unit != "proportion" or row.value is None:
        return False
    hits = row.value * row.n
    return 0.5 < hits < least - 0.5 or 0.5 < row.n - hits < least - 0.5


def _without_numbers(row: Measurement) -> Row:
    return Row(
        measure=row.measure, metric=row.metric, by=row.by, group=row.group, versus=row.versus,
        feature=row.feature, window=row.window, confidence=row.confidence, unit=row.unit,
        method=row.method, note=TOO_FEW,
    )  # fmt: skip


def _row(row: Measurement, published: Published, recount: Recount) -> Row:
    note = row.note
    if row.high is not None and math.isinf(row.high):
        note = f"{note}; {NO_UPPER_LIMIT}" if note else NO_UPPER_LIMIT
    by = by_of(row.by)
    persons, adjusted = row.people, row.p_adjusted
    if published.minimum_cell > 1 and by in published.tables:
        if row.group and published.withheld("size", by).get(row.group, True):
            persons = None
        over_time = unpublished(row.measure) == UNPUBLISHED["drift"]  # of these in two figures
        hidden = published.withheld(view_of(row.measure, row.metric), by).values()
        if (
            not over_time
            and any(hidden)
            and not any(same(adjusted, one.p_adjusted) for one in recount.of(row.key))
        ):
            # Holm's adjustment looks at every group of the family, the withheld ones too.
            adjusted = None
    return Row(
        measure=row.measure,
        metric=row.metric,
        by=row.by,
        group=row.group,
        versus=row.versus,
        feature=row.feature,
        window=row.window,
        value=finite(row.value),
        low=finite(row.low),
        high=finite(row.high),
        confidence=row.confidence,
        n=row.n,
        people=persons,
        affected=finite(row.affected),
        affected_low=finite(row.affected_low),
        affected_high=finite(row.affected_high),
        p_value=finite(row.p_value),
        p_adjusted=finite(adjusted),
        unit=row.unit,
        method=row.method,
        note=note,
    )


def finite(number: float | None) -> float | None:
    """The number, None where JSON has none for it."""
    return None if number is None or not math.isfinite(number) else number
