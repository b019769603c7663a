"""Coverage: who is in the data, who is not, and what is not known of them.

May import `measures` (this level), `tally`, `stats`. To add a measure: a file of its subject, a
line in `METRICS` or in the catalogue, an oracle and a law in the tests.
"""

from isg_audit.measures.coverage.family import measure
from isg_audit.measures.coverage.missing import METRICS
from isg_audit.measures.coverage.selective_labels import selective_labels
from isg_audit.measures.coverage.sizes import group_sizes, unknown_groups
from isg_audit.measures.coverage.unknown_bounds import unknown_bounds
from isg_audit.measures.coverage.unknown_different import unknown_different
from isg_audit.measures.coverage.unknown_imputed import unknown_imputed

__all__ = [
    "METRICS",
    "group_sizes",
    "measure",
    "selective_labels",
    "unknown_bounds",
    "unknown_different",
    "unknown_groups",
    "unknown_imputed",
]
