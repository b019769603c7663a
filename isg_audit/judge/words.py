"""Names and numbers inside a sentence: quantities, groups, values, intervals, limits.

Numbers are rounded here by one rule: shares to a tenth of a percent, ratios to two decimals,
people to two figures with "about"; further decimals only where a rounded value would sit on the
limit that it misses. Imports `tally.table` and this room's
`kinds`, `verdict`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from isg_audit.judge.kinds import Kind, kind_of
from isg_audit.judge.verdict import JudgedGroup, Tolerance
from isg_audit.judge.words_of_harm import OF_HARM
from isg_audit.judge.words_over_time import OVER_TIME
from isg_audit.tally.table import JOINT

QUANTITIES = {
    **OVER_TIME,
    **OF_HARM,
    "selection_rate": "the share selected",
    "favourable_rate": "the share who got the favourable decision",
    "favourable_rate_within": "the share who got the favourable decision in like circumstances",
    "composition": "what the share who got the favourable decision owes to who stands where",
    "rates": "the share who got the favourable decision where both stand alike",
    "clusters_found": "the number of clusters of like people that were found to fare worse",
    "explained": "what the named factors explain of the share who got the favourable decision",
    "unexplained": "what no named factor explains of the share who got the favourable decision",
    "largest_stand_in": "how far one named factor both carries the gap and gives the group away",
    "standardised_rate": "the share who would get the favourable decision if all stood alike",
    "disparity": "the share of those refused less the share of those accepted",
    "conditional_disparity": "the share of those refused less the share of those accepted, alike,",
    "base_rate": "the share with the positive outcome",
    "true_positive_rate": "the share decided rightly among people with the positive outcome",
    "false_positive_rate": "the share decided wrongly among people with the negative outcome",
    "false_negative_rate": "the share decided wrongly among people with the positive outcome",
    "true_negative_rate": "the share decided rightly among people with the negative outcome",
    "precision": "the share of positive decisions that proved right",
    "negative_predictive_value": "the share of negative decisions that proved right",
    "accuracy": "the share of decisions that proved right",
    "balanced_accuracy": "the share of right decisions, averaged over both outcomes,",
    "f1_score": "the F1 score",
    "mean_score": "the mean score",
    "roc_auc": "the chance that the score ranks two people in the right order (AUC)",
    "brier_score": "the mean squared error of the score",
    "calibration_in_the_large": "the mean score minus the share that came true",
    "expected_calibration_error": "the mean gap between the score and what came true",
    "mean_error": "the mean error",
    "mean_absolute_error": "the mean absolute error",
    "root_mean_squared_error": "the root mean squared error",
    "mean_outcome": "the mean true number",
    "equalized_odds": "the share of wrong decisions given the outcome",
    "unknown_share": "the share of people whose group is unknown",
    "favourable_rate_bounds": "the share who got the favourable decision",
    "favourable_rate_of_unknown": "the share of people of unknown group who got the favourable "
    "decision",
    "favourable_rate_imputed": "the share who got the favourable decision, with unknown groups "
    "imputed,",
    "favourable_rate_unobserved": "the share who got the favourable decision",
    "gaps_that_hold": "the share of gaps that hold whatever group the unknown are of",
    "missing_outcome_rate": "the share without a known outcome",
    "undecided_rate": "the share without a decision",
    "missing_score_rate": "the share without a score",
    "group_size": "the share of all people",
    "favourable_rate_searched": "the share who got the favourable decision in groups that nobody "
    "declared",
    "wrong_denial_rate_searched": "the share wrongly refused in groups that nobody declared",
    "wrong_denial_rate": "the share wrongly refused among people with the favourable outcome",
    "flip_rate": "the share whose decision by the model changes with this attribute alone",
    "shap_importance": "the mean size of the contribution to the score",
    "shap_gap": "the contribution to the score",
    "disagreement_rate": "the share of people of whom log and model decide otherwise",
    "flip_rate_again": "the share whose decision changes when the model is asked again",
    "gap_share_not_legitimate": "the part of the gap in the score that comes from inputs nobody "
    "named as legitimate",
    "largest_proxy_use": "the most that one stand-in carries",
    "no_recourse_found_rate": "the share of refused people for whom no change was found that helps",
    "recourse_cost": "the mean cost of the change that would help",
    "signals_unknown": "the share of people whose signals are not in the table",
    "simpson_reversal": "whether the gap turns round in like circumstances (1 yes, 0 no)",
    "uses_protected_attribute": "whether the model takes the attribute as an input (1 yes, 0 no)",
    "largest_miss": "the largest distance between an explanation and the score",
    "any_reversal_rate": "the share whose decision turns against them by a change in their favour",
    "same_first_reason": "the share with the same first reason",
    "largest_shortfall": "how far a simple rule falls short for the worst group",
    "fidelity": "the share whom a simple rule tells rightly",
    "protected_reason_rate": "the share of refused people with a reason that is protected",
    "immutable_reason_rate": "the share of refused people with a reason that nobody can change",
    "agreement": "the part of the logged reasons that are the model's",
    "all_without_recourse_rate": "the share of refused people none of whose reasons could help",
    "noise_flip_rate": "the share whose decision changes with a little noise",
    "representation_ratio": "the part of the people in the log over the part of the population",
    "unfavourable_per_thousand": "the number of unfavourable decisions for every 1,000 people of "
    "the population",
    "expected_but_uncovered": "the number of combinations that the population makes expect and "
    "that hardly anybody in the log has",
    "largest_missing_gap": "the widest gap in lacking an input",
    "any_missing_input_rate": "the share who lack an input",
    "known_outcome_gap": "the share of known outcomes after unfavourable decisions less that after "
    "favourable ones",
    "pass_rate": "the share who passed the stage",
    "reach_rate": "the share who came to the stage",
    "last_stage_rate": "the share who came to the last stage",
    "notice_rate": "the share of refused people with a notice they can read",
    "notice_language_rate": "the share of those told who were told in a language they read",
    "appeal_rate": "the share of refused people who appealed",
    "appeal_rate_notified": "the share of refused and told people who appealed",
    "withdrawal_rate": "the share of appeals that were given up",
    "pending_rate": "the share of appeals that are still open",
    "representation_rate": "the share of appeals with somebody's help",
    "pause_rate": "the share of appeals during which the effect waited",
    "overturn_rate": "the share of decided appeals that were decided for the person",
    "flagged_again_rate": "the share against whom the system acted again after they were put right",
    "override_in_favour_rate": "the share whom a human decided for against the model",
    "override_against_rate": "the share whom a human decided against, unlike the model",
    "complaint_rate": "the share who complained",
    "silent_decisions": "the number of refusals of a group of whom nobody appealed",
    "unheard_decisions": "the number of decisions on a group that no consultation heard",
    "groups_heard_rate": "the share of groups heard in a consultation",
    "affected_share": "the share of people affected among those heard",
    "affected_statements": "the number of statements by people affected",
    "open_share": "the share heard while the decision was still open",
    "response_rate": "the share of statements that were answered",
    "dissent_recorded_rate": "the share of meetings whose record tells of dissent, or of none",
    "days_to_decision_median": "the median wait for a decision",
    "days_to_redress_median": "the median wait for an answer to an appeal",
    "late_decision_rate": "the share whose decision took longer than the law allows",
    "late_redress_rate": "the share whose appeal took longer than the law allows",
    "longer_wait_rate": "the share who wait longer than half of everybody else",
    "gap_closed_at_no_cost": "the gap in right favourable decisions that could close at no cost",
    "worth_discussing_levelling_down": "whether the remedy worth discussing levels down (1 yes, "
    "0 no)",
}
"""What a metric is called in a sentence; any other by its own name."""

DECIMALS: Mapping[Kind, int] = {
    "percent": 1, "points": 1, "ratio": 2, "count": 0, "per thousand": 1, "days": 1, "number": 3,
    "weight": 2,
    "index": 3, "": 3,
}  # fmt: skip
UNITS: Mapping[Kind, str] = {"percent": "%", "points": " percentage points", "days": " days"}
PERCENT = ("percent", "points")

BARE = frozenset({"yes", "no", "true", "false", "y", "n"})
"""Values that are told together with their attribute."""

MOST_NAMES = 5
"""Names listed in one sentence; the rest are counted."""


def quantity(judged: JudgedGroup) -> str:
    """What was measured, and whose decisions, where they are the model's own."""
    base = judged.metric.partition(".")[0]
    own = f"the metric “{base.removeprefix('own_')}”" if base.startswith("own_") else ""
    said = own or QUANTITIES.get(base, "the " + base.replace("_", " "))
    return f"by the model's own decisions, {said}" if ".model_" in judged.measure else said


