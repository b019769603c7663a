"""The room of what is audited: decision data in any engine, and models in any format.

May import `spec`, `errors`. Never measures. A new file format or engine goes into one file here;
a new model format into one file and one line of `open_model.py`.
"""

from isg_audit.sources.decisions import Decisions, open_decisions, profile

__all__ = ["Decisions", "open_decisions", "profile"]
