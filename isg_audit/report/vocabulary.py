"""What measures are called in plain words, and what they mean.

Imports the wording of this room. Text only: no number is written here.
"""

from __future__ import annotations

from dataclasses import dataclass

from isg_audit.evidence import Subject, kind_of
from isg_audit.report.wording import Words, _mark

GOOD_VALUES = ("1", "1.0", "true", "yes", "y")

NAMES = {
    "favourable_rate": _mark("Favourable decisions"),
    "favourable_rate_within": _mark("Favourable decisions in like circumstances"),
    "composition": _mark("Gap from who stands where"),
    "rates": _mark("Gap where both stand alike"),
    "clusters_found": _mark("Clusters of like people that fare worse"),
    "explained": _mark("Gap that the named factors explain"),
    "explained_by": _mark("Gap that one factor explains"),
    "explained_share": _mark("Part of the gap explained"),
    "unexplained": _mark("Gap that no named factor explains"),
    "tells_group": _mark("How well a factor tells the group"),
    "tells_outcome": _mark("How well a factor tells the outcome"),
    "stand_in": _mark("Factor that may stand in for the group"),
    "largest_stand_in": _mark("Factor that most may stand in for the group"),
    "standardised_rate": _mark("Favourable decisions if all stood alike"),
    "disparity": _mark("Among those refused rather than accepted"),
    "conditional_disparity": _mark("Among those refused, in like circumstances"),
    "simpson_reversal": _mark("Gap turns round in like circumstances"),
    "selection_rate": _mark("Selected"),
    "base_rate": _mark("Favourable outcomes"),
    "true_positive_rate": _mark("True positive rate"),
    "false_positive_rate": _mark("False positive rate"),
    "false_negative_rate": _mark("False negative rate"),
    "true_negative_rate": _mark("True negative rate"),
    "precision": _mark("Precision"),
    "negative_predictive_value": _mark("Negative predictive value"),
    "accuracy": _mark("Accuracy"),
    "balanced_accuracy": _mark("Balanced accuracy"),
    "f1_score": _mark("F1 score"),
    "mean_score": _mark("Mean score"),
    "roc_auc": _mark("Ranking quality (ROC AUC)"),
    "brier_score": _mark("Brier score"),
    "calibration_in_the_large": _mark("Calibration in the large"),
    "expected_calibration_error": _mark("Expected calibration error"),
    "mean_error": _mark("Mean error"),
    "mean_absolute_error": _mark("Mean absolute error"),
    "root_mean_squared_error": _mark("Root mean squared error"),
    "mean_outcome": _mark("Mean true number"),
    "class_rate": _mark("Share of a class"),
    "total_variation": _mark("Total variation"),
    "cramers_v": _mark("Cramér’s V"),
    "mean_exposure": _mark("Mean exposure"),
    "exposure_share": _mark("Part of all exposure"),
    "top_k_rate": _mark("Among the first places"),
    "top_k_share": _mark("Part of the first places"),
    "ndkl": _mark("Divergence of the first places (NDKL)"),
    "equalized_odds": _mark("Equalised odds"),
    "wrong_denials": _mark("Wrongly refused"),
    "wrong_denial_rate": _mark("Wrong denials"),
    "wrong_approvals": _mark("Wrongly accepted"),
    "wrong_accusations": _mark("Wrongly flagged"),
    "missed_cases": _mark("Missed"),
    "denials": _mark("Refused"),
    "flags": _mark("Flagged"),
    "wrong_checks_per_1000": _mark("Flagged for nothing, of 1,000"),
    "checks_per_case_found": _mark("Flags for each case found"),
    "severity_weighted_harm": _mark("Harm by errors, weighed"),
    "due_rate": _mark("Got the decision that was due"),
    "unknown_share": _mark("Group not known"),
    "favourable_rate_bounds": _mark("Favourable decisions, bounds only"),
    "favourable_rate_of_unknown": _mark("Favourable decisions of people of unknown group"),
    "favourable_rate_imputed": _mark("Favourable decisions, unknown groups imputed"),
    "favourable_rate_unobserved": _mark("Favourable decisions, groups not recorded, bounds only"),
    "gaps_that_hold": _mark("Gaps that hold whoever the unknown are"),
    "favourable_rate_searched": _mark("Favourable decisions of groups nobody declared"),
    "wrong_denial_rate_searched": _mark("Wrong denials of groups nobody declared"),
    "missing_outcome_rate": _mark("Outcome not known"),
    "undecided_rate": _mark("Undecided"),
    "missing_score_rate": _mark("No score"),
    "group_size": _mark("Share of all people"),
    "flip_rate": _mark("Decision changes with the attribute alone"),
    "uses_protected_attribute": _mark("Attribute is an input of the model"),
    "shap_importance": _mark("Weight of an input"),
    "shap_gap": _mark("Contribution to the gap"),
    "largest_proxy_use": _mark("Stand-in that the model uses"),
    "surrogate_fidelity": _mark("A small tree decides alike"),
    "reversal_rate": _mark("More of it turns the decision the wrong way"),
    "same_first_reason": _mark("Same first reason"),
    "top_reasons_overlap": _mark("Same weightiest inputs"),
    "reason_rate": _mark("Given as a reason"),
    "reason_rate_within": _mark("Given as a reason, like people"),
    "protected_reason_rate": _mark("Refused with a protected reason"),
    "immutable_reason_rate": _mark("Refused with a reason nobody can change"),
    "all_without_recourse_rate": _mark("Refused with no reason that could help"),
    "agreement": _mark("Logged reasons that are the model’s"),
    "noise_flip_rate": _mark("Decision changes with a little noise"),
    "step_flip_rate": _mark("Decision changes with one step"),
    "missing_flip_rate": _mark("Decision changes with a value missing"),
    "out_of_range_flip_rate": _mark("Decision changes with a value out of range"),
    "representation_ratio": _mark("In the log against the population"),
    "representation_difference": _mark("In the log less in the population"),
    "decisions_per_thousand": _mark("Decisions per 1,000 people"),
    "unfavourable_per_thousand": _mark("Unfavourable decisions per 1,000 people"),
    "uncovered_combinations": _mark("Combinations that hardly anybody has"),
    "expected_but_uncovered": _mark("Combinations expected and missing"),
    "missing_input_rate": _mark("Lack an input"),
    "any_missing_input_rate": _mark("Lack any input"),
    "largest_missing_gap": _mark("Widest gap in lacking an input"),
    "missing_by_decision": _mark("Refused and lacking, less others"),
    "unprocessed_rate": _mark("Could not be processed"),
    "known_outcome_rate": _mark("Outcome known"),
    "known_outcome_gap": _mark("Outcome known after one decision, less the other"),
    "pass_rate": _mark("Passed the stage"),
    "reach_rate": _mark("Came to the stage"),
    "last_stage_rate": _mark("Came to the last stage"),
    "stage_share": _mark("Part of the gap at the end"),
    "notice_rate": _mark("Refused and told of it"),
    "notice_language_rate": _mark("Told in a language they read"),
    "appeal_rate": _mark("Refused and appealed"),
    "appeal_rate_notified": _mark("Told and appealed"),
    "withdrawal_rate": _mark("Appeals given up"),
    "pending_rate": _mark("Appeals still open"),
    "representation_rate": _mark("Appeals with help"),
    "pause_rate": _mark("Effect waited for the appeal"),
    "overturn_rate": _mark("Appeals decided for the person"),
    "re_review_error_rate": _mark("Found wrong when looked at again"),
    "flagged_again_rate": _mark("Acted against again"),
    "hidden_errors": _mark("Errors nobody appealed against"),
    "override_in_favour_rate": _mark("Decided for by a human, against the model"),
    "override_against_rate": _mark("Decided against by a human, unlike the model"),
    "complaint_rate": _mark("Complained"),
    "silent_decisions": _mark("Refusals of a silent group"),
    "unheard_decisions": _mark("Decisions on a group nobody heard"),
    "groups_heard_rate": _mark("Groups heard"),
    "affected_share": _mark("People affected among those heard"),
    "affected_statements": _mark("Statements by people affected"),
    "open_share": _mark("Heard while the decision was open"),
    "response_rate": _mark("Statements answered"),
    "dissent_recorded_rate": _mark("Meetings that record dissent, or none"),
    "heard_share": _mark("Part of those heard"),
    "days_to_decision_median": _mark("Median days to a decision"),
    "days_to_decision_p90": _mark("Days to a decision for nine in ten"),
    "days_to_redress_median": _mark("Median days to an answer"),
    "days_to_redress_p90": _mark("Days to an answer for nine in ten"),
    "late_decision_rate": _mark("Decided too late"),
    "late_redress_rate": _mark("Answered too late"),
    "longer_wait_rate": _mark("Wait longer than half of the others"),
    "gap_closed_at_no_cost": _mark("Gap that closes at no cost"),
    "worth_discussing_levelling_down": _mark("Worth discussing: takes away (1) or not (0)"),
    "favourable_rate_change": _mark("Change in favourable decisions"),
    "favourable_rate_per_year": _mark("Favourable decisions, change a year"),
    "favourable_rate_pooled": _mark("Favourable decisions over all windows"),
    "favourable_rate_so_far": _mark("Favourable decisions so far"),
    "wrong_denial_rate_change": _mark("Change in wrong denials"),
    "wrong_denial_rate_per_year": _mark("Wrong denials, change a year"),
    "wrong_denial_rate_pooled": _mark("Wrong denials over all windows"),
    "wrong_denial_rate_so_far": _mark("Wrong denials so far"),
    "score_drift": _mark("Drift of scores (stability index)"),
    "decision_drift": _mark("Drift of decisions (stability index)"),
}
"""Quantity to heading. A quantity that is not here is printed as its id with spaces."""

