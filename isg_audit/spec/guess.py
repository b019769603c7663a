"""What the columns of a table probably mean, from their names and values. Pure: opens no data.

Imports nothing of ours. A guess says what it rests on; `favourable` is never among the guesses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "whole", "true-false", "date"]


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """A column as a stranger sees it.

    Attributes:
        name: its name.
        kind: what its values are.
        distinct: how many different values it has, missing ones apart.
        values: the most frequent values first, at most 20, as text.
        missing: rows without a value.
        rows: rows in all.
    """

    name: str
    kind: Kind
    distinct: int
    values: tuple[str, ...]
    missing: int
    rows: int


@dataclass(frozen=True, slots=True)
class Guessed:
    """A column and what the guess rests on: its name, its values, or both."""

    column: ColumnProfile
    reason: str


@dataclass(frozen=True, slots=True)
class GuessedGroup:
    """A column that probably groups people; `cut` where it holds numbers."""

    name: str
    column: ColumnProfile
    reason: str
    cut: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest role of each column; None where no column looks like it.

    `decision` is None too where several columns could be it and nothing tells them apart;
    `candidates` lists every column that could be the decision, likeliest first.
    """

    decision: Guessed | None = None
    candidates: tuple[ColumnProfile, ...] = ()
    outcome: Guessed | None = None
    score: Guessed | None = None
    time: Guessed | None = None
    person: Guessed | None = None
    weight: Guessed | None = None
    groups: tuple[GuessedGroup, ...] = ()


_WORDS = {
    "decision": "decision decided approved approval accepted accept admitted admit denied deny "
    "rejected refused selected select hired hire granted label prediction predicted pred action "
    "flagged verdict result entscheidung decisao decision_final",
    "outcome": "outcome repaid default defaulted recid recidivism reoffended actual truth "
    "ground observed passed graduated survived paid",
    "score": "score prob probability proba risk rating decile",
    "time": "date time timestamp day month year decided_on datum fecha data_decisao",
    "person": "id uid person applicant client customer patient pupil student subject",
    "weight": "weight weights wgt wt pwgtp fnlwgt",
}
_GROUPS = {
    "sex": "sex gender male female geschlecht sexo genero",
    "race": "race ethnic ethnicity racial rasse raza raca black white hispanic",
    "age": "age alter edad idade",
    "marital_status": "marital married spouse single",
    "disability": "disability disabled handicap dis",
    "religion": "religion faith belief",
    "nationality": "nationality citizen citizenship foreign foreigner birthplace origin native "
    "country",
    "language": "language tongue sprache idioma",
    "neighbourhood": "postcode zip zipcode neighbourhood neighborhood district tract borough",
    "pregnancy": "pregnant pregnancy maternity",
    "income_group": "caste poverty",
}
_TWO_VALUES = {
    "yes", "no", "approved", "denied", "accept", "reject", "accepted", "rejected", "granted",
    "refused", "selected", "hired", "admitted",
}  # fmt: skip

MOST_GROUPS = 60
"""A column with more values groups nobody usefully, unless it is cut."""

AGE_CUT = (25, 40, 62)


def guess_roles(columns: Sequence[ColumnProfile]) -> Guess:
    """Guess roles; a column gets one role at most, groups of people first.

    Args:
        columns: every column of the table, in its order.
    """
    groups = tuple(found for one in columns if (found := _group(one)) is not None)
    taken = {one.column.name for one in groups}

    def free(fits: Callable[[ColumnProfile], bool], role: str) -> list[Guessed]:
        found = _named(role, (one for one in columns if one.name not in taken and fits(one)))
        taken.update(one.column.name for one in found[:1])
        return found

    weight = free(_is_number, "weight")
    time = free(lambda one: one.kind == "date" or one.distinct > 2, "time")
    score = free(lambda one: _is_number(one) and one.distinct > 2, "score")
    outcome = free(lambda one: 2 <= one.distinct <= 10, "outcome")
    person = free(lambda one: one.distinct * 10 > one.rows and one.distinct > 2, "person")
    named = free(lambda one: 2 <= one.distinct <= 10, "decision")
    by_values = [
        Guessed(one, f"its two values {' and '.join(one.values)}")
        for one in columns
        if one.name not in taken and one.distinct == 2
    ]
    speaking = [one for one in by_values if _speaks_of_decisions(one.column)]
    alone = by_values if len(by_values) == 1 else []
    candidates = dict.fromkeys(one.column for one in (*named, *speaking, *by_values))
    repeated = [one for one in person if one.column.distinct < one.column.rows]
    return Guess(
        decision=_first([*named, *speaking, *alone]),
        candidates=tuple(candidates),
        outcome=_first(outcome),
        score=_first(score),
        time=_first(time),
        person=_first(repeated),
        weight=_first(weight),
        groups=_one_name_each(groups),
    )


def _group(column: ColumnProfile) -> GuessedGroup | None:
    words = _words_of(column.name)
    for attribute, known in _GROUPS.items():
        hit = next((word for word in known.split() if word in words), None)
        if hit is None or column.distinct < 2:
            continue
        name = attribute if hit in ("sex", "gender", "race", "ethnicity", "age") else column.name
        if attribute == "age" and column.kind in ("whole", "number") and column.distinct > 8:
            return GuessedGroup("age", column, f"the word '{hit}' in its name", AGE_CUT)
        if column.distinct <= MOST_GROUPS and column.kind != "date":
            return GuessedGroup(name, column, f"the word '{hit}' in its name")
    return None


def _named(role: str, columns: Iterable[ColumnProfile]) -> list[Guessed]:
    """Columns with a word of the role in their name, the role's first word first."""
    known = _WORDS[role].split()
    found: list[tuple[int, Guessed]] = []
    for column in columns:
        words = _words_of(column.name)
        hits = [at for at, word in enumerate(known) if word in words]
        if hits:
            found.append((hits[0], Guessed(column, f"the word '{known[hits[0]]}' in its name")))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _words_of(name: str) -> set[str]:
    """The words of a column's name: `raceEth`, `race_eth` and `Race eth.` have the same."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return {word.lower() for word in re.findall(r"[^\W\d_]+", apart)} | {name.lower()}


def _is_number(column: ColumnProfile) -> bool:
    return column.kind in ("number", "whole")


def _first(found: Sequence[Guessed]) -> Guessed | None:
    return found[0] if found else None


def _speaks_of_decisions(column: ColumnProfile) -> bool:
    return bool(_TWO_VALUES & {value.strip().lower() for value in column.values})


def _one_name_each(groups: Iterable[GuessedGroup]) -> tuple[GuessedGroup, ...]:
    """Two columns that would both be called `sex` keep their own names."""
    groups = tuple(groups)
    names = [one.name for one in groups]
    return tuple(
        one
        if names.count(one.name) == 1
        else GuessedGroup(one.column.name, one.column, one.reason, one.cut)
        for one in groups
    )
