"""Which values of one input a person could take, by the audit file's table [recourse].

Imports this family, numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from isg_audit.measures.explain.by_group import Truths
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.recourse.actions import Actions
from isg_audit.measures.explain.stand_ins import every_protected

if TYPE_CHECKING:
    import pandas as pd


def actions_of(explaining: Explaining) -> Actions:
    """What people could change; without a table everything that is not protected."""
    return Actions() if explaining.recourse is None else explaining.recourse.actions


def never_changing(explaining: Explaining) -> tuple[str, ...]:
    """Inputs that nobody can change: immutable ones, protected attributes and what repeats them."""
    protected, actions = every_protected(explaining), actions_of(explaining)
    return tuple(
        feature
        for feature in explaining.model.features
        if feature in protected or actions.rule(feature).immutable
    )


def allowed_values(explaining: Explaining, feature: str, own: pd.Series, values: Any) -> Truths:
    """Which values each person may take, others than their own, shape (people, values).

    Args:
        explaining: its rules.
        feature: an input that can change.
        own: each person's value; whose value is missing may take any.
        values: those to choose from.
    """
    rule = actions_of(explaining).rule(feature)
    mine = own.to_numpy(dtype=object)[:, None]
    theirs = np.asarray(values, dtype=object)[None, :]
    allowed = np.asarray(mine != theirs, dtype=bool)
    if rule.allowed is not None:
        allowed &= np.array([one in rule.allowed for one in values], dtype=bool)
    if rule.direction or rule.least is not None or rule.most is not None:
        number = own.to_numpy(dtype=np.float64, na_value=np.nan)[:, None]
        other = np.asarray(values, dtype=np.float64)[None, :]
        allowed &= np.isnan(number) | (rule.direction * (other - number) >= 0)
        allowed &= (other >= rule.least) if rule.least is not None else True
        allowed &= (other <= rule.most) if rule.most is not None else True
    return allowed


def followed(explaining: Explaining, feature: str, moved: pd.DataFrame) -> pd.DataFrame:
    """The same rows with inputs that are computed from `feature` computed anew where they can be.

    Args:
        explaining: its rules.
        feature: the input that was changed.
        moved: rows in which it was.
    """
    again: dict[str, Any] = {}
    for name, rule in actions_of(explaining).rules.items():
        follows = rule.follows
        if follows is None or feature not in (follows.first, follows.second):
            continue
        first, second = (
            moved[one].to_numpy(dtype=np.float64, na_value=np.nan)
            for one in (follows.first, follows.second)
        )
        anew = follows.of(first, second)
        before = moved[name].to_numpy(dtype=np.float64, na_value=np.nan)
        again[name] = np.where(np.isfinite(anew), anew, before)
    return moved.assign(**again)
