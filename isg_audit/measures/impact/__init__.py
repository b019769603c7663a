"""Impact: what gaps mean for people, and who is worst off.

May import `measures` (this level), `tally`, `stats`. To add a measure: a file of its subject, a
line in `METRICS` or in the catalogue, an oracle and a law in the tests.
"""

from isg_audit.measures.impact.clusters import clusters
from isg_audit.measures.impact.decomposition import gap_decomposition
from isg_audit.measures.impact.family import measure
from isg_audit.measures.impact.frontier import frontier
from isg_audit.measures.impact.gap_by_stratum import gap_by_stratum
from isg_audit.measures.impact.gap_factors import gap_factors
from isg_audit.measures.impact.harm import HARM, harm
from isg_audit.measures.impact.proxy_factors import proxy_factors
from isg_audit.measures.impact.remedies import remedies
from isg_audit.measures.impact.small_groups import small_groups
from isg_audit.measures.impact.subgroup_search import subgroup_search
from isg_audit.measures.impact.worst_off import worst_off
from isg_audit.measures.impact.wrong_denials import METRICS

__all__ = [
    "HARM",
    "METRICS",
    "clusters",
    "frontier",
    "gap_by_stratum",
    "gap_decomposition",
    "gap_factors",
    "harm",
    "measure",
    "proxy_factors",
    "small_groups",
    "subgroup_search",
    "remedies",
    "worst_off",
]
