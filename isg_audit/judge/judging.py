"""Judging: checklists, findings and answers in, verdicts out.

Computes no measure. Imports `measures.measurement` and this room.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from isg_audit.judge import sentences
from isg_audit.judge.answered import judge_answered
from isg_audit.judge.answers import Answers
from isg_audit.judge.checklist import AnsweredItem, MeasuredItem, OnlyIf
from isg_audit.judge.context import Context
from isg_audit.judge.measured import judge_measured
from isg_audit.judge.read import ReadChecklist
from isg_audit.judge.retell import retell, with_waiver
from isg_audit.judge.selection import Found
from isg_audit.judge.verdict import ChecklistVerdict, ItemVerdict, Waiver
from isg_audit.measures.measurement import Findings


def judge(
    checklists: Sequence[ReadChecklist],
    findings: Findings,
    context: Context,
    answers: Answers | None,
    today: date,
) -> tuple[ChecklistVerdict, ...]:
    """Judge every item of every checklist.

    Args:
        checklists: those the audit asks for.
        findings: every measurement, and every reason for a missing one. A row takes part in a
            fail only through its `limits`.
        context: the audit as far as verdicts depend on it.
        answers: what people answered; None if there is no answers file.
        today: the day on which answers and waivers have to be valid.

    Returns:
        One verdict a checklist, in the order given; items in the order of the file.
    """
    found = Found.of(findings)
    return tuple(_checklist(one, found, context, answers, today) for one in checklists)


def _checklist(
    read: ReadChecklist,
    found: Found,
    context: Context,
    answers: Answers | None,
    today: date,
) -> ChecklistVerdict:
    checklist = read.checklist
    items = []
    for item in checklist.items:
        key = (checklist.id, item.id)
        verdict = _item(item, checklist.only_if, found, context, answers, key, today)
        items.append(_waived(verdict, answers.waivers.get(key) if answers else None, today))
    return ChecklistVerdict(
        id=checklist.id,
        title=checklist.title,
        version=checklist.version,
        jurisdiction=checklist.jurisdiction,
        status=checklist.status,
        note=checklist.note,
        sha256=read.sha256,
        items=tuple(items),
    )


def _item(
    item: MeasuredItem | AnsweredItem,
    whole: OnlyIf | None,
    found: Found,
    context: Context,
    answers: Answers | None,
    key: tuple[str, str],
    today: date,
) -> ItemVerdict:
    verdict = ItemVerdict(
        id=item.id,
        area=item.area,
        title=item.title,
        ask=item.ask,
        why=item.why,
        kind=item.kind,
        severity=item.severity,
        sources=item.sources,
        reading=item.reading,
        word="not assessed",
        sentence="",
        recommendation=item.recommendation,
        does_not_show=item.does_not_show,
        tolerance=item.tolerance if isinstance(item, MeasuredItem) else None,
    )
    reasons = [one.reason for one in (whole, item.only_if) if one and not _holds(one, context)]
    if reasons:
        said = sentences.not_applicable(reasons)
        return verdict.model_copy(update={"word": "not applicable", "sentence": said})
    if isinstance(item, AnsweredItem):
        answer = answers.answers.get(key) if answers else None
        word, sentence = judge_answered(item, answer, today)
        return verdict.model_copy(update={"word": word, "sentence": sentence, "answer": answer})
    judged = judge_measured(item, found, context)
    unnamed = frozenset(
        key for key, people in context.people.items() if people < context.minimum_cell
    )
    return retell(
        verdict.model_copy(
            update={
                "word": judged.word,
                "groups": judged.groups,
                "comparisons": judged.comparisons,
                "fail_confidence": judged.fail_confidence,
            }
        ),
        context.confidence,
        unnamed,
    )


def _holds(condition: OnlyIf, context: Context) -> bool:
    return (
        (not condition.domain or context.domain in condition.domain)
        and (condition.stage is None or context.stage == condition.stage)
        and set(condition.has) <= context.has
    )


def _waived(verdict: ItemVerdict, waiver: Waiver | None, today: date) -> ItemVerdict:
    """The item under its waiver. It sets aside what is open or failed, nothing else."""
    if waiver is None or verdict.word in ("error", "pass", "not applicable"):
        return verdict
    update: dict[str, object] = {"waiver": waiver}
    if waiver.until >= today:
        update |= {"word": "waived", "real_word": verdict.word}
    return with_waiver(verdict.model_copy(update=update))