COMPARISONS = {
    "ratio": _mark("%(what)s: ratio"),
    "odds_ratio": _mark("%(what)s: odds ratio"),
    "least_ratio": _mark("%(what)s: lowest ratio"),
    "difference": _mark("%(what)s: difference, points"),
    "range": _mark("%(what)s: largest gap, points"),
}
OWN_DIFFERENCE, OWN_RANGE = _mark("%(what)s: difference"), _mark("%(what)s: largest gap")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names of measures for one audit: what the favourable decision is called there."""

    words: Words
    favourable: str
    """A past participle such as `approved`, or empty: then it is `the favourable decision`."""

    def quantity(self, metric: str) -> str:
        """Heading of the quantity itself: `Approved`, `True positive rate`."""
        quantity = metric.partition(".")[0]
        if quantity == "favourable_rate" and self.favourable:
            return self.favourable.capitalize()
        if quantity.startswith("own_"):
            return self.words.say("Own metric %(name)s", name=quantity.removeprefix("own_"))
        named = NAMES.get(quantity)
        return self.words.say(named) if named else quantity.replace("_", " ").capitalize()

    def comparison(self, metric: str) -> str:
        """Heading of a comparison: `Impact ratio`, `Difference, points`."""
        quantity, _, kind = metric.partition(".")
        if quantity in ("favourable_rate", "selection_rate") and kind in ("ratio", "least_ratio"):
            return self.words.say("Impact ratio")
        pattern = COMPARISONS.get(kind, "%(what)s")
        if quantity.startswith("own_"):  # in units of its own
            pattern = {"difference": OWN_DIFFERENCE, "range": OWN_RANGE}.get(kind, pattern)
        if kind_of(quantity) not in ("percent", "points"):
            pattern = pattern.replace(", points", "")
        return self.words.say(pattern, what=self.quantity(metric))

    def received(self) -> str:
        """`approved`, or `given the favourable decision`: completes “were ...”."""
        return self.favourable or self.words.say("given the favourable decision")


def _is_participle(name: str) -> bool:
    """`approved` and `granted`, not `need` or `speed`."""
    return name.lower().endswith("ed") and not name.lower().endswith("eed") and len(name) > 4


def vocabulary_of(subject: Subject, words: Words) -> Vocabulary:
    """Finds what people call the favourable decision, from the names that the data use.

    `approved = 1` is said as “approved”, `status = Granted` as “granted”; anything else stays
    “the favourable decision”, which the report explains once.
    """
    value = subject.favourable.strip()
    for name, counts in (
        (value, True),
        (subject.decision.strip(), value.lower() in GOOD_VALUES),
    ):
        if counts and name.isascii() and name.isalpha() and _is_participle(name):
            return Vocabulary(words, name.lower())
    return Vocabulary(words, "")
