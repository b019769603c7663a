"""Verdicts as they are published: comparisons that rest on few people without their numbers.

Imports this room's `rows`, `judge`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from isg_audit.evidence.rows import TOO_FEW, finite
from isg_audit.judge import DECISIONS, ChecklistVerdict, ItemVerdict, JudgedGroup, retell

NUMBERS = (
    "value", "low", "high", "fail_low", "fail_high", "n", "affected", "affected_low",
    "affected_high", "cases_needed", "smallest_gap", "flip_count",
)  # fmt: skip
IN_PEOPLE = ("affected", "affected_low", "affected_high")

Key = tuple[str, ...]


def published_verdicts(
    verdicts: Sequence[ChecklistVerdict],
    withheld: Collection[Key],
    unnamed: Collection[tuple[str, str]],
    uncounted: Collection[str],
    confidence: float,
) -> tuple[ChecklistVerdict, ...]:
    """The verdicts, told anew without what is withheld. Words stay: they were taken on all rows.

    Args:
        verdicts: as they were judged.
        withheld: keys of the rows withheld.
        unnamed: groups, as (`by`, `group`), too few to be named in a sentence.
        uncounted: every `by` of which some group's size is withheld; the cases still needed are
            worked out from sizes and would give them away.
        confidence: of the plain intervals.
    """
    return tuple(
        one.model_copy(
            update={
                "items": tuple(
                    _finite(retell(_item(item, withheld, uncounted), confidence, unnamed))
                    for item in one.items
                )
            }
        )
        for one in verdicts
    )


def _item(item: ItemVerdict, withheld: Collection[Key], uncounted: Collection[str]) -> ItemVerdict:
    groups = tuple(_group(group, withheld, uncounted) for group in item.groups)
    return item.model_copy(update={"groups": groups})


def _group(
    group: JudgedGroup, withheld: Collection[Key], uncounted: Collection[str]
) -> JudgedGroup:
    if key_of(group) in withheld:
        return _without_numbers(group)
    if people_key_of(group) in withheld:
        group = group.model_copy(update=dict.fromkeys(IN_PEOPLE))
    if group.by in uncounted and not on_decided(group):
        group = group.model_copy(update={"cases_needed": None})
    return group


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


def on_decided(group: JudgedGroup) -> bool:
    """Whether a comparison rests on the decided alone, and on no size of a group."""
    return group.metric.partition(".")[0] in DECISIONS


def _without_numbers(group: JudgedGroup) -> JudgedGroup:
    nothing: dict[str, object] = dict.fromkeys(NUMBERS)
    reason = TOO_FEW if group.reason else ""
    return group.model_copy(
        update={**nothing, "withheld": True, "compared_with": "", "reason": reason}
    )
