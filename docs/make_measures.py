"""Writes docs/measures.md from the catalogue: the manual page of a measure is its docstring.

What stands above the mark is written by hand, the rest is replaced. Run
`python docs/make_measures.py` after a change; a test compares the page with what this makes.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path

PAGE = Path(__file__).with_name("measures.md")

BEGIN = "<!-- written by docs/make_measures.py from the docstrings -->"

FAMILIES = {
    "fairness": "Who is selected, and on whom errors fall.",
    "impact": "What gaps mean for people, and who is worst off.",
    "coverage": "Who is in the data, who is not, and what is not known of them.",
    "explain": "What a model leans on, where a group's gap comes from, whose decision flips.",
}
OF_PARTS = {
    "fairness.classes": "`class_rate`, `true_positive_rate`, `precision` and their comparisons, of "
    "which `feature` is the class; `accuracy`, `total_variation`, `cramers_v`. No item of a "
    "checklist can select it yet",
    "fairness.threshold_sweep": "`selection_rate`, `true_positive_rate`, `false_positive_rate` and "
    "their comparisons; `feature` is the threshold. No item of a checklist can select it yet",
    "fairness.top_places": "`top_k_rate` and its comparisons, `top_k_share` and its difference "
    "from and ratio to the part of all entries; `feature` is the k. No item of a checklist can "
    "select it yet",
    "explain.log_agreement": "`disagreement_rate`, `overruled_against_rate`, "
    "`overruled_in_favour_rate` and their comparisons; `threshold_recovered`, "
    "`threshold_disagreement`",
    "explain.unseen_category": "`unseen_rate`; by input, `feature`. No item of a checklist can "
    "select it yet",
    "explain.score_agreement": "`distance_q99`, `largest_distance`",
    "impact.small_group_model": "of `favourable_rate` and of `wrong_denial_rate`: `.shrunken`, "
    "`.multilevel`, `.interaction`, `.predicted`, `.worst_probability`, `.rank`; over all groups "
    "`.variance_partition`, `.beyond_attributes`, `.explained_by_attributes`. No item of a "
    "checklist can select it: verdicts rest on the figures as they are",
    "impact.funnel_plot": "of `favourable_rate` and of `wrong_denial_rate`: `.z`; over all groups "
    "`.overdispersion`, `.limits_95`, `.limits_99_8`, of which `feature` is the size. No item of a "
    "checklist can select it",
    "fairness.ndkl": "`ndkl`. No item of a checklist can select it yet",
    "impact.gap_by_stratum": "`favourable_rate_in_stratum` and its difference; `feature` is the "
    "stratum. No item of a checklist can select it yet",
    "impact.gap_over_time": "`favourable_rate`, `wrong_denial_rate` and their differences, each "
    "with its `window`. Rows of one window are left out of verdicts",
    "explain.recourse_example": "`example_1`, `example_2`, `example_3`. No item of a checklist can "
    "select them",
}
"""Metrics of measures that no checklist can select."""
_SECTION = re.compile(r"^(Args|Returns|Yields|Raises|Source):\n", re.MULTILINE)


def page(written: str) -> str:
    """The page with its entries made anew.

    Args:
        written: the page as it is.
    """
    parts = [written.partition(BEGIN)[0] + BEGIN + "\n"]
    for family, about in FAMILIES.items():
        parts.append(f"## {family}\n\n{about}\n")
        parts += [entry for name, entry in entries().items() if name.startswith(f"{family}.")]
    return "\n".join(parts)


def entries() -> dict[str, str]:
    """The entry of each measure by its id, in the order of the catalogue."""
    from isg_audit.measures.catalogue import METRICS

    found = {}
    for metric in METRICS:
        needs = sorted(metric.needs - {"probability"})
        needs += ["score that is a probability"] if "probability" in metric.needs else []
        facts = {
            "Needs": ", ".join(needs),
            "Metrics": _comparisons(metric.name, ratio=metric.ratio),
            "Better for people": _better(metric.better),
            "Said in people": _people(metric.in_people),
            "Unit": metric.unit,
        }
        found[metric.measure()] = _entry(metric.measure(), facts, metric.of)
    for name, function in made_of_several().items():
        found[name] = _entry(name, {"Metrics": _given(name)}, function)
    return found


def made_of_several() -> dict[str, Callable[..., object]]:
    """Measures that are not one metric by group, and the function that says what they are."""
    from isg_audit.measures import coverage, fairness, impact
    from isg_audit.measures.coverage import (
        missing_inputs,
        per_population,
        representation,
        stages,
        uncovered,
        unprocessed,
    )
    from isg_audit.measures.explain import (
        additivity,
        attribute_change,
        certificate,
        explanation_space,
        flip_test,
        gap_share,
        log_agreement,
        monotonicity,
        proxy_available,
        proxy_use,
        quality_gap,
        reason_codes,
        reason_recourse,
        reasons,
        reliance,
        repeatability,
        robustness,
        score_agreement,
        shap_gap,
        shap_importance,
        stability,
        surrogate,
        unseen,
    )
    from isg_audit.measures.explain.recourse import choice, cost, examples, shape, shares
    from isg_audit.measures.impact import (
        after_update,
        burden,
        change_point,
        consultations,
        control_chart,
        drift,
        funnel,
        gap_over_time,
        people_harmed,
        persistence,
        redress,
        severity,
        small_group_model,
        trend,
        unobserved,
        voice,
        waiting,
        welfare,
    )

    return {
        "fairness.equalized_odds": fairness.equalized_odds,
        "fairness.classes": fairness.classes,
        "fairness.threshold_sweep": fairness.threshold_sweep,
        "fairness.favourable_rate_within": fairness.favourable_rate_within,
        "fairness.exposure": fairness.exposure,
        "fairness.top_places": fairness.top_places,
        "fairness.ndkl": fairness.ndkl,
        "impact.worst_off": impact.worst_off,
        "impact.subgroup_search": impact.subgroup_search,
        "impact.small_groups": impact.small_groups,
        "impact.small_group_model": small_group_model.small_group_model,
        "impact.funnel_plot": funnel.funnel,
        "impact.people_harmed": people_harmed.people_harmed,
        "impact.burden": burden.burden,
        "impact.welfare": welfare.welfare,
        "impact.severity_weighted_harm": severity.severity_weighted_harm,
        "impact.gap_decomposition": impact.gap_decomposition,
        "impact.gap_by_stratum": impact.gap_by_stratum,
        "impact.clusters": impact.clusters,
        "impact.gap_factors": impact.gap_factors,
        "impact.proxy_factors": impact.proxy_factors,
        "impact.frontier": impact.frontier,
        "impact.remedies": impact.remedies,
        "impact.notice": voice.notice,
        "impact.appeals": voice.appeals,
        "impact.overturns": redress.overturns,
        "impact.silence": redress.silence,
        "impact.overrides": voice.overrides,
        "impact.complaints": voice.complaints,
        "impact.consultations": consultations.consultations,
        "impact.decision_time": waiting.decision_time,
        "impact.redress_time": waiting.redress_time,
        "impact.gap_over_time": gap_over_time.gap_over_time,
        "impact.persistence": persistence.persistence,
        "impact.trend": trend.trend,
        "impact.control_chart": control_chart.control_chart,
        "impact.change_point": change_point.change_point,
        "impact.after_update": after_update.after_update,
        "impact.drift": drift.drift,
        "coverage.stages": stages.stages,
        "coverage.representation": representation.representation,
        "coverage.per_population": per_population.per_population,
        "coverage.uncovered": uncovered.uncovered,
        "coverage.missing_inputs": missing_inputs.missing_inputs,
        "coverage.unprocessed": unprocessed.unprocessed,
        "coverage.selective_labels": coverage.selective_labels,
        "coverage.group_size": coverage.group_sizes,
        "coverage.unknown_group": coverage.unknown_groups,
        "coverage.unknown_bounds": coverage.unknown_bounds,
        "coverage.unknown_different": coverage.unknown_different,
        "coverage.unknown_imputed": coverage.unknown_imputed,
        "impact.unobserved": unobserved.unobserved,
        "explain.log_agreement": log_agreement,
        "explain.score_agreement": score_agreement,
        "explain.unseen_category": unseen.unseen_category,
        "explain.repeatability": repeatability.repeatability,
        "explain.shap_importance": shap_importance.shap_importance,
        "explain.shap_gap": shap_gap.shap_gap,
        "explain.reliance": reliance.reliance,
        "explain.recourse": shares.recourse_found,
        "explain.recourse_cost": cost.recourse_cost,
        "explain.recourse_choice": choice.recourse_choice,
        "explain.recourse_plausibility": shape.recourse_plausibility,
        "explain.recourse_example": examples.recourse_examples,
        "explain.attribute_change": attribute_change.attribute_change,
        "explain.gap_share": gap_share.gap_share,
        "explain.explanation_space": explanation_space.explanation_space,
        "explain.proxy_available": proxy_available.proxy_available,
        "explain.proxy_use": proxy_use.proxy_use,
        "explain.flip_test": flip_test.flip_test,
        "explain.impact_certificate": certificate.impact_certificate,
        "explain.additivity": additivity.additivity,
        "explain.monotonicity": monotonicity.monotonicity,
        "explain.surrogate": surrogate.surrogate,
        "explain.stability_draw": stability.stability_draw,
        "explain.stability_baseline": stability.stability_baseline,
        "explain.stability_noise": stability.stability_noise,
        "explain.agreement": stability.agreement,
        "explain.quality_gap": quality_gap.quality_gap,
        "explain.reasons": reasons.reasons,
        "explain.reasons_alike": reasons.reasons_alike,
        "explain.reason_codes": reason_codes.reason_codes,
        "explain.reason_recourse": reason_recourse.reason_recourse,
        "explain.robustness": robustness.robustness,
    }


def _entry(name: str, facts: dict[str, str], function: Callable[..., object]) -> str:
    manual = _manual(function)
    if not manual:
        raise ValueError(f"{name} has no manual page: give {function.__name__} a docstring.")
    lines = [f"- {key}: {value}" for key, value in facts.items() if value]
    return "\n".join([f"### {name}", "", manual, "", *lines, ""])


def _manual(function: Callable[..., object]) -> str:
    """The docstring without what only a programmer needs; its source as a last paragraph."""
    text = inspect.cleandoc(function.__doc__ or "")
    head, *rest = _SECTION.split(text)
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    source = " ".join(inspect.cleandoc("\n" + sections.get("Source", "")).split())
    return "\n\n".join([head.strip(), f"Source: {source}"] if source else [head.strip()])


def _comparisons(metric: str, *, ratio: bool) -> str:
    compared = (".difference", ".ratio", ".range", ".least_ratio")
    wanted = [f"`{one}`" for one in compared if ratio or "ratio" not in one]
    return f"`{metric}`, and of it {', '.join(wanted)}"


def _given(measure: str) -> str:
    from isg_audit.judge import KNOWN

    if measure not in KNOWN:
        return OF_PARTS[measure]
    return ", ".join(f"`{metric}`" for metric in KNOWN[measure])


def _better(better: tuple[str, str]) -> str:
    one, other = (f"nearer {word[5:]}" if " " in word else f"{word}er" for word in better)
    return one if one == other else f"{one}; for risk flags {other}"


def _people(said: tuple[bool, bool]) -> str:
    words = {(True, True): "yes", (True, False): "yes, not for risk flags"}
    return words.get(said, "for risk flags alone" if said[1] else "")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
