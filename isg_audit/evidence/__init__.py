"""The room of what outlives an audit: the bundle, written, read back and verified.

Small counts are withheld at this door, once (`disclosure`, `rows`, `verdicts`); behind it lie
nothing but what is published. May import every room but `report`, `cli` and `demo`. A new file of
the bundle gets a module that writes and reads it, its place in `manifest` and its check in
`verify`.
"""

from isg_audit.evidence.assemble import published
from isg_audit.evidence.bundle import Bundle, keep, read
from isg_audit.evidence.conformance import ConformanceRecord, ConformanceSummary, read_record
from isg_audit.evidence.folder import refuse_strangers, replacing
from isg_audit.evidence.results import (
    Attribute,
    Disclosure,
    GroupCount,
    Missing,
    ModelFacts,
    Provenance,
    Results,
    Row,
    Subject,
)
from isg_audit.evidence.schema import results_schema
from isg_audit.evidence.verify import Verification, verify
from isg_audit.judge.kinds import Kind, kind_of
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
    "Answer",
    "Attribute",
    "Bundle",
    "ChecklistVerdict",
    "ConformanceRecord",
    "ConformanceSummary",
    "Disclosure",
    "GroupCount",
    "ItemVerdict",
    "JudgedGroup",
    "Kind",
    "Missing",
    "ModelFacts",
    "Provenance",
    "Results",
    "Row",
    "Severity",
    "Source",
    "Subject",
    "Tolerance",
    "Verification",
    "Waiver",
    "Word",
    "keep",
    "kind_of",
    "published",
    "read",
    "read_record",
    "refuse_strangers",
    "replacing",
    "results_schema",
    "verify",
]
