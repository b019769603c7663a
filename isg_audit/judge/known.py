"""The measures a checklist may ask for: id, metrics, and what each metric is compared with.

A selector that names none of these is a fault when the checklist is read, so that a misspelt name
never selects nothing. Imports `known_impact`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from isg_audit.judge.known_impact import IMPACT

Known = Mapping[str, Mapping[str, frozenset[str]]]
"""Measure id to its metrics; each metric to the `versus` it comes with (`reference`: by name)."""

RATES = (
    "selection_rate", "favourable_rate", "base_rate", "true_positive_rate", "false_positive_rate",
    "false_negative_rate", "true_negative_rate", "precision", "negative_predictive_value",
    "accuracy", "balanced_accuracy", "f1_score", "mean_score", "roc_auc", "brier_score",
    "calibration_in_the_large", "expected_calibration_error", "mean_error", "mean_absolute_error",
    "root_mean_squared_error", "mean_outcome",
)  # fmt: skip
"""Metrics of people and decisions that the family `fairness` gives, for the log and the model."""

_ALONE = frozenset({""})
_COMPARED = frozenset({"best", "rest", "reference"})
_REST = frozenset({"rest"})


_WITHOUT_RATIO = frozenset({"calibration_in_the_large", "expected_calibration_error", "mean_error"})
"""May be negative or near zero by nature: they are subtracted, never divided."""


def _rate(metric: str) -> dict[str, frozenset[str]]:
    """A metric by group, its comparisons, and its summaries over groups."""
    differences = {
        metric: _ALONE,
        f"{metric}.difference": _COMPARED,
        f"{metric}.range": _ALONE,
    }
    if metric in _WITHOUT_RATIO:
        return differences
    return differences | {f"{metric}.ratio": _COMPARED, f"{metric}.least_ratio": _ALONE}


OWN = re.compile(r"fairness\.(model_)?(?P<metric>own_[a-z][a-z0-9_]*)")
"""Measures of somebody's own, which are there when whoever runs the audit hands them over."""


def metrics_of(measure: str, known: Known) -> Mapping[str, frozenset[str]] | None:
    """The metrics of a measure and what each comes compared with; None if there is none."""
    own = OWN.fullmatch(measure)
    if measure in known or own is None:
        return known.get(measure)
    metric = own["metric"]
    compared = frozenset({"rest", "reference"})
    return {
        name: (compared if name.endswith((".difference", ".ratio")) else alone)
        for name, alone in _rate(metric).items()
    }


LIKENESS = "top_reasons_overlap same_first_reason rank_agreement sign_agreement"
"""How alike two explanations are."""

KNOWN: Known = {
    **{f"fairness.{twin}{rate}": _rate(rate) for twin in ("", "model_") for rate in RATES},
    **{
        f"{family}.{twin}{name}": _rate(metric)
        for twin in ("", "model_")
        for family, name, metric in (
            ("impact", "wrong_denials", "wrong_denial_rate"),
            ("coverage", "missing_outcome", "missing_outcome_rate"),
            ("coverage", "undecided", "undecided_rate"),
            ("coverage", "missing_score", "missing_score_rate"),
        )
    },
    **{
        f"fairness.{twin}equalized_odds": {
            "equalized_odds.range": _ALONE,
            "equalized_odds.least_ratio": _ALONE,
        }
        for twin in ("", "model_")
    },
    **{
        f"impact.{twin}worst_off": {"favourable_rate": _ALONE, "favourable_rate.difference": _REST}
        for twin in ("", "model_")
    },
    **{
        f"fairness.{twin}favourable_rate_within": {
            f"favourable_rate_within.{comparison}": _COMPARED
            for comparison in ("difference", "ratio", "odds_ratio")
        }
        for twin in ("", "model_")
    },
    "fairness.exposure": {**_rate("mean_exposure"), "exposure_share": _ALONE},
    **IMPACT,
    "explain.log_agreement": {
        **_rate("disagreement_rate"),
        **_rate("overruled_against_rate"),
        **_rate("overruled_in_favour_rate"),
        "threshold_disagreement": _ALONE,
    },
    "explain.score_agreement": {"distance_q99": _ALONE},
    "explain.repeatability": {
        f"{metric}_{how}": _ALONE
        for metric in ("flip_rate", "largest_change")
        for how in ("again", "alone")
    },
    "explain.shap_importance": {"shap_importance": _ALONE},
    "explain.shap_gap": {"shap_gap": _REST, "score_gap": _REST},
    "explain.reliance": {"flip_rate": _ALONE, "uses_protected_attribute": _ALONE},
    "explain.recourse": {
        "no_recourse_found_rate": _ALONE,
        "no_recourse_found_rate.difference": _REST,
    },
    "explain.recourse_cost": {
        "recourse_cost": _ALONE,
        "recourse_cost_median": _ALONE,
        "recourse_cost.difference": _REST,
        "recourse_cost.ratio": _REST,
    },
    "explain.recourse_choice": {
        "same_change_rate": _ALONE,
        "same_change_rate.difference": _REST,
        "choices": _ALONE,
    },
    "explain.recourse_plausibility": {
        "changed_inputs": _ALONE,
        "distance_to_accepted": _ALONE,
    },
    "explain.attribute_change": {
        metric: frozenset({"reference"}) for metric in ("score_change", "decision_change")
    },
    **{
        f"explain.{measure}": dict.fromkeys(metrics.split(), _ALONE)
        for measure, metrics in {
            "gap_share": "gap_share gap_share_not_legitimate",
            "explanation_space": "explanation_auc explanation_extra_auc",
            "proxy_available": "proxy_auc joint_auc extra_auc",
            "flip_test": "flips_to_favourable flips_to_unfavourable net_flips "
            "proxy_flips_to_favourable proxy_flips_to_unfavourable proxy_net_flips",
            "impact_certificate": "balanced_error_rate certificate_margin",
        }.items()
    },
    "explain.proxy_use": {
        "influence_share": _ALONE,
        "proxy_use": _ALONE,
        "largest_proxy_use": _ALONE,
    },
    "explain.additivity": {"largest_miss": _ALONE},
    "explain.reasons_alike": {"reason_rate_within.difference": _REST},
    "explain.quality_gap": {
        **{
            f"{name}.difference": _REST
            for name in ("fidelity", "stability_draw", "stability_noise", "agreement")
        },
        "inputs_needed": _ALONE,
        "inputs_needed.difference": _REST,
    },
    **{
        f"explain.{measure}": dict.fromkeys(metrics.split(), _ALONE)
        for measure, metrics in {
            "monotonicity": "reversal_rate any_reversal_rate drop_rate wrong_steps worst_drop "
            "largest_drop",
            "stability_draw": LIKENESS,
            "stability_baseline": LIKENESS,
            "stability_noise": LIKENESS,
            "agreement": LIKENESS,
            "reasons": "reason_rate first_reason_rate protected_reason_rate "
            "immutable_reason_rate no_reason_rate",
            "reason_codes": "agreement all_agree_rate first_agrees_rate unknown_code_rate "
            "refused_without_reason_rate",
            "reason_recourse": "responsiveness without_recourse_rate all_without_recourse_rate",
            "surrogate": "surrogate_fidelity largest_shortfall mean_pairwise_gap",
            "robustness": "noise_flip_rate step_flip_rate missing_flip_rate "
            "out_of_range_flip_rate fails_on_missing fails_out_of_range",
        }.items()
    },
}
"""What the engine of this release gives."""
