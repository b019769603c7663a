"""What pydantic found wrong, said in the words of the audit file: key, value, what to write.

Imports `audit_file`, `lines` and `errors`. Opens no data.
"""

from __future__ import annotations

import copy
import datetime
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from isg_audit.errors import nearest
from isg_audit.spec.audit_file import (
    AuditPart,
    DecisionsPart,
    Group,
    ModelPart,
    RecourseInput,
    RecoursePart,
    ServicePart,
    Spec,
    System,
)
from isg_audit.spec.lines import KeyPath, quoted
from isg_audit.spec.population_part import PopulationPart
from isg_audit.spec.search_part import SearchPart
from isg_audit.spec.time_part import ChangePart

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_TABLES: dict[str, type[BaseModel]] = {
    "system": System, "decisions": DecisionsPart, "groups": Group, "audit": AuditPart,
    "model": ModelPart, "recourse": RecoursePart, "population": PopulationPart,
    "changes": ChangePart,
    "search": SearchPart,
}  # fmt: skip
_INNER: dict[tuple[str | int, ...], type[BaseModel]] = {("model", "service"): ServicePart}
"""Tables inside tables, by their path."""


@dataclass(frozen=True, slots=True)
class Found:
    """A fault before its line is known; `meant` is the key that an unknown one stands for."""

    path: KeyPath
    what: str
    advice: str = ""
    meant: KeyPath = ()


def validate(data: Mapping[str, object]) -> tuple[Spec | None, list[Found]]:
    """Read the parsed file; where keys are wrong, say so and read it again without them.

    Args:
        data: the document as `tomllib` gives it.

    Returns:
        The spec without the keys that are wrong (None where that cannot be), and one fault a key.
        A spec that comes with faults serves only to look for further ones.
    """
    rest: dict[str, object] = copy.deepcopy(dict(data))
    found: list[Found] = []
    for _ in range(3):  # a second look finds what a wrong table hid; a third is never needed
        try:
            return Spec.model_validate(rest), found
        except ValidationError as wrong:
            new = _one_each(_told(error, rest) for error in wrong.errors())
            found += new
            for fault in new:
                _take_out(rest, fault.path)
        rest.setdefault("system", {"name": "(not named)"})
        rest.setdefault("decisions", {})
        if isinstance(rest["system"], dict):
            rest["system"].setdefault("name", "(not named)")
    return None, found


