"""Decisions into classes: who gets which class, by group.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import DASH, INDEX, RATE
from isg_audit.report.pages import Block, Column, Fact, Figure, Section, Table, TableCell, TableRow
from isg_audit.report.wording import short, visible

CLASSES = "fairness.classes"
OF_EACH = ("class_rate", "true_positive_rate", "precision")
MOST_BRACKETED, MOST_CHARTED = 4, 30


def class_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section:
    """The section: how far groups differ in all, then each class."""
    words = look.words
    blocks = []
    if _apart(look):
        blocks.append(Block(figures=(_chart(look, figures),)))
    for quantity in OF_EACH:
        if _rows(look, quantity):
            blocks.append(Block(tables=(_table(quantity, look, tables),)))
    points = tuple(_tests(look))
    if points:
        blocks.append(Block(words.say("All groups at once"), points=points))
    return Section(
        "classes",
        words.say("Classes"),
        words.say("Who gets which class, by group"),
        words.say(
            "Each class is set against all others. No class is taken to be better than another "
            "here."
        ),
        tuple(blocks),
        wide=True,
    )


def class_facts(look: Lookup) -> Iterator[Fact]:
    """How often the class is right, and the groups whose classes differ most from the others'."""
    words, numbers = look.words, look.numbers
    right = look.row(CLASSES, "accuracy")
    if right is not None and right.value is not None:
        yield Fact(
            words.say("of everybody got the class that came true"),
            numbers.said(right.value, RATE),
            large=True,
        )
    most = max(_apart(look), key=lambda one: one.value or 0.0, default=None)
    if most is not None:
        yield Fact(
            words.say(
                "of the group %(group)s would have to get another class to be like everybody else "
                "(%(chance)s)",
                group=short(group_name(most), 50),
                chance=most.note,
            ),
            numbers.said(most.value, RATE),
            large=True,
        )


def _rows(look: Lookup, quantity: str) -> list[Row]:
    """Rates of single attributes and of everybody by class, published ones alone."""
    return [
        one
        for one in look.family(CLASSES)
        if one.metric == quantity and one.feature and not one.versus and JOINT not in one.by
        if one.value is not None
    ]


def _apart(look: Lookup) -> list[Row]:
    """How far each group of single attributes is from everybody else."""
    return [
        one
        for one in look.family(CLASSES)
        if one.metric == "total_variation" and one.versus == "rest" and JOINT not in one.by
        if one.value is not None
    ]


def _chart(look: Lookup, figures: Iterator[int]) -> Figure:
    words, numbers = look.words, look.numbers
    lines = []
    for by in dict.fromkeys(one.by for one in _apart(look)):
        lines.append(charts.IntervalRow(attribute(by), section=True))
        lines += [
            charts.IntervalRow(
                group_name(one),
                numbers.count(one.n),
                (estimate(one.value or 0.0, one.low, one.high),),
                said=numbers.said(one.value, RATE),
            )
            for one in _apart(look)
            if one.by == by
        ]
    most = max(_apart(look), key=lambda one: one.value or 0.0)
    title = words.say(
        "%(group)s differs most from everybody else: %(share)s would have to get another class",
        group=short(group_name(most), 60),
        share=numbers.said(most.value, RATE),
    )
    drawing = charts.interval_chart(
        lines[:MOST_CHARTED],
        [charts.Panel(words.say("Total variation"), tick_of(RATE, look), within=(0.0, 1.0))],
        heads=(words.say("Group"), words.say("People"), words.say("Share")),
        title=title + ".",
    )
    source = words.say(
        "Line: %(share)s confidence interval, never too narrow. It is not 0 by chance: groups that "
        "are alike differ too, by as much as the notes in measurements.csv say. Source: measure "
        "%(measure)s.",
        share=numbers.percent(look.results.confidence),
        measure=CLASSES,
    )
    measured = words.say(
        "Least share of the group whose class would have to be another for it to be like everybody "
        "else"
    )
    return Figure(next(figures), title, measured, drawing, source)


def _table(quantity: str, look: Lookup, tables: Iterator[int]) -> Table:
    """Groups down, classes across."""
    words = look.words
    found = _rows(look, quantity)
    names = list(dict.fromkeys(one.feature for one in found))
    rows: list[TableRow] = []
    for by in dict.fromkeys(one.by for one in found):
        if by:
            rows.append(TableRow((TableCell(attribute(by)),), section=True))
        ours = [one for one in found if one.by == by]
        for group in dict.fromkeys(one.group for one in ours):
            name = short(visible(group), 60) or words.say("Everybody")
            keyed = {one.feature: one for one in ours if one.group == group}
            cells = (_cell(keyed.get(one), look, len(names)) for one in names)
            rows.append(TableRow((TableCell(name), *cells), strong=not by))
    share = 75 / max(1, len(names))
    columns = (
        Column(words.say("Group"), 25),
        *(Column(short(visible(one), 24), share, True) for one in names),
    )
    caption = words.say(
        "Table %(table)s. %(what)s, %%",
        table=next(tables),
        what={
            "class_rate": words.say("Share of the decided who got each class"),
            "true_positive_rate": words.say("Of those with each true class, share who got it"),
            "precision": words.say("Of those who got each class, share for whom it came true"),
        }[quantity],
    )
    note = (
        words.say(
            "%(share)s confidence intervals in brackets; method: wilson",
            share=look.numbers.percent(look.results.confidence),
        )
        if len(names) <= MOST_BRACKETED
        else words.say("intervals stand in the attached file measurements.csv")
    )
    return Table(caption, note, columns, tuple(rows), dense=True)


def _cell(one: Row | None, look: Lookup, classes: int) -> TableCell:
    if one is None:
        return TableCell(DASH)
    bracket = look.numbers.bracket(one.low, one.high, RATE) if classes <= MOST_BRACKETED else ""
    return TableCell(look.numbers.bare(one.value, RATE), bracket)


def _tests(look: Lookup) -> Iterator[str]:
    words, numbers = look.words, look.numbers
    for one in look.family(CLASSES):
        if one.metric == "cramers_v" and one.value is not None and one.p_value is not None:
            yield words.say(
                "%(by)s: Cramér’s V %(index)s; chance alone gives as much or more with a "
                "probability of %(p)s.",
                by=attribute(one.by),
                index=numbers.bare(one.value, INDEX),
                p=numbers.bare(one.p_value, INDEX) if one.p_value >= 0.001 else "less than 0.001",
            )
