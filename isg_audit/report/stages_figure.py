"""The picture of the stages: how far each group comes.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import Lookup, attribute, group_name
from isg_audit.report.numbers import RATE
from isg_audit.report.pages import Block, Figure
from isg_audit.report.wording import short, visible

MEASURE = "coverage.stages"
MOST_NAMED = 4
ALL, FEW = 0.9995, 0.4
"""Shares above which a stage is passed by all, and below which few come to the first one drawn."""


def burdens_of(rows: Sequence[Row]) -> set[str]:
    """Stages of which more stand for people who fare worse: it is bad to reach them."""
    return {
        one.feature
        for one in rows
        if one.metric == "pass_rate.difference" and one.affected and (one.value or 0.0) > 0
    }


def losses_of(rows: Sequence[Row], by: str) -> list[Row]:
    """Gaps at a stage that are told from none and stand for people, the widest first."""
    told = [
        one
        for one in rows
        if (one.metric, one.by, one.versus) == ("pass_rate.difference", by, "rest")
        and one.affected
        and one.affected_low is not None
        and one.affected_low > 0
    ]
    return sorted(told, key=lambda one: -abs(one.value or 0.0))


def stages_figure(
    look: Lookup, rows: Sequence[Row], names: Sequence[str], by: str, figures: Iterator[int]
) -> Block | None:
    """How far each group of an attribute comes; None where nothing of it is published.

    Args:
        look: the results.
        rows: of the measure.
        names: of the stages, in order.
        by: the attribute.
        figures: numbers of figures.
    """
    words, numbers = look.words, look.numbers
    reach: dict[str, dict[str, Row]] = {}
    for one in rows:
        if one.metric == "reach_rate" and one.by == by and one.group:
            reach.setdefault(one.group, {})[one.feature] = one
    told = {group: its for group, its in reach.items() if _shares(its, names)[0] is not None}
    if not told:
        return None
    chosen = _chosen(told, names, losses_of(rows, by), names[-1] in burdens_of(rows))
    drawn = [name for name in names if not _passed_by_all(told, name)] or list(names)
    few = max(_end(its, drawn[:1]) for its in told.values()) < FEW
    ways = [
        charts.Way(short(group_name(told[group][names[0]]), 40), _shares(told[group], drawn))
        for group in sorted(chosen, key=lambda group: -_end(told[group], names))
    ]
    others = [
        charts.Way("", _shares(its, drawn)) for group, its in told.items() if group not in chosen
    ]
    losses = [one for one in losses_of(rows, by) if one.group in told]
    title = (
        words.say(
            "The widest gap: %(group)s at the stage “%(stage)s”",
            stage=visible(losses[0].feature),
            group=short(group_name(losses[0]), 60),
        )
        if losses
        else words.say("How far each group comes")
    )
    measured = words.say(
        "Share of each group that passed every stage up to this one, by %(by)s, percent",
        by=attribute(by).lower(),
    )
    start = names.index(drawn[0])
    before = words.say("In the log") if start == 0 else visible(names[start - 1])
    drawing = charts.way_chart(
        [visible(name) for name in drawn] if few else [before, *(visible(one) for one in drawn)],
        ways,
        others,
        tick=tick_of(RATE, look),
        axis=words.say("Came so far, %%"),
        title=f"{title}. {measured}.",
        from_all=not few,
    )
    source = words.say(
        "Where two lines part, one group drops out more. Thin vertical lines: %(share)s confidence "
        "intervals. A line ends where few people are left. Source: measure %(measure)s.",
        share=numbers.percent(look.results.confidence),
        measure=MEASURE,
    )
    return Block(figures=(Figure(next(figures), title, measured, drawing, source),))


def _chosen(
    told: dict[str, dict[str, Row]], names: Sequence[str], losses: Sequence[Row], burden: bool
) -> list[str]:
    """The groups to be named: with the widest gaps, worst at the end, then the largest."""
    size = {group: its[names[0]].n or 0 for group, its in told.items()}
    sign = -1 if burden else 1
    worst = sorted(told, key=lambda group: (sign * _end(told[group], names), group))
    largest = sorted(told, key=lambda group: (-size[group], group))
    wanted = [one.group for one in losses if one.group in told]
    return list(dict.fromkeys([*wanted[:2], *worst[:1], *largest]))[:MOST_NAMED]


def _passed_by_all(told: dict[str, dict[str, Row]], name: str) -> bool:
    """Whether everybody passed a stage, so that there is nothing to be seen at it."""
    return all(name in its and (its[name].value or 0.0) > ALL for its in told.values())


def _shares(its: dict[str, Row], names: Sequence[str]) -> tuple[charts.Estimate | None, ...]:
    return tuple(
        estimate(its[name].value or 0.0, its[name].low, its[name].high)
        if name in its and its[name].value is not None
        else None
        for name in names
    )


def _end(its: dict[str, Row], names: Sequence[str]) -> float:
    """The last share that is told; stages that are not count as held."""
    told = [one.value for one in _shares(its, names) if one is not None]
    return told[-1] if told else 1.0
