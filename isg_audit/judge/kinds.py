"""What kind of number a metric is, for every place that writes one. Imports nothing of ours.

Metrics are named by the field's habit, and most kinds follow from the name: a rate and a share are
proportions, what is for every 1,000 people says so. Only those that do not are listed here.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "percent", "points", "ratio", "count", "per thousand", "days", "number", "weight", "index", ""
]  # fmt: skip
"""Proportions, differences of proportions, ratios, counts and yes or no, rates for every 1,000
people, waits, numbers in a unit of their own, weights, figures without a unit; empty for others."""

RATIOS = ("ratio", "odds_ratio", "least_ratio")

_PERCENT = frozenset(
    {
        "precision", "negative_predictive_value", "accuracy", "balanced_accuracy",
        "equalized_odds", "same_first_reason", "fidelity", "agreement", "group_size",
        "largest_shortfall", "gaps_that_hold", "favourable_rate_bounds",
        "favourable_rate_of_unknown", "favourable_rate_unobserved", "favourable_rate_imputed",
        "favourable_rate_within", "favourable_rate_searched", "wrong_denial_rate_searched",
        "appeal_rate_notified", "rates", "composition", "alone", "explained", "explained_by",
        "unexplained", "disparity", "conditional_disparity", "gap_share",
        "gap_share_not_legitimate", "flip_rate_again", "flip_rate_alone", "signals_unknown",
        "threshold_disagreement",
        "expected_calibration_error", "flips_to_favourable", "flips_to_unfavourable", "net_flips",
        "proxy_flips_to_favourable", "proxy_flips_to_unfavourable", "proxy_net_flips",
        "decision_change",
    }
)  # fmt: skip

_POINTS = frozenset(
    {
        "representation_difference", "missing_by_decision", "known_outcome_gap",
        "largest_missing_gap", "calibration_in_the_large", "gap_closed_at_no_cost",
    }
)  # fmt: skip
"""Differences of proportions by nature, without a comparison in their names."""

EXACT = frozenset(
    {
        "uses_protected_attribute", "simpson_reversal", "clusters_found", "silent_decisions",
        "unheard_decisions", "affected_statements", "expected_but_uncovered",
        "worth_discussing_levelling_down",
    }
)  # fmt: skip
"""Yes or no, or counted, read off or not to be told: without an interval in words."""

_COUNTS = EXACT | {"inputs_needed", "fails_on_missing", "fails_out_of_range"}

_NUMBERS = frozenset(
    {"mean_error", "mean_absolute_error", "root_mean_squared_error", "mean_outcome"}
)

_INDICES = frozenset(
    {
        "roc_auc", "brier_score", "mean_score", "mean_exposure", "ndkl", "proxy_auc", "joint_auc",
        "extra_auc", "explanation_auc", "explanation_extra_auc", "proxy_use", "largest_proxy_use",
        "influence_share", "score_drift", "decision_drift", "largest_stand_in", "largest_miss",
        "f1_score", "distance_q99",
    }
)  # fmt: skip

_WEIGHTS = frozenset({"severity_weighted_harm", "checks_per_case_found"})

_OVER_TIME: tuple[tuple[str, Kind], ...] = (
    ("_change", "points"), ("_per_year", "points"), ("_pooled", "percent"), ("_so_far", "percent"),
    ("_worse_windows", "count"), ("_longest_run", "count"), ("_windows_outside", "count"),
    ("_cusum", "index"),
)  # fmt: skip

_ENDINGS: tuple[tuple[str, Kind], ...] = (
    ("_per_1000", "per thousand"), ("_per_thousand", "per thousand"), ("_ratio", "ratio"),
    ("_rate", "percent"), ("_share", "percent"), *_OVER_TIME,
)  # fmt: skip

_LISTED: tuple[tuple[frozenset[str], Kind], ...] = (
    (_COUNTS, "count"), (_NUMBERS, "number"), (_INDICES, "index"), (_POINTS, "points"),
    (_WEIGHTS, "weight"),
    (_PERCENT, "percent"),
)  # fmt: skip


def kind_of(metric: str) -> Kind:
    """The kind of a metric's values, by its comparison first.

    Args:
        metric: as in the table of measurements, such as `favourable_rate.difference`.
    """
    quantity, _, comparison = metric.partition(".")
    if comparison in RATIOS:
        return "ratio"
    if quantity.startswith("own_"):
        return "index"
    kind = _of(quantity)
    return "points" if comparison and kind == "percent" else kind


def _of(quantity: str) -> Kind:
    for names, kind in _LISTED:
        if quantity in names:
            return kind
    if quantity.startswith("days_"):
        return "days"
    for ending, kind in _ENDINGS:
        if quantity.endswith(ending):
            return kind
    return ""
