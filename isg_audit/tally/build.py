"""Builds the tally of some decisions: one GROUP BY, then the meaning of every value.

Imports `sources`, `spec`, `errors`. The engine groups raw values; what they mean (favourable,
unknown, which band) is settled here on the few cells, so every engine gives the same tally.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.errors import DataError, Fault
from isg_audit.sources.roles import moment
from isg_audit.tally.amounts import sums_of
from isg_audit.tally.codes import NO_VALUE, aggregate
from isg_audit.tally.count_persons import count_persons
from isg_audit.tally.distinct import Distinct, distinct
from isg_audit.tally.fold import DIGITS, fold_key
from isg_audit.tally.groups import MOST_LEVELS, group_key, level_faults, levels_of, levels_of_text
from isg_audit.tally.meaning import (
    Classes,
    Meaning,
    classes_of,
    decision_meaning,
    outcome_meaning,
)
from isg_audit.tally.numbers import given_keys
from isg_audit.tally.places import look_at_places
from isg_audit.tally.scores import Scores, look_at_scores
from isg_audit.tally.table import AMOUNTS, SUMS
from isg_audit.tally.tally import Tally
from isg_audit.tally.windows import window_key

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import DecisionsPart, Group, Spec

MOST_CELLS = 2_000_000

_KEYS = ("decision", "outcome", "window")


def count(decisions: Decisions, spec: Spec) -> Tally:
    """Count decisions in one pass of the engine that holds them.

    Args:
        decisions: where they are, and the roles of the columns.
        spec: the attributes, and which of them are crossed.

    Raises:
        DataError: columns that do not hold what the audit file says; all faults at once.
        EngineFailed: the engine could not answer.
    """
    groups = spec.groups
    several_by = [(), *((name,) for name in groups), *spec.combinations, tuple(groups)]
    several_by = list(dict.fromkeys(several_by))
    table, roles = decisions.table, decisions.roles
    numbers = roles.audited == "number"
    ranked = look_at_places(decisions) if roles.audited == "ranking" else None
    scores = Scores() if numbers else look_at_scores(decisions)
    keys = {
        f"g{place}": group_key(decisions, name, group)
        for place, (name, group) in enumerate(groups.items())
    }
    for key, column in (("outcome", roles.outcome), ("decision", roles.decision)):
        if column is not None:
            keys[key] = table[column]
    if numbers:
        keys |= given_keys(decisions)
    elif ranked is not None:
        keys |= ranked.keys
    elif roles.score is not None:
        keys["score"] = scores.key(table[roles.score])
        if roles.audited == "score":
            keys["decision"] = table[roles.score].notnull()
    if roles.time is not None:
        days = [change.date for change in spec.changes]
        keys["window"] = window_key(moment(table[roles.time]), spec.audit.windows, days)
    if (fold := fold_key(decisions)) is not None:
        keys["fold"] = fold
    cells = decisions.count(
        keys or {"everybody": table[table.columns[0]].isnull()}, sums_of(decisions), MOST_CELLS
    )
    if cells.num_rows > MOST_CELLS:
        raise DataError(_too_many(decisions))
    if roles.count is not None:  # a row of a published table may stand for nobody
        cells = cells.filter(_above_zero(cells["cases"]))
    tally = _tally(decisions, groups, cells, scores, several_by)
    return tally if ranked is None else _of_lists(tally, ranked.lists, roles.top)


def _of_lists(tally: Tally, lists: int, top: tuple[int, ...]) -> Tally:
    sums = tally.sums.copy()
    sums[:, SUMS.index("score_sum") :] = 0.0  # sums of places would tell places of single entries
    return replace(tally, sums=sums, lists=lists, top=top)


def _tally(
    decisions: Decisions,
    groups: dict[str, Group],
    cells: Any,
    scores: Scores,
    several_by: Sequence[tuple[str, ...]],
) -> Tally:
    roles, rows = decisions.roles, cells.num_rows
    columns = {name: distinct(cells, name) for name in _KEYS if name in cells.column_names}
    classes = _classes(roles, columns) if roles.audited == "classes" else None
    meanings: list[Meaning | Classes | None] = [
        classes or of(roles, columns[name].numbers_or_texts) if name in columns else None
        for name, of in (("decision", decision_meaning), ("outcome", outcome_meaning))
    ]
    faults = list(
        dict.fromkeys(
            fault for meaning in meanings if meaning is not None for fault in meaning.faults
        )
    )
    levels, codes = [], []
    for place, (name, group) in enumerate(groups.items()):
        raw = distinct(cells, f"g{place}")
        its_levels, its_codes = levels_of(raw.values, group)
        faults += level_faults(name, group, its_levels, decisions.columns[name])
        levels.append(its_levels)
        codes.append(its_codes[raw.place])
    if faults:
        raise DataError(faults)
    none = NO_VALUE if classes is None else -1
    windows, window = _windows(columns.get("window"), rows)
    decision = _decode(meanings[0], columns.get("decision"), rows, none)
    outcome = _decode(meanings[1], columns.get("outcome"), rows, none)
    keys, at, sums = aggregate(
        np.column_stack([*codes, outcome, decision, window, _folds(cells, roles)]).astype(np.int32),
        _given(decision) if roles.audited == "number" else scores.levels(cells),
        _sum_columns(cells, rows, scores),
    )
    return Tally(
        attributes=tuple(groups),
        levels=tuple(levels),
        codes=keys,
        scores=at,
        sums=sums,
        windows=windows,
        positive_is_favourable=roles.positive == "favourable",
        score_edges=tuple(scores.edges.tolist()),
        persons=count_persons(decisions, groups, several_by),
        task=roles.audited,
        classes=classes.names if classes else (),
        favourable=classes.favourable if classes else (),
        favourable_outcome=classes.favourable_outcome if classes else (),
    )


def _classes(roles: DecisionsPart, columns: Mapping[str, Distinct]) -> Classes:
    def texts(name: str) -> list[str | None]:
        return columns[name].numbers_or_texts if name in columns else []

    return classes_of(roles, texts("decision"), texts("outcome"))


def _sum_columns(cells: Any, rows: int, scores: Scores) -> NDArray[np.float64]:
    def column(name: str, else_: NDArray[np.float64]) -> NDArray[np.float64]:
        if name not in cells.column_names:
            return else_
        found: NDArray[np.float64] = np.nan_to_num(cells[name].to_numpy().astype(float))
        return found

    cases = column("cases", np.zeros(rows))
    weight, squares = column("weight", cases), column("squares", cases)
    score_sum, score_squares = (
        column("score_sum", np.zeros(rows)),
        column("score_squares", np.zeros(rows)),
    )
    if f"amount_{AMOUNTS[0]}" in cells.column_names:
        amounts = [column(f"amount_{name}", cases) for name in AMOUNTS]
        return np.column_stack([cases, weight, squares, score_sum, score_squares, *amounts])
    if scores.exact:
        # Each cell holds one score: counts times the score are the same on every run and engine.
        at = np.nan_to_num(scores.levels(cells))
        score_sum, score_squares = weight * at, weight * at * at
    return np.column_stack([cases, weight, squares, score_sum, score_squares])


def _given(decision: NDArray[np.int32]) -> NDArray[np.float64]:
    """One bin for all predicted numbers: where in it they lie is told by their sums."""
    return np.where(decision == NO_VALUE, np.nan, 0.0)


def _above_zero(column: Any) -> Any:
    import pyarrow.compute

    return pyarrow.compute.greater(column, 0)


def _windows(column: Distinct | None, rows: int) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    if column is None:
        return (), np.full(rows, -1, dtype=np.int32)
    windows, codes = levels_of_text(column.texts)
    return windows, codes[column.place]


def _folds(cells: Any, roles: DecisionsPart) -> NDArray[np.int32]:
    """The fold of each cell, -1 where the person is not known; one list is in one fold."""
    if "fold" not in cells.column_names:
        one = 0 if roles.audited == "ranking" else -1
        return np.full(cells.num_rows, one, dtype=np.int32)
    raw = distinct(cells, "fold")
    return np.array([DIGITS.find(digit or "?") for digit in raw.texts], dtype=np.int32)[raw.place]


def _decode(
    meaning: Meaning | Classes | None, column: Distinct | None, rows: int, none: int
) -> NDArray[np.int32]:
    if meaning is None or column is None:
        return np.full(rows, none, dtype=np.int32)
    codes = [meaning.code(text) for text in column.numbers_or_texts]
    return np.array(codes, dtype=np.int32)[column.place]


def _too_many(decisions: Decisions) -> list[Fault]:
    table = decisions.table
    named = dict(decisions.columns)
    for role in ("decision", "outcome"):
        if column := getattr(decisions.roles, role):
            named[role] = column
    counts = decisions.ask(
        **{f"c{place}": table[column].nunique() for place, column in enumerate(named.values())}
    )
    return [
        Fault(
            where,
            f"column '{named[where]}' has {counts[f'c{place}']:,} different values.",
            "Give 'cut' bands or a coarser column.",
        )
        for place, where in enumerate(named)
        if counts[f"c{place}"] > MOST_LEVELS
    ] or [
        Fault(
            "groups",
            f"the attributes make more than {MOST_CELLS:,} combinations.",
            "Declare fewer or coarser ones.",
        )
    ]
