"""A first audit file from a guess: every guess marked, and what must be asked left open.

Imports `guess`, `write`, `lines` of this room. Opens no data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from isg_audit.spec.guess import ColumnProfile, Guess, Guessed, GuessedGroup
from isg_audit.spec.lines import dotted, quoted
from isg_audit.spec.part import Value
from isg_audit.spec.write import toml_value

CHECK = ": check"
_NOT_KNOWN = {"", "na", "n/a", "none", "unknown", "?", "missing"}


@dataclass(frozen=True, slots=True)
class Answers:
    """What the user said when asked; None where nobody was, or nothing was said.

    Attributes:
        name: of the system.
        decision: the column of decisions, in place of the guessed one.
        favourable: the value of it that is good for the person.
        outcome: the column of outcomes, in place of the guessed one.
        no_outcome: True where the user said that no column holds one.
        outcome_favourable: the outcome under which the favourable decision was right.
    """

    name: str | None = None
    decision: ColumnProfile | None = None
    favourable: str | None = None
    outcome: ColumnProfile | None = None
    no_outcome: bool = False
    outcome_favourable: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where the decisions are, as the audit file shall name it; see `DecisionsPart`."""

    source: str
    table: str | None = None
    query: str | None = None


def write_audit_file(guess: Guess, source: str | Source, answers: Answers | None = None) -> str:
    """The text of an audit file.

    Args:
        guess: from `guess_roles`.
        source: the data, as the file shall name it; a text for a file.
        answers: what was asked; without them `favourable` stays open and `run` refuses the file.

    Returns:
        TOML with a comment beside every guess.
    """
    said = answers or Answers()
    named = Source(source) if isinstance(source, str) else source
    return "\n".join([*_system(said), *_decisions(guess, named, said), *_groups(guess), *_AUDIT])


def typed(column: ColumnProfile, value: str) -> Value:
    """A value of a column as the audit file writes it: numbers without quotes."""
    if column.kind == "true-false":
        return value.lower() == "true"
    try:
        if column.kind == "whole":
            return int(value)
        return float(value) if column.kind == "number" else value
    except ValueError:
        return value


_AUDIT = (
    "",
    "[audit]",
    '# legitimate = ["income"]        # columns of factors that may explain a gap',
    'checklists = ["people-oriented"]  # all there are: isg-audit checklist list',
    "confidence = 0.95",
    "minimum_cell = 10                 # smaller counts of people are not published",
    "",
)


def _system(said: Answers) -> Iterator[str]:
    yield "isg_audit = 1"
    yield ""
    yield "[system]"
    if said.name:
        yield f"name = {quoted(said.name)}"
    else:
        yield 'name = "(the name of the system)"  # check'
    yield 'owner = ""'
    yield 'purpose = ""'
    yield 'domain = "other"                  # education health elderly-care community urban ...'
    yield 'stage = "deployed"                # or: before-launch'


def _decisions(guess: Guess, source: Source, said: Answers) -> Iterator[str]:
    yield ""
    yield "[decisions]"
    for key in ("source", "table", "query"):
        if value := getattr(source, key):
            yield f"{key} = {toml_value(value)}"
    decision = said.decision or (guess.decision.column if guess.decision else None)
    if decision is None:
        yield "# decision =       # the column that holds what was decided: name it"
        if guess.candidates:
            names = ", ".join(quoted(one.name) for one in guess.candidates[:10])
            yield f"# Columns that have two values or a fitting name: {names}"
        yield "# favourable =     # the decision that is good for the person: asked, never guessed"
    else:
        yield _line("decision", decision, guess.decision if said.decision is None else None)
        yield from _good("favourable", decision, said.favourable, "good for the person")
    outcome = said.outcome or (guess.outcome.column if guess.outcome else None)
    if outcome is not None and outcome != decision and not said.no_outcome:
        yield _line("outcome", outcome, guess.outcome if said.outcome is None else None)
        yield from _good("outcome_favourable", outcome, said.outcome_favourable,
                         "the outcome that proves the favourable decision right")  # fmt: skip
    for role in ("score", "time", "person", "weight"):
        guessed: Guessed | None = getattr(guess, role)
        if guessed is not None and guessed.column not in (decision, outcome):
            yield _line(role, guessed.column, guessed)


def _good(key: str, column: ColumnProfile, said: str | None, meaning: str) -> Iterator[str]:
    """The value that only a person may name; left out, `run` refuses and says so."""
    if said is not None:
        yield f"{key} = {toml_value(typed(column, said))}"
        return
    values = ", ".join(toml_value(typed(column, value)) for value in column.values)
    yield f"# {key} =     # {meaning}: asked, never guessed. Values that occur: {values}"


def _groups(guess: Guess) -> Iterator[str]:
    if not guess.groups:
        yield ""
        yield "# No column looks like a group of people: add a table for each: [groups.sex]"
    for group in guess.groups:
        yield ""
        yield f"[{dotted(('groups', group.name))}]  # guessed from {_one_line(group.reason)}{CHECK}"
        if group.column.name != group.name:
            yield f"column = {quoted(group.column.name)}"
        if group.cut:
            yield f"cut = {toml_value(group.cut)}  # where to cut it into bands{CHECK}"
        yield from _values(group)


def _values(group: GuessedGroup) -> Iterator[str]:
    values = group.column.values[:8]
    if values and not group.cut:
        more = ", ..." if group.column.distinct > len(values) else ""
        yield f"# values: {', '.join(quoted(value) for value in values)}{more}"
    odd = [value for value in group.column.values if value.strip().lower() in _NOT_KNOWN]
    if odd:
        yield f"unknown = {toml_value(['', *odd] if '' not in odd else odd)}  # guessed{CHECK}"


def _line(key: str, column: ColumnProfile, guessed: Guessed | None) -> str:
    why = f"  # guessed from {_one_line(guessed.reason)}{CHECK}" if guessed else ""
    return f"{key} = {quoted(column.name)}{why}"


def _one_line(text: str) -> str:
    """Values of the data stand in comments: a line end in one would end the comment."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)