def label(judged: JudgedGroup) -> str:
    """The group and its attribute, or everybody: `Black (race)`, `single = yes`."""
    if judged.group:
        return named(judged.by, judged.group)
    return f"the groups of {judged.by}" if judged.by else "all people"


def named(by: str, group: str) -> str:
    """A group by its values; one whose value says nothing alone, by attribute and value."""
    attributes, values = by.split(JOINT), group.split(JOINT)
    if len(attributes) != len(values) or not any(map(_bare, values)):
        return f"{group} ({by})"
    return " and ".join(
        f"{attribute} = {value}" if _bare(value) else f"{value} ({attribute})"
        for attribute, value in zip(attributes, values, strict=True)
    )


def _bare(value: str) -> bool:
    """Whether a value means nothing without its attribute: a number, yes or no."""
    return value.casefold() in BARE or value.replace(".", "", 1).isdigit()


def compared(judged: JudgedGroup) -> str:
    """Whom the group is compared with."""
    words = {"best": "the best-off group", "rest": "everybody else", "all": "everybody"}
    other = judged.compared_with or words.get(judged.versus, judged.versus)
    return named(judged.by, other) if any(map(_bare, other.split(JOINT))) else other


def number(metric: str, value: float, limits: Iterable[float] = ()) -> str:
    """One value of a metric, without its unit.

    Args:
        metric: decides unit and decimals.
        value: may be infinite.
        limits: values it must not be rounded onto.
    """
    if math.isinf(value):
        return "no limit"
    kind = kind_of(metric)
    scale, decimals = (100.0 if kind in PERCENT else 1.0), DECIMALS[kind]
    scaled, edges = value * scale, [limit * scale for limit in limits if math.isfinite(limit)]
    while decimals < 6 and any(
        round(scaled, decimals) == round(edge, decimals) and not math.isclose(scaled, edge)
        for edge in edges
    ):
        decimals += 1
    return f"{round(scaled, decimals) + 0.0:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def unit(metric: str) -> str:
    """What follows the number: a percent sign, percentage points, days, or nothing."""
    return UNITS.get(kind_of(metric), "")


