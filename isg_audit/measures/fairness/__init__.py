"""Fairness: the field's standard metrics by group, as pure functions of counts.

May import `measures.estimates`, `measures.metric`, `tally`, `stats`. To add a metric: a function
whose docstring is its manual page, a line in `METRICS`, an oracle and a law in the tests.
"""

from isg_audit.measures.fairness.classes import classes
from isg_audit.measures.fairness.metrics import METRICS
from isg_audit.measures.fairness.odds import equalized_odds
from isg_audit.measures.fairness.ranking import exposure, ndkl, top_places
from isg_audit.measures.fairness.sweep import threshold_sweep
from isg_audit.measures.fairness.within import favourable_rate_within

__all__ = [
    "METRICS",
    "classes",
    "equalized_odds",
    "exposure",
    "favourable_rate_within",
    "ndkl",
    "threshold_sweep",
    "top_places",
]
