"""The verdict on an answered item: what was answered, by whom, when, and on what evidence.

Imports this room only.
"""

from __future__ import annotations

from datetime import date, timedelta

from isg_audit.judge import sentences
from isg_audit.judge.checklist import AnsweredItem
from isg_audit.judge.verdict import Answer, Word


def judge_answered(item: AnsweredItem, answer: Answer | None, today: date) -> tuple[Word, str]:
    """The word and the sentence of an answered item.

    An answer that is out of date, dated in the future, undated where it must be dated, or without
    the evidence it needs counts as none: it can fail an item, never pass it.
    """
    if answer is None:
        return "unanswered", sentences.unanswered(item.role)
    told = sentences.answered(answer)
    if answer.answer not in item.pass_on:
        return "fail", told
    flaw = _flaw(item, answer, today)
    if flaw:
        return "unanswered", f"{told} {flaw}"
    if item.evidence == "asked" and not answer.evidence:
        return "pass", f"{told} {sentences.NO_EVIDENCE_GIVEN}"
    return "pass", told


def _flaw(item: AnsweredItem, answer: Answer, today: date) -> str:
    """Why an answer that would pass does not count; empty if it does."""
    if item.evidence == "required" and not answer.evidence:
        return sentences.EVIDENCE_NEEDED
    if answer.on is not None and answer.on > today:
        return sentences.ANSWERED_IN_THE_FUTURE
    if item.valid_for_days is None:
        return ""
    if answer.on is None:
        return sentences.undated(item.valid_for_days)
    if answer.on + timedelta(days=item.valid_for_days) < today:
        return sentences.out_of_date(item.valid_for_days)
    return ""
