"""Every sentence a verdict can say, as templates in one place, so that they can be translated.

Imports this room's `verdict` and `words`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from isg_audit.judge.bounds_words import clause_of_bounds, is_of_bounds
from isg_audit.judge.kinds import EXACT
from isg_audit.judge.verdict import Answer, JudgedGroup, Waiver
from isg_audit.judge.words import (
    compared,
    interval,
    label,
    listed,
    number,
    percent,
    quantity,
    unit,
)

# One comparison.
RATIO = "for {who}, {quantity} is {value} of that of {other}"
LOWER = "for {who}, {quantity} is {value} lower than that of {other}"
HIGHER = "for {who}, {quantity} is {value} higher than that of {other}"
SAME = "for {who}, {quantity} is the same as that of {other}"
LEVEL = "for {who}, {quantity} is {value}"
RANGE = "between {who}, {quantity} differs by up to {value}"
LEAST_RATIO = "between {who}, {quantity} is {value} of the highest where it is lowest"
USES_IT = "the model takes {by} as an input"
USES_IT_NOT = "the model does not take {by} as an input"
TURNS = (
    "for {who}, the gap against {other} as it is says something else than the gaps among people in "
    "like circumstances"
)
TURNS_NOT = (
    "for {who}, the gap against {other} as it is says the same as the gap among people in like "
    "circumstances"
)
TURNS_PERHAPS = (
    "for {who}, it cannot be told whether the gap against {other} as it is says the same as the "
    "gap among people in like circumstances"
)
WITH_INTERVAL = "{clause} ({confidence} interval {interval})"
BY_THE_MODEL = "{name} by the model"
COMPARISONS, FIGURES = "comparisons", "figures"
UNNAMED = "a group too small to publish"
WITHOUT_NUMBERS = "{name}, numbers not published"

# Fail.
STANDS_FOR = "the gap stands for about {people} people ({confidence} interval {interval}): "
FAILS = "{clause}; the whole interval lies {side} {limit}."
FAILS_STRICTLY = (
    "{clause}; allowing for {comparisons} comparisons, the whole interval ({interval}) lies {side} "
    "{limit}."
)
FAILS_EXACTLY = "{clause}; the requirement is {tolerance}."
FAILS_TOO = "{n} of {total} {noun} fail; also {names}."
FAILS_UNNAMED = "{n} of {total} {noun} fail: {names}."

# Inconclusive.
OPEN_MANY = "{n} of {total} {noun} cannot be settled. The furthest from passing: "
OPEN = "{clause}; part of the interval lies inside the limit of {tolerance}, part outside."
OPEN_EXACTLY = "{clause}."
OPEN_STRICTLY = (
    "{clause}; allowing for {comparisons} comparisons, part of the interval ({interval}) lies "
    "inside the limit of {tolerance}, part outside."
)
OPEN_UNNAMED = "{n} of {total} {noun} cannot be settled: {names}."
MORE_PEOPLE = "About {people} more people of this group would probably settle it."
NOT_BY_THIS_GROUP = "At this estimate, more people of this group alone would not settle it."
GAP_SHOWS = "With so few people, only a gap of about {gap} or more would probably have shown."
RATIO_SHOWS = "With so few people, only a ratio of about {gap} or less would probably have shown."
GAP_SHOWN = (
    "With this many people a gap of about {gap} or more would probably show. This one does; open "
    "is only on which side of the limit it lies."
)
RATIO_SHOWN = (
    "With this many people a ratio of about {gap} or less would probably show. This gap does; open "
    "is only on which side of the limit it lies."
)
VALUE_SHOWS = (
    "With so few people, only a value about {gap} or more beyond the limit would probably have "
    "shown."
)
NO_GAP_SHOWS = "With so few people, a gap of no size would have shown."
GAP_NOT_KNOWN = "How large a gap so few people could show cannot be worked out."

# Decisions that would turn the value of a ratio.
MORE = "If {n} more of the {cases} had been {received}, the ratio would have {turned} {limit}."
FEWER = "If {n} fewer of the {cases} had been {received}, the ratio would have {turned} {limit}."
GIVEN = {"favourable_rate": "given the favourable decision", "selection_rate": "selected"}
TURNED = {
    ("at least", "more"): "reached",
    ("at least", "fewer"): "fallen below",
    ("at most", "more"): "risen above",
    ("at most", "fewer"): "come down to",
}

# How many were compared.
COMPARED = "Comparisons allowed for: {n}; a fail is decided at {confidence} confidence."

# Pass and not assessed.
PASSES = "{clause}; the whole interval lies inside the limit of {tolerance}."
PASSES_EXACTLY = "{clause}; the requirement is {tolerance}."
ALL_INSIDE = "All {n} {noun} lie inside the limit of {tolerance}, uncertainty included."
CLOSEST = "The closest: {clause}."
REASON = "{names}: {reason}"
NOT_ASSESSED = "Not assessed. {reasons}. This does not mean that the requirement is met."
ALSO_NOT_ASSESSED = "Not assessed besides. {reasons}."
INSIDE_OTHERWISE = "What could be assessed ({n} of {total} {noun}) lies inside the limit."
TOO_SMALL = "Too small a share of the people to decide, and named here alone: {names}."

# No verdict by nature.
NO_THRESHOLD = (
    "The rule sets no pass mark, so there is no verdict: it asks that the figures be published. "
    "They stand in the table of measurements under {measure}, {metric}."
)
LOWEST, HIGHEST = "The lowest: {clause}.", "The highest: {clause}."
NOT_APPLICABLE = "Not applicable: {reasons}"

# Answers.
UNANSWERED = "Nobody has answered. The question is for: {role}."
ANSWERED = "Answered “{answer}” by {by} ({role}){on}{evidence}."
ON = " on {on}"
ONE_FILE, FILES = ", with 1 file of evidence", ", with {n} files of evidence"
COMMENT = "Comment: {comment}"
DISSENT = "Dissent is on record: {dissent}"
EVIDENCE_NEEDED = "It does not count without the evidence that this item requires."
NO_EVIDENCE_GIVEN = "No evidence was given."
ANSWERED_IN_THE_FUTURE = "It does not count: its date lies in the future."
UNDATED = "It does not count without a date: such an answer is good for {days} days."
OUT_OF_DATE = "It no longer counts: such an answer is good for {days} days."

# Waivers.
WAIVED = "Set aside until {until} by {by}: {justification} Without the waiver: {sentence}"
WAIVER_ENDED = "{sentence} A waiver by {by} ended on {until} and does not count."


def clause(judged: JudgedGroup, confidence: float, limits: Sequence[float] = ()) -> str:
    """One comparison with its uncertainty, starting in lower case.

    Args:
        judged: a comparison with figures; never one that is withheld.
        confidence: of the plain interval.
        limits: ends of the tolerance; no figure is rounded onto one it misses.
    """
    metric, value, by = judged.metric, judged.value or 0.0, judged.by
    if metric == "uses_protected_attribute":
        return (USES_IT if value >= 0.5 else USES_IT_NOT).format(by=by)
    if metric == "simpson_reversal":
        sure = judged.low == judged.high
        template = (TURNS if value >= 0.5 else TURNS_NOT) if sure else TURNS_PERHAPS
        return template.format(who=label(judged), other=compared(judged))
    if is_of_bounds(metric) and judged.low is not None and judged.high is not None:
        return clause_of_bounds(judged, confidence, limits)
    template = _template(judged)
    edges = tuple(map(abs, limits)) if template in (LOWER, HIGHER) else limits
    said = template.format(
        who=by if template == LEVEL and by and not judged.group else label(judged),
        quantity=quantity(judged),
        value=number(metric, abs(value) if template == LOWER else value, edges) + unit(metric),
        other=compared(judged),
    )
    if judged.low is None or judged.high is None or exact(judged):
        return said
    ends = interval(metric, judged.low, judged.high, limits)
    return WITH_INTERVAL.format(clause=said, confidence=percent(confidence), interval=ends)


def _template(judged: JudgedGroup) -> str:
    comparison, value = judged.metric.partition(".")[2], judged.value or 0.0
    summaries = {"ratio": RATIO, "range": RANGE, "least_ratio": LEAST_RATIO}
    if comparison in summaries:
        return summaries[comparison]
    if not judged.versus:
        return LEVEL
    return SAME if value == 0 else LOWER if value < 0 else HIGHER


def exact(judged: JudgedGroup) -> bool:
    """Whether a figure is yes or no, so that it has no interval to tell."""
    return judged.metric in EXACT


def sentence(text: str) -> str:
    """The same text with a capital at its start."""
    return text[:1].upper() + text[1:]


def reasons(groups: Sequence[JudgedGroup], names: Sequence[str]) -> str:
    """Why comparisons were not assessed; groups with the same reason together.

    A name is empty where the reason holds for the whole measure.
    """
    by_reason: dict[str, list[str]] = {}
    for judged, name in zip(groups, names, strict=True):
        by_reason.setdefault(judged.reason or "no figure", []).append(name)
    said = (
        REASON.format(names=sentence(listed(which)), reason=reason)
        if any(which)
        else sentence(reason)
        for reason, which in by_reason.items()
    )
    return "; ".join(said)


def unanswered(role: str) -> str:
    """Nobody has answered a question that is for `role`."""
    return UNANSWERED.format(role=role)


def answered(answer: Answer) -> str:
    """Who answered what, when, with how much evidence; comment and dissent are never left out."""
    files = len(answer.evidence)
    evidence = "" if not files else ONE_FILE if files == 1 else FILES.format(n=files)
    told = ANSWERED.format(
        answer=answer.answer,
        by=answer.by,
        role=answer.role,
        on=ON.format(on=day(answer.on)) if answer.on else "",
        evidence=evidence,
    )
    more = [
        closed(COMMENT.format(comment=answer.comment)) if answer.comment else "",
        closed(DISSENT.format(dissent=answer.dissent)) if answer.dissent else "",
    ]
    return " ".join([told, *filter(None, more)])


def undated(days: int) -> str:
    """An answer without the date it needs."""
    return UNDATED.format(days=days)


def out_of_date(days: int) -> str:
    """An answer older than it may be."""
    return OUT_OF_DATE.format(days=days)


def not_applicable(why: Sequence[str]) -> str:
    """The conditions of the item do not hold."""
    return closed(NOT_APPLICABLE.format(reasons="; ".join(one.rstrip(".") for one in why)))


def waived(said: str, waiver: Waiver) -> str:
    """The item is set aside, and what it would say otherwise."""
    return WAIVED.format(
        until=day(waiver.until),
        by=waiver.by,
        justification=closed(waiver.justification),
        sentence=said,
    )


def waiver_ended(said: str, waiver: Waiver) -> str:
    """What the item says, and that its waiver no longer counts."""
    return WAIVER_ENDED.format(sentence=said, by=waiver.by, until=day(waiver.until))


def day(on: date) -> str:
    """A date in full: `3 March 2026`."""
    return f"{on.day} {on:%B} {on.year}"


def closed(text: str) -> str:
    """Text that ends as a sentence does."""
    said = text.strip()
    return said if said.endswith((".", "!", "?", "。")) else f"{said}."
