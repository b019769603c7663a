"""Small audits for the tests of judging: the groups of methods.md, T1, with real intervals."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from isg_audit.judge import Context, ReadChecklist
from isg_audit.judge.checklist import Checklist
from isg_audit.measures.measurement import Findings, Measurement, NotMeasured
from isg_audit.stats import newcombe, score_ratio, wilson

T1 = {"A": (170, 400), "B": (66, 200), "C": (10, 50)}
"""Selected and people of three groups; the shared fixture of the methods reference."""

SEVERITY = {"word": "high", "reason": "People go without."}


def measured_item(**changed: object) -> dict[str, object]:
    return {
        "id": "X-01",
        "kind": "measured",
        "area": "Fairness",
        "title": "Rates are alike",
        "ask": "Are they?",
        "why": "People go without.",
        "severity": SEVERITY,
        "sources": [{"instrument": "a rule"}],
        "recommendation": "Look closer.",
        "measure": "fairness.favourable_rate",
        "metric": "favourable_rate.difference",
        "versus": "reference",
        "over": "attributes",
        **changed,
    }


def answered_item(**changed: object) -> dict[str, object]:
    kept = {
        name: value
        for name, value in measured_item().items()
        if name not in ("measure", "metric", "versus", "over")
    }
    return {**kept, "id": "Y-01", "kind": "answered", "role": "owner", **changed}


def checklist(*items: dict[str, object], **changed: object) -> ReadChecklist:
    table = {
        "isg_checklist": 1,
        "id": "test",
        "title": "A test",
        "version": "1",
        "status": "voluntary",
        "as_of": "2026-11-23",
        "about": "A test.",
        "does_not_require": "Anything.",
        "item": items,
        **changed,
    }
    return ReadChecklist(Checklist.model_validate(table), "", "0" * 64)


def rows(
    counts: Mapping[str, tuple[int, int]],
    other: str,
    *,
    by: str = "race",
    versus: str = "",
    measure: str = "fairness.favourable_rate",
    confidence: float = 0.95,
) -> list[Measurement]:
    """Rate, difference and ratio of each group against one other."""
    there = counts[other]
    found = []
    for group, here in counts.items():
        made = partial(Measurement, measure=measure, by=by, group=group, n=here[1])
        low, high = wilson(*here, confidence)
        found.append(
            made(
                metric="favourable_rate", value=here[0] / here[1],
                low=float(low), high=float(high), confidence=confidence,
                limits=partial(_limits, wilson, here),
            )
        )  # fmt: skip
        if group == other:
            continue
        gap = here[0] / here[1] - there[0] / there[1]
        for metric, value, interval in (
            ("difference", gap, newcombe),
            ("ratio", (here[0] / here[1]) / (there[0] / there[1]), score_ratio),
        ):
            low, high = interval(*here, *there, confidence)
            found.append(
                made(
                    metric=f"favourable_rate.{metric}", versus=versus or other, value=value,
                    low=float(low), high=float(high), confidence=confidence, unit=metric,
                    **(_people(here[1], gap, low, high) if metric == "difference" else {}),
                    limits=partial(_limits, interval, (*here, *there)),
                )
            )  # fmt: skip
    return found


def _people(cases, gap, low, high):
    if gap >= 0:
        return {}
    names = ("affected", "affected_low", "affected_high")
    ends = (-gap * cases, float(-high) * cases, float(-low) * cases)
    return dict(zip(names, ends, strict=True))


def _limits(interval, counts, confidence):
    low, high = interval(*counts, confidence)
    return float(low), float(high)


def findings(*found: Measurement | NotMeasured) -> Findings:
    return Findings.of(found)


def context(counts: Mapping[str, tuple[int, int]] = T1, **changed: object) -> Context:
    given: dict[str, object] = {
        "domain": "employment",
        "stage": "deployed",
        "attributes": ("race",),
        "references": {"race": "A"},
        "people": {("race", group): people for group, (_, people) in counts.items()},
        "total": sum(people for _, people in counts.values()),
        **changed,
    }
    return Context(**given)
