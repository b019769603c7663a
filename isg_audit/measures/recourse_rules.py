"""What people could change, from the audit file, the model and the data. Imports `spec`, `explain`.

Whose refusals are looked at is drawn here from the log; the audited party does not choose.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from isg_audit.errors import Fault, SpecError, nearest
from isg_audit.measures.explain.recourse import Actions, Follows, Rule, Seeking
from isg_audit.measures.plan import Plan
from isg_audit.measures.row_labels import label_keys, labels_by
from isg_audit.sources.values import as_text
from isg_audit.spec.lines import dotted
from isg_audit.spec.recourse_checks import named_inputs

if TYPE_CHECKING:
    import pandas as pd

    from isg_audit.sources import Decisions
    from isg_audit.sources.models.model import Model
    from isg_audit.spec import Spec
    from isg_audit.spec.audit_file import RecoursePart

MOST_LOOKED_AT = 20_000
"""Rows of the log among which refusals are looked at, and of which costs are shares."""
HOLDS = 0.99
"""Share of rows in which an input must be what the audit file says it is computed as."""


def seeking_of(model: Model, log: Decisions, spec: Spec, plan: Plan) -> Seeking:
    """The people among whom refusals are looked at, and what they could change.

    Raises:
        SpecError: [recourse] does not fit the model or the data; every fault at once.
    """
    rows = log.sample(MOST_LOOKED_AT, plan.seed + 2, **label_keys(log, spec))
    person = log.roles.person
    return Seeking(
        population=rows,
        groups=labels_by(rows, spec, plan),
        actions=actions_of(spec, model, rows),
        persons=None if person is None else rows[person].to_numpy(dtype=object),
        fewest_alike=spec.audit.minimum_cell,
        whole=len(rows) < MOST_LOOKED_AT,
    )


def actions_of(spec: Spec, model: Model, rows: pd.DataFrame) -> Actions:
    """The rules of [recourse]; without it everything is free but what is protected.

    Raises:
        SpecError: [recourse] does not fit the model or the data; every fault at once.
    """
    part = spec.recourse
    protected = {group.column or name for name, group in spec.groups.items()}
    fixed = protected & set(model.features)
    if part is None:
        return Actions().without(fixed)
    faults = list(_faults(part, model, rows))
    if faults:
        raise SpecError(faults)
    rules = {feature: _rule(part, feature) for feature in model.features}
    return Actions(rules, part.category_step, declared=True).without(fixed)


def _rule(part: RecoursePart, feature: str) -> Rule:
    own = part.inputs.get(feature)
    direction = (feature in part.only_up) - (feature in part.only_down)
    immutable = feature in part.immutable
    if own is None:
        return Rule(immutable=immutable, direction=direction)
    follows = None if own.follows is None else Follows(own.follows, own.of[0], own.of[1])
    return Rule(
        immutable, direction, own.least, own.most, own.allowed or None, own.weight, follows
    )  # fmt: skip


def _faults(part: RecoursePart, model: Model, rows: pd.DataFrame) -> Iterator[Fault]:
    features = list(model.features)
    for path, name in named_inputs(part):
        if name not in features:
            what = f"'{name}' is no input of the model."
            yield Fault(dotted(path), what, nearest(name, features))
    numbers = {feature for feature in features if _number(rows[feature])}
    for key in ("only_up", "only_down"):
        for name in getattr(part, key):
            if name in features and name not in numbers:
                what = f"'{name}' holds no numbers, so there is no up or down."
                yield Fault(f"recourse.{key}", what, "List its values as 'allowed'.")
    for name, own in part.inputs.items():
        where = dotted(("recourse", "inputs", name))
        if name not in features or not set(own.of) <= set(features):
            continue
        if name not in numbers and (own.least, own.most) != (None, None):
            yield Fault(where, f"'{name}' holds no numbers.", "List its values as 'allowed'.")
        if own.allowed:
            yield from _values(where, own.allowed, rows[name])
        if own.follows is not None:
            if not {name, *own.of} <= numbers:
                yield Fault(where, "only numbers can follow, or be followed.")
            else:
                yield from _holds(where, name, Follows(own.follows, *own.of[:2]), rows)


def _values(where: str, allowed: tuple[object, ...], column: pd.Series) -> Iterator[Fault]:
    if _number(column):
        odd = [one for one in allowed if isinstance(one, bool | str)]
        if odd:
            yield Fault(where, f"{odd[0]!r} is no number, as the input's values are.")
        return
    seen = {as_text(one) for one in column.dropna().unique().tolist()}
    for one in allowed:
        if as_text(one) not in seen:
            names = sorted(name for name in seen if name is not None)
            what = f"the value {one!r} never occurs."
            yield Fault(where, what, nearest(str(one), names))


def _number(column: pd.Series) -> bool:
    import pandas as pd

    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _holds(where: str, name: str, follows: Follows, rows: pd.DataFrame) -> Iterator[Fault]:
    """Whether an input is in the data what the audit file says it is computed as."""
    own, first, second = (
        rows[one].to_numpy(dtype=np.float64, na_value=np.nan)
        for one in (name, follows.first, follows.second)
    )
    due = follows.of(first, second)
    known = np.isfinite(own) & np.isfinite(due)
    if not known.any():
        return
    allowed = 0.01 * np.std(own[known]) + 1e-9
    share = float((np.abs(own - due)[known] <= allowed).mean())
    if share < HOLDS:
        yield Fault(
            where,
            f"'{name}' is {follows.said} in {share:.0%} of the rows only.",
            "Say how it is computed, or make it immutable.",
        )