def limit(metric: str, value: float) -> str:
    """The end of a tolerance, as short as it was written."""
    return _end(metric, value) + unit(metric)


def tolerance(metric: str, allowed: Tolerance) -> str:
    """A tolerance in words: `at least 0.80`."""
    if allowed.within is not None:
        low, high = allowed.within
        return f"{_end(metric, low)} to {limit(metric, high)}"
    if allowed.at_least is not None:
        return f"at least {limit(metric, allowed.at_least)}"
    return f"at most {limit(metric, allowed.at_most or 0.0)}"


def _end(metric: str, value: float) -> str:
    said = number(metric, value)
    return said.rstrip("0").rstrip(".") if unit(metric) and "." in said else said


def interval(metric: str, low: float, high: float, limits: Iterable[float] = ()) -> str:
    """Both ends of an interval: `0.67 to 0.81`."""
    edges = tuple(limits)
    return f"{number(metric, low, edges)} to {number(metric, high, edges)}{unit(metric)}"


def percent(confidence: float) -> str:
    """A confidence as people say it: `95%`."""
    return f"{100 * confidence:.6g}%"


def strict(confidence: float) -> str:
    """A confidence that allows for many comparisons: two figures of what it leaves out, 99.58%."""
    miss = 100 * (1 - confidence)
    decimals = max(0, 1 - math.floor(math.log10(miss)))
    said = f"{100 - round(miss, decimals):.{decimals}f}"
    return (said.rstrip("0").rstrip(".") if "." in said else said) + "%"


def about_gap(metric: str, gap: float) -> str:
    """A gap known loosely, with its unit: whole percentage points from ten on, ratios as ever."""
    if kind_of(metric) not in PERCENT:
        return number(metric, gap) + unit(metric)
    return (f"{100 * gap:.0f}" if abs(gap) >= 0.1 else number(metric, gap)) + UNITS["points"]


def whole(people: float) -> str:
    """People a gap stands for, to the nearest one: 1,214."""
    return f"{people:,.0f}"


def about(people: float) -> str:
    """People that would be needed, known loosely: to two figures, from 10,000 on to three."""
    if people < 100:
        return f"{people:,.0f}"
    digits = int(math.log10(people)) - (1 if people < 10_000 else 2)
    return f"{round(people, -digits):,.0f}"


def listed(names: Iterable[str]) -> str:
    """Names in a row, each once; more than a few are counted."""
    every = list(dict.fromkeys(names))
    if len(every) > MOST_NAMES:
        every = [*every[:MOST_NAMES], f"{len(every) - MOST_NAMES} more"]
    return every[0] if len(every) == 1 else f"{', '.join(every[:-1])} and {every[-1]}"
