"""The group of each row, where rows are looked at one by one. Imports `tally`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.plan import Plan
from isg_audit.tally.groups import group_key, levels_of
from isg_audit.tally.table import JOINT

if TYPE_CHECKING:
    import pandas as pd

    from isg_audit.sources import Decisions
    from isg_audit.spec import Spec

KEY = "isg_group_{at}"


def label_keys(decisions: Decisions, spec: Spec) -> dict[str, Any]:
    """What to ask of the engine beside the columns: the key of each attribute."""
    return {
        KEY.format(at=at): group_key(decisions, name, group)
        for at, (name, group) in enumerate(spec.groups.items())
    }


def labels_by(rows: pd.DataFrame, spec: Spec, plan: Plan) -> dict[str, NDArray[Any]]:
    """For each attribute, or several joined, the group of each row; None where unknown."""
    each = {
        name: _labels(rows[KEY.format(at=at)], group)
        for at, (name, group) in enumerate(spec.groups.items())
    }
    return {JOINT.join(by): _joined([each[name] for name in by]) for by in plan.several_by}


def _labels(raw: pd.Series, group: Any) -> NDArray[Any]:
    values = [None if value is None or value != value else value for value in raw.tolist()]
    levels, codes = levels_of(values, group)
    return np.array([levels[code] if code >= 0 else None for code in codes], dtype=object)


def _joined(several: list[NDArray[Any]]) -> NDArray[Any]:
    """Values of several attributes joined; None where any is unknown."""
    rows = zip(*several, strict=True)
    return np.array([None if None in row else JOINT.join(row) for row in rows], dtype=object)
