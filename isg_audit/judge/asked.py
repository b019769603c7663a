"""The checklists and the answers that an audit file asks for. Imports this room and `spec`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isg_audit.judge.answers import Answers, read_answers
from isg_audit.judge.read import ReadChecklist, read_checklist

if TYPE_CHECKING:
    from isg_audit.spec import AuditFile


def read_asked(audit_file: AuditFile) -> tuple[tuple[ReadChecklist, ...], Answers | None]:
    """Read what an audit file asks for: built-in checklists by id, others by path beside it.

    Raises:
        ChecklistError: what is wrong with a checklist or with the answers.
    """
    asked = audit_file.spec.audit
    checklists = tuple(
        read_checklist(audit_file.resolve(one) if one.endswith(".toml") else one)
        for one in asked.checklists
    )
    if asked.answers is None:
        return checklists, None
    return checklists, read_answers(audit_file.resolve(asked.answers), checklists)
