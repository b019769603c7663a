"""Why there is a gap: the measures of it in their order.

Imports this family; types of `measures`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.measures.further import Further
from isg_audit.measures.impact.decomposition import gap_decomposition
from isg_audit.measures.impact.gap_by_stratum import gap_by_stratum
from isg_audit.measures.impact.gap_factors import gap_factors
from isg_audit.measures.impact.proxy_factors import proxy_factors
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.tally.table import Counted


def why_the_gap(
    tally: Counted, plan: Plan, further: Further
) -> Iterator[Measurement | NotMeasured]:
    """Composition and rates, strata one by one, factors, and factors that may stand in."""
    within, factors = further.within, further.factors
    yield from gap_decomposition(within, tally, plan, "impact.gap_decomposition")
    yield from gap_by_stratum(within, tally, plan, "impact.gap_by_stratum")
    yield from gap_factors(factors, tally, plan, "impact.gap_factors")
    yield from proxy_factors(factors, further.factor_bins, tally, plan, "impact.proxy_factors")
