"""The room of what is audited: decision data in any engine, and models in any format.

May import `spec`, `errors`. Never measures. A new file format goes into one file here; a new engine
into one file and one line of `open_source.py`; a new model format into one file and one line of
`open_model.py`.
"""

from isg_audit.sources.child.ending import ended_afterwards
from isg_audit.sources.deciding import decided_by, model_of
from isg_audit.sources.decisions import Decisions, open_decisions
from isg_audit.sources.facts import Facts, facts_of
from isg_audit.sources.feature_contract import check_contract
from isg_audit.sources.models.model import Model
from isg_audit.sources.models.open_model import open_model
from isg_audit.sources.profile import profile
from isg_audit.sources.scored import beside_the_log, distance_from_the_log, scored_by
from isg_audit.sources.services.open_service import open_service
from isg_audit.sources.services.service import in_use, requests_of

__all__ = [
    "Decisions",
    "Facts",
    "Model",
    "beside_the_log",
    "check_contract",
    "decided_by",
    "distance_from_the_log",
    "ended_afterwards",
    "facts_of",
    "in_use",
    "model_of",
    "open_decisions",
    "open_model",
    "open_service",
    "profile",
    "requests_of",
    "scored_by",
]
