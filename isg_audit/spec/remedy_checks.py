"""What the keys of [remedy] must be to one another. Imports `audit_file`, `faults`."""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.errors import nearest
from isg_audit.spec.audit_file import Spec
from isg_audit.spec.faults import Found


def remedy(spec: Spec) -> Iterator[Found]:
    """Every fault in [remedy] that one key alone cannot show."""
    part = spec.remedy
    if part is None:
        return
    for name in part.by:
        if name not in spec.groups:
            yield Found(
                ("remedy", "by"),
                f"'{name}' is no declared attribute.",
                nearest(name, list(spec.groups)),
            )
    if not part.methods:
        return
    if spec.decisions.outcome is None:
        yield Found(
            ("remedy",),
            "remedies are trained on what really happened, but no 'outcome' is named.",
            "Name the column in [decisions], or set methods = [].",
        )
    roles = spec.decisions
    for column in (roles.outcome, roles.decision):
        if column is not None and column in part.features:
            yield Found(
                ("remedy", "features"),
                f"'{column}' is what is to be predicted or decided.",
                "Leave it out.",
            )
    if part.features and set(part.features) <= {
        group.column or name for name, group in spec.groups.items()
    }:
        yield Found(
            ("remedy", "features"),
            "only declared attributes are named, which are left out.",
            "Name other columns too.",
        )
