"""Reads the rows that metrics of one's own run on: a bounded sample, coded as 0 and 1.

Imports `sources`, `spec`, `tally` and this level.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.coded import coded
from isg_audit.measures.own_function import CaseRows
from isg_audit.measures.plan import Plan
from isg_audit.measures.row_labels import label_keys, labels_by
from isg_audit.tally.meaning import Meaning, decision_meaning, outcome_meaning

if TYPE_CHECKING:
    import pandas as pd

    from isg_audit.sources import Decisions
    from isg_audit.spec import Spec
    from isg_audit.spec.audit_file import DecisionsPart

MOST_ROWS = 20_000
"""Rows read at most, drawn at random: the function runs on them some hundred times."""


@dataclass(frozen=True, eq=False)
class OwnRows:
    """The cases with a known outcome and a decision, and the group of each.

    Attributes:
        cases: what the functions are given.
        groups: for each attribute, or several joined, the group of each case; None where unknown.
        read: rows that were read.
        total: rows there are.
    """

    cases: CaseRows
    groups: dict[str, NDArray[Any]]
    read: int
    total: int


def own_rows(decisions: Decisions, spec: Spec, plan: Plan) -> OwnRows | str:
    """The rows, or the reason why there are none.

    The textbook positive is the favourable decision, or the unfavourable one where the audit file
    says so. Cases without a decision or without a known outcome are left out.
    """
    roles = decisions.roles
    if why := _why_not(roles):
        return why
    total = int(decisions.ask(n=decisions.table.count())["n"])
    frame = decisions.sample(MOST_ROWS, plan.seed, **label_keys(decisions, spec))
    known_true, y_true = _coded(frame[roles.outcome], roles, outcome_meaning)
    known_pred, y_pred = _coded(frame[roles.decision], roles, decision_meaning)
    known = known_true & known_pred
    if not known.any():
        return "no case has both a decision and a known outcome"
    person = None
    if roles.person is not None:
        person = frame[roles.person].astype(object).factorize()[0].astype(np.intp)
        alone = person < 0  # who is not named is nobody else
        person[alone] = person.max(initial=-1) + 1 + np.arange(alone.sum())
    cases = CaseRows(
        y_true, y_pred, _numbers(frame, roles.score), _numbers(frame, roles.weight), person
    )
    if cases.weight is not None:
        known &= np.isfinite(cases.weight)
    groups = {by: labels[known] for by, labels in labels_by(frame, spec, plan).items()}
    return OwnRows(cases.at(known), groups, len(frame), total)


def _why_not(roles: DecisionsPart) -> str:
    if roles.task != "binary":
        return f'metrics of one\'s own are run on decisions, not with task = "{roles.task}"'
    if roles.count is not None:
        return "a row stands for several cases (count), and the function sees rows"
    if roles.outcome is None:
        return "no outcome is recorded: what really happened is not known"
    return "no decision is recorded" if roles.decision is None else ""


def _coded(
    column: pd.Series,
    roles: DecisionsPart,
    meaning_of: Callable[[DecisionsPart, list[str | None]], Meaning],
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which rows have a value, and 1 for the textbook positive."""
    known, favourable = coded(column, roles, meaning_of)
    positive = favourable if roles.positive == "favourable" else ~favourable
    return known, positive.astype(np.int64)


def _numbers(frame: pd.DataFrame, column: str | None) -> NDArray[np.float64] | None:
    if column is None:
        return None
    return np.asarray(frame[column].astype("float64"), dtype=np.float64)
