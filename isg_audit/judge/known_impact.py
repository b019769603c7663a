"""Measures of impact and coverage that a checklist may ask for, as `known` tells them.

Imports `known_absent`, `known_over_time`, `known_unknown`.
"""

from __future__ import annotations

from collections.abc import Mapping

from isg_audit.judge.known_absent import ABSENT
from isg_audit.judge.known_over_time import OVER_TIME
from isg_audit.judge.known_unknown import UNKNOWN

ALONE, REST = frozenset({""}), frozenset({"rest"})
COMPARED = frozenset({"best", "rest", "reference"})


def rate(metric: str) -> dict[str, frozenset[str]]:
    """A rate by group, its comparisons and its summaries over groups."""
    return {
        metric: ALONE,
        f"{metric}.difference": COMPARED,
        f"{metric}.ratio": COMPARED,
        f"{metric}.range": ALONE,
        f"{metric}.least_ratio": ALONE,
    }


_HARMED = {
    f"{kind}{comparison}": COMPARED if comparison else ALONE
    for kind in (
        "denials", "wrong_denials", "wrong_approvals", "flags", "wrong_accusations", "missed_cases",
    )
    for comparison in ("", ".excess", ".attributable_share")
}  # fmt: skip

IMPACT: Mapping[str, Mapping[str, frozenset[str]]] = {
    **UNKNOWN,
    **ABSENT,
    **OVER_TIME,
    "coverage.unknown_group": {"unknown_share": ALONE},
    "coverage.group_size": {"group_size": ALONE},
    "impact.subgroup_search": {
        metric: compared
        for rate in ("favourable_rate", "wrong_denial_rate")
        for metric, compared in (
            (rate, ALONE),
            (f"{rate}.difference", REST),
            (f"{rate}_searched.range", ALONE),
            (f"{rate}.groups_searched", ALONE),
            (f"{rate}.groups_confirmed", ALONE),
            (f"{rate}.groups_told", ALONE),
        )
    },
    **{
        f"impact.{twin}small_groups": {
            f"{rate}{comparison}": REST if comparison else ALONE
            for rate in ("favourable_rate", "wrong_denial_rate")
            for comparison in ("", ".difference")
        }
        for twin in ("", "model_")
    },
    **{f"impact.{twin}people_harmed": _HARMED for twin in ("", "model_")},
    **{
        f"impact.{twin}burden": {
            "wrong_checks_per_1000": ALONE,
            "wrong_checks_per_1000.difference": COMPARED,
            "wrong_checks_per_1000.ratio": COMPARED,
            "wrong_checks_per_1000.range": ALONE,
            "wrong_checks_per_1000.least_ratio": ALONE,
            "checks_per_case_found": ALONE,
            "checks_per_case_found.ratio": COMPARED,
        }
        for twin in ("", "model_")
    },
    **{
        f"impact.{twin}welfare": {"favourable_rate.least": ALONE, "due_rate.least": ALONE}
        for twin in ("", "model_")
    },
    "impact.severity_weighted_harm": {
        "severity_weighted_harm": ALONE,
        "severity_weighted_harm.difference": COMPARED,
        "severity_weighted_harm.ratio": COMPARED,
        "severity_weighted_harm.range": ALONE,
    },
    **{
        f"impact.{twin}gap_decomposition": {
            "composition.difference": COMPARED,
            "rates.difference": COMPARED,
            "standardised_rate.difference": COMPARED,
            "disparity": REST,
            "conditional_disparity": REST,
            "simpson_reversal": COMPARED,
        }
        for twin in ("", "model_")
    },
    "impact.clusters": {"clusters_found": ALONE},
    "impact.gap_factors": {
        "explained.difference": COMPARED,
        "unexplained.difference": COMPARED,
    },
    "impact.proxy_factors": {"largest_stand_in": ALONE},
    "coverage.stages": {
        **rate("pass_rate"),
        **rate("reach_rate"),
        **rate("last_stage_rate"),
        "stage_share": frozenset({"rest", "reference"}),
        "out_of_order": ALONE,
    },
    "impact.notice": {**rate("notice_rate"), **rate("notice_language_rate")},
    "impact.appeals": {
        name: versus
        for metric in (
            "appeal_rate",
            "appeal_rate_notified",
            "withdrawal_rate",
            "pending_rate",
            "representation_rate",
            "pause_rate",
        )
        for name, versus in rate(metric).items()
    },
    "impact.overturns": {
        **rate("overturn_rate"),
        **rate("re_review_error_rate"),
        **rate("flagged_again_rate"),
        "hidden_errors": ALONE,
        "hidden_errors_reviewed": ALONE,
    },
    "impact.overrides": {**rate("override_in_favour_rate"), **rate("override_against_rate")},
    "impact.complaints": rate("complaint_rate"),
    "impact.silence": {"silent_decisions": ALONE},
    "impact.consultations": {
        **dict.fromkeys(
            (
                "meetings",
                "statements",
                "people_heard",
                "affected_share",
                "affected_statements",
                "open_share",
                "offline_share",
                "dissent_recorded_rate",
                "response_rate",
                "response_days_median",
                "groups_heard_rate",
                "unheard_decisions",
                "heard_share",
            ),
            ALONE,
        ),
        "heard_share.difference": frozenset({"all"}),
        "heard_share.ratio": frozenset({"all"}),
    },
    **{
        f"impact.{measure}": {
            "gap_closed_at_no_cost": ALONE,
            **{
                f"worth_discussing_{kind}{metric}": ALONE
                for kind in ("", "by_group_")
                for metric in (
                    "levelling_down",
                    "least_rise",
                    "lowered_share",
                    "gap_closed",
                    "accuracy_change",
                )
            },
        }
        for measure in ("frontier", "remedies")
    },
    **{
        f"impact.{word}_time": {
            **rate(f"days_to_{word}_median"),
            **rate(f"days_to_{word}_p90"),
            **rate(f"late_{word}_rate"),
            "longer_wait_rate.difference": REST,
            "backwards": ALONE,
        }
        for word in ("decision", "redress")
    },
}
"""Measure id to its metrics, each with the `versus` it comes with."""
