"""What each row of the table of measurements rests on, and which rows no published count gives.

Imports `tally.table`.
"""

from __future__ import annotations

from isg_audit.tally.table import JOINT

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
