"""Explanations: what a model leans on, where a group's lower scores come from, what flips.

May import `sources`, `stats` and this level of `measures`; no other family. A new measure goes into
one file here and one line of `family.py`; a new way of explaining into one file and one branch of
`attributing.py`.
"""

from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.family import measure
from isg_audit.measures.explain.log_agreement import log_agreement
from isg_audit.measures.explain.score_agreement import score_agreement

__all__ = ["Explaining", "log_agreement", "measure", "score_agreement"]
