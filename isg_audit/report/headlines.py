"""Headings that are sentences: what was found, for whom, in the words of the data.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from isg_audit.evidence import ItemVerdict, JudgedGroup
from isg_audit.report.comparisons import comparator, comparisons_of
from isg_audit.report.lookup import Lookup, by_weight, group_name, is_of_model
from isg_audit.report.numbers import COUNT, RATE
from isg_audit.report.wording import short, visible


def headline(item: ItemVerdict, look: Lookup) -> str:
    """A sentence for a requirement that is not met or not settled."""
    words = look.words
    said = [
        one for one in by_weight(item.groups) if one.word == item.word and one.value is not None
    ]
    if item.word not in ("fail", "inconclusive") or not said:
        title = short(visible(item.title), 120)
        if item.word == "fail":
            return words.say("Not met: %(title)s", title=title)
        if item.word == "error":
            return words.say("An error stopped the test: %(title)s", title=title)
        return words.say("Not settled: %(title)s", title=title)
    names = list(dict.fromkeys(short(group_name(one), 40) for one in said))
    who = words.listed(names, at_most=3)
    favourable = said[0].metric.startswith("favourable_rate.") and all(one.group for one in said)
    if favourable and item.word == "fail" and _falls_short(said[0]):
        return _received_less(names, who, said, look)
    if favourable and item.word == "inconclusive":
        return words.plural(
            "We cannot tell whether the group %(who)s is %(received)s at a comparable rate",
            "We cannot tell whether the groups %(who)s are %(received)s at comparable rates",
            len(names),
            who=who,
            received=look.vocabulary.received(),
        )
    what = look.vocabulary.quantity(said[0].metric)
    if item.word == "fail":
        return words.say("%(what)s: %(who)s outside the limit", what=what, who=who)
    return words.say("%(what)s: we cannot tell for %(who)s", what=what, who=who)


def _falls_short(one: JudgedGroup) -> bool:
    return one.value is not None and one.value < (1.0 if one.metric.endswith("ratio") else 0.0)


def _received_less(names: list[str], who: str, said: list[JudgedGroup], look: Lookup) -> str:
    words, received = look.words, look.vocabulary.received()
    by_model = all(is_of_model(one.measure) for one in said)
    if by_model:
        return words.plural(
            "By the model, the group %(who)s would be %(received)s clearly less often",
            "By the model, the groups %(who)s would be %(received)s clearly less often",
            len(names),
            who=who,
            received=received,
        )
    return words.plural(
        "The group %(who)s is %(received)s clearly less often than others",
        "The groups %(who)s are %(received)s clearly less often than others",
        len(names),
        who=who,
        received=received,
    )


def lead(item: ItemVerdict, look: Lookup) -> str:
    """The rates behind a headline, for the weightiest group; empty where there are none."""
    said = [
        one for one in by_weight(item.groups) if one.value is not None and one.word == item.word
    ]
    return _compared(said[0], item, look) if said else ""


def _compared(one: JudgedGroup, item: ItemVerdict, look: Lookup) -> str:
    own, base = _rates(one, item, look)
    if own is None or base is None:
        return ""
    by_model = is_of_model(one.measure) or look.results.subject.decided_by == "model"
    values = {
        "n": look.numbers.count(one.n),
        "group": short(group_name(one), 60),
        "own": own,
        "received": look.vocabulary.received(),
        "theirs": base[0],
        "who": base[1],
    }
    if by_model:
        return look.words.say(
            "By the model, %(own)s of %(n)s people in the group %(group)s would be %(received)s, "
            "against "
            "%(theirs)s in the group %(who)s.",
            **values,
        )
    return look.words.say(
        "In the log, %(own)s of %(n)s people in the group %(group)s were %(received)s, against "
        "%(theirs)s "
        "in the group %(who)s.",
        **values,
    )


def _rates(
    one: JudgedGroup, item: ItemVerdict, look: Lookup
) -> tuple[str | None, tuple[str, str] | None]:
    """The group's own rate, and the rate and name of the group it is compared with."""
    quantity = one.metric.partition(".")[0]
    if quantity != "favourable_rate":
        return None, None
    own = look.row(one.measure, quantity, one.by, one.group)
    part = next(
        (
            part
            for part in comparisons_of(item)
            if part.measure == one.measure and one.by in dict(part.groups)
        ),
        None,
    )
    base = comparator(part, one.by, look) if part else None
    if own is None or own.value is None or base is None or base.value is None:
        return None, None
    return look.numbers.said(own.value, RATE), (
        look.numbers.said(base.value, RATE),
        short(group_name(base), 60),
    )


def loss(one: JudgedGroup, look: Lookup) -> str:
    """`(95% interval 28 to 55)`: the range of the people whom a gap stands for, or nothing."""
    if one.affected_low is None or one.affected_high is None:
        return ""
    return look.words.say(
        "(%(share)s interval %(spread)s)",
        share=look.numbers.percent(look.results.confidence),
        spread=look.numbers.spread(one.affected_low, one.affected_high, COUNT),
    )
