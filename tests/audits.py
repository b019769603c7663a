"""Short ways to make a spec and a tally from rows, for tests."""

from __future__ import annotations

from typing import Any

import pandas as pd

from isg_audit.sources import open_decisions
from isg_audit.spec import AuditFile, Spec
from isg_audit.tally import Tally
from isg_audit.tally.build import count


def spec_of(
    groups: Any = ("group",), system: Any = None, audit: Any = None, **decisions: Any
) -> Spec:
    """A spec with the given roles; groups by name, or a mapping of their settings."""
    named = groups if isinstance(groups, dict) else {name: {} for name in groups}
    roles = {"source": "decisions.csv", "decision": "decision", "favourable": 1} | decisions
    return Spec.model_validate(
        {
            "system": system or {"name": "A system"},
            "decisions": {key: value for key, value in roles.items() if value is not None},
            "groups": named,
            "audit": audit or {},
        }
    )


def tally_of(frame: pd.DataFrame, spec: Spec) -> Tally:
    """Count a frame."""
    decisions = open_decisions(AuditFile.in_memory(spec), frame)
    try:
        return count(decisions, spec)
    finally:
        decisions.close()
