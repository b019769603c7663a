"""Changes that nobody declared: when they most likely came, slow ones, and drift of scores.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report.lookup import Lookup, attribute, group_name
from isg_audit.report.numbers import INDEX
from isg_audit.report.time_words import MOST_POINTS, QUANTITIES, ends, rows_of, size
from isg_audit.report.wording import short


def undeclared_changes(look: Lookup) -> Iterator[str]:
    """The most likely moments of changes that chance does not explain, and alarms."""
    words = look.words
    level = 1 - look.results.confidence
    found = [
        (one, quantity)
        for quantity in QUANTITIES
        for one in [
            *_everybody(look, f"{quantity[0]}_change"),
            *rows_of(look, "change_point", f"{quantity[0]}_change", ""),
        ]
        if one.p_adjusted is not None and one.p_adjusted <= level
        and quantity[1] * (one.value or 0) > 0
    ]  # fmt: skip
    ranked = sorted(found, key=lambda pair: (bool(pair[0].by), -abs(pair[0].value or 0)))
    for one, quantity in ranked[:MOST_POINTS]:
        yield words.say(
            "%(who)s, %(rate)s: a change for the worse by %(gap)s (%(spread)s), most likely from "
            "%(window)s on. The interval allows for the search for that moment.",
            who=_who(look, one),
            rate=words.say(quantity[2]),
            gap=size(look, one),
            spread=ends(look, one),
            window=one.note.removeprefix("from "),
        )
    yield from _alarms(look, {(one.by, one.group) for one, _ in found})


def _who(look: Lookup, row: Row) -> str:
    if not row.by:
        return look.words.say("Everybody")
    return f"{short(group_name(row), 60)} ({attribute(row.by).lower()})"


def _everybody(look: Lookup, metric: str) -> list[Row]:
    return [one for one in look.family("impact.change_point")
            if one.metric == metric and not one.by and one.value is not None]  # fmt: skip


def _alarms(look: Lookup, told: set[tuple[str, str]]) -> Iterator[str]:
    """Slow changes: sums that crossed their limit, and how long one would go unnoticed."""
    words = look.words
    charts = [(one, quantity) for quantity in QUANTITIES
              for one in rows_of(look, "control_chart", f"{quantity[0]}_cusum", "")]  # fmt: skip
    raised = [
        pair for pair in charts
        if (pair[0].value or 0) > 1 and (pair[0].by, pair[0].group) not in told
    ]  # fmt: skip
    for one, quantity in raised[:MOST_POINTS]:
        yield words.say(
            "%(group)s (%(by)s), %(rate)s: things have been worse for so long that the cumulative "
            "sum raises an alarm in %(window)s.",
            group=short(group_name(one), 60),
            by=attribute(one.by).lower(),
            rate=words.say(quantity[2]),
            window=one.note.partition(";")[0].removeprefix("alarm in "),
        )
    slow = [(_windows(one), one) for one, quantity in charts if quantity[0] == "favourable_rate"]
    if slow:
        longest, row = max(slow, key=lambda pair: pair[0])
        yield words.say(
            "The cumulative sums are built to find odds of refusal that grow by half for good. For "
            "%(group)s (%(by)s) it would take about %(windows)s windows until such a change is "
            "noticed, the longest of all groups shown.",
            group=short(group_name(row), 60),
            by=attribute(row.by).lower(),
            windows=f"{longest:g}",
        )


def _windows(row: Row) -> float:
    """After how many windows a change is noticed, as the row's note says."""
    for word in row.note.rpartition("after about")[2].split():
        try:
            return float(word)
        except ValueError:
            continue
    return 0.0


def drifted(look: Lookup) -> Iterator[str]:
    """Scores that have moved, against the value that chance rarely exceeds."""
    words, numbers = look.words, look.numbers
    everybody = look.row("impact.drift", "score_drift")
    rows = rows_of(look, "drift", "score_drift", "")
    moved = sorted((one for one in rows if (one.low or 0) > 0), key=lambda one: -(one.low or 0))[
        :MOST_POINTS
    ]
    if everybody is not None and everybody.value is not None:
        yield words.say(
            "Everybody: the stability index of scores, of the last windows against the first, is "
            "%(index)s (%(spread)s). By custom 0.1 is little and 0.25 much.",
            index=numbers.said(everybody.value, INDEX),
            spread=numbers.spread(everybody.low, everybody.high, INDEX),
        )
    for one in moved:
        yield words.say(
            "%(group)s (%(by)s): %(index)s (%(spread)s), beyond what chance gives for so many "
            "people.",
            group=short(group_name(one), 60),
            by=attribute(one.by).lower(),
            index=numbers.said(one.value, INDEX),
            spread=numbers.spread(one.low, one.high, INDEX),
        )
