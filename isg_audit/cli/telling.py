"""What a command prints of an audit: the verdicts counted, the worst findings, what blocks.

Imports `judge.verdict` for types and this room's `say`. No score and no grade: words are counted,
never added up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, get_args

from isg_audit.cli.say import wrapped

if TYPE_CHECKING:
    from isg_audit.judge.verdict import ChecklistVerdict, ItemVerdict, JudgedGroup

_SEVERITIES = ("critical", "high", "medium", "low")
_WORST_FIRST = {"error": "Error", "fail": "Not met", "inconclusive": "Not settled"}
"""Verdicts that are findings, worst first, and how they are said of a requirement."""
SHOWN = 5


def counts(checklists: Iterable[ChecklistVerdict]) -> Iterator[str]:
    """For each checklist, how many of its items have each verdict: all verdicts, zeros too."""
    from isg_audit.judge.verdict import Word

    for one in checklists:
        had = Counter(item.word for item in one.items)
        yield f"{one.id}, {_items(len(one.items))}"
        yield wrapped(", ".join(f"{had[word]} {word}" for word in get_args(Word)), "  ")


def worst(checklists: Iterable[ChecklistVerdict]) -> list[ItemVerdict]:
    """The findings to read first: by verdict, then severity, then people affected."""
    found = [item for one in checklists for item in one.items if item.word in _WORST_FIRST]
    # Two checklists may ask the same: what is found is told once.
    told = {item.sentence: item for item in sorted(found, key=_rank, reverse=True)}
    return sorted(told.values(), key=_rank)[:SHOWN]


def findings(checklists: Sequence[ChecklistVerdict]) -> Iterator[str]:
    """The worst findings in plain words: the verdict, the people, then the numbers."""
    shown = worst(checklists)
    if not shown:
        yield "No item failed and none is inconclusive."
    for at, item in enumerate(shown, start=1):
        gap = largest_gap(item)
        people = f", {_people(gap)}" if gap is not None else ""
        said = f"{_WORST_FIRST[item.word]}, {item.severity.word} severity{people}"
        heading = f"{said}: “{item.title}”"
        yield wrapped(f"{at}. {heading}", hanging="   ")
        yield wrapped(item.sentence, "   ")


def blocked(items: Iterable[ItemVerdict]) -> Iterator[str]:
    """What stops a release: verdict, item and title in columns, the reason beneath."""
    items = list(items)
    widest = max((len(item.id) for item in items), default=0)
    for item in items:
        yield f"  {item.word:14}{item.id:{widest}}  {item.title}"
        yield wrapped(item.sentence, " " * 16)


def largest_gap(item: ItemVerdict) -> JudgedGroup | None:
    """The group of the item's own verdict whose gap stands for most people; None if not known."""
    known = [
        group
        for group in item.groups
        if group.affected is not None and group.word == item.word and not group.withheld
    ]
    return max(known, key=_size, default=None)


def _size(group: JudgedGroup) -> float:
    return abs(group.affected or 0.0)


def _people(group: JudgedGroup) -> str:
    """People a gap stands for and the ends of the interval: about 214 people (160 to 268)."""
    sign = -1 if (group.affected or 0.0) < 0 else 1
    ends = [end for end in (group.affected_low, group.affected_high) if end is not None]
    between = " to ".join(_about(end) for end in sorted(sign * end for end in ends))
    return f"about {_about(_size(group))} people" + (f" ({between})" if len(ends) == 2 else "")


def _about(people: float) -> str:
    """A number of people, rounded as the sentences round it."""
    from isg_audit.judge.words import whole

    return f"−{whole(-people)}" if people < 0 else whole(people)


def _rank(item: ItemVerdict) -> tuple[int, int, float]:
    gap = largest_gap(item)
    people = 0.0 if gap is None else _size(gap)
    return list(_WORST_FIRST).index(item.word), _SEVERITIES.index(item.severity.word), -people


def _items(number: int) -> str:
    return "1 item" if number == 1 else f"{number} items"
