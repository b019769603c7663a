"""Writes docs/checklists/*.md from the checklists, one page each; the TOML is what is judged by.

Run `python docs/make_checklists.py` after a change; a test compares the pages with what this makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isg_audit.judge import AnsweredItem, Checklist, MeasuredItem, Source
    from isg_audit.judge.checklist import OnlyIf

FOLDER = Path(__file__).with_name("checklists")

OVER = {
    "attributes": "each declared attribute",
    "intersections": "each declared combination of attributes",
    "all": "each declared attribute and each combination",
    "everybody": "everybody together",
    "any": "whichever groups the measure itself picked",
}
VERSUS = {
    "best": ", against the best-off group",
    "rest": ", against everybody else",
    "reference": ", against the declared reference group",
    "declared": ", against the declared reference group, else the best-off one",
    "": "",
}
EVIDENCE = {
    "required": "evidence is required",
    "asked": "evidence is asked for, and its absence is told",
    "none": "no evidence is asked for",
}


def pages() -> dict[str, str]:
    """The page of each checklist that comes with the toolkit, by its file name."""
    from isg_audit.judge import checklist_ids, read_checklist

    return {f"{name}.md": page(read_checklist(name).checklist) for name in checklist_ids()}


def page(checklist: Checklist) -> str:
    """The page of one checklist."""
    items = (line for one in checklist.items for line in _item(one))
    return "\n".join([*_head(checklist), *_weights(checklist), *items])


def _weights(checklist: Checklist) -> Iterator[str]:
    """How grave the checklist holds each kind of error to be."""
    if not checklist.harm:
        return
    yield "Weights of errors, for `impact.severity_weighted_harm`:"
    yield ""
    for one in checklist.harm:
        yield f"- {one.error.replace('_', ' ')}: {one.weight:g}. {one.reason}"
    yield ""


def _head(checklist: Checklist) -> Iterator[str]:
    yield f"# {checklist.title}"
    yield ""
    yield "*Written by `docs/make_checklists.py` from the checklist's TOML; do not edit by hand.*"
    yield ""
    yield f"- Name in the audit file: `{checklist.id}`, version {checklist.version}"
    yield f"- Jurisdiction: {checklist.jurisdiction or 'none; for any place'}"
    yield f"- Status: {checklist.status}, as seen on {checklist.as_of}"
    if checklist.only_if is not None:
        yield f"- Applies only {_condition(checklist.only_if)}"
    yield ""
    yield from _paragraphs(
        checklist.about,
        f"**What it does not require.** {checklist.does_not_require}",
        checklist.note,
    )


def _item(item: MeasuredItem | AnsweredItem) -> Iterator[str]:
    yield f"## {item.id}: {item.title}"
    yield ""
    judged = _measured(item) if item.kind == "measured" else _answered(item)
    applies = f"Applies only {_condition(item.only_if)}" if item.only_if is not None else ""
    yield from _paragraphs(
        f"**{item.ask}**",
        item.why,
        f"*Severity {item.severity.word}.* {item.severity.reason}",
        f"*How it is judged.* {judged}",
        applies,
        f"*How we read it.* {item.reading}" if item.reading else "",
        f"*What to do.* {item.recommendation}",
        f"*What it does not show.* {item.does_not_show}" if item.does_not_show else "",
    )
    yield "Rests on:"
    yield ""
    yield from (f"- {_source(one)}" for one in item.sources)
    yield ""


def _measured(item: MeasuredItem) -> str:
    over = OVER.get(item.over, item.over) if isinstance(item.over, str) else " and ".join(item.over)
    told = [
        f"`{item.metric}` of `{item.measure}`, over {over}{VERSUS[item.versus]}: {_limit(item)}."
    ]
    if item.smallest_share is not None:
        told.append(f"Groups below {item.smallest_share:.0%} of the people do not decide.")
    if item.also_model:
        told.append("Asked of the model's own decisions too, where there are both.")
    return " ".join(told)


def _limit(item: MeasuredItem) -> str:
    tolerance = item.tolerance
    if tolerance is None:
        return "shown, without a pass mark"
    if tolerance.within is not None:
        low, high = tolerance.within
        return f"the interval has to lie between {low:g} and {high:g}"
    if tolerance.at_least is not None:
        return f"the whole interval has to be at least {tolerance.at_least:g}"
    return f"the whole interval has to be at most {tolerance.at_most:g}"


def _answered(item: AnsweredItem) -> str:
    valid = f" An answer holds for {item.valid_for_days} days." if item.valid_for_days else ""
    return (
        f"Answered by the {item.role} ({', '.join(item.choices)}; passes on "
        f"{' or '.join(item.pass_on)}); {EVIDENCE[item.evidence]}.{valid}"
    )


def _condition(only_if: OnlyIf) -> str:
    told = []
    if only_if.domain:
        told.append(f"in the field {' or '.join(only_if.domain)}")
    if only_if.stage:
        told.append(f"at the stage {only_if.stage}")
    if only_if.has:
        told.append(f"where the data has: {', '.join(only_if.has)}")
    return f"{', '.join(told)}; else not applicable: {only_if.reason}."


def _source(source: Source) -> str:
    clause = f", {source.clause}" if source.clause else ""
    dated = f", {source.dated}" if source.dated else ""
    doubt = "" if source.verified else "; unverified"
    return f"{source.instrument}{clause}{dated} ({source.status}{doubt})"


def _paragraphs(*texts: str) -> Iterator[str]:
    for text in texts:
        if text:
            yield text.strip()
            yield ""


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
