"""The audit file as TOML text: exact, so that what is read back equals what was written.

Imports `audit_file` and `lines` only.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from isg_audit.spec.audit_file import Spec
from isg_audit.spec.lines import dotted, quoted


def to_toml(spec: Spec) -> str:
    """The text of an audit file that reads back as `spec`.

    Keys that stand at their default are left out, the version never is.
    """
    parts = [f"isg_audit = {spec.isg_audit}", *_table(("system",), spec.system)]
    parts += _table(("decisions",), spec.decisions)
    for name, group in spec.groups.items():
        parts += _table(("groups", name), group)
    parts += _table(("audit",), spec.audit)
    if spec.model is not None:
        parts += _table(("model",), spec.model)
    if spec.recourse is not None:
        parts += _table(("recourse",), spec.recourse)
    if spec.population is not None:
        parts += _table(("population",), spec.population)
    if spec.remedy is not None:
        parts += _table(("remedy",), spec.remedy)
    for change in spec.changes:
        parts += ["\n[[changes]]", *list(_table(("changes",), change))[1:]]
    for stage in spec.stages:
        parts += ["\n[[stages]]", *list(_table(("stages",), stage))[1:]]
    if spec.voice is not None:
        parts += _table(("voice",), spec.voice)
    if spec.search is not None:
        parts += _table(("search",), spec.search)
    return "\n".join(parts) + "\n"


def toml_value(value: object) -> str:
    """One value as TOML writes it.

    Raises:
        TypeError: a value no audit file can hold.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        pairs = (f"{quoted(str(key))} = {toml_value(one)}" for key, one in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(toml_value(one) for one in value) + "]"
    raise TypeError(f"an audit file holds no {type(value).__name__}")


def _table(path: tuple[str, ...], part: BaseModel) -> Iterator[str]:
    yield f"\n[{dotted(path)}]"
    inner: list[str] = []
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if isinstance(value, BaseModel):
            inner += _table((*path, name), value)
        elif isinstance(value, dict) and any(isinstance(one, BaseModel) for one in value.values()):
            for key, one in value.items():
                inner += _table((*path, name, key), one)
        elif value is not None and (
            field.is_required() or value != field.get_default(call_default_factory=True)
        ):
            yield f"{field.alias or name} = {toml_value(value)}"
    yield from inner
