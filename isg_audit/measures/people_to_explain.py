"""Draws the people whose decisions are explained, and those they are compared with, from the log.

Imports `sources`, `spec`, `row_labels` and the family `explain`. The audited party chooses neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isg_audit.errors import Fault, ModelError, nearest
from isg_audit.measures.explain import Explaining
from isg_audit.measures.plan import Plan
from isg_audit.measures.recourse_rules import seeking_of
from isg_audit.measures.row_labels import label_keys, labels_by

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from isg_audit.sources import Decisions
    from isg_audit.sources.models.model import Model
    from isg_audit.spec import Spec

MOST_EXPLAINED, MOST_BACKGROUND = 2_000, 1_000
"""Rows explained bring the ten strongest inputs within about 4 %, a background of 1,000 within 2 %
(measured at 100,000 rows)."""


def people_to_explain(model: Model, log: Decisions, spec: Spec, plan: Plan) -> Explaining:
    """A seeded sample of the log, a seeded background from the log, and everybody's groups."""
    sample = log.sample(MOST_EXPLAINED, plan.seed, **label_keys(log, spec))
    background = log.sample(MOST_BACKGROUND, plan.seed + 1)
    return Explaining(
        model=model,
        favourable=spec.favourable_class,
        sample=sample,
        background=background,
        groups=labels_by(sample, spec, plan),
        columns=dict(log.columns),
        seed=plan.seed,
        confidence=plan.confidence,
        people=log.ask(n=log.table.count())["n"],
        directions=_directions(model, spec),
        recourse=seeking_of(model, log, spec, plan),
        legitimate=tuple(spec.audit.legitimate),
        logged_reasons=_reasons(sample, spec),
        persons=_persons(sample, log.roles.person),
    )


def _reasons(sample: pd.DataFrame, spec: Spec) -> tuple[tuple[str, ...], ...] | None:
    """The inputs that the log names as reasons; a code that means none stays a code."""
    columns = spec.decisions.reasons
    if not columns:
        return None
    codes = {} if spec.model is None else spec.model.reason_codes
    given = []
    for row in zip(*(sample[column].tolist() for column in columns), strict=True):
        said = [str(one).strip() for one in row if one is not None and one == one]
        given.append(tuple(dict.fromkeys(codes.get(one, one) for one in said if one)))
    return tuple(given)


def _directions(model: Model, spec: Spec) -> dict[str, int]:
    """Inputs of which more may only help (1) or only hurt (-1).

    Raises:
        ModelError: one that the model does not read, all of them.
    """
    if spec.model is None:
        return {}
    declared = [("more_helps", name) for name in spec.model.more_helps]
    declared += [("more_hurts", name) for name in spec.model.more_hurts]
    features = list(model.features)
    faults = [
        Fault(f"model.{key}", f"the model does not read '{name}'.", nearest(name, features))
        for key, name in declared
        if name not in features
    ]
    if faults:
        raise ModelError(faults)
    return {name: 1 if key == "more_helps" else -1 for key, name in declared}


def _persons(sample: pd.DataFrame, column: str | None) -> NDArray[np.int64] | None:
    """A number for each person; whose person is unknown is somebody else each time."""
    import numpy as np

    if column is None:
        return None
    codes, known = sample[column].factorize()
    return np.where(codes < 0, len(known) + np.arange(len(codes)), codes)
