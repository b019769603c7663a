"""What pydantic found wrong with a file, in plain words, with file, line and nearest name.

Imports `errors` and this room's `toml_text`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from isg_audit.errors import Fault, nearest
from isg_audit.judge.toml_text import Place, TomlText

_WORDS = {
    "missing": "is missing.",
    "string_type": "has to be text.",
    "string_too_short": "must not be empty.",
    "float_type": "has to be a number.",
    "float_parsing": "has to be a number.",
    "int_type": "has to be a whole number.",
    "finite_number": "has to be a finite number.",
    "bool_type": "has to be true or false.",
    "bool_parsing": "has to be true or false.",
    "tuple_type": "has to be a list.",
    "model_type": "has to be a table.",
    "model_attributes_type": "has to be a table.",
    "date_type": "has to be a date such as 2026-03-31.",
    "date_parsing": "has to be a date such as 2026-03-31.",
    "date_from_datetime_parsing": "has to be a date such as 2026-03-31.",
    "union_tag_not_found": "needs kind = \"measured\" or kind = \"answered\".",
    "union_tag_invalid": "has a kind that is neither \"measured\" nor \"answered\".",
}  # fmt: skip


def faults_of(
    error: ValidationError, read: TomlText, models: Mapping[str, type[BaseModel]]
) -> list[Fault]:
    """Every fault of a validation, one for each place.

    Args:
        error: what pydantic raised.
        read: the file.
        models: the model behind each part of the file, by the last name on the way to it (the
            kind, for an item); `""` is the whole file. Gives the keys there are.
    """
    faults: dict[Place, Fault] = {}
    for one in error.errors(include_url=False):
        part = next((step for step in one["loc"][-2::-1] if isinstance(step, str)), "")
        place = _place(one["loc"])
        faults.setdefault(place, _fault(dict(one), read, place, models.get(part)))
    return list(faults.values())


def _fault(
    one: Mapping[str, Any], read: TomlText, place: Place, model: type[BaseModel] | None
) -> Fault:
    kind, where, context = one["type"], read.where(place), one.get("ctx", {})
    if kind == "extra_forbidden":
        keys = tuple(model.model_fields) if model else ()
        return Fault(where, "is no key that this table has.", nearest(str(place[-1]), keys))
    if kind == "value_error":
        return Fault(where, str(context["error"]))
    if kind == "literal_error":
        return Fault(where, f"is {one['input']!r}; it has to be {context['expected']}.")
    if kind == "too_short":
        return Fault(where, "has no entry; at least one is needed.")
    if kind == "string_pattern_mismatch":
        return Fault(where, f"is {one['input']!r}; use letters, digits and hyphens.")
    return Fault(where, _WORDS.get(kind, f"is wrong: {one['msg']}."))


def _place(steps: Sequence[str | int]) -> Place:
    """Without what pydantic adds: the kind of an item, the branch of a choice of types."""
    branches = ("str", "tuple[", "literal[")
    tagged = len(steps) > 2 and steps[2] in ("measured", "answered")
    kept = [*steps[:2], *steps[3:]] if tagged else list(steps)
    while len(kept) > 1 and isinstance(kept[-1], str) and kept[-1].startswith(branches):
        kept.pop()
    return tuple(kept)
