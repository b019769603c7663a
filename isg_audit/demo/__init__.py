"""The demo: real mortgage decisions of 1990 and a model trained on them, audited to a report.

May import every room but `cli`. `applications.py` makes the decision log from the published data,
`underwriting.py` the model, `audit.toml` and `answers.toml` beside them say what is asked.
"""

from isg_audit.demo.making import demo

__all__ = ["demo"]
