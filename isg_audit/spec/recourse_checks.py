"""What the keys of [recourse] must be to one another. Imports `audit_file`, `faults`, `errors`.

What only the model and the data can tell stands in `measures/recourse_rules.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from isg_audit.errors import nearest
from isg_audit.spec.audit_file import RecourseInput, RecoursePart, Spec
from isg_audit.spec.faults import Found, shown
from isg_audit.spec.lines import KeyPath

LISTS = ("immutable", "only_up", "only_down")


def recourse(spec: Spec) -> Iterator[Found]:
    """Every fault in [recourse]."""
    part = spec.recourse
    if part is None:
        return
    features = spec.model.features if spec.model else ()
    if features:
        for path, name in named_inputs(part):
            if name not in features:
                what = f"'{name}' is no input of the model."
                yield Found(path, what, nearest(name, list(features)))
    protected = {group.column or name for name, group in spec.groups.items()}
    yield from _lists(part, protected)
    for name, one in part.inputs.items():
        yield from _input(("recourse", "inputs", name), name, one, part)


def named_inputs(part: RecoursePart) -> Iterator[tuple[KeyPath, str]]:
    """Every name of an input, and where it stands."""
    for key in LISTS:
        for name in getattr(part, key):
            yield ("recourse", key), name
    for name, one in part.inputs.items():
        yield ("recourse", "inputs", name), name
        for other in one.of:
            yield ("recourse", "inputs", name, "of"), other


def _lists(part: RecoursePart, protected: set[str]) -> Iterator[Found]:
    seen: dict[str, str] = {}
    for key in LISTS:
        for name, times in Counter(getattr(part, key)).items():
            path = ("recourse", key)
            if times > 1:
                yield Found(path, f"'{name}' stands twice.")
            if name in seen:
                yield Found(path, f"'{name}' also stands in '{seen[name]}'.")
            elif key != "immutable" and name in protected:
                yield Found(path, f"'{name}' is a protected attribute, which never changes.",
                            "Leave it out.")  # fmt: skip
            seen.setdefault(name, key)


def _input(path: KeyPath, name: str, one: RecourseInput, part: RecoursePart) -> Iterator[Found]:
    if one.least is not None and one.most is not None and one.least > one.most:
        yield Found((*path, "least"), f"{shown(one.least)} is more than 'most'.")
    if one.allowed and (one.least is not None or one.most is not None):
        yield Found((*path, "allowed"), "'allowed' excludes 'least' and 'most'.",
                    "List the values, or give limits.")  # fmt: skip
    if (one.follows is None) != (not one.of):
        yield Found(path, "'follows' and 'of' belong together.",
                    'For example: follows = "ratio", of = ["debt", "income"].')  # fmt: skip
    elif one.follows is not None:
        yield from _bound(path, name, one, part)


def _bound(path: KeyPath, name: str, one: RecourseInput, part: RecoursePart) -> Iterator[Found]:
    if len(one.of) != 2 or len(set(one.of)) != 2:
        yield Found((*path, "of"), "must name two different inputs.")
    if name in one.of:
        yield Found((*path, "of"), f"'{name}' cannot follow itself.")
    for other in one.of:
        above = part.inputs.get(other)
        if above is not None and above.follows is not None and other != name:
            yield Found((*path, "of"), f"'{other}' itself follows others; name those.")
    for key in LISTS:
        if name in getattr(part, key):
            yield Found(("recourse", key), f"'{name}' follows other inputs, see its own table.",
                        "Leave it out here.")  # fmt: skip
    if one.allowed or one.weight != 1.0:
        yield Found(path, f"'{name}' follows other inputs: it has no values or cost of its own.",
                    "Only 'least' and 'most' hold for it.")  # fmt: skip
