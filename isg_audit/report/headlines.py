"""Headings that are sentences: what was found, for whom, in the words of the data.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from isg_audit.evidence import ItemVerdict, JudgedGroup
from isg_audit.report.figures import comparator, comparisons_of
from isg_audit.report.lookup import Lookup, attribute, by_weight, group_name, is_of_model
from isg_audit.report.numbers import COUNT, RATE, form_of
from isg_audit.report.tolerance import deciding, nearest_limit, required
from isg_audit.report.wording import short, visible


def headline(item: ItemVerdict, look: Lookup) -> str:
    """A sentence for a requirement that is not met or not settled."""
    words = look.words
    said = [one for one in by_weight(item.groups) if one.word == item.word and one.value is not None]
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
            len(names), who=who, received=look.vocabulary.received(),
        )  # fmt: skip
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
            len(names), who=who, received=received,
        )  # fmt: skip
    return words.plural(
        "The group %(who)s is %(received)s clearly less often than others",
        "The groups %(who)s are %(received)s clearly less often than others",
        len(names), who=who, received=received,
    )  # fmt: skip


def lead(item: ItemVerdict, look: Lookup) -> str:
    """The numbers behind a headline: the two weightiest groups, what they are compared with, the limit."""
    said = [one for one in by_weight(item.groups) if one.value is not None and one.word == item.word]
    if not said:
        return visible(item.sentence)
    sentences = [_compared(one, item, look) for one in said[:2]]
    form = form_of(said[0].metric)
    limit = required(item.tolerance, form, look.words)
    if limit:
        sentences.append(look.words.say("The requirement asks for %(limit)s.", limit=limit))
    return " ".join(sentences)


def _compared(one: JudgedGroup, item: ItemVerdict, look: Lookup) -> str:
    words, numbers = look.words, look.numbers
    form = form_of(one.metric)
    limit = nearest_limit(one.value, item.tolerance) if one.value is not None else None
    if one.value is not None and limit is not None:
        form = numbers.apart(one.value, limit, form)
    low, high = deciding(one)
    values = {
        "origin": look.decides(one.measure),
        "by": attribute(one.by) if one.by else words.say("Everybody"),
        "group": short(group_name(one), 60),
        "what": look.vocabulary.comparison(one.metric),
        "value": numbers.said(one.value, form),
        "spread": numbers.spread(low, high, form),
        "n": numbers.count(one.n),
        "received": look.vocabulary.received(),
    }
    rate, base = _rates(one, item, look)
    if rate is not None and base is not None:
        own, theirs, who = rate, base[0], base[1]
        return words.say(
            "%(origin)s, %(by)s: of %(n)s people in the group %(group)s, %(own)s were %(received)s, "
            "against %(theirs)s in the group %(who)s. %(what)s: %(value)s (interval %(spread)s).",
            own=own, theirs=theirs, who=who, **values,
        )  # fmt: skip
    if values["spread"]:
        return words.say("%(by)s, %(group)s: %(what)s %(value)s (interval %(spread)s).", **values)
    return words.say("%(by)s, %(group)s: %(what)s %(value)s.", **values)


def _rates(
    one: JudgedGroup, item: ItemVerdict, look: Lookup
) -> tuple[str | None, tuple[str, str] | None]:
    """The group's own rate, and the rate and name of the group it is compared with."""
    quantity = one.metric.partition(".")[0]
    if quantity != "favourable_rate":
        return None, None
    own = look.row(one.measure, quantity, one.by, one.group)
    part = next((part for part in comparisons_of(item)
                 if part.measure == one.measure and one.by in dict(part.groups)), None)  # fmt: skip
    base = comparator(part, one.by, look) if part else None
    if own is None or own.value is None or base is None or base.value is None:
        return None, None
    return look.numbers.said(own.value, RATE), (
        look.numbers.said(base.value, RATE), short(group_name(base), 60),
    )  # fmt: skip


def loss(one: JudgedGroup, look: Lookup) -> str:
    """`about 42 (95% interval 28 to 55)`: people whom a gap stands for; empty where unknown."""
    if one.affected is None:
        return ""
    words, numbers = look.words, look.numbers
    about = numbers.bare(abs(one.affected), COUNT)
    if one.affected_low is None or one.affected_high is None:
        return words.say("about %(about)s", about=about)
    return words.say(
        "about %(about)s (%(share)s interval %(spread)s)",
        about=about, share=numbers.percent(look.results.confidence),
        spread=numbers.spread(one.affected_low, one.affected_high, COUNT),
    )  # fmt: skip
