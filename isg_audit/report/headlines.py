"""Headings that say what was found and for whom, in the words of the data.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from isg_audit.evidence import ItemVerdict, JudgedGroup
from isg_audit.report.lookup import Lookup, by_weight, group_name, is_of_model
from isg_audit.report.wording import short, visible

LONGEST_ENTRY = 96
"""Letters of a heading that stand in one line of the contents, with its number and page."""


def headline(item: ItemVerdict, look: Lookup, names: int = 3) -> str:
    """The heading of a requirement that is not met or not settled.

    Args:
        item: the requirement.
        look: the results.
        names: so many groups are named at most; the rest is counted.
    """
    words = look.words
    said = decisive(item)
    if item.word not in ("fail", "inconclusive") or not said:
        title = short(visible(item.title), 120)
        if item.word == "fail":
            return words.say("Not met: %(title)s", title=title)
        if item.word == "error":
            return words.say("An error stopped the test: %(title)s", title=title)
        return words.say("Not settled: %(title)s", title=title)
    groups = list(dict.fromkeys(short(group_name(one), 40) for one in said))
    who = words.listed(groups, at_most=names)
    favourable = said[0].metric.startswith("favourable_rate.") and all(one.group for one in said)
    received = look.vocabulary.received()
    if favourable and item.word == "fail" and _falls_short(said[0]):
        if all(is_of_model(one.measure) for one in said):
            return words.say(
                "%(who)s: would be %(received)s clearly less often by the model",
                who=who,
                received=received,
            )
        return words.say(
            "%(who)s: %(received)s clearly less often than others", who=who, received=received
        )
    if favourable and item.word == "inconclusive":
        return words.plural(
            "%(who)s: we cannot tell whether it is %(received)s at a comparable rate",
            "%(who)s: we cannot tell whether they are %(received)s at a comparable rate",
            len(groups),
            who=who,
            received=received,
        )
    wrongly = said[0].metric == "wrong_denial_rate.difference" and item.word == "fail"
    if wrongly and not any(is_of_model(one.measure) for one in said):
        return words.say("%(who)s: wrongly refused more often than others", who=who)
    what = look.vocabulary.quantity(said[0].metric)
    if item.word == "fail":
        return words.say("%(what)s: %(who)s outside the limit", what=what, who=who)
    return words.say("%(what)s: we cannot tell for %(who)s", what=what, who=who)


def entry(item: ItemVerdict, look: Lookup) -> str:
    """The heading as it stands in the contents: with as many names as leave it in one line."""
    for names in (3, 2):
        said = headline(item, look, names)
        if len(said) <= LONGEST_ENTRY:
            return said
    return short(said, LONGEST_ENTRY)


def decisive(item: ItemVerdict) -> list[JudgedGroup]:
    """The published comparisons that carry the requirement's word, the weightiest first."""
    return [
        one for one in by_weight(item.groups) if one.word == item.word and one.value is not None
    ]


def _falls_short(one: JudgedGroup) -> bool:
    return one.value is not None and one.value < (1.0 if one.metric.endswith("ratio") else 0.0)
