"""What is said of small groups in sentences: how sure a place is, and what attributes explain.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.report.lookup import Lookup, group_name
from isg_audit.report.numbers import POINTS, RATE, Form
from isg_audit.report.wording import short

MODEL = "impact.small_group_model"
FAVOURABLE = "favourable_rate"
MOST_NAMED = 4
WHOLE = Form(100, 0, False, "%")


def how_sure(look: Lookup, name: str, by: str) -> Iterator[str]:
    """How probable it is that a group is the worst off, and the interval of its place."""
    words, numbers = look.words, look.numbers
    chances = [
        one for one in look.groups(MODEL, f"{name}.worst_probability", by) if one.value is not None
    ]
    if not chances:
        return
    first = max(chances, key=lambda one: one.value or 0.0)
    rank = look.row(MODEL, f"{name}.rank", by, first.group)
    of = rank.note.rpartition("of ")[2].removesuffix(" groups") if rank is not None else ""
    chance = first.value or 0.0
    if rank is not None and rank.low is not None and rank.high is not None and chance > 0:
        yield words.say(
            "Which group is the worst off of all %(of)s is a matter of how sure one can be: it is "
            "%(group)s with a probability of %(chance)s, and its place lies between %(low)s and "
            "%(high)s.",
            of=of,
            group=group_name(first),
            chance=numbers.percent(round(chance, 2)),
            low=numbers.count(rank.low),
            high=numbers.count(rank.high),
        )
    left = 1.0 - sum(one.value or 0.0 for one in chances)
    if left >= 0.95:
        yield words.say(
            "Almost certainly the worst off is one of the combinations whose numbers are not "
            "published. That they are not printed does not mean that they fare well."
        )
    elif left >= 0.05:
        yield words.say(
            "With a probability of about %(left)s the worst off is one of the combinations whose "
            "numbers are not published. That they are not printed does not mean that they fare "
            "well.",
            left=numbers.percent(round(left, 2)),
        )


def explained(look: Lookup, name: str, by: str) -> tuple[str, ...]:
    """How much lies between groups, what attributes explain of it, and who is left apart."""
    words, numbers = look.words, look.numbers
    between = look.row(MODEL, f"{name}.variance_partition", by)
    told = []
    if between is not None and between.value is not None:
        told.append(
            words.say(
                "Of all that differs between single people’s decisions, %(share)s (%(spread)s) "
                "lies between these combinations; the rest lies within them. Nobody’s decision can "
                "be told from their group.",
                share=numbers.percent(between.value),
                spread=numbers.spread(between.low, between.high, WHOLE),
            )
        )
    pcv = look.row(MODEL, f"{name}.explained_by_attributes", by)
    if pcv is not None and pcv.value is not None:
        told.append(
            words.say(
                "The attributes one by one, added up, explain %(share)s (%(spread)s) of what lies "
                "between combinations. The rest belongs to where they meet.",
                share=numbers.percent(pcv.value),
                spread=numbers.spread(pcv.low, pcv.high, WHOLE),
            )
        )
    told += _apart(look, name, by)
    told += _nobody(look, name, by)
    return tuple(told)


def _apart(look: Lookup, name: str, by: str) -> Iterator[str]:
    """Groups that fare otherwise than their attributes alone would lead to expect."""
    words, numbers = look.words, look.numbers
    worse = -1.0 if name == FAVOURABLE else 1.0
    found = [
        one
        for one in look.groups(MODEL, f"{name}.interaction", by)
        if one.value is not None and one.low is not None and one.high is not None
        and (one.low > 0 if worse > 0 else one.high < 0)
    ]  # fmt: skip
    if found:
        named = [
            f"{group_name(one)} ({numbers.said(one.value, POINTS)})"
            for one in sorted(found, key=lambda one: -abs(one.value or 0.0))
        ]
        yield words.say(
            "Worse than their attributes alone would lead to expect: %(groups)s.",
            groups=words.listed(named, MOST_NAMED),
        )


def _nobody(look: Lookup, name: str, by: str) -> Iterator[str]:
    """What would be expected of combinations of which nobody is in the data."""
    words, numbers = look.words, look.numbers
    found = [one for one in look.groups(MODEL, f"{name}.predicted", by) if one.value is not None]
    if found:
        named = [
            f"{short(group_name(one), 60)} ({numbers.spread(one.low, one.high, RATE)})"
            for one in found
        ]
        yield words.say(
            "Nobody of these combinations is in the data; what their attributes alone would lead "
            "to expect is a prediction and no finding: %(groups)s.",
            groups=words.listed(named, MOST_NAMED),
        )
