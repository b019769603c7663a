"""What stands beside a comparison: what its people could have shown, what would turn its value.

Imports `evidence` and the wording of this room. Decides nothing: the numbers come ready.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from isg_audit.evidence import ItemVerdict, JudgedGroup
from isg_audit.report.lookup import Lookup
from isg_audit.report.numbers import POINTS, RATIO, Form, form_of
from isg_audit.report.tolerance import allowed
from isg_audit.report.wording import visible

ALL_THERE_IS = 0.995
"""From here on a gap between shares, or below a ratio of 1, is one that nothing would show."""


def could_show(one: JudgedGroup, look: Lookup) -> str:
    """In a sentence: the smallest gap that so few people could have shown, or that none would."""
    words, gap = look.words, one.smallest_gap
    if one.word != "inconclusive" or one.withheld:
        return ""
    if _of_bounds(one):
        return words.say(
            "Bounds only: more people would not settle it; to know the group of some would."
        )
    if gap is None:
        return words.say("How large a gap so few people could show cannot be worked out.")
    if _nothing(one):
        return words.say("With so few people, a gap of no size would have shown.")
    said = _gap(one, look)
    if not one.versus and "." not in one.metric:
        return words.say(
            "With so few people, only a value about %(gap)s or more beyond the limit would "
            "probably have shown.",
            gap=said,
        )
    if _is_shown(one):
        return _shown(one, look)
    if _is_ratio(one):
        return words.say(
            "With so few people, only a rate lower by about %(gap)s or more would probably have "
            "shown.",
            gap=said,
        )
    return words.say(
        "With so few people, only a gap of about %(gap)s or more would probably have shown.",
        gap=said,
    )


def _of_bounds(one: JudgedGroup) -> bool:
    """Whether only bounds are known of the quantity."""
    return one.metric.partition(".")[0].endswith(("_bounds", "_unobserved"))


def _shown(one: JudgedGroup, look: Lookup) -> str:
    open_ = look.words.say("This gap does; open is only on which side of the limit it lies.")
    said = (
        look.words.say(
            "With this many people a rate lower by about %(gap)s or more would probably show.",
            gap=_gap(one, look),
        )
        if _is_ratio(one)
        else look.words.say(
            "With this many people a gap of about %(gap)s or more would probably show.",
            gap=_gap(one, look),
        )
    )
    return f"{said} {open_}"


def could_show_briefly(one: JudgedGroup, look: Lookup) -> str:
    """The same in a cell: `0.72 would show`; nothing beside a comparison that is settled."""
    words, gap = look.words, one.smallest_gap
    if one.word != "inconclusive" or one.withheld:
        return ""
    if _of_bounds(one):
        return words.say("bounds only")
    if gap is None:
        return words.say("what would show is not known")
    if _nothing(one):
        return words.say("no gap would show")
    if _is_ratio(one):
        return words.say("%(gap)s would show", gap=look.numbers.bare(1.0 - gap, RATIO))
    return words.say("%(gap)s would show", gap=_gap(one, look))


def could_show_all(groups: Sequence[JudgedGroup], look: Lookup) -> str:
    """For a figure of many comparisons: what those too close to call could have shown."""
    words = look.words
    known = [
        one
        for one in groups
        if one.word == "inconclusive" and not one.withheld and one.smallest_gap is not None
    ]
    if not known:
        return ""
    ratio = _is_ratio(known[0])
    form = RATIO if ratio else _gap_form(known[0])
    ends = sorted((one.smallest_gap or 0.0) for one in known)
    low, high = (
        look.numbers.said(1.0 - one if ratio else one, form) for one in (ends[0], ends[-1])
    )
    if ratio:
        return words.say(
            "Of those too close to call, ratios of %(low)s or less (most people) to %(high)s or "
            "less (fewest) would have shown.",
            low=low,
            high=high,
        )
    return words.say(
        "Of those too close to call, gaps of %(low)s or more (most people) to %(high)s or more "
        "(fewest) would have shown.",
        low=low,
        high=high,
    )


def turned(one: JudgedGroup, item: ItemVerdict, look: Lookup) -> str:
    """In a sentence: how many decisions otherwise would put a ratio on the other side."""
    number, bar = one.flip_count, _bar(item)
    if not number or bar is None or one.n is None:
        return ""
    values = {
        "cases": look.numbers.count(one.n),
        "received": _received(one, look),
        "limit": look.numbers.limit(bar, RATIO),
    }
    at_least = allowed(item.tolerance)[0] is not None
    if number > 0:
        said = look.words.plural(
            "If %(n)s more of the %(cases)s had been %(received)s, the ratio would have",
            "If %(n)s more of the %(cases)s had been %(received)s, the ratio would have",
            number,
            **values,
        )
        end = "reached %(limit)s." if at_least else "risen above %(limit)s."
    else:
        said = look.words.plural(
            "If %(n)s fewer of the %(cases)s had been %(received)s, the ratio would have",
            "If %(n)s fewer of the %(cases)s had been %(received)s, the ratio would have",
            -number,
            **values,
        )
        end = "fallen below %(limit)s." if at_least else "come down to %(limit)s."
    return f"{said} {look.words.say(end, **values)}"


def turned_briefly(one: JudgedGroup, look: Lookup) -> str:
    """The same in a cell: `turns with 7 more`."""
    if not one.flip_count or one.withheld:
        return ""
    n = look.numbers.count(abs(one.flip_count))
    if one.flip_count > 0:
        return look.words.say("turns with %(n)s more", n=n)
    return look.words.say("turns with %(n)s fewer", n=n)


def by_chance(one: JudgedGroup, look: Lookup) -> str:
    """Of a range over groups: what chance alone would give, and what is left without it."""
    row = look.row(one.measure, one.metric, one.by) if one.metric.endswith(".range") else None
    said = "" if row is None or row.value is None else visible(row.note)
    return said[:1].upper() + said[1:]


def sureness(item: ItemVerdict, look: Lookup) -> str:
    """The confidence at which a fail of an item is decided: `99.58%`; nothing without one."""
    if not item.comparisons or item.fail_confidence is None:
        return ""
    return confidence_in_words(item.fail_confidence, look)


def confidence_in_words(confidence: float, look: Lookup) -> str:
    """A confidence near 1, with two figures of what it leaves out."""
    miss = 100 * (1 - confidence)
    decimals = max(0, 1 - math.floor(math.log10(miss)))
    while decimals and round(100 * confidence, decimals) == round(100 * confidence, decimals - 1):
        decimals -= 1
    return look.numbers.said(confidence, Form(100, decimals, False, "%"))


def _received(one: JudgedGroup, look: Lookup) -> str:
    if one.metric.startswith("selection_rate"):
        return look.words.say("selected")
    return look.vocabulary.received()


def _bar(item: ItemVerdict) -> float | None:
    low, high = allowed(item.tolerance)
    return low if low is not None else high


def _is_ratio(one: JudgedGroup) -> bool:
    return one.metric.endswith((".ratio", ".odds_ratio", ".least_ratio"))


def _nothing(one: JudgedGroup) -> bool:
    shares = _is_ratio(one) or _gap_form(one).scale == 100
    return shares and (one.smallest_gap or 0.0) >= ALL_THERE_IS


def _is_shown(one: JudgedGroup) -> bool:
    """Whether the limits that decide a fail leave out no difference."""
    none = 1.0 if _is_ratio(one) else 0.0
    low, high = one.fail_low, one.fail_high
    return (low is not None and low > none) or (high is not None and high < none)


def _gap_form(one: JudgedGroup) -> Form:
    form = form_of(one.metric)
    if form.scale != 100:
        return Form(form.scale, form.decimals, False, form.suffix)
    small = (one.smallest_gap or 0.0) < 0.1
    return Form(100, 1 if small else 0, False, POINTS.suffix)


def _gap(one: JudgedGroup, look: Lookup) -> str:
    """The gap as it is told: points, percent of the other rate for a ratio, or the metric's unit.

    Unsigned, and to whole points or percent from ten on.
    """
    gap = one.smallest_gap or 0.0
    if _is_ratio(one):
        return look.numbers.said(gap, Form(100, 0 if gap >= 0.1 else 1, False, "%"))
    return look.numbers.said(gap, _gap_form(one))
