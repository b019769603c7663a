"""A score without decisions: who would be selected at each threshold, by group.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import DASH, POINTS, RATE
from isg_audit.report.pages import Block, Column, Fact, Figure, Section, Table, TableCell, TableRow
from isg_audit.report.wording import short, visible

SWEEP = "fairness.threshold_sweep"
QUANTITIES = ("selection_rate", "true_positive_rate", "false_positive_rate")
MOST_GROUPS = 24


def sweep_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section:
    """The section: one threshold with its intervals, then all thresholds."""
    words = look.words
    blocks = []
    middle = _middle(look)
    if middle:
        blocks.append(Block(figures=(_chart(middle, look, figures),)))
    for quantity in QUANTITIES:
        if _rows(look, quantity):
            blocks.append(Block(tables=(_table(quantity, look, tables),)))
    points = tuple(_furthest(look))
    if points:
        blocks.append(Block(words.say("The furthest threshold"), points=points))
    return Section(
        "thresholds",
        words.say("Thresholds"),
        words.say("Who would be selected, at each threshold"),
        words.say(
            "Nobody has decided from this score yet. Each threshold asks: if everybody whose score "
            "reaches it were selected, whom would that be?"
        ),
        tuple(blocks),
        wide=True,
    )


def sweep_facts(look: Lookup) -> Iterator[Fact]:
    """The largest gaps over all thresholds, of single attributes."""
    words, numbers = look.words, look.numbers
    ranges = [
        one
        for one in look.family(SWEEP)
        if one.metric == "selection_rate.range" and not one.feature and JOINT not in one.by
        if one.value is not None
    ]
    for one in sorted(ranges, key=lambda row: -(row.value or 0.0))[:2]:
        yield Fact(
            words.say(
                "largest gap in who would be selected, by %(by)s, over all thresholds",
                by=attribute(one.by).lower(),
            ),
            numbers.said(one.value, POINTS),
            large=True,
        )


def _rows(look: Lookup, quantity: str) -> list[Row]:
    """Rates of single attributes and of everybody at every threshold, published ones alone."""
    return [
        one
        for one in look.family(SWEEP)
        if one.metric == quantity and one.feature and not one.versus and JOINT not in one.by
        if one.value is not None
    ]


def _middle(look: Lookup) -> str:
    """The threshold that selects nearest to half of everybody."""
    rows = [one for one in _rows(look, "selection_rate") if not one.by]
    found = min(rows, key=lambda one: abs((one.value or 0.0) - 0.5), default=None)
    return found.feature if found else ""


def _said(threshold: str) -> str:
    return visible(threshold).replace(">=", "≥")


def _chart(threshold: str, look: Lookup, figures: Iterator[int]) -> Figure:
    words, numbers = look.words, look.numbers
    rows = [one for one in _rows(look, "selection_rate") if one.feature == threshold]
    lines = []
    for by in dict.fromkeys(one.by for one in rows):
        if by:
            lines.append(charts.IntervalRow(attribute(by), section=True))
        lines += [
            charts.IntervalRow(
                group_name(one) or words.say("Everybody"),
                numbers.count(one.n),
                (estimate(one.value or 0.0, one.low, one.high),),
                said=numbers.said(one.value, RATE),
            )
            for one in rows
            if one.by == by
        ]
    title = words.say("Who would be selected at %(threshold)s", threshold=_said(threshold))
    drawing = charts.interval_chart(
        lines[:MOST_GROUPS],
        [charts.Panel(words.say("Would be selected"), tick_of(RATE, look), within=(0.0, 1.0))],
        heads=(words.say("Group"), words.say("People"), words.say("Rate")),
        title=title + ".",
    )
    source = words.say(
        "Line: %(share)s confidence interval at this threshold alone. Source: measure %(measure)s.",
        share=numbers.percent(look.results.confidence),
        measure=SWEEP,
    )
    measured = words.say("The threshold that selects nearest to half of everybody, by group")
    return Figure(next(figures), title, measured, drawing, source)


def _table(quantity: str, look: Lookup, tables: Iterator[int]) -> Table:
    """Groups down, thresholds across, and the largest gap of each attribute."""
    words = look.words
    found = _rows(look, quantity)
    thresholds = list(dict.fromkeys(one.feature for one in found if not one.by))
    rows: list[TableRow] = []
    for by in dict.fromkeys(one.by for one in found):
        if by:
            rows.append(TableRow((TableCell(attribute(by)),), section=True))
        ours = [one for one in found if one.by == by]
        for group in dict.fromkeys(one.group for one in ours):
            name = short(visible(group), 60) or words.say("Everybody")
            keyed = {one.feature: one for one in ours if one.group == group}
            rows.append(_across(name, thresholds, keyed, look, strong=not by))
        gaps = {
            one.feature: one
            for one in look.family(SWEEP)
            if one.metric == f"{quantity}.range" and one.by == by
        }
        if by and any(one.value is not None for one in gaps.values()):
            rows.append(_across(words.say("Largest gap, points"), thresholds, gaps, look))
    share = 72 / max(1, len(thresholds))
    columns = (
        Column(words.say("Group"), 28),
        *(Column(_said(one).removeprefix("score "), share, True) for one in thresholds),
    )
    caption = words.say(
        "Table %(table)s. %(what)s at each threshold, %%",
        table=next(tables),
        what=words.say("Would be selected")
        if quantity == "selection_rate"
        else look.vocabulary.quantity(quantity),
    )
    note = words.say("intervals of every figure stand in the attached file measurements.csv")
    return Table(caption, note, columns, tuple(rows), dense=True)


def _across(
    name: str, thresholds: list[str], keyed: dict[str, Row], look: Lookup, *, strong: bool = False
) -> TableRow:
    every = (keyed.get(one) for one in thresholds)
    cells = (
        TableCell(look.numbers.bare(one.value, RATE) if one is not None else DASH) for one in every
    )
    return TableRow((TableCell(name), *cells), strong=strong)


def _furthest(look: Lookup) -> Iterator[str]:
    words, numbers = look.words, look.numbers
    for one in look.family(SWEEP):
        kind = one.metric.partition(".")[2]
        if one.feature or kind != "range" or JOINT in one.by or one.value is None:
            continue
        yield words.say(
            "%(by)s, %(what)s: the largest gap over all thresholds is %(gap)s (%(share)s interval "
            "%(spread)s, allowing for the choice of the threshold and of the groups).",
            by=attribute(one.by),
            what=look.vocabulary.quantity(one.metric).lower(),
            gap=numbers.said(one.value, POINTS),
            share=numbers.percent(look.results.confidence),
            spread=numbers.spread(one.low, one.high, POINTS) or DASH,
        )
