"""The checklists and answers that an audit file asks for. Imports `errors`, this room, `spec`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from isg_audit.errors import ChecklistError, Fault
from isg_audit.judge.answers import Answers, read_answers
from isg_audit.judge.read import ReadChecklist, read_checklist

if TYPE_CHECKING:
    from isg_audit.spec import AuditFile


def read_asked(audit_file: AuditFile) -> tuple[tuple[ReadChecklist, ...], Answers | None]:
    """Read what an audit file asks for: built-in checklists by id, others by path beside it.

    Raises:
        ChecklistError: what is wrong with a checklist or the answers; two checklists of one id.
    """
    asked = audit_file.spec.audit
    checklists = tuple(
        read_checklist(audit_file.resolve(one) if one.endswith(".toml") else one)
        for one in asked.checklists
    )
    _refuse_one_id_twice(asked.checklists, checklists)
    if asked.answers is None:
        return checklists, None
    return checklists, read_answers(audit_file.resolve(asked.answers), checklists)


def _refuse_one_id_twice(asked: Sequence[str], checklists: Sequence[ReadChecklist]) -> None:
    """Answers and evidence name a checklist by its id: of two that share one, one would be lost."""
    first: dict[str, str] = {}
    for name, one in zip(asked, checklists, strict=True):
        if one.id in first:
            what = f"'{first[one.id]}' and '{name}' both have the id '{one.id}'."
            advice = "Name each checklist once, and give a checklist of your own an id of its own."
            raise ChecklistError(Fault("audit.checklists", what, advice))
        first[one.id] = name
