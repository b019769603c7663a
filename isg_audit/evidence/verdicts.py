"""Verdicts as they are published: comparisons that rest on few people without their numbers.

Imports this room's `rows`, `judge`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from isg_audit.evidence.rows import TOO_FEW, finite
from isg_audit.judge import ChecklistVerdict, ItemVerdict, JudgedGroup, retell

NUMBERS = (
    "value", "low", "high", "fail_low", "fail_high", "n", "affected", "affected_low",
    "affected_high", "cases_needed", "smallest_gap",
)  # fmt: skip

Key = tuple[str, ...]


def published_verdicts(
    verdicts: Sequence[ChecklistVerdict],
    withheld: Collection[Key],
    unnamed: Collection[tuple[str, str]],
    confidence: float,
) -> tuple[ChecklistVerdict, ...]:
    """The verdicts, told anew without what is withheld. Words stay: they were taken on all rows.

    Args:
        verdicts: as they were judged.
        withheld: keys of the rows withheld.
        unnamed: groups, as (`by`, `group`), too few to be named in a sentence.
        confidence: of the plain intervals.
    """
    return tuple(
        one.model_copy(
            update={
                "items": tuple(
                    _finite(retell(_item(item, withheld), confidence, unnamed))
                    for item in one.items
                )
            }
        )
        for one in verdicts
    )


def _item(item: ItemVerdict, withheld: Collection[Key]) -> ItemVerdict:
    groups = tuple(
        _without_numbers(group)
        if key_of(group) in withheld
        else (_without_people(group) if people_key_of(group) in withheld else group)
        for group in item.groups
    )
    return item.model_copy(update={"groups": groups})


def _finite(item: ItemVerdict) -> ItemVerdict:
    """The item without infinite numbers, which JSON does not have; its sentence has told them."""
    groups = tuple(
        group.model_copy(update={name: finite(getattr(group, name)) for name in NUMBERS})
        for group in item.groups
    )
    return item.model_copy(update={"groups": groups})


def key_of(group: JudgedGroup) -> Key:
    """The key of the row that was judged."""
    return (group.measure, group.metric, group.by, group.group, group.versus, "", "")


def people_key_of(group: JudgedGroup) -> Key:
    """The key of the row that says a gap in people: for a ratio, that of the difference."""
    quantity, _, comparison = group.metric.rpartition(".")
    metric = f"{quantity}.difference" if comparison == "ratio" else group.metric
    return (group.measure, metric, group.by, group.group, group.versus, "", "")


def _without_people(group: JudgedGroup) -> JudgedGroup:
    return group.model_copy(update=dict.fromkeys(("affected", "affected_low", "affected_high")))


def _without_numbers(group: JudgedGroup) -> JudgedGroup:
    nothing: dict[str, object] = dict.fromkeys(NUMBERS)
    reason = TOO_FEW if group.reason else ""
    return group.model_copy(
        update={**nothing, "withheld": True, "compared_with": "", "reason": reason}
    )
