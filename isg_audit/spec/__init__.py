"""The room of the audit file: read, checked whole, written exactly, guessed from the data.

May import `errors` and `stats`. Never opens the data. A new key goes into `audit_file.py` with its
docstring (the JSON Schema says it too); what it must be to other keys goes into `checks.py`.
"""

from isg_audit.spec.audit_file import (
    AuditPart,
    DecisionsPart,
    Group,
    ModelPart,
    RecourseInput,
    RecoursePart,
    Spec,
    System,
)
from isg_audit.spec.draft import Answers, Source, write_audit_file
from isg_audit.spec.guess import ColumnProfile, Guess, guess_roles
from isg_audit.spec.part import Value
from isg_audit.spec.read import AuditFile, read
from isg_audit.spec.schema import audit_schema
from isg_audit.spec.write import to_toml

__all__ = [
    "Answers",
    "AuditFile",
    "AuditPart",
    "ColumnProfile",
    "DecisionsPart",
    "Group",
    "Guess",
    "ModelPart",
    "RecourseInput",
    "RecoursePart",
    "Source",
    "Spec",
    "System",
    "Value",
    "audit_schema",
    "guess_roles",
    "read",
    "to_toml",
    "write_audit_file",
]
