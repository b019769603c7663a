"""Counts decisions by signals of an attribute that nobody recorded: one GROUP BY for each.

A stratum is everybody with the same signals, or with chances in the same bins. No person is given a
group. Imports `sources`, `spec`, `stats` and this room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.sources.chance_table import Chances, WantedChances, read_chances
from isg_audit.stats import bisg
from isg_audit.tally.amounts import sums_of
from isg_audit.tally.build import MOST_CELLS
from isg_audit.tally.chance_columns import chance_sums, check_columns, column_keys
from isg_audit.tally.distinct import distinct
from isg_audit.tally.meaning import decision_meaning, outcome_meaning
from isg_audit.tally.table import Floats

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import DecisionsPart, Spec
    from isg_audit.spec.unobserved_part import UnobservedPart

BESIDE = ("score", "time", "person")
"""Roles of columns that are not counted here."""


@dataclass(frozen=True, eq=False)
class Signals:
    """Decisions by stratum of signals, with the chances of the groups in each.

    Attributes:
        name: of the attribute.
        groups: its groups.
        chances: share of each stratum that is of each group, shape (strata, groups).
        squared: mean of squared chances in each stratum, alike.
        people: on how many people the chances of a stratum rest, infinite where not said.
        sums: cases, Σw, Σw² of each stratum by outcome and decision as a table has them, shape
            (3, strata, 3, 3).
        unknown: the same of people whose signals have no chances, shape (3, 3, 3).
        reference: the declared reference group, if any.
        origin: where the chances come from, in the auditor's words.
        signals: the columns of signals or of chances.
        tables: the files the chances come from, with their fingerprints.
        why: why nothing was counted; empty where something was.
    """

    name: str
    groups: tuple[str, ...]
    chances: Floats
    squared: Floats
    people: Floats
    sums: Floats
    unknown: Floats
    reference: str | None = None
    origin: str = ""
    signals: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    why: str = ""


def count_signals(decisions: Decisions, spec: Spec, folder: Path) -> tuple[Signals, ...]:
    """Count decisions by the signals of every unobserved attribute.

    Args:
        decisions: where they are, and the roles of the columns.
        spec: the attributes and where their chances stand.
        folder: where paths start from.

    Returns:
        For each attribute the counts, or the reason why there are none.

    Raises:
        DataError: a table of chances, or columns of them, hold what cannot be; all faults of it.
        EngineFailed: the engine could not answer.
    """
    return tuple(_count(decisions, name, part, folder) for name, part in spec.unobserved.items())


def _count(decisions: Decisions, name: str, part: UnobservedPart, folder: Path) -> Signals:
    used = replace(decisions, roles=decisions.roles.model_copy(update=dict.fromkeys(BESIDE)))
    if used.roles.audited != "binary" or used.roles.decision is None:
        return _nothing(name, part, "there are no decisions for or against people")
    tables = _tables(name, part, folder)
    columns: Sequence[str]
    keys = {"decision": used.table[used.roles.decision]}
    if used.roles.outcome is not None:
        keys["outcome"] = used.table[used.roles.outcome]
    sums = sums_of(used)
    if tables:
        columns = (*part.signals, *(one for more in part.given_group for one in more.signals))
        keys |= {f"s{at}": used.table[column] for at, column in enumerate(columns)}
    else:
        columns = tuple(part.columns.values())
        check_columns(used, name, part)
        keys |= column_keys(used, part)
        sums |= chance_sums(used, part)
    cells = used.count(keys, sums, MOST_CELLS)
    if cells.num_rows > MOST_CELLS:
        named = ", ".join(columns)
        why = f"signals ({named}) and decisions make more than {MOST_CELLS:,} combinations"
        return _nothing(name, part, why + ": give coarser signals")
    if tables:
        stratum, chances, people = _joined(part, tables, cells)
        groups, squared = tables[0].groups, chances**2
    else:
        groups = tuple(part.columns)
        stratum, chances, squared = _binned(cells, len(groups))
        people = np.full(len(chances), np.inf)
    counted = _sums(cells, used.roles, stratum, len(chances))
    return Signals(
        name, groups, chances, squared, people, counted[:, :-1], counted[:, -1],
        part.reference, part.origin, tuple(columns), tuple(one.file for one in tables),
    )  # fmt: skip


def _nothing(name: str, part: UnobservedPart, why: str) -> Signals:
    none = np.zeros((0, 0))
    return Signals(
        name, (), none, none, np.zeros(0), np.zeros((3, 0, 3, 3)), np.zeros((3, 3, 3)),
        part.reference, part.origin, part.signals, why=why,
    )  # fmt: skip


def _tables(name: str, part: UnobservedPart, folder: Path) -> tuple[Chances, ...]:
    if part.table is None:
        return ()
    where = f"unobserved.{name}"
    first = read_chances(
        WantedChances(where, part.table, part.signals, part.groups, part.people), folder
    )
    if part.reference is not None and part.reference not in first.groups:
        from isg_audit.errors import DataError, Fault, nearest

        what = f"'{part.reference}' is no column of groups in {part.table}."
        raise DataError(Fault(f"{where}.reference", what, nearest(part.reference, first.groups)))
    further = [
        read_chances(
            WantedChances(
                f"{where}.given_group, item {at + 1}", one.table, one.signals, first.groups,
                adds_up=False,
            ),
            folder,
        )
        for at, one in enumerate(part.given_group)
    ]  # fmt: skip
    return (first, *further)


def _joined(
    part: UnobservedPart, tables: Sequence[Chances], cells: Any
) -> tuple[NDArray[np.intp], Floats, Floats]:
    """The stratum of each cell (the last one: no chances), chances, and people behind them."""
    rows, at = [], 0
    for table in tables:
        names = [f"s{at + one}" for one in range(len(table.keys))]
        rows.append(_row_of(table, cells, names))
        at += len(names)
    found = np.column_stack(rows)
    strata, stratum = np.unique(found, axis=0, return_inverse=True)
    whole = (strata >= 0).all(axis=1)
    chances = bisg(*(one.chances[strata[:, place]] for place, one in enumerate(tables)))
    whole &= ~np.isnan(chances).any(axis=1)
    kept = np.where(whole, np.cumsum(whole) - 1, int(whole.sum()))
    first = tables[0]
    people = np.full(len(strata), np.inf) if first.people is None else first.people[strata[:, 0]]
    return kept[stratum.reshape(-1)].astype(np.intp), chances[whole], people[whole]


def _row_of(table: Chances, cells: Any, names: Sequence[str]) -> NDArray[np.intp]:
    """The row of a table that each cell is joined to, -1 where there is none."""
    place = [{text: at for at, text in enumerate(sorted(set(texts)))} for texts in table.keys]
    sizes = [len(one) + 1 for one in place]
    mine = np.zeros(cells.num_rows, dtype=np.int64)
    its = np.zeros(len(table.chances), dtype=np.int64)
    there = np.ones(cells.num_rows, dtype=bool)
    for name, texts, order, size in zip(names, table.keys, place, sizes, strict=True):
        raw = distinct(cells, name)
        codes = np.array([order.get(text or "", -1) for text in raw.texts])[raw.place]
        there &= codes >= 0
        mine = mine * size + np.maximum(codes, 0)
        its = its * size + np.array([order[text] for text in texts])
    order_of = np.argsort(its, kind="stable")
    at = np.minimum(np.searchsorted(its[order_of], mine), len(its) - 1)
    row = order_of[at]
    return np.where(there & (its[row] == mine), row, -1).astype(np.intp)


def _binned(cells: Any, groups: int) -> tuple[NDArray[np.intp], Floats, Floats]:
    """The same for chances that the log holds: means of chances, and of their squares."""
    bins = np.column_stack(
        [np.nan_to_num(cells[f"b{at}"].to_numpy().astype(float), nan=-1) for at in range(groups)]
    )
    strata, stratum = np.unique(bins, axis=0, return_inverse=True)
    stratum = stratum.reshape(-1)
    whole = (strata >= 0).all(axis=1)
    kept = np.where(whole, np.cumsum(whole) - 1, int(whole.sum()))[stratum].astype(np.intp)
    weight = _column(cells, "weight", "cases")
    several = []
    for kind in ("chance", "square"):
        sums = np.zeros((int(whole.sum()) + 1, groups))
        for at in range(groups):
            np.add.at(sums[:, at], kept, _column(cells, f"{kind}{at}"))
        several.append(sums[:-1])
    total = np.bincount(kept, weight, int(whole.sum()) + 1)[:-1, None]
    chances, squared = (one / np.where(total > 0, total, 1.0) for one in several)
    scale = chances.sum(axis=1, keepdims=True)
    scale = np.where(scale > 0, scale, 1.0)
    return kept, np.clip(chances / scale, 0.0, 1.0), squared / scale**2


def _column(cells: Any, *names: str) -> Floats:
    name = next(one for one in names if one in cells.column_names)
    found: Floats = np.nan_to_num(cells[name].to_numpy().astype(float))
    return found


def _sums(cells: Any, roles: DecisionsPart, stratum: NDArray[np.intp], strata: int) -> Floats:
    """Sums by stratum, outcome and decision; the last stratum is of people without chances."""
    decision = distinct(cells, "decision")
    meaning = decision_meaning(roles, decision.numbers_or_texts)
    decided = np.array([meaning.code(one) for one in decision.numbers_or_texts])[decision.place]
    came = np.full(cells.num_rows, 2)
    if "outcome" in cells.column_names:
        raw = distinct(cells, "outcome")
        means = outcome_meaning(roles, raw.numbers_or_texts)
        came = np.array([means.code(one) for one in raw.numbers_or_texts])[raw.place]
    if roles.positive != "favourable":
        decided, came = (np.where(one < 2, 1 - one, 2) for one in (decided, came))
    sums = np.zeros((3, strata + 1, 3, 3))
    cases = _column(cells, "cases")
    kinds = (cases, _column(cells, "weight", "cases"), _column(cells, "squares", "cases"))
    for kind, values in enumerate(kinds):
        np.add.at(sums[kind], (stratum, came, decided), values)
    return sums
