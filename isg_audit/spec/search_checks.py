"""What the keys of [search] must be to one another and to the rest. Imports `audit_file`, `faults`.

Which columns there are, the data tell: see `sources.roles`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from isg_audit.errors import nearest
from isg_audit.spec.audit_file import Spec
from isg_audit.spec.faults import Found
from isg_audit.spec.lines import KeyPath

ROLES = ("decision", "outcome", "person", "weight", "count", "list")
"""Roles of columns that can define no group: what is explained, or who somebody is."""


def search(spec: Spec) -> Iterator[Found]:
    """Every fault in [search]."""
    part = spec.search
    if part is None:
        return
    path: KeyPath = ("search", "columns")
    for name, times in Counter(part.columns).items():
        if times > 1:
            yield Found(path, f"'{name}' stands twice.")
    declared = {group.column or name: name for name, group in spec.groups.items()}
    declared |= {name: name for name in spec.groups}
    for name in dict.fromkeys(part.columns):
        if name in declared:
            what = f"'{name}' is the declared group '{declared[name]}', which is searched anyway."
            yield Found(path, what, "Leave it out.")
        for role in ROLES:
            if getattr(spec.decisions, role) == name:
                yield Found(path, f"'{name}' is the column of 'decisions.{role}'.", "Leave it out.")
    for name, cut in part.cut.items():
        where: KeyPath = ("search", "cut", name)
        if name not in part.columns:
            what = f"'{name}' is not among 'columns'."
            yield Found(where, what, nearest(name, list(part.columns)))
        if not cut or any(low >= high for low, high in zip(cut, cut[1:], strict=False)):
            yield Found(where, "the cuts must be one or more, and rise.")
