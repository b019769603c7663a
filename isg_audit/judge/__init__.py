"""Checklists, answers and waivers in; verdicts out. Judges measurements, computes none.

A checklist is TOML in `checklists/`: to add one, add a file there and a test that reads it. A
verdict is taken on intervals, by one rule (`comparison`), and told in one sentence (`sentences`).

May import `errors`, `resources`, `stats`, `spec`, `tally` and `measures`.
"""

from isg_audit.judge.answers import Answers, read_answers
from isg_audit.judge.asked import read_asked
from isg_audit.judge.checklist import AnsweredItem, Checklist, MeasuredItem
from isg_audit.judge.context import Context, context_of
from isg_audit.judge.flips import DECISIONS
from isg_audit.judge.gate import blocking
from isg_audit.judge.harm_weights import harm_weights
from isg_audit.judge.judging import judge
from isg_audit.judge.known import KNOWN
from isg_audit.judge.measured import together
from isg_audit.judge.read import ReadChecklist, checklist_ids, read_checklist
from isg_audit.judge.retell import retell
from isg_audit.judge.verdict import (
    Answer,
    ChecklistVerdict,
    ItemVerdict,
    JudgedGroup,
    Severity,
    Source,
    Tolerance,
    Waiver,
    Word,
)

__all__ = [
    "DECISIONS",
    "KNOWN",
    "Answer",
    "AnsweredItem",
    "Answers",
    "Checklist",
    "ChecklistVerdict",
    "Context",
    "ItemVerdict",
    "JudgedGroup",
    "MeasuredItem",
    "ReadChecklist",
    "Severity",
    "Source",
    "Tolerance",
    "Waiver",
    "Word",
    "blocking",
    "context_of",
    "checklist_ids",
    "harm_weights",
    "judge",
    "read_answers",
    "read_asked",
    "read_checklist",
    "retell",
    "together",
]
