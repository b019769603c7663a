"""Draws the people whose decisions are explained, and those they are compared with, from the log.

Imports `sources`, `tally`, `spec` and the family `explain`. The audited party chooses neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain import Explaining
from isg_audit.measures.plan import Plan
from isg_audit.tally.groups import group_key, levels_of
from isg_audit.tally.table import JOINT

if TYPE_CHECKING:
    import pandas as pd

    from isg_audit.sources import Decisions
    from isg_audit.sources.model import Model
    from isg_audit.spec import Spec

MOST_EXPLAINED, MOST_BACKGROUND = 2_000, 1_000
"""Rows explained bring the ten strongest inputs within about 4 %, a background of 1,000 within 2 %
(measured at 100,000 rows)."""


def people_to_explain(model: Model, log: Decisions, spec: Spec, plan: Plan) -> Explaining:
    """A seeded sample of the log, a seeded background from the log, and everybody's groups."""
    keys = {
        f"isg_group_{at}": group_key(log, name, group)
        for at, (name, group) in enumerate(spec.groups.items())
    }
    sample = log.sample(MOST_EXPLAINED, plan.seed, **keys)
    background = log.sample(MOST_BACKGROUND, plan.seed + 1)
    each = {
        name: _labels(sample[f"isg_group_{at}"], group)
        for at, (name, group) in enumerate(spec.groups.items())
    }
    groups = {JOINT.join(by): _joined([each[name] for name in by]) for by in plan.several_by}
    return Explaining(
        model=model,
        favourable=spec.favourable_class,
        sample=sample,
        background=background,
        groups=groups,
        columns=dict(log.columns),
        seed=plan.seed,
        confidence=plan.confidence,
        people=log.ask(n=log.table.count())["n"],
    )


def _labels(raw: pd.Series, group: Any) -> NDArray[Any]:
    values = [None if value is None or value != value else value for value in raw.tolist()]
    levels, codes = levels_of(values, group)
    return np.array([levels[code] if code >= 0 else None for code in codes], dtype=object)


def _joined(several: list[NDArray[Any]]) -> NDArray[Any]:
    """Values of several attributes joined; None where any is unknown."""
    rows = zip(*several, strict=True)
    return np.array([None if None in row else JOINT.join(row) for row in rows], dtype=object)
