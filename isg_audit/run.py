"""The main road: the order of the steps, read as the story of an audit.

Imports of the rooms stand inside the functions so that `import isg_audit` stays cheap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isg_audit.judge.verdict import ChecklistVerdict
    from isg_audit.measures.measurement import Findings
    from isg_audit.sources.model import Model
    from isg_audit.spec.read import AuditFile
    from isg_audit.tally.tally import Tally


@dataclass(frozen=True, eq=False)
class Audit:
    """What an audit found, in memory: nothing withheld, nothing written yet.

    Attributes:
        audit_file: the audit file, its text and the folder its paths start from.
        tally: counts of the decisions audited.
        model_tally: counts of the model's own decisions beside those of the log, if both exist.
        model: the model, None for an audit of a log alone.
        findings: every measurement, and every reason for a missing one.
        verdicts: one for each checklist.
        checklist_texts: the checklist files as they were read, by id.
        answers_text: the answers file as it was read; empty if none.
        evidence_files: what the answers point to: name to content hash.
        facts: rows, periods and fingerprints of the data (see `sources.decisions.Facts`).
        limits: what a reader must know before leaning on a number.
    """

    audit_file: AuditFile
    tally: Tally
    model_tally: Tally | None
    model: Model | None
    findings: Findings
    verdicts: tuple[ChecklistVerdict, ...]
    checklist_texts: dict[str, str]
    answers_text: str
    facts: dict[str, object]
    limits: tuple[str, ...]


def run(audit_file: object, data: object = None, model: object = None) -> Audit:
    """Placeholder signature while the rooms are being built."""
    raise RuntimeError("not built yet")
