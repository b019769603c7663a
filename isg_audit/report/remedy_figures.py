"""Pictures of remedies: what a smaller gap costs, and who gains and who loses.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import tick_of
from isg_audit.report.lookup import Lookup, attribute
from isg_audit.report.numbers import COUNT, RATE
from isg_audit.report.pages import Figure
from isg_audit.report.remedies_read import (
    BY_GROUP,
    FOR_ALL,
    GAP,
    Remedy,
    Weighed,
    capital,
    together,
)
from isg_audit.report.wording import short, visible

TRAILS = (
    (FOR_ALL, "no_group_worse"),
    (BY_GROUP, "no_group_worse"),
    (BY_GROUP, "equal_opportunity"),
    (BY_GROUP, "equalized_odds"),
)


def frontier_figure(one: Weighed, look: Lookup, figures: Iterator[int]) -> Figure | None:
    """Gap against accuracy for other thresholds, with the present point."""
    words, numbers = look.words, look.numbers
    trails = []
    for method, aim in TRAILS:
        its = [each for each in one.remedies if each.parts[:2] == (method, aim)]
        spots = [spot for each in its if (spot := _spot(each)) is not None]
        if spots:
            label = words.say(
                "%(aim)s: %(what)s", aim=capital(words.say(its[0].aim(words).partition(",")[0])),
                what=its[0].said(words),
            )  # fmt: skip
            trails.append(charts.Trail(label, tuple(spots)))
    accuracy = one.as_it_is.row("accuracy")
    if not trails or one.gap is None or one.gap.value is None:
        return None
    if accuracy is None or accuracy.value is None:
        return None
    best = min((spot for trail in trails for spot in trail.spots), key=lambda spot: spot.gap)
    title = words.say(
        "From %(now)s the gap could come down to %(least)s; right decisions would go from "
        "%(before)s to %(after)s",
        now=numbers.said(one.gap.value, GAP),
        least=numbers.said(best.gap, GAP),
        before=numbers.said(accuracy.value, RATE),
        after=numbers.said(best.accuracy, RATE),
    )
    measured = words.say(
        "Gap between groups of %(by)s in how often people get a favourable decision that is right, "
        "and share of right decisions, on held-out people",
        by=attribute(one.by).lower(),
    )
    drawing = charts.frontier_chart(
        trails,
        charts.Spot(one.gap.value, accuracy.value, accuracy.low, accuracy.high),
        tick=(tick_of(GAP, look), tick_of(RATE, look)),
        names=(
            words.say("Gap that stays, points"),
            words.say("Right decisions"),
            words.say("As things are"),
            words.say("Crossed: takes away instead of giving (levelling down)"),
        ),
        title=f"{title}. {measured}.",
    )
    source = words.say(
        "Line at the present point: %(share)s confidence interval of its accuracy; all intervals "
        "stand in the attached file. Each line: the gap that may stay is 0, 2, 5 or 10 points.",
        share=numbers.percent(look.results.confidence),
    )
    reading = words.say(
        "Further left is more equal, further up more often right. A line that stays level costs "
        "little. A cross marks equality that is made by taking away."
    )
    return Figure(next(figures), title, measured, drawing, source, False, reading)


def _spot(remedy: Remedy) -> charts.Spot | None:
    gap, accuracy = remedy.value("right_grants_gap"), remedy.row("accuracy")
    if gap is None or accuracy is None or accuracy.value is None:
        return None
    return charts.Spot(gap, accuracy.value, accuracy.low, accuracy.high, bool(remedy.levels_down))


def gains_figure(one: Weighed, look: Lookup, figures: Iterator[int]) -> Figure | None:
    """Who gains and who loses, by the remedy worth discussing and by one that is warned of."""
    words = look.words
    shown: list[Remedy] = [] if one.worth is None else [one.worth[0]]
    warned = [each for each in (*one.remedies, *one.trained) if each.levels_down]
    if warned:
        most = max(warned, key=lambda each: together(each, "lost")[0])
        shown.append(most)
    if not shown:
        floor = [each for each in one.remedies if each.parts[:2] == (BY_GROUP, "no_group_worse")]
        shown = floor[:1] or list(one.remedies[:1])
    if not shown:
        return None
    rows = [row for each in shown for row in _gain_rows(each, look)]
    if all(row.section or (row.gained is None and row.lost is None) for row in rows):
        return None
    first = shown[0]
    title = words.say(
        "About %(gained)s people would gain and %(lost)s lose by %(what)s",
        gained=look.numbers.count(together(first, "gained")[0]),
        lost=look.numbers.count(together(first, "lost")[0]),
        what=first.said(words),
    )
    measured = words.say(
        "People who get a favourable decision that they do not get today, and people who no longer "
        "get one, by %(by)s",
        by=attribute(one.by).lower(),
    )
    drawing = charts.gains_chart(
        rows,
        tick=lambda value: look.numbers.bare(value, COUNT),
        heads=(words.say("lose"), words.say("gain")),
        axis=words.say("People, to the next ten"),
        title=f"{title}. {measured}.",
    )
    source = words.say(
        "Line: %(share)s confidence interval. Estimated for everybody with a known outcome from "
        "the half that was read.",
        share=look.numbers.percent(look.results.confidence),
    )
    return Figure(next(figures), title, measured, drawing, source)


def _gain_rows(remedy: Remedy, look: Lookup) -> Iterator[charts.Gains]:
    words = look.words
    mark = words.say("Warning, levels down: ") if remedy.levels_down else ""
    method = remedy.said(words)
    head = mark + (method if mark else capital(method))
    yield charts.Gains(head, None, None, ("", ""), True, capital(remedy.aim(words)))
    for group in remedy.groups:
        gained, lost = (_three(remedy.row(metric, group)) for metric in ("gained", "lost"))
        said = tuple(
            look.numbers.count(people[0]) if people else words.say("not published")
            for people in (lost, gained)
        )
        yield charts.Gains(short(visible(group), 40), gained, lost, (said[0], said[1]))


def _three(row: Row | None) -> tuple[float, float, float] | None:
    if row is None or row.value is None or row.low is None or row.high is None:
        return None
    return row.value, row.low, row.high