def shown(value: object) -> str:
    """A value as a person would name it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text '{value if len(value) <= 60 else value[:57] + '...'}'"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    if isinstance(value, datetime.date | datetime.time):
        return f"the date or time {value} (put it in quotes)"
    return "that"


def _told(error: ErrorDetails, data: object) -> Found:
    path = _real_path(error["loc"], data, error["type"])
    value, kind = error["input"], error["type"]
    if kind == "extra_forbidden":
        return _unknown_key(path)
    if kind == "missing":
        key = path[-1]
        if len(path) == 1:
            return Found(path, f"the table [{key}] is missing.")
        return Found(path, f"'{key}' is missing.")
    if path[:2] == ("audit", "intersections"):
        return Found(
            path[:2],
            'must be "pairs", "all" or a list of lists of group names.',
            'For example: intersections = [["sex", "race"]].',
        )
    if path[:2] == ("audit", "windows"):
        return Found(
            path[:2],
            'must be "month", "quarter", "year" or a list of days in quotes.',
            'For example: windows = ["2024-01-01", "2024-04-15"].',
        )
    if kind == "string_pattern_mismatch":
        return Found(path, f'must be a day such as "2024-03-01", not {shown(value)}.')
    if path == ("isg_audit",):
        return Found(path, f"this toolkit reads version 1 of the audit file, not {shown(value)}.")
    context = error.get("ctx", {})
    if kind == "literal_error":
        words = _words(context.get("expected", ""))
        return Found(
            path, f"must be one of its words, not {shown(value)}.", _likeliest(value, words)
        )
    if path[-1] == "confidence" and isinstance(value, int | float) and 50 < value < 100:
        return Found(path, f"must be a share between 0.5 and 1, not {shown(value)}.",
                     f"Did you mean {value / 100:g}?")  # fmt: skip
    return Found(path, _expected(kind, context, value))


def _expected(kind: str, context: Mapping[str, object], value: object) -> str:
    """What should have stood there, and what did."""
    if kind == "tuple_type" and isinstance(value, str):
        return f"must be a list in brackets: [{quoted(value)}]."
    if kind.startswith("string_too_long"):
        return f"must have at most {context.get('max_length')} characters."
    if kind.startswith("string_too_short"):
        return "must not be empty."
    limits = {
        "greater_than": f"must be more than {context.get('gt')}",
        "greater_than_equal": f"must be at least {context.get('ge')}",
        "less_than": f"must be less than {context.get('lt')}",
        "string_type": "must be text in quotes",
        "int_type": "must be a whole number",
        "float_type": "must be a number",
        "finite_number": "must be a finite number",
        "tuple_type": 'must be a list in brackets, such as ["a", "b"]',
        "dict_type": "must be a table with a [header] of its own",
        "model_type": "must be a table with a [header] of its own",
        "value": "must be text, a number, or true or false",
    }
    return f"{limits.get(kind, 'cannot be read')}, not {shown(value)}."


def _unknown_key(path: KeyPath) -> Found:
    """An unknown key with the nearest valid one, or the table where it belongs."""
    *above, last = path
    key = str(last)
    table = str(path[0])
    part = Spec if len(path) == 1 else _INNER.get(tuple(above), _TABLES[table])
    if path[:2] == ("recourse", "inputs"):
        part = RecourseInput
    names = [field.alias or name for name, field in part.model_fields.items()]
    homes = [f"[{name}]" for name, part in _TABLES.items()
             if key in part.model_fields and name not in (table, "groups", "changes")]  # fmt: skip
    if homes:
        return Found(path, f"'{key}' is not a key here.", f"It belongs in {' or '.join(homes)}.")
    close = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
    meant = (*above, close[0]) if close else ()
    return Found(path, f"there is no key '{key}'.", nearest(key, names), meant)


def _likeliest(value: object, words: list[str]) -> str:
    return nearest(value, words) if isinstance(value, str) else f"There is: {', '.join(words)}."


def _words(expected: object) -> list[str]:
    """Pydantic's "'a', 'b' or 'c'" as a list."""
    return str(expected).replace(" or ", ", ").replace("'", "").split(", ")


def _real_path(loc: tuple[str | int, ...], data: object, kind: str) -> KeyPath:
    """The error's place in the file: pydantic adds the names of union members to it."""
    path: list[str | int] = []
    inside: Any = data
    part: Any
    for part in loc:
        if not isinstance(inside, dict | list | tuple):
            break
        try:
            inside = inside[part]
        except (KeyError, IndexError, TypeError):  # the name of a union's member
            continue
        path.append(part)
    return (*path, loc[-1]) if kind == "missing" else tuple(path)


def _one_each(told: Iterator[Found]) -> list[Found]:
    """One fault a place: a value that fits no member of a union fails once for each."""
    first: dict[KeyPath, Found] = {}
    for fault in told:
        if fault.path not in first:
            first[fault.path] = fault
        elif fault.what != first[fault.path].what:
            value = fault.what.rpartition(", not ")[2].removesuffix(".")
            first[fault.path] = Found(
                fault.path, f"must be text, a number, or true or false, not {value}."
            )
    return list(first.values())


def _take_out(data: dict[str, object], path: KeyPath) -> None:
    """Remove what stands at `path`; of a list, the whole key."""
    inside: object = data
    for at, part in enumerate(path):
        last = at == len(path) - 1 or isinstance(path[at + 1], int)
        if not isinstance(inside, dict) or part not in inside:
            return
        if last:
            del inside[part]
            return
        inside = inside[part]
