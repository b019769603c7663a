"""What silence hides: groups of whom nobody appealed, or who were not told, and errors that stay.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import COUNT, RATE
from isg_audit.report.pages import Block
from isg_audit.report.wording import short

NOTICE, OVERTURNS, SILENCE = "impact.notice", "impact.overturns", "impact.silence"
MOST_POINTS = 5


def silence_block(look: Lookup) -> Block | None:
    """Groups of whom nobody appealed, and errors that nobody appealed against."""
    points = [*_silent(look), *_not_told(look), *_hidden(look)]
    if not points:
        return None
    return Block(look.words.say("What silence hides"), points=tuple(points))


def _silent(look: Lookup) -> Iterator[str]:
    words, numbers = look.words, look.numbers
    rows = [
        one
        for one in look.family(SILENCE)
        if one.metric == "silent_decisions" and one.value and JOINT not in one.by
    ]
    for one in sorted(rows, key=lambda row: -(row.value or 0.0))[:MOST_POINTS]:
        said = words.say(
            "Nobody of the group %(group)s (%(by)s) appealed, against %(count)s refusals.",
            group=short(group_name(one), 60),
            by=attribute(one.by).lower(),
            count=numbers.count(one.value),
        )
        if one.affected:
            said += " " + words.say(
                "If they appealed as often as everybody else, about %(people)s would have"
                "%(spread)s.",
                people=numbers.about(one.affected),
                spread=_bracket(numbers.spread(one.affected_low, one.affected_high, COUNT)),
            )
        yield said


def _not_told(look: Lookup) -> Iterator[str]:
    """The group that is told least often, where that is told from chance."""
    words, numbers = look.words, look.numbers
    gaps = [
        one
        for one in look.family(NOTICE)
        if (one.metric, one.versus) == ("notice_rate.difference", "rest")
        and JOINT not in one.by
        and one.affected_low is not None
        and one.affected_low > 0
    ]
    gap = min(gaps, key=lambda one: one.value or 0.0, default=None)
    own = None if gap is None else look.row(NOTICE, "notice_rate", gap.by, gap.group)
    if gap is not None and own is not None and own.value is not None:
        yield words.say(
            "Only %(rate)s of the refused people of the group %(group)s (%(by)s) were told in a "
            "way they can read. As often as everybody else, it would be about %(people)s people "
            "more%(spread)s.",
            rate=numbers.said(own.value, RATE),
            group=short(group_name(gap), 60),
            by=attribute(gap.by).lower(),
            people=numbers.about(gap.affected or 0.0),
            spread=_bracket(numbers.spread(gap.affected_low, gap.affected_high, COUNT)),
        )


def _hidden(look: Lookup) -> Iterator[str]:
    words, numbers = look.words, look.numbers
    upper = look.row(OVERTURNS, "hidden_errors")
    rate = look.row(OVERTURNS, "overturn_rate")
    if upper is not None and upper.value is not None and rate is not None:
        yield words.say(
            "Of %(done)s appeals that were decided, %(rate)s were decided for the person "
            "(%(spread)s). %(count)s refused people did not appeal. Had they been refused wrongly "
            "as often, that would be about %(people)s errors%(people_spread)s that nobody will "
            "correct: an upper scenario, since people with better grounds may appeal more often.",
            done=numbers.count(rate.n),
            rate=numbers.said(rate.value, RATE),
            spread=numbers.spread(rate.low, rate.high, RATE),
            count=numbers.count(upper.n),
            people=numbers.about(upper.value),
            people_spread=_bracket(numbers.spread(upper.low, upper.high, COUNT)),
        )
    lower = look.row(OVERTURNS, "hidden_errors_reviewed")
    looked = look.row(OVERTURNS, "re_review_error_rate")
    if lower is not None and lower.value is not None and looked is not None:
        yield words.say(
            "Of %(done)s decisions without an appeal that were drawn at random and looked at "
            "again, %(rate)s were wrong: about %(people)s errors%(spread)s among all of them.",
            done=numbers.count(looked.n),
            rate=numbers.said(looked.value, RATE),
            people=numbers.about(lower.value),
            spread=_bracket(numbers.spread(lower.low, lower.high, COUNT)),
        )


def _bracket(spread: str) -> str:
    return f" ({spread})" if spread else ""
