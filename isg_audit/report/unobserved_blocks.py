"""Attributes that nobody recorded: the bounds as a picture, and estimates for what they are.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import Lookup, attribute, group_name
from isg_audit.report.numbers import COUNT, DASH, POINTS, RATE
from isg_audit.report.pages import Block, Column, Figure, Table, TableCell, TableRow
from isg_audit.report.wording import visible

MEASURE = "impact.unobserved"
GAP = "favourable_rate_unobserved.difference"
MOST_GROUPS = 6
SHOWN = "the gap is on this side"


def unobserved_blocks(
    look: Lookup, figures: Iterator[int], tables: Iterator[int]
) -> tuple[Block, ...]:
    """A block for each attribute that nobody recorded; none where nothing is published of it."""
    blocks: list[Block] = []
    for by in dict.fromkeys(one.by for one in look.family(MEASURE) if one.metric == GAP):
        rows = [
            one
            for one in look.family(MEASURE)
            if (one.metric, one.by, one.versus) == (GAP, by, "rest") and one.value is not None
        ]
        if rows:
            blocks += _blocks(by, rows, look, figures, tables)
    return tuple(blocks)


def _blocks(
    by: str, rows: list[Row], look: Lookup, figures: Iterator[int], tables: Iterator[int]
) -> tuple[Block, ...]:
    words, numbers = look.words, look.numbers
    without = look.row(MEASURE, "signals_unknown", by)
    paragraphs = [
        words.say(
            "Nobody recorded %(by)s. What is known is how likely each group is among people with "
            "the same signals, such as a place or a name. From this alone the gap between a group "
            "and everybody else follows as a range, with no further assumption; a verdict rests on "
            "this range only.",
            by=attribute(by).lower(),
        )
    ]
    if without is not None and without.value:
        paragraphs.append(
            words.say(
                "Of %(people)s cases (%(share)s) the signals have no chances: they may be of any "
                "group, and the range allows for that.",
                people=numbers.bare(without.affected, COUNT),
                share=numbers.said(without.value, RATE),
            )
        )
    firm = [group_name(one) for one in rows if SHOWN in one.note]
    paragraphs.append(
        words.say("On one side over the whole range: %(groups)s.", groups=", ".join(firm))
        if firm
        else words.say(
            "The range does not say on which side any gap is. That is no sign that there is none: "
            "bounds only."
        )
    )
    heading = words.say("%(by)s: not recorded", by=attribute(by))
    return (
        Block(heading, paragraphs=tuple(paragraphs)),
        Block(figures=(_figure(by, rows[:MOST_GROUPS], look, next(figures)),)),
        Block(tables=(_table(by, rows, look, next(tables)),)),
    )


def _figure(by: str, rows: list[Row], look: Lookup, number: int) -> Figure:
    words, numbers = look.words, look.numbers
    lines = []
    for one in rows:
        lines.append(charts.IntervalRow(group_name(one), section=True))
        for label, row, said in (
            (words.say("weighted by chances"), _other(one, "weighted", look), "estimate"),
            (words.say("regression"), _other(one, "regression", look), "estimate"),
            (words.say("bounds"), one, "bounds only"),
        ):
            if row is not None and row.value is not None:
                drawn = (estimate(row.value, row.low, row.high),)
                lines.append(charts.IntervalRow(f"   {label}", "", drawn, "", words.say(said)))
    title = words.say("Bounds only: the gap lies somewhere on the long line")
    panel = charts.Panel(words.say("Difference, points"), tick_of(POINTS, look), keep=(0.0,))
    drawing = charts.interval_chart(
        lines, [panel], heads=(words.say("Group"), "", words.say("What it is")), title=title + "."
    )
    source = words.say(
        "Lines: %(share)s intervals; of the bounds, both ends with sampling error. Estimates are "
        "right only under their assumptions: the weighted one if decisions depend on the group "
        "through the signals alone. The dot on the bounds repeats it. Source: measure %(measure)s.",
        share=numbers.percent(look.results.confidence),
        measure=MEASURE,
    )
    measured = words.say(
        "%(who)s. Share %(received)s, less that of everybody else, by %(by)s",
        who=look.decides(MEASURE),
        received=look.vocabulary.received(),
        by=attribute(by).lower(),
    )
    return Figure(number, title, measured, drawing, source, True)


def _other(one: Row, kind: str, look: Lookup) -> Row | None:
    metric = f"favourable_rate_{kind}.difference"
    return look.row(MEASURE, metric, one.by, one.group, one.versus)


def _table(by: str, rows: list[Row], look: Lookup, number: int) -> Table:
    words = look.words
    columns = (
        Column(words.say("Group"), 24),
        Column(words.say("Bounds"), 22, True),
        Column(words.say("Weighted: an estimate"), 27, True),
        Column(words.say("Regression: an estimate"), 27, True),
    )
    caption = words.say(
        "Table %(table)s. Gap to everybody else by %(by)s, points",
        table=number,
        by=attribute(by).lower(),
    )
    body = tuple(
        TableRow(
            (
                TableCell(visible(one.group)),
                TableCell(look.numbers.bracket(one.low, one.high, POINTS).strip("()")),
                _cell(_other(one, "weighted", look), look),
                _cell(_other(one, "regression", look), look),
            )
        )
        for one in rows
    )
    note = words.say(
        "The truth lies between the two estimates only if, beyond the chance, decisions go with "
        "the group as they go with the chance within groups. No person is given a group."
    )
    return Table(caption, note, columns, body, dense=True)


def _cell(one: Row | None, look: Lookup) -> TableCell:
    if one is None or one.value is None:
        return TableCell(DASH)
    return TableCell(
        look.numbers.bare(one.value, POINTS), look.numbers.bracket(one.low, one.high, POINTS)
    )
