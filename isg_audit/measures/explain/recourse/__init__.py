"""Recourse: the cheapest feasible change that turns a refusal round, and who has one.

`seeking` says whose refusals are looked at, `actions` what people could change, `coding` and
`costs` turn rows into numbers and changes into costs, `candidates` and `search` find the cheapest
change that the model accepts; the rest measures. May import what its family may. A new measure of
recourse goes into one file here and one line of `measured.py`.
"""

from isg_audit.measures.explain.recourse.actions import Actions, Follows, Rule
from isg_audit.measures.explain.recourse.measured import recourse
from isg_audit.measures.explain.recourse.search import Recourse, find_recourse
from isg_audit.measures.explain.recourse.seeking import Seeking

__all__ = [
    "Actions",
    "Follows",
    "Recourse",
    "Rule",
    "Seeking",
    "find_recourse",
    "recourse",
]
