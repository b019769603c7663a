"""The room that measures: metrics by group, explanations, impact, coverage.

May import `tally`, `sources`, `spec`, `stats`, `errors`. Knows no tolerance and writes no file.
Families do not import one another. To add a measure: one file in its family, one line in its
list, its test; third parties through the entry point group `isg_audit.measures`.
"""

from isg_audit.measures.catalogue import estimate_effects, measure, measure_counts
from isg_audit.measures.further import Further, look_further
from isg_audit.measures.measurement import Findings, Measurement, NotMeasured
from isg_audit.measures.plan import Plan, plan_of
from isg_audit.measures.subject import Subject

__all__ = [
    "Findings",
    "Further",
    "Measurement",
    "NotMeasured",
    "Plan",
    "Subject",
    "estimate_effects",
    "look_further",
    "measure",
    "measure_counts",
    "plan_of",
]
